"""What people do on a rehearsed desk, line by line: the half of a test that makes things happen."""

from __future__ import annotations

from typing import TypeAlias

from bot.rehearsal.cases import Agent, Bot, Case, Closes, Customer, Does, Facts, Shares, Taps, Wait
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.likeness import says_step
from bot.rehearsal.news import BotSaid, Button
from scenarios.engine.reading.issues import hint

__all__ = ["Act", "CannotAct", "act", "begin"]

Act: TypeAlias = Customer | Taps | Shares | Wait | Facts | Agent | Closes | Does


class CannotAct(Exception):
    """Nobody could do this here; the text says why."""


def begin(desk: RehearsedDesk, case: Case) -> None:
    """Set the stage: at the beginning of the case's scenario; without one a customer whom the bot speaks to first has
    pressed Start."""
    first = next((line for line in case.chat if not isinstance(line, Facts)), None)
    if case.scenario:
        desk.begin(case.scenario)
    elif isinstance(first, Bot):
        desk.says("/start")


def act(desk: RehearsedDesk, line: Act) -> None:
    """Do what the line says. Raises CannotAct."""
    match line:
        case Customer():
            desk.says(line.text)
        case Taps():
            desk.taps(_button(desk, line))
        case Shares():
            try:
                desk.shares(line.what, line.value)
            except ValueError:
                raise CannotAct(f'"{line.value}" is no place; write it like "41.31,69.24"') from None
        case Wait():
            desk.passes(line.span)
        case Facts():
            desk.facts |= line.facts
        case Agent():
            desk.agent_says(line.text)
        case Closes():
            desk.closes(line.reason)
        case Does():
            doing = next((one for one in desk.doing if one.action == line.action), None)
            if doing is None:
                raise CannotAct(f'the desk does not do "{line.action}" here')
            desk.comes_of(doing, line.outcome, line.finds)


def _button(desk: RehearsedDesk, line: Taps) -> Button:
    said = desk.newest
    if line.of:
        spoken = [one for one in desk.news if isinstance(one, BotSaid) and one.buttons]
        said = next((one for one in reversed(spoken) if says_step(desk.ground, line.of, one)), None)
        if said is None:
            raise CannotAct(f'no message of the step "{line.of}" with buttons came so far')
    if said is None:
        raise CannotAct(f'there is no button "{line.label}" here; the bot has offered none so far')
    for button in said.buttons:
        if line.label in (button.label, button.key):
            return button
    known = [*said.labels, *(button.key for button in said.buttons)]
    raise CannotAct(
        f'there is no button "{line.label}" here; there are {", ".join(said.labels)}.{hint(line.label, known)}'
    )

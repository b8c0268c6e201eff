"""What a turn brought to people: to the customer, to the staff, to the desk's own actions.

Rule: whoever needs to know from which step a message comes asks here; equal sentences stand in many steps, so a message
belongs to the steps that its turn went through.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from scenarios.engine.model import Ask, Book, Handoff, Silence, Step, Text
from scenarios.engine.passed import Passed
from scenarios.engine.phrases import Phrase

__all__ = ["BotSaid", "Button", "Doing", "HandedOver", "News", "Notified", "Relayed", "ToldTopic", "roles_of"]


@dataclass(frozen=True, slots=True)
class Button:
    """What may be tapped: its words, the key of the answer, what it carries."""

    label: str
    key: str
    data: str


@dataclass(frozen=True, slots=True)
class BotSaid:
    """One message of the bot. `parts` are its paragraphs as the scenario has them; `roles` the steps that they come
    from, as (scenario, step, what): say, ask, unclear or silent; `step` where the talk stands after it; `template` the
    approved message that WhatsApp sends instead once its 24 hours are over; `written` its paragraphs in the language of
    the scenario's file."""

    at: datetime
    language: str
    text: str
    parts: tuple[str, ...]
    buttons: tuple[Button, ...]
    roles: tuple[tuple[str, str, str], ...]
    step: tuple[str, str]
    asks_phone: bool = False
    template: str = ""
    written: tuple[str, ...] = ()

    @property
    def labels(self) -> list[str]:
        """What may be tapped."""
        return [button.label for button in self.buttons]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The conversation came to the people of a desk."""

    at: datetime
    desk: str
    summary: str


@dataclass(frozen=True, slots=True)
class Notified:
    """A line went to the group of a desk."""

    at: datetime
    desk: str
    text: str


@dataclass(frozen=True, slots=True)
class Doing:
    """An action of the desk is at work; `data` goes back with its outcome."""

    at: datetime
    action: str
    values: Mapping[str, str]
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Relayed:
    """A person's words came to the customer."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ToldTopic:
    """A line of the desk in the customer's topic; `calls` says whether it calls the people on duty."""

    at: datetime
    text: str
    calls: bool


News: TypeAlias = BotSaid | HandedOver | Notified | Doing | Relayed | ToldTopic


def roles_of(
    book: Book, parts: Sequence[Phrase], passed: Sequence[Passed], present: Collection[tuple[str, str]]
) -> tuple[tuple[str, str, str], ...]:
    """Which steps the paragraphs of a message come from: those that the turn went through or stood at (`present`), as
    far as their own texts are in it."""
    said = {(part.id, part.context) for part in parts}
    fired = {(one.scenario, one.step) for one in passed if one.kind == "silence"}
    steps = dict.fromkeys([*((one.scenario, one.step) for one in passed), *present])
    found: list[tuple[str, str, str]] = []
    for scenario, name in steps:
        step = book.scenarios[scenario].steps.get(name) if scenario in book.scenarios else None
        for role, text in _texts(step, book.scenarios[scenario].silent) if step is not None else ():
            if (text.id, text.context) in said and (role != "silent" or (scenario, name) in fired):
                found.append((scenario, name, role))
    covered = {key for key in said if any(_has(book, one, key) for one in found)}
    # What a detour says before a talk begins comes from a step that is not entered.
    found += [
        (scenario.name, step.name, "say")
        for scenario in book.scenarios.values()
        for step in scenario.steps.values()
        if step.say is not None and (step.say.id, step.say.context) in said - covered
    ]
    return tuple(found)


def _has(book: Book, role: tuple[str, str, str], key: tuple[str, str | None]) -> bool:
    scenario = book.scenarios[role[0]]
    texts = _texts(scenario.steps[role[1]], scenario.silent)
    return any(name == role[2] and (text.id, text.context) == key for name, text in texts)


def _texts(step: Step, silent: tuple[Silence, ...]) -> Iterator[tuple[str, Text]]:
    if step.say is not None:
        yield "say", step.say
    if isinstance(step.wait, Ask):
        yield "ask", step.wait.text
        if step.wait.unclear is not None:
            yield "unclear", step.wait.unclear
    if isinstance(step.wait, Ask | Handoff):
        for silence in step.wait.silent or (silent if isinstance(step.wait, Ask) else ()):
            if silence.say is not None:
                yield "silent", silence.say

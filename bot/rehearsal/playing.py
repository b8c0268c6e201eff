"""A case is played on a rehearsed desk: each line does something or expects something.

Rule: what came to people must be named before the next thing happens, and a failure is one sentence with its place that
somebody understands who knows nothing of programs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.rehearsal.acts import CannotAct, act, begin
from bot.rehearsal.cases import (
    Bot,
    Case,
    Does,
    Ends,
    Line,
    Notify,
    Remembers,
    Staff,
)
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from bot.rehearsal.likeness import brief, is_like, says_step, steps_named
from bot.rehearsal.news import BotSaid, Doing, HandedOver, News, Notified
from bot.rehearsal.reading_given import written
from scenarios.engine.model import Place
from scenarios.engine.passed import Passed
from scenarios.engine.reading.issues import hint

__all__ = ["Failure", "Outcome", "play"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What went otherwise, and at which line."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}:{self.place.column}: {self.text}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a case went: `failure` None when all came as expected; `passed` is what its talk went through."""

    case: Case
    failure: Failure | None
    passed: Sequence[Passed] = field(default_factory=tuple)


class _Otherwise(Exception):
    """A line's expectation was not met."""


def play(ground: Ground, case: Case) -> Outcome:
    """Play a case to its end or its first failure."""
    desk = RehearsedDesk(ground, case.given)
    stage = _Stage(desk)
    place = case.place
    try:
        begin(desk, case)
        for line in case.chat:
            place = line.place
            stage.take(line)
        stage.settle()
    except _Otherwise as otherwise:
        return Outcome(case, Failure(place, str(otherwise)), desk.passed)
    return Outcome(case, None, desk.passed)


def _of_silence(said: BotSaid) -> bool:
    return bool(said.roles) and all(role == "silent" for _, _, role in said.roles)


_Kind = TypeVar("_Kind", BotSaid, HandedOver, Notified, Doing)


class _Stage:
    """Goes through the lines; `_seen` counts how much of the desk's news was looked at."""

    def __init__(self, desk: RehearsedDesk) -> None:
        self.desk = desk
        self._seen = 0
        self._open: list[News] = []
        self._named: list[News] = []

    def take(self, line: Line) -> None:
        """Do what a line says, or look whether what it expects is so."""
        desk = self.desk
        match line:
            case Bot():
                self._bot(line)
                return
            case Staff():
                self._staff(line)
                return
            case Notify():
                self._notified(line)
                return
            case Remembers():
                self._remembers(line)
                return
            case Does():
                self._does(line)
                return
            case Ends():
                self._ends()
                return
        self.settle()
        try:
            act(desk, line)
        except CannotAct as why:
            raise _Otherwise(str(why)) from None

    def settle(self) -> None:
        """Everything that came must have been named by now."""
        left = [one for one in self._news() if one not in self._named]
        if not left:
            self._open.clear()
            self._named.clear()
            return
        match left[0]:
            case BotSaid() as said:
                raise _Otherwise(f"the bot also said {_shown(said)}; if that is right, add {_as_line(said)}")
            case HandedOver() as given:
                raise _Otherwise(
                    f'the conversation went to the desk "{given.desk}"; if that is right, add "staff: {given.desk}"'
                )
            case Notified() as told:
                raise _Otherwise(
                    f'the desk "{told.desk}" was told "{brief(told.text)}"; if that is right, add "notify: {told.desk}"'
                )
            case Doing() as doing:
                raise _Otherwise(f'the desk does "{doing.action}"; if that is right, add "does: {doing.action}"')

    # -- what is expected ------------------------------------------------------------------------------------------

    def _bot(self, line: Bot) -> None:
        wanted = " and ".join(f'"{text}"' for text in line.texts)
        said = self._first(BotSaid)
        if said is None:
            raise _Otherwise(f"expected bot {wanted}, but the bot said nothing{self._instead()}")
        for text in line.texts:
            if is_like(text, said) or says_step(self.desk.ground, text, said):
                continue
            known = steps_named(self.desk.ground, text)
            if known is None:
                names = self.desk.ground.steps
                raise _Otherwise(f'there is no step "{text}".{hint(text, names)} The bot said {_shown(said)}')
            raise _Otherwise(f'expected bot "{text}" / got bot {_shown(said)}')
        self._open.remove(said)

    def _staff(self, line: Staff) -> None:
        given = self._first(HandedOver)
        if given is None:
            raise _Otherwise(f'expected the conversation to go to "{line.desk}", but it did not go to the staff')
        if given.desk != line.desk:
            raise _Otherwise(f'expected the conversation to go to "{line.desk}", it went to "{given.desk}"')
        if line.summary and not is_like(line.summary, given.summary):
            raise _Otherwise(f'expected the summary "{line.summary}" / got "{given.summary}"')
        self._open.remove(given)

    def _notified(self, line: Notify) -> None:
        told = self._first(Notified)
        if told is None:
            raise _Otherwise(f'expected a line to "{line.desk}", but nobody was told anything')
        if told.desk != line.desk:
            raise _Otherwise(f'expected a line to "{line.desk}", it went to "{told.desk}"')
        if line.text and not is_like(line.text, told.text):
            raise _Otherwise(f'expected the line "{line.text}" / got "{told.text}"')
        self._open.remove(told)
        # A silence that tells a desk and says something to the customer is one thing: its line names both.
        self._named += [
            one for one in self._open if isinstance(one, BotSaid) and one.at == told.at and _of_silence(one)
        ]

    def _does(self, line: Does) -> None:
        doing = self._first(Doing)
        if doing is not None:
            self._open.remove(doing)
        else:
            doing = next((one for one in self.desk.doing if one.action == line.action), None)
        if doing is None or doing.action != line.action:
            got = f'it does "{doing.action}"' if doing is not None else "it does nothing"
            raise _Otherwise(f'expected the desk to do "{line.action}", {got}')
        if line.outcome:
            self.settle()
            self.desk.comes_of(doing, line.outcome, line.finds)

    def _remembers(self, line: Remembers) -> None:
        slots = self.desk.context.slots
        for name, wanted in line.slots.items():
            got = written(slots[name]) if name in slots else None
            if got != wanted:
                raise _Otherwise(f'expected {_quoted(wanted)} to be remembered as "{name}" / got {_quoted(got)}')

    def _ends(self) -> None:
        context = self.desk.context
        if context.holder != "closed" or context.step:
            where = f'the step "{context.step}"' if context.step else "the staff"
            raise _Otherwise(f"expected the talk to be over, but it waits at {where}")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _news(self) -> list[News]:
        fresh = self.desk.news[self._seen :]
        self._seen = len(self.desk.news)
        self._open += [one for one in fresh if isinstance(one, BotSaid | HandedOver | Notified | Doing)]
        return self._open

    def _first(self, kind: type[_Kind]) -> _Kind | None:
        return next((one for one in self._news() if isinstance(one, kind)), None)

    def _instead(self) -> str:
        context = self.desk.context
        if self.desk.doing:
            return f'; the desk does "{self.desk.doing[0].action}", and the test says nothing of its outcome'
        if context.holder in ("waiting", "staffed"):
            return "; the staff have the conversation"
        return "" if not context.step else f' (it waits at "{context.step}")'


def _shown(said: BotSaid) -> str:
    where = f" (step {said.step[1]})" if said.step[1] else ""
    return f'"{brief(said.text)}"{where}'


def _as_line(said: BotSaid) -> str:
    steps = [name for _, name, role in said.roles if role in ("say", "ask")]
    return f'"- bot: {steps[-1]}"' if steps else f'"- bot: {brief(said.text)}"'


def _quoted(value: str | None) -> str:
    return "nothing" if value is None else f'"{value}"'

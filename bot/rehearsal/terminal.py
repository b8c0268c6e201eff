"""A talk in the terminal: somebody is the customer, and sees what the customer, and what the staff, would get.

Rule: a line that begins with a slash and a known word is for the terminal, everything else goes to the bot; a number is
the tap of a button. What was done is kept as acts, so that it can be taken back and written down as a test.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TextIO

from bot.rehearsal.acts import Act, CannotAct, act
from bot.rehearsal.cases import Agent, Closes, Customer, Does, Given, Shares, Taps, Wait
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from bot.rehearsal.news import BotSaid, Doing, HandedOver, News, Notified, Relayed, ToldTopic
from bot.rehearsal.reading_given import written
from bot.rehearsal.reading_lines import SHARED
from bot.rehearsal.writing import Talk
from scenarios.engine.actions import ACTIONS
from scenarios.engine.model import Place
from scenarios.engine.passed import Passed
from scenarios.engine.talk import PERSON

__all__ = ["HELP", "TerminalTalk"]

HERE = Place("terminal", 1, 1)
HELP = """\
Write as the customer would, or the number of a button. Besides:
  /wait 2 hours      time goes by (minutes, hours, days)
  /person            tap "Talk to a person"
  /share contact     send your phone number; also place, photo, voice, video, document, sticker
  /say 3             write 3 instead of tapping the third button
  /staff Good day    a colleague writes to the customer; "/staff /take", "/staff // a note" work too
  /close done        the staff close the conversation
  /remembers         what is remembered of the customer's answers
  /undo              take the last thing back
  /end               the end: the talk is printed as a test (so does Ctrl-D)
"""
_SPAN = re.compile(r"([1-9][0-9]{0,3}) ?(minute|hour|day|min|h|m|d)s?")
_UNITS = {
    "minute": "minutes",
    "min": "minutes",
    "m": "minutes",
    "hour": "hours",
    "h": "hours",
    "day": "days",
    "d": "days",
}


class TerminalTalk:
    """One talk; `take` takes a line of the person at the terminal, what comes of it is written to `out`."""

    def __init__(self, ground: Ground, scenario: str, given: Given, out: TextIO) -> None:
        self.ground, self.scenario, self.given, self.out = ground, scenario, given, out
        self.acts: list[Act] = []
        self.desk = self._fresh()

    @property
    def talk(self) -> Talk:
        """The talk so far."""
        keys = [one.label for one in self.acts if isinstance(one, Taps)]
        name = ", ".join([self.scenario or "A talk", *keys])
        return Talk(name, self.scenario, self.given, list(self.acts))

    def begin(self) -> None:
        """Show how it begins."""
        self._show(self.desk.news, self.desk.passed)
        if not self.scenario:
            self._line("Write the customer's first words (or /start).")

    def take(self, line: str) -> bool:
        """Do what a line says; False when it ends the talk."""
        text = line.strip()
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        match word:
            case "":
                return True
            case "/end":
                return False
            case "/help":
                self.out.write(HELP)
            case "/undo":
                self._undo()
            case "/remembers":
                self._remembers()
            case "/wait":
                self._wait(rest)
            case "/person":
                self._tap(PERSON)
            case "/say":
                self._do(Customer(HERE, rest))
            case "/share":
                what, _, value = rest.partition(" ")
                if what in SHARED:
                    self._do(Shares(HERE, what, value.strip()))
                else:
                    self._line(f"/share what? It can be {', '.join(SHARED)}.")
            case "/staff":
                if rest:
                    self._do(Agent(HERE, rest))
                else:
                    self._line("/staff what? For example: /staff Good afternoon, this is Otabek.")
            case "/close":
                self._do(Closes(HERE, rest))
            case _:
                self._words(text)
        return True

    def show_clock(self) -> str:
        """Day and time of the virtual clock."""
        return f"{self.desk.now.astimezone(self.ground.business.hours.zone):%a %H:%M}"

    # -- inside ----------------------------------------------------------------------------------------------------

    def _words(self, text: str) -> None:
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 2 else 0
        if self.desk.doing:
            outcomes = ACTIONS[self.desk.doing[0].action]
            if 1 <= number <= len(outcomes):
                self._do(Does(HERE, self.desk.doing[0].action, outcomes[number - 1]))
                return
        said = self.desk.newest
        if said is not None and 1 <= number <= len(said.buttons):
            self._tap(said.buttons[number - 1].key)
            return
        self._do(Customer(HERE, text))

    def _tap(self, key: str) -> None:
        self._do(Taps(HERE, key))

    def _wait(self, rest: str) -> None:
        found = _SPAN.fullmatch(rest)
        if found is None:
            self._line("How long? For example: /wait 15 minutes, /wait 2 hours, /wait 3 days.")
            return
        self._do(Wait(HERE, timedelta(**{_UNITS[found[2]]: int(found[1])})))

    def _do(self, one: Act) -> None:
        news, passed = len(self.desk.news), len(self.desk.passed)
        before = self.desk.context
        try:
            act(self.desk, one)
        except CannotAct as why:
            self._line(str(why))
            return
        self.acts.append(one)
        if isinstance(one, Wait):
            self._line(f"It is {self.show_clock()} now.")
        self._show(self.desk.news[news:], self.desk.passed[passed:])
        if len(self.desk.news) == news and not isinstance(one, Wait):
            holds = before.holder in ("waiting", "staffed")
            self._line("(to the staff; the bot says nothing)" if holds else "(the bot says nothing)")

    def _undo(self) -> None:
        if not self.acts:
            self._line("There is nothing to take back.")
            return
        self.acts.pop()
        self.desk = self._fresh()
        for one in self.acts:
            act(self.desk, one)
        self._line("Taken back. So it stood:")
        last = next((one for one in reversed(self.desk.news) if isinstance(one, BotSaid)), None)
        self._show([last] if last is not None else [], ())

    def _remembers(self) -> None:
        slots = self.desk.context.slots
        for name, slot in slots.items():
            self._line(f"{name}: {written(slot)}")
        if not slots:
            self._line("Nothing is remembered.")

    def _fresh(self) -> RehearsedDesk:
        desk = RehearsedDesk(self.ground, self.given)
        if self.scenario:
            desk.begin(self.scenario)
        return desk

    def _show(self, news: Sequence[News], passed: Sequence[Passed]) -> None:
        for one in passed:
            if one.kind == "silence":
                self._line(f'[nobody answered at "{one.step}"]')
            elif one.kind == "later":
                self._line(f'[the follow-up of "{one.step}" came due]')
        for told in news:
            match told:
                case BotSaid():
                    self._bot(told)
                case HandedOver():
                    self._line(f"[to the staff of {told.desk}] {told.summary or 'without a summary'}")
                case Notified():
                    self._line(f"[to the group of {told.desk}] {told.text}")
                case ToldTopic():
                    self._line(f"[in the customer's topic{', calling' if told.calls else ''}] {told.text}")
                case Relayed():
                    self._line(f"Staff: {told.text}")
                case Doing():
                    outcomes = "  ".join(f"{n} {one}" for n, one in enumerate(ACTIONS[told.action], 1))
                    self._line(f"[the desk does {told.action}; what comes of it?] {outcomes}")

    def _bot(self, said: BotSaid) -> None:
        where = said.step[1] or "over"
        self._line(f"Bot ({_clock(said.at, self.ground)}, {where}):")
        for line in said.text.split("\n"):
            self._line(f"  {line}".rstrip())
        if said.template and self.given.channel == "whatsapp":
            self._line(f"  (later than 24 hours after the customer's words: the template {said.template} instead)")
        if said.buttons:
            self._line("  " + "   ".join(f"[{n}] {one.label}" for n, one in enumerate(said.buttons, 1)))

    def _line(self, text: str) -> None:
        self.out.write(f"{text}\n")


def _clock(at: datetime, ground: Ground) -> str:
    return f"{at.astimezone(ground.business.hours.zone):%a %H:%M}"

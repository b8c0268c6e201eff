"""The talk that a customer of the playground just had becomes a transcript test.

Rule: what was recorded is played again on a rehearsed desk, act by act; only when that desk says what the real one said
is there a test, otherwise the page is told why there is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.rehearsal.acts import Act, CannotAct, act
from bot.rehearsal.cases import Agent, Closes, Customer, Does, Given, Shares, Taps, Wait
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from bot.rehearsal.news import BotSaid
from bot.rehearsal.reading_lines import SHARED
from bot.rehearsal.writing import CannotWrite, Talk, write_test
from scenarios.engine.actions import ACTIONS
from scenarios.engine.events import Content
from scenarios.engine.languages import LANGUAGES
from scenarios.engine.model import Place
from scenarios.engine.records import Line
from storage.stories import Happened

__all__ = ["MOST_EVENTS", "CannotRetell", "retell"]

MOST_EVENTS = 300
HERE = Place("playground", 1, 1)
_FIGURES = re.compile(r"\d+")
_QUIET = frozenset(
    {"CustomerReacted", "CustomerEdited", "AgentEdited", "AgentUnheard", "NotDelivered", "AddressChanged"}
)
"""What changes nothing of a talk: it is left out."""


class CannotRetell(Exception):
    """There is no test; `reason` is one of nothing, long, phone, otherwise."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def retell(ground: Ground, story: Sequence[Happened], given: Given) -> str:
    """The text of a test of this story. `given` is what the messenger tells of the customer; in which language the talk
    began is found out. Raises CannotRetell."""
    if not any(one.kind in ("CustomerSaid", "ButtonPressed") for one in story):
        raise CannotRetell("nothing")
    if len(story) >= MOST_EVENTS:
        raise CannotRetell("long")
    if any(one.kind == "OwnerSaid" for one in story):
        raise CannotRetell("phone")
    for language in dict.fromkeys([given.language, *LANGUAGES]):
        begun = Given(given.channel, language, given.name, given.phone, given.at)
        acts = _acts(ground, story, begun)
        if acts is not None:
            break
    else:
        raise CannotRetell("otherwise")
    words = next((one.text for one in acts if isinstance(one, Customer)), "")
    name = " ".join(words.split())[:60] or "A talk of the playground"
    try:
        return write_test(ground, Talk(name, "", begun, acts))
    except CannotWrite:
        raise CannotRetell("otherwise") from None


def _acts(ground: Ground, story: Sequence[Happened], given: Given) -> list[Act] | None:
    """What people did; None when this desk, begun so, says something else."""
    desk = RehearsedDesk(ground, given)
    acts: list[Act] = []
    for happened in story:
        if happened.kind in _QUIET:
            continue
        wanted = [_bare(line.content.text) for line in happened.lines if line.author == "bot"]
        for one in _tried(desk, happened):
            before = len(desk.news)
            after = desk if happened.kind != "ActionDone" else _again(ground, given, acts)
            try:
                act(after, one)
            except CannotAct:
                continue
            if [_bare(said.text) for said in after.news[before:] if isinstance(said, BotSaid)] == wanted:
                acts.append(one)
                desk = after
                break
            if after is desk:
                return None
        else:
            if wanted:
                return None
    return acts


def _again(ground: Ground, given: Given, acts: Sequence[Act]) -> RehearsedDesk:
    desk = RehearsedDesk(ground, given)
    for one in acts:
        act(desk, one)
    return desk


def _tried(desk: RehearsedDesk, happened: Happened) -> Iterator[Act]:
    """What the event may have been: of an action's outcome, which is not written down, each that there is."""
    lines = happened.lines
    match happened.kind:
        case "CustomerSaid":
            yield from (_said(line) for line in lines if line.author == "customer")
        case "ButtonPressed":
            yield from (_tapped(desk, line.content.text) for line in lines if line.author == "customer")
        case "AgentSaid":
            for line in lines:
                if line.author in ("agent", "note"):
                    yield Agent(HERE, f"// {line.content.text}" if line.author == "note" else line.content.text)
        case "AgentCommanded" if happened.closed is not None:
            yield Closes(HERE, happened.closed)
        case "AgentCommanded" if happened.taken:
            yield Agent(HERE, "/take")
        case "TimerFired" if desk.timers:
            due = min(timer.due for timer in desk.timers.values())
            minutes = -(-(due - desk.now) // timedelta(minutes=1))
            yield Wait(HERE, timedelta(minutes=max(1, minutes)))
        case "ActionDone" if desk.doing:
            action = desk.doing[0].action
            yield from (Does(HERE, action, outcome) for outcome in ACTIONS[action])


def _said(line: Line) -> Act:
    content: Content = line.content
    if content.contact is not None:
        return Shares(HERE, "contact" if content.contact.own else "other_contact", content.contact.phone)
    if content.spot is not None:
        return Shares(HERE, "place", f"{content.spot.latitude},{content.spot.longitude}")
    if content.kind in SHARED:
        return Shares(HERE, content.kind, content.text)
    return Customer(HERE, content.text) if content.kind == "text" else Shares(HERE, "document", content.text)


def _tapped(desk: RehearsedDesk, label: str) -> Act:
    """A tap by the answer's key; on an older message by the step that asked."""
    offered = [one for one in desk.news if isinstance(one, BotSaid) and label in one.labels]
    if not offered:
        return Taps(HERE, label)
    said = offered[-1]
    key = next(button.key for button in said.buttons if button.label == label)
    return Taps(HERE, key, "" if said is desk.newest else said.step[1])


def _bare(text: str) -> str:
    """A text without what differs from day to day."""
    return _FIGURES.sub("0", text)

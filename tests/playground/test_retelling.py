"""The talk just had is told as a test that passes, or the page learns why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.playground.retelling import MOST_EVENTS, CannotRetell, retell
from bot.rehearsal.cases import Given
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from bot.rehearsal.playing import play
from bot.rehearsal.reading import read_cases
from scenarios.engine.records import Turn
from storage.stories import Happened
from tests.rehearsal.shop import ground as shop
from tests.rehearsal.test_shipped import shipped_ground
from tests.shipped import LANGUAGES
from tests.talks.words import GREETING


class Recorded(RehearsedDesk):
    """A desk that keeps what a real one would have stored."""

    def __init__(self, ground: Ground, given: Given) -> None:
        self.story: list[Happened] = []
        super().__init__(ground, given)

    def _keep_timers(self, turn: Turn) -> None:
        super()._keep_timers(turn)
        commanded = turn.kind == "AgentCommanded"
        closed = next((x.value for x in turn.happenings if x.kind == "closed"), None) if commanded else None
        taken = commanded and any(x.kind == "taken" for x in turn.happenings)
        self.story.append(Happened(turn.kind, turn.at, turn.lines, closed, taken))

    def picks(self, key: str) -> None:
        """Tap an answer of the newest message."""
        assert self.newest is not None
        self.taps(next(one for one in self.newest.buttons if one.key == key))


def to_the_rating(desk: Recorded) -> None:
    desk.picks("fridge")
    desk.passes(timedelta(hours=2))
    desk.picks("person")
    desk.agent_says("Good afternoon")
    desk.agent_says("// a regular")
    desk.closes("will come tomorrow")
    desk.picks("5")


def sends_everything(desk: Recorded) -> None:
    for what in ("photo", "voice", "place", "contact", "unread", "sticker"):
        desk.shares(what)
    desk.says("operator")
    desk.agent_says("/take")
    desk.shares("photo", "here it is")


@pytest.mark.parametrize("doing", [to_the_rating, sends_everything])
@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_talk_is_told_as_a_test_that_passes(language: str, channel: str, doing: Callable[[Recorded], None]) -> None:
    given = Given(channel=channel, language=language, name="Malika Karimova")
    desk = Recorded(shipped_ground(), given)
    desk.says(GREETING[language])
    doing(desk)
    text = retell(shipped_ground(), desk.story, replace(given, language="en"))
    cases, issues = read_cases(shipped_ground(), "talk.yaml", text)
    assert not issues
    assert play(shipped_ground(), cases[0]).failure is None
    said = [one for happened in desk.story for one in happened.lines if one.author == "bot"]
    assert text.count("- bot:") == len(said)


@pytest.mark.parametrize("outcome", ["booked", "taken"])
def test_the_outcome_of_an_action_is_found_by_what_came_of_it(outcome: str) -> None:
    desk = Recorded(shop(), Given())
    desk.says("hello")
    desk.picks("repair")
    desk.says("tomorrow")
    desk.comes_of(desk.doing[0], outcome, {})
    assert f"outcome: {outcome}" in retell(shop(), desk.story, Given())


def test_an_old_button_is_told_with_its_step() -> None:
    desk = Recorded(shop(), Given())
    desk.says("hello")
    first = desk.newest
    assert first is not None
    desk.picks("advice")
    desk.taps(first.buttons[0])
    assert "- {taps: repair, of: hello}" in retell(shop(), desk.story, Given())


def test_what_cannot_be_told_says_why() -> None:
    desk = Recorded(shop(), Given())
    desk.says("hello")
    told = desk.story[0]
    otherwise = replace(told, lines=(*told.lines, replace(told.lines[-1], id="more")))
    owner = replace(told, kind="OwnerSaid")
    for story, reason in (
        ([], "nothing"),
        ([replace(told, kind="AgentSaid")], "nothing"),
        ([told] * MOST_EVENTS, "long"),
        ([told, owner], "phone"),
        ([otherwise], "otherwise"),
    ):
        with pytest.raises(CannotRetell) as cannot:
            retell(shop(), story, Given())
        assert cannot.value.reason == reason

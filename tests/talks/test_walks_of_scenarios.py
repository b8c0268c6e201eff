"""Walks at random from the beginning of each shipped scenario: whatever people do, and whatever is known of them, the
talk ends or reaches a person, and every message on the way is whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.rehearsal.acts import Act, CannotAct, act
from bot.rehearsal.cases import Agent, Closes, Customer, Does, Facts, Given, Shares, Wait
from bot.rehearsal.desk import RehearsedDesk
from bot.rehearsal.ground import Ground
from bot.rehearsal.news import BotSaid
from scenarios.engine.actions import ACTIONS
from scenarios.engine.context import Context
from scenarios.engine.effects import Effect, Say
from scenarios.engine.events import Event
from scenarios.engine.model import Ask, Do, Handoff, Place
from scenarios.engine.passed import Passed
from tests.shipped import CHANNELS, LANGUAGES, book, business, texts
from tests.talks.soundness import SALES, assert_translated
from tests.talks.words import GREETING, HESITANT, NONSENSE, PERSON, STOP, UNHAPPY, WARRANTY

HERE = Place("", 1, 1)
SCENARIOS = sorted(book().scenarios)
WORDS = [words[language] for words in (GREETING, HESITANT, NONSENSE, STOP, UNHAPPY, WARRANTY) for language in LANGUAGES]
WORDS += [words[0] for words in PERSON.values()]
WORDS += [
    "/start",
    "1",
    "5",
    "10",
    "⭐⭐",
    "+998 90 123 45 67",
    "ertaga 3 da",
    "завтра в 15:00",
    "back",
    "отмена",
    "yes",
]
LONGEST_WITH_BUTTONS, LONGEST = 1024, 4096
"""WhatsApp's limit for a text with buttons or a list, Telegram's for any text."""

FACTS = st.fixed_dictionaries(
    {},
    optional={
        "open_now": st.booleans(),
        "visits": st.integers(0, 3),
        "last_service": st.sampled_from(["Fridge repair", None]),
        "name": st.sampled_from(["Aziza", ""]),
    },
)
ACTS: st.SearchStrategy[Act | int] = st.one_of(
    st.integers(0, 10),
    st.integers(0, 10),
    st.integers(0, 10),
    st.sampled_from(WORDS).map(lambda text: Customer(HERE, text)),
    st.text(max_size=30).map(lambda text: Customer(HERE, text)),
    st.sampled_from(["contact", "other_contact", "place", "photo", "voice", "unread"]).map(lambda w: Shares(HERE, w)),
    st.sampled_from([1, 16, 130, 1300, 3000]).map(lambda minutes: Wait(HERE, timedelta(minutes=minutes))),
    st.sampled_from(["Good day", "// a note", "/take"]).map(lambda text: Agent(HERE, text)),
    st.just(Closes(HERE, "done")),
    FACTS.map(lambda facts: Facts(HERE, facts)),
)


class Walked(RehearsedDesk):
    """A desk that looks at every turn."""

    def _carry(
        self, event: Event, before: Context, context: Context, effects: Sequence[Effect], passed: Sequence[Passed]
    ) -> None:
        told = len(self.news)
        super()._carry(event, before, context, effects, passed)
        _no_step_twice(passed)
        said = [one for one in self.news[told:] if isinstance(one, BotSaid)]
        assert len(said) <= 1, "everything the bot says in a turn is one message"
        for one in said:
            _is_whole(one)
        for effect in effects:
            if isinstance(effect, Say):
                sore = context.segment == "unhappy" or context.complaint
                for phrase in (*effect.parts, *(choice.label for choice in effect.ask.choices)):
                    assert_translated(phrase, context.language)
                    assert not (sore and phrase.id in SALES), f"{phrase.id!r} was offered to an unhappy customer"


def _no_step_twice(passed: Sequence[Passed]) -> None:
    """Within a turn nothing waits, so a step entered again would be a circle, unless a question lies between."""
    since: set[tuple[str, str]] = set()
    for one in passed:
        if one.kind != "step":
            continue
        here = (one.scenario, one.step)
        assert here not in since, f"{here} repeats without a question: {passed}"
        since.add(here)
        if isinstance(book().scenarios[one.scenario].steps[one.step].wait, Ask | Handoff | Do):
            since.clear()


def _is_whole(said: BotSaid) -> None:
    assert said.text.strip()
    assert not re.search(r"\{\w*\}", said.text), said.text
    assert len(said.text) <= (LONGEST_WITH_BUTTONS if said.buttons else LONGEST), said.text
    assert len(said.buttons) <= 10
    assert len({one.data for one in said.buttons}) == len(said.buttons)
    for one in said.buttons:
        assert 0 < len(one.label) <= (20 if len(said.buttons) <= 3 else 24), one.label
        assert len(one.data.encode()) <= 64, one.data


def _walk(scenario: str, given: Given, acts: Sequence[Act | int]) -> None:
    desk = Walked(Ground(book(), texts(), business()), given)
    desk.begin(scenario)
    for one in acts:
        if isinstance(one, int):
            if desk.doing:
                outcomes = ACTIONS[desk.doing[0].action]
                act(desk, Does(HERE, desk.doing[0].action, outcomes[one % len(outcomes)]))
            elif desk.newest is not None:
                desk.taps(desk.newest.buttons[one % len(desk.newest.buttons)])
            continue
        try:
            act(desk, one)
        except CannotAct as why:
            raise AssertionError(f"{one} cannot be done: {why}") from None
    for _ in range(5):
        # Whatever the desk still had to do is done; then nobody does anything any more.
        for doing in list(desk.doing):
            desk.comes_of(doing, ACTIONS[doing.action][0], {})
        desk.passes(timedelta(days=10))
    assert desk.context.holder != "bot", "a silent customer is let go or has a person"


WALK = {
    "scenario": st.sampled_from(SCENARIOS),
    "language": st.sampled_from(LANGUAGES),
    "channel": st.sampled_from(CHANNELS),
    "facts": FACTS,
    "acts": st.lists(ACTS, max_size=12),
}


@settings(max_examples=200, deadline=None)
@given(**WALK)
def test_a_walk_from_any_scenario_is_whole_and_ends_or_reaches_a_person(
    scenario: str, language: str, channel: str, facts: dict[str, object], acts: list[Act | int]
) -> None:
    _walk(scenario, Given(channel=channel, language=language, facts=facts), acts)


@pytest.mark.long
@settings(max_examples=6_000, deadline=None)
@given(**{**WALK, "acts": st.lists(ACTS, min_size=5, max_size=40)})
def test_long_walks_are_whole_and_end_or_reach_a_person(
    scenario: str, language: str, channel: str, facts: dict[str, object], acts: list[Act | int]
) -> None:
    _walk(scenario, Given(channel=channel, language=language, facts=facts), acts)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_begins_well_in_every_language_on_both_channels(
    scenario: str, language: str, channel: str
) -> None:
    _walk(scenario, Given(channel=channel, language=language), [0, 1, 2, 0, 1, 0])

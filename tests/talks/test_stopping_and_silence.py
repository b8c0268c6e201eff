"""Stop in every language; what time does: reminders, silence after a price, old timers, clocks that go back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scenarios.engine.beginnings import STOPPED
from scenarios.engine.customer import ASKS_TO_STOP
from scenarios.engine.records import TimerRow
from tests.driver import CHANNELS, LANGUAGES, Desk, book, questions, said_in
from tests.talks.words import GREETING, STOP


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_works_at_once_in_every_language(language: str, channel: str) -> None:
    desk = Desk.asking("new", "price", language, channel)
    desk.customer.says(STOP[language])
    said = desk.bot_said(STOPPED)
    assert not said.choices
    assert desk.context.opted_out
    assert desk.happened("opted_out") == [channel]
    desk.passes(days=30)
    assert desk.everything_said == [said], "nothing more is sent"


@pytest.mark.parametrize(("scenario", "step"), questions())
def test_stop_works_at_every_question(scenario: str, step: str) -> None:
    desk = Desk.asking(scenario, step)
    desk.customer.says("STOP")
    desk.bot_said(STOPPED)
    assert (desk.context.holder, desk.context.step) == ("closed", "")


def test_stop_may_be_the_first_and_the_last_word() -> None:
    desk = Desk()
    desk.customer.says("stop")
    desk.customer.says("stop")
    desk.bot_said(STOPPED)
    assert len(desk.happened("opted_out")) == 1
    assert desk.context.conversation == 0


def test_who_writes_again_after_stop_is_answered_and_may_be_written_to() -> None:
    desk = Desk.asking("new", "price")
    desk.customer.says("stop")
    desk.customer.says("hello")
    assert len(desk.bot_said().choices) >= 2
    assert not desk.context.opted_out
    desk.customer.says("stop")
    desk.customer.says("operator")
    desk.agent.commands("/close")
    desk.bot_said("Please rate us from 1 to 5.")


def test_stop_to_people_is_told_to_them_and_no_word_of_the_bot_follows() -> None:
    desk = Desk()
    desk.customer.says("operator")
    spoken = len(desk.everything_said)
    desk.customer.says("stop writing to me")
    desk.topic_said(ASKS_TO_STOP)
    desk.passes(hours=5)
    assert len(desk.everything_said) == spoken


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bot_reminds_once_and_lets_go_after_a_day(language: str) -> None:
    desk = Desk(language)
    desk.customer.says(GREETING[language])
    desk.passes(hours=2)
    desk.bot_said(said_in(language, "I am still here. Answer whenever it suits you."))
    desk.passes(days=2)
    assert len(desk.everything_said) == 2
    assert desk.context.holder == "closed"
    assert desk.happened("ended") == ["silence"]


def test_an_answer_cancels_the_reminder_of_its_question() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.passes(hours=1)
    desk.customer.taps("Fridge repair")
    desk.passes(hours=1, minutes=30)
    assert len(desk.everything_said) == 2
    desk.passes(minutes=30)
    assert len(desk.everything_said) == 3


def test_timers_of_older_questions_conversations_and_hands_do_nothing() -> None:
    desk = Desk()
    desk.customer.says("hello")
    old = list(desk.timers.values())
    desk.customer.taps("Fridge repair")
    old += desk.timers.values()
    desk.customer.says("hello")
    for timer in old:
        desk.fires(timer)
        assert desk.effects == [], "the same step is waited at, but the question is another"
    old += desk.timers.values()
    desk.customer.says("operator")
    old += desk.timers.values()
    desk.agent.says("here I am")
    for timer in old:
        before = desk.context
        desk.fires(timer)
        assert desk.effects == []
        assert desk.context == before
    desk.agent.commands("/close")
    for timer in old:
        desk.fires(timer)
        assert desk.effects == []


def test_a_timer_of_an_older_desk_without_its_data_does_nothing() -> None:
    desk = Desk()
    desk.customer.says("hello")
    for key in ("q0", "h0", "x", "album:agent:1", "album:customer:1"):
        desk.fires(TimerRow("t", "c1", key, desk.now, {"index": "0"}))
        assert desk.effects == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_goes_silent_after_a_price_is_hesitant_the_next_time(language: str) -> None:
    desk = Desk.asking("new", "hello", language)
    desk.customer.says("1")
    assert desk.context.price_told
    desk.passes(days=1)
    assert desk.context.holder == "closed"
    desk.customer.says(GREETING[language])
    assert (desk.context.segment, desk.context.segment_reason) == ("hesitant", "silent")
    desk.bot_said(said_in(language, "What is holding you back?"))


def test_who_goes_silent_before_a_price_is_not() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.passes(days=1)
    desk.customer.says("hello")
    assert desk.context.segment == "new"


def test_a_price_of_an_earlier_conversation_makes_nobody_hesitant() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.taps("Fridge repair")
    desk.customer.says("operator")
    desk.agent.commands("/close")
    desk.customer.says("hello")
    desk.passes(days=1)
    desk.customer.says("hello")
    assert desk.context.segment == "repeat"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_was_helped_before_is_a_returning_customer(language: str) -> None:
    desk = Desk(language, known={"resolved": 1, "language": language})
    desk.customer.says(GREETING[language])
    assert (desk.context.segment, desk.context.segment_reason) == ("repeat", "visits")
    assert len(desk.bot_said(said_in(language, "Hello! Good to hear from you again.")).choices) >= 2


def test_nothing_is_sent_to_who_has_blocked_us() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.blocks()
    desk.passes(days=2)
    assert len(desk.everything_said) == 1
    desk.customer.blocks(False)
    desk.customer.says("hello")
    desk.bot_said()


@pytest.mark.parametrize("back", [timedelta(hours=3), timedelta(days=400)])
def test_a_clock_that_goes_back_stops_nothing(back: timedelta) -> None:
    desk = Desk(facts={"free_days": None})
    desk.customer.says("hello")
    said = desk.bot_said()
    desk.customer.taps("Fridge repair", of=said)
    desk.now -= back
    desk.customer.taps("Yes, please come")
    desk.customer.taps("Fridge repair", of=said)
    desk.bot_said("Which day and time suit you?")
    desk.customer.says("tomorrow")
    desk.customer.says("Main street 5")
    assert desk.context.holder == "waiting"
    desk.agent.says("ok")
    desk.agent.commands("/close")
    desk.customer.taps("5 ⭐ Excellent")
    assert desk.context.last_rating == 5


def test_every_question_says_what_happens_when_nobody_answers() -> None:
    for scenario, step in questions():
        wait = book().scenarios[scenario].steps[step].wait
        assert wait.silent or book().scenarios[scenario].silent, f"{scenario}.{step}"

"""A person on demand at every step, in one message; the times a customer is told; how a wait feels."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from scenarios.engine.hours import DAYS, ENOUGH_ANSWERS, STEPS, told_wait
from scenarios.engine.phrases import Phrase
from scenarios.engine.step import STILL_WAITING
from tests.driver import CHANNELS, LANGUAGES, MONDAY_NOON, ZONE, Desk, business, questions, said_in
from tests.talks.words import NONSENSE, PERSON, STOP, UNHAPPY, WARRANTY

COMING = "A person will answer you here in about {minutes} minutes."
CLOSED = "We are closed right now. We open {opens}, and a person will write to you here then."
FORGOTTEN = (
    "We have not forgotten you. A colleague will write here as soon as their hands are free. Thank you for waiting."
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("scenario", "step"), questions())
def test_a_person_comes_at_every_question_in_every_language_in_one_message(
    scenario: str, step: str, language: str
) -> None:
    for said in (*PERSON[language], said_in(language, "Talk to a person", "person")):
        desk = Desk.asking(scenario, step, language)
        desk.customer.says(said)
        desk.bot_said(said_in(desk.context.language, COMING, minutes=15))
        assert desk.context.holder == "waiting", said
        assert len(desk.topic_letters("open")) == 1


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(("scenario", "step"), questions("new", "hesitant", "repeat", "unhappy"))
def test_every_question_offers_a_person_beside_its_answers_and_the_tap_is_enough(
    scenario: str, step: str, channel: str
) -> None:
    desk = Desk.asking(scenario, step, "ru", channel)
    desk.customer.says(WARRANTY["ru"] if step != "sorry" else "?")
    if desk.context.step == step:
        desk.customer.taps("Позвать человека")
    else:
        desk.customer.says("оператор")
    assert desk.context.holder == "waiting"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_may_be_the_first_word(language: str) -> None:
    desk = Desk(language)
    desk.customer.says(PERSON[language][-1])
    desk.bot_said(said_in(language, COMING, minutes=15))
    assert (desk.context.holder, desk.context.desk) == ("waiting", "sales")


def test_the_button_of_an_older_question_calls_a_person_too() -> None:
    desk = Desk()
    desk.customer.says("hello")
    old = desk.bot_said()
    desk.customer.taps("Fridge repair")
    desk.customer.taps("Talk to a person", of=old)
    assert desk.context.holder == "waiting"


def test_the_button_calls_a_person_even_when_the_conversation_is_over() -> None:
    desk = Desk()
    desk.customer.says("hello")
    old = desk.bot_said()
    desk.passes(days=2)
    desk.customer.taps("Talk to a person", of=old)
    assert (desk.context.holder, desk.context.conversation) == ("waiting", 2)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minutes", STEPS)
def test_the_time_is_told_in_minutes_and_in_digits(minutes: int, language: str) -> None:
    desk = Desk(language, wait_minutes=minutes)
    desk.customer.says(PERSON[language][0])
    assert re.findall(r"\d+", desk.bot_said().text) == [str(minutes)]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, 5), (300, 5), (301, 10), (700, 15), (1200, 20), (1201, 30), (1900, 45), (3000, 60), (9e4, 60)],
)
def test_the_desks_own_figure_is_rounded_up_to_a_step(seconds: float, told: int) -> None:
    assert told_wait([seconds] * ENOUGH_ANSWERS, 15) == told


def test_the_default_is_told_until_twenty_handoffs_were_answered() -> None:
    assert told_wait([60.0] * 19, 15) == 15
    assert told_wait([60.0] * 20, 15) == 5
    assert told_wait([], 12) == 15


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("local", "opens"),
    [
        (datetime(2026, 11, 23, 6, 0, tzinfo=ZONE), "today at {time}"),
        (datetime(2026, 11, 23, 21, 0, tzinfo=ZONE), "tomorrow at {time}"),
        (datetime(2026, 12, 31, 22, 0, tzinfo=ZONE), "on {day} at {time}"),
        (datetime(2027, 9, 1, 12, 0, tzinfo=ZONE), "tomorrow at {time}"),
    ],
    ids=["early", "late", "before a holiday", "on a holiday"],
)
def test_outside_opening_hours_the_topic_opens_and_the_customer_is_told_when_the_desk_does(
    local: datetime, opens: str, language: str
) -> None:
    desk = Desk(language, at=local.astimezone(UTC))
    desk.customer.says(PERSON[language][0])
    when = Phrase(opens).having(time="9:00", day=DAYS[date(2027, 1, 2).weekday()])
    desk.bot_said(said_in(language, CLOSED, opens=when))
    assert [letter.op for letter in desk.topic_letters("open")] == ["open"]


def test_a_desk_that_is_closed_for_days_names_the_day() -> None:
    week = {day: span for day, span in business().hours.week.items() if day in ("mon", "thu")}
    shop = replace(business(), hours=replace(business().hours, week=week))
    desk = Desk(at=MONDAY_NOON + timedelta(hours=10), shop=shop)
    desk.customer.says("operator")
    desk.bot_said("on Thursday at 9:00")


# -- while waiting ---------------------------------------------------------------------------------


def _waiting(language: str = "en", at: datetime = MONDAY_NOON) -> Desk:
    desk = Desk(language, at=at)
    desk.customer.says("/start")
    desk.customer.says(PERSON[language][0])
    return desk


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [WARRANTY, NONSENSE, UNHAPPY, STOP], ids=["asks", "nonsense", "angry", "stop"])
def test_while_waiting_the_bot_is_silent_and_the_words_go_to_the_topic(words: dict[str, str], language: str) -> None:
    desk = _waiting(language)
    desk.customer.says(words[language])
    assert desk.is_silent
    assert desk.mirrored == [words[language]]


def test_while_waiting_a_call_for_a_person_and_its_button_get_the_time_again() -> None:
    desk = Desk()
    desk.customer.says("hello")
    said = desk.bot_said()
    desk.customer.says("operator")
    desk.customer.says("operator!!!")
    desk.bot_said("in about 15 minutes")
    desk.passes(minutes=1)
    desk.customer.taps("Talk to a person", of=said)
    desk.bot_said("in about 15 minutes")
    assert desk.mirrored == ["operator!!!", "Talk to a person"]


def test_what_was_said_before_the_handoff_is_in_its_history_and_not_mirrored() -> None:
    desk = _waiting()
    assert desk.mirrored == []
    assert desk.topic_letters("history")[0].payload["until_event"] == desk.turn.event


@pytest.mark.parametrize("kind", ["photo", "voice", "document", "place", "contact", "sticker"])
def test_every_kind_of_message_is_mirrored_exactly_once(kind: str) -> None:
    desk = _waiting()
    desk.customer.sends(kind)
    desk.passes(seconds=5)
    assert len(desk.mirrored) == 1
    assert desk.is_silent


def test_start_while_waiting_goes_to_the_people_and_begins_nothing() -> None:
    desk = _waiting()
    desk.customer.says("/start")
    assert desk.is_silent
    assert desk.context.holder == "waiting"
    assert desk.mirrored == ["/start"]


def test_a_managers_command_while_waiting_is_audited_and_the_bot_stays_silent() -> None:
    desk = _waiting()
    desk.customer.says("/stats")
    assert desk.is_silent
    assert desk.audit == ["tried /stats"]
    assert desk.mirrored == ["/stats"]


def test_a_customer_who_becomes_unhappy_while_waiting_is_shown_as_unhappy() -> None:
    desk = _waiting()
    desk.customer.says(UNHAPPY["en"])
    assert desk.context.segment == "unhappy"
    assert len(desk.happened("complained")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wait_that_gets_long_is_told_to_the_customer_and_to_the_desk(language: str) -> None:
    desk = _waiting(language)
    desk.passes(minutes=15)
    desk.bot_said(said_in(language, FORGOTTEN))
    desk.topic_said(STILL_WAITING)


def test_nobody_is_told_of_a_wait_outside_opening_hours_but_when_the_desk_has_been_open_that_long() -> None:
    desk = _waiting(at=datetime(2026, 11, 23, 20, 50, tzinfo=ZONE).astimezone(UTC))
    spoken = len(desk.everything_said)
    desk.passes(hours=12)
    assert len(desk.everything_said) == spoken
    assert desk.told == []
    desk.passes(minutes=25)
    desk.bot_said(FORGOTTEN)
    assert desk.now.astimezone(ZONE).strftime("%H:%M") == "09:15"


def test_a_wait_that_ended_is_not_spoken_of() -> None:
    desk = _waiting()
    timer = next(iter(desk.timers.values()))
    desk.agent.says("Hello, this is Otabek")
    assert desk.timers == {}
    desk.fires(timer)
    assert desk.effects == []

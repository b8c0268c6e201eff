"""Commands, stop, a person; unhappiness; an answer; hesitation; detours; unclear: each before its neighbour."""

from __future__ import annotations

import pytest

from scenarios.engine.answering import NOT_FOR_YOU
from scenarios.engine.beginnings import STOPPED
from tests.driver import LANGUAGES, Desk, label_of, said_in
from tests.talks.words import HESITANT, NONSENSE, PERSON, STOP, UNHAPPY, WARRANTY

SORRY = "I am truly sorry. This should not have happened, and we will put it right."


def test_a_command_comes_before_stop() -> None:
    desk = Desk()
    desk.customer.says("/stats stop writing to me")
    desk.bot_said(NOT_FOR_YOU.having(business="Ozoda Uy"))
    assert not desk.context.opted_out


def test_start_comes_before_a_person() -> None:
    desk = Desk()
    desk.customer.says("/start operator")
    assert desk.context.holder == "bot"


@pytest.mark.parametrize(
    "text", ["to'xtating, operator kerak", "тоқтатыңыз, оператор керек", "stop the bot, give me a human"]
)
def test_stop_in_a_sentence_that_asks_for_a_person_is_kept_and_the_person_is_called(text: str) -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.says(text)
    desk.bot_said(STOPPED)
    assert desk.context.opted_out
    assert desk.context.holder == "waiting"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_person_comes_before_unhappiness_and_takes_the_apology_along(language: str) -> None:
    desk = Desk(language)
    desk.customer.says(f"{UNHAPPY[language]}. {PERSON[language][-1]}")
    desk.bot_said(said_in(language, SORRY))
    assert desk.context.holder == "waiting"
    assert desk.context.segment == "unhappy"
    assert desk.context.desk == "support"


@pytest.mark.parametrize("language", LANGUAGES)
def test_unhappiness_comes_before_an_answer(language: str) -> None:
    desk = Desk.asking("new", "describe", language)
    desk.customer.says(UNHAPPY[language])
    desk.bot_said(said_in(language, SORRY))
    assert "need" not in desk.context.slots


@pytest.mark.parametrize("language", LANGUAGES)
def test_unhappiness_comes_before_a_label_in_the_same_message(language: str) -> None:
    desk = Desk.asking("hesitant", "barrier", language)
    desk.customer.says(f"{label_of('hesitant', 'barrier', 'price', language)}, {UNHAPPY[language]}")
    desk.bot_said(said_in(language, SORRY))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_comes_before_hesitation(language: str) -> None:
    desk = Desk.asking("booking", "when", language)
    desk.customer.says(HESITANT[language])
    assert desk.context.step == "where"
    assert desk.context.slots["when"]["key"] == HESITANT[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_comes_before_the_detour_of_the_same_word(language: str) -> None:
    desk = Desk.asking("hesitant", "barrier", language)
    desk.customer.says(label_of("hesitant", "barrier", "price", language))
    assert desk.context.slots["barrier"]["key"] == "price"
    assert desk.context.step == "offer"


@pytest.mark.parametrize("language", LANGUAGES)
def test_hesitation_is_heard_only_after_the_answer_failed(language: str) -> None:
    desk = Desk.asking("new", "price", language)
    desk.customer.says(HESITANT[language])
    assert (desk.context.scenario, desk.context.step) == ("hesitant", "barrier")
    assert desk.context.segment == "hesitant"
    assert desk.context.slots["service"]["key"] == "fridge", "what was answered is not asked again"


def test_hesitation_comes_before_a_detour() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.says("what are your prices, it must be too expensive for me, let me think it over")
    assert desk.context.scenario == "hesitant"
    assert "Our prices" not in desk.bot_said().text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_detour_comes_before_unclear_and_the_question_is_asked_again(language: str) -> None:
    desk = Desk.asking("new", "hello", language)
    for _ in range(3):
        desk.customer.says(WARRANTY[language])
        said = desk.bot_said(said_in(language, "What can we help you with?"))
        assert said.text.index(said_in(language, "What can we help you with?")) > 0
    assert desk.context.tries == 0


def test_a_question_of_the_customers_own_is_answered_where_words_are_asked_for() -> None:
    desk = Desk.asking("booking", "when")
    desk.customer.says("is there a warranty?")
    desk.bot_said("Our warranty", "Which day and time suit you?")
    assert "when" not in desk.context.slots


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_messages_that_are_not_understood_lead_to_a_person(language: str) -> None:
    desk = Desk.asking("new", "hello", language)
    desk.customer.says(NONSENSE[language])
    unclear = "Sorry, I did not quite get that. Please choose what comes closest, or tap “Talk to a person”."
    assert len(desk.bot_said(said_in(language, unclear)).choices) >= 2
    desk.customer.says(NONSENSE[language])
    assert desk.context.holder == "waiting"
    assert desk.happened("missed") == ["hello"]


def test_a_miss_a_detour_and_a_miss_are_two_misses() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.says("qwrtp zxcvb")
    desk.customer.says("is there a warranty?")
    desk.customer.says("qwrtp zxcvb")
    assert desk.context.holder == "waiting"


def test_a_miss_at_one_question_does_not_count_at_the_next() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.says("qwrtp zxcvb")
    desk.customer.says("Fridge repair")
    desk.customer.says("qwrtp zxcvb")
    assert desk.context.holder == "bot"


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_comes_before_unhappiness(language: str) -> None:
    desk = Desk.asking("new", "hello", language)
    desk.customer.says(f"{STOP[language]}, {UNHAPPY[language]}")
    assert desk.context.opted_out
    desk.bot_said(STOPPED)

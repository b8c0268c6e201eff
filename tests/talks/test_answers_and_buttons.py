"""Answers: labels in any language, numbers, synonyms, taps; old buttons, double taps, what the history keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.driver import CHANNELS, LANGUAGES, Desk, book, label_of, questions, said_in


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tapped_label_is_in_the_history_as_the_customers_words(language: str, channel: str) -> None:
    desk = Desk(language, channel)
    desk.customer.says("/start")
    label = desk.bot_said().labels[0]
    desk.customer.taps(label)
    line = list(desk.lines.values())[-2]
    assert (line.author, line.content.text, line.tapped) == ("customer", label, True)


def test_a_tap_whose_label_the_messenger_does_not_tell_is_in_the_history_all_the_same() -> None:
    desk = Desk("ru")
    desk.customer.says("/start")
    data = desk.bot_said().choices["Ремонт холодильника"]
    desk.customer.presses(data, label="")
    assert desk.customer.tapped == ["Ремонт холодильника"]
    desk.customer.presses(desk.bot_said().choices["Позвать человека"], label="")
    assert desk.customer.tapped[-1] == "Позвать человека"


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("typed", LANGUAGES)
def test_a_label_may_be_typed_in_any_language(spoken: str, typed: str) -> None:
    desk = Desk.asking("new", "price", spoken)
    desk.customer.says(label_of("new", "price", "exact", typed))
    assert desk.context.step == "exact"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_every_question_is_understood_when_typed(language: str) -> None:
    for scenario, step in questions():
        desk = Desk.asking(scenario, step, language)
        for key in [candidate for candidate in _keys(desk) if scenario != "feedback"]:
            one = Desk.asking(scenario, step, language)
            one.customer.says(_label(one, key))
            moved = (one.context.scenario, one.context.step, one.context.holder)
            assert moved != (scenario, step, "bot"), f"{scenario}.{step}: {key} was not understood in {language}"
            assert one.context.tries == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("score", ["1", "2", "3", "4", "5"])
def test_a_rating_may_be_a_number_stars_or_its_label(score: str, language: str) -> None:
    whole = label_of("feedback", "rate", score, language)
    for text in (score, "⭐" * int(score), whole, whole.split(maxsplit=2)[2], f"{score}/5", f" {score}! "):
        desk = Desk.asking("feedback", "rate", language)
        desk.customer.says(text)
        assert desk.happened("rated") == [score], text


@pytest.mark.parametrize("text", ["6", "0", "55", "5 konditsioner tozalash kerak", "1 2", "٧", "፩", "⭐⭐⭐⭐⭐⭐"])
def test_other_numbers_are_no_rating_and_begin_a_conversation(text: str) -> None:
    desk = Desk.asking("feedback", "rate", "en")
    desk.customer.says(text)
    assert desk.happened("rated") == []
    assert desk.context.conversation == 2
    assert desk.context.holder == "bot"


@pytest.mark.parametrize(("text", "step"), [("1", "day"), ("2", "exact"), ("3", "barrier"), ("2.", "exact")])
def test_the_number_of_an_answer_is_an_answer(text: str, step: str) -> None:
    desk = Desk.asking("new", "price")
    desk.customer.says(text)
    assert desk.context.step == step


def test_the_number_after_the_answers_is_the_person() -> None:
    desk = Desk.asking("new", "price")
    desk.customer.says("4")
    assert desk.context.holder == "waiting"


@pytest.mark.parametrize("text", ["0", "5", "99", "፩", "١٢٣", "³³³"])
def test_a_number_that_no_answer_has_is_unclear(text: str) -> None:
    desk = Desk.asking("new", "price")
    desk.customer.says(text)
    desk.bot_said("Sorry, I did not get that.")


@pytest.mark.parametrize("text", ["холодильник", "muzlatkich", "тоңазытқыш", "My fridge is broken", "xolodilnik"])
def test_a_synonym_is_an_answer_in_any_language(text: str) -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.says(text)
    assert desk.context.slots["service"]["key"] == "fridge"


def test_words_that_name_two_answers_are_unclear() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.says("the fridge and the sofa")
    desk.bot_said("Sorry, I did not quite get that.")


def test_a_stale_button_gets_the_present_question_again_and_never_its_old_action() -> None:
    desk = Desk()
    desk.customer.says("hello")
    old = desk.bot_said()
    desk.customer.taps("Fridge repair")
    desk.customer.taps("Window washing", of=old)
    desk.bot_said("Fridge repair: from", "Shall we come to you?")
    assert desk.context.slots["service"]["key"] == "fridge"


def test_asking_again_keeps_the_questions_number_so_that_its_older_buttons_count() -> None:
    desk = Desk()
    desk.customer.says("hello")
    first = desk.bot_said()
    desk.customer.says("is there a warranty?")
    desk.customer.taps("Fridge repair", of=first)
    assert desk.context.step == "price"


def test_a_button_of_an_earlier_conversation_gets_the_present_question() -> None:
    desk = Desk()
    desk.customer.says("hello")
    old = desk.bot_said()
    desk.customer.says("operator")
    desk.agent.commands("/close")
    desk.customer.says("hello again, something new")
    desk.customer.taps("Fridge repair", of=old)
    assert "service" not in desk.context.slots
    assert len(desk.bot_said().choices) >= 2


def test_an_old_button_after_everything_is_over_begins_anew() -> None:
    desk = Desk()
    desk.customer.says("hello")
    old = desk.bot_said()
    desk.passes(days=3)
    assert desk.context.holder == "closed"
    desk.customer.taps("Fridge repair", of=old)
    assert desk.context.conversation == 2
    assert len(desk.bot_said().choices) >= 2


@pytest.mark.parametrize("data", ["", ":", "1:1", "x:y:z", "1:1:nothing", "1:1:" + "ж" * 500, "9:9:fridge", "1:1:1:1"])
def test_data_that_no_button_of_ours_carries_get_the_question_again(data: str) -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.presses(data, "?")
    desk.bot_said("What can we help you with?")


@pytest.mark.parametrize("seconds", [0, 3, -2])
def test_a_double_tap_does_nothing(seconds: int) -> None:
    desk = Desk()
    desk.customer.says("hello")
    said = desk.bot_said()
    desk.customer.taps("Fridge repair", of=said)
    before = desk.context
    desk.now += timedelta(seconds=seconds)
    desk.customer.taps("Fridge repair", of=said)
    assert desk.effects == []
    assert desk.context == before


def test_the_second_of_two_different_taps_on_one_question_is_stale() -> None:
    desk = Desk()
    desk.customer.says("hello")
    said = desk.bot_said()
    desk.customer.taps("Fridge repair", of=said)
    desk.customer.taps("Sofa and carpet cleaning", of=said)
    desk.bot_said("Fridge repair: from")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_message_never_carries_more_than_one_question_of_each_kind(language: str) -> None:
    desk = Desk(language)
    desk.customer.says("/start")
    said = desk.bot_said()
    assert len(set(said.labels)) == len(said.labels)
    assert all(len(data.encode()) <= 64 for data in said.choices.values())
    assert said.labels[-1] == said_in(language, "Talk to a person", "person")


def _keys(desk: Desk) -> list[str]:
    wait = book().scenarios[desk.context.scenario].steps[desk.context.step].wait
    return [answer.key for answer in wait.answers]


def _label(desk: Desk, key: str) -> str:
    return label_of(desk.context.scenario, desk.context.step, key, desk.context.language)

"""The first answer: one message in one language with choices, and what `/start` and greetings begin."""

from __future__ import annotations

import pytest

from scenarios.engine.answering import MANAGER_COMMANDS, NOT_FOR_YOU
from tests.driver import CHANNELS, LANGUAGES, Desk, business, said_in
from tests.talks.words import GREETING, HESITANT, NONSENSE, PERSON, UNHAPPY, WARRANTY

HELLO = "Hello! This is {business}."


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_answer_is_one_message_in_the_customers_language_with_choices(language: str, channel: str) -> None:
    desk = Desk("de", channel)
    desk.customer.says(GREETING[language])
    said = desk.bot_said(said_in(language, HELLO, business=business().name))
    assert desk.context.language == language
    assert len(said.choices) >= 2
    assert desk.turn is not None
    assert [letter.op for letter in desk.turn.letters] == ["say"], "one message, and nothing else is sent"


@pytest.mark.parametrize("language", LANGUAGES)
def test_start_takes_the_language_of_the_messenger(language: str) -> None:
    desk = Desk(language)
    desk.customer.says("/start ad_7")
    said = desk.bot_said(said_in(language, HELLO, business=business().name))
    assert len(said.choices) >= 2
    assert desk.context.source == "ad_7"


@pytest.mark.parametrize("start", ["/start", "/start@ozoda_bot x", "/START"])
def test_start_of_a_messenger_in_a_foreign_language_takes_the_default(start: str) -> None:
    desk = Desk("de", default_language="kk")
    desk.customer.says(start)
    assert desk.context.language == "kk"
    desk.bot_said(said_in("kk", HELLO, business=business().name))


def test_a_first_message_in_words_takes_their_language_and_not_the_messengers() -> None:
    desk = Desk("en")
    desk.customer.says("Ассалому алайкум, совуткич бузилди")
    assert desk.context.language == "uz_Cyrl"


def test_a_message_that_tells_no_language_takes_the_messengers() -> None:
    desk = Desk("kk")
    desk.customer.says("+")
    assert desk.context.language == "kk"


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", [HESITANT, UNHAPPY, WARRANTY, NONSENSE], ids=["weighs", "angry", "asks", "nonsense"])
def test_whatever_comes_first_is_answered_with_one_message_and_choices(
    words: dict[str, str], language: str, channel: str
) -> None:
    desk = Desk(language, channel)
    desk.customer.says(words[language])
    said = desk.bot_said()
    assert desk.context.language == language
    assert len(said.choices) >= 2


@pytest.mark.parametrize("kind", ["photo", "voice", "video_note", "document", "sticker", "contact", "place", "unread"])
def test_a_first_message_without_words_is_answered_with_choices(kind: str) -> None:
    desk = Desk("ru", "whatsapp")
    desk.customer.sends(kind)
    assert len(desk.bot_said().choices) >= 2


def test_a_first_question_is_answered_before_the_bot_asks_its_own() -> None:
    desk = Desk()
    desk.customer.says("is there a warranty?")
    said = desk.bot_said("Our warranty:", "Repairs have a 6-month warranty", "What can we help you with?")
    assert said.text.index("Our warranty") < said.text.index("What can we help")


@pytest.mark.parametrize("beginning", ["/start", "/menu", "hello", "salom"])
def test_a_greeting_and_start_begin_anew_and_never_count_as_a_miss(beginning: str) -> None:
    desk = Desk()
    desk.customer.says("hello")
    for _ in range(5):
        desk.customer.says(beginning)
        assert desk.context.holder == "bot"
        assert desk.context.step == "hello"
        assert len(desk.bot_said().choices) >= 2
    assert desk.context.conversation == 1


def test_a_greeting_forgets_the_answers_so_far() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.taps("Fridge repair")
    assert "service" in desk.context.slots
    desk.customer.says("hello")
    desk.bot_said("What can we help you with?")
    assert desk.context.slots == {}


def test_a_greeting_between_two_misses_starts_the_count_anew() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.says("qwrtp zxcvb")
    desk.customer.says("hello")
    desk.customer.says("qwrtp zxcvb")
    assert desk.context.holder == "bot"


@pytest.mark.parametrize(
    ("asked", "language"),
    [("по-русски", "ru"), ("in english please", "en"), ("oʻzbekcha", "uz"), ("қазақша", "kk")],
)
def test_the_language_is_changed_by_a_word_and_the_question_asked_again(asked: str, language: str) -> None:
    desk = Desk()
    desk.customer.says("/start")
    desk.customer.says(asked)
    said = desk.bot_said(said_in(language, "What can we help you with?"))
    assert len(said.choices) >= 2
    desk.customer.says("ok")
    assert desk.context.language == language


def test_who_asks_for_a_language_and_is_unhappy_gets_both() -> None:
    desk = Desk("uz")
    desk.customer.says("/start")
    desk.customer.says("говорите по-русски, ужасный сервис")
    desk.bot_said(said_in("ru", "I am truly sorry. This should not have happened, and we will put it right."))


@pytest.mark.parametrize("command", sorted(MANAGER_COMMANDS))
def test_a_managers_command_of_a_customer_is_refused_politely_and_audited(command: str) -> None:
    desk = Desk()
    desk.customer.says(f"/{command} today")
    said = desk.bot_said(NOT_FOR_YOU.having(business="Ozoda Uy"))
    assert len(said.choices) >= 2
    assert desk.audit == [f"tried /{command}"]


def test_a_refused_command_does_not_lose_the_question() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.taps("Fridge repair")
    desk.customer.says("/stats@ozoda_bot")
    desk.bot_said("managers", "Shall we come to you?")
    assert desk.context.tries == 0


@pytest.mark.parametrize("text", ["// {}", "//{}", "/unknown {}", "/close {}", "/take {}"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customers_strokes_and_unknown_commands_are_ordinary_text(language: str, text: str) -> None:
    desk = Desk("en" if language != "en" else "ru")
    desk.customer.says(text.format(PERSON[language][-1]))
    assert desk.context.holder == "waiting"
    assert desk.context.language == language


def test_an_unknown_command_is_an_answer_where_words_are_asked_for() -> None:
    desk = Desk.asking("new", "describe")
    desk.customer.says("/fix the // door")
    assert desk.context.step == "soon"
    assert desk.context.slots["need"]["key"] == "/fix the // door"

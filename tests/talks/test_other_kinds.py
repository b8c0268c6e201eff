"""Messages that are no plain words: voice, files, places; huge texts and odd Unicode."""

from __future__ import annotations

import pytest

from scenarios.engine.beginnings import CANNOT_LISTEN, CANNOT_READ, KEPT
from tests.driver import CHANNELS, LANGUAGES, Desk, questions, said_in
from tests.talks.words import PERSON

ODD = [
    "a" * 100_000,
    "👍" * 50_000,
    "operator " * 11_000,
    "\n" * 100_000,
    "х" * 99_999 + "?",
    "\u202e\u202d \u200b\u200d",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
    "{name} {business} %s %(x)s {0.__class__}",
    "<b>bold</b> & *star* _under_ [link](tg://user?id=1)",
    "፩",
    "①②③",
    "\ufeffhello",
    "",
    " ",
    "/",
    "//",
    "/@",
    "\x85\x1c",
    "𝓸𝓹𝓮𝓻𝓪𝓽𝓸𝓻",
    "ﷺ" * 3000,
]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["voice", "video_note"])
def test_a_voice_or_video_note_is_not_listened_to_and_a_person_is_offered_at_every_question(
    kind: str, language: str, channel: str
) -> None:
    for scenario, step in questions("new", "hesitant", "repeat", "unhappy"):
        desk = Desk.asking(scenario, step, language, channel)
        desk.customer.sends(kind)
        said = desk.bot_said(CANNOT_LISTEN)
        assert said_in(language, "Talk to a person", "person") in said.choices, f"{scenario}.{step}"
        assert desk.context.tries == 0


def test_a_voice_note_after_everything_is_over_begins_anew_with_a_person_beside() -> None:
    desk = Desk()
    desk.customer.sends("voice")
    assert "Talk to a person" in desk.bot_said(CANNOT_LISTEN).choices


def test_a_voice_note_with_words_is_answered_by_its_words_too() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.sends("voice", caption="fridge")
    desk.bot_said(CANNOT_LISTEN, "Shall we come to you?")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["photo", "document", "video", "contact", "sticker", "animation"])
def test_a_file_is_kept_and_the_question_asked_again(kind: str, language: str) -> None:
    desk = Desk.asking("new", "describe", language)
    desk.customer.sends(kind)
    said = desk.bot_said(KEPT)
    assert said_in(language, "Talk to a person", "person") in said.choices
    assert desk.context.step == "describe"


def test_a_caption_is_the_answer() -> None:
    desk = Desk.asking("new", "describe")
    desk.customer.sends("photo", caption="the door is broken")
    assert desk.context.slots["need"]["key"] == "the door is broken"
    assert desk.context.step == "soon"


def test_a_caption_may_ask_for_a_person() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.sends("photo", caption="operator kerak")
    assert desk.context.holder == "waiting"


def test_a_place_is_an_answer_where_words_are_asked_for_and_kept_elsewhere() -> None:
    desk = Desk.asking("booking", "where")
    desk.customer.sends("place")
    assert desk.context.slots["where"]["key"] == "41.30000, 69.24000"
    desk = Desk.asking("new", "hello")
    desk.customer.sends("place")
    desk.bot_said(KEPT)


def test_what_cannot_be_read_is_said() -> None:
    desk = Desk.asking("new", "hello")
    desk.customer.sends("unread")
    desk.bot_said(CANNOT_READ, "What can we help you with?")


def test_an_album_is_answered_once_a_second_after_its_last_item() -> None:
    desk = Desk.asking("new", "hello")
    for _ in range(3):
        desk.customer.sends("photo", album="a1")
        assert desk.is_silent
        desk.passes(seconds=0.5)
    spoken = len(desk.everything_said)
    desk.passes(seconds=10)
    assert len(desk.everything_said) == spoken + 1
    assert [line.content.kind for line in desk.lines.values() if line.author == "customer"] == ["photo"] * 3


def test_the_words_of_an_album_are_the_answer() -> None:
    desk = Desk.asking("new", "describe")
    desk.customer.sends("photo", album="a1")
    desk.customer.sends("photo", caption="the door is broken", album="a1")
    desk.passes(seconds=1)
    assert desk.context.slots["need"]["key"] == "the door is broken"


def test_an_album_to_people_is_mirrored_item_by_item_and_before_what_follows_it() -> None:
    desk = Desk()
    desk.customer.says("operator")
    desk.customer.sends("photo", caption="one", album="a1")
    desk.customer.sends("photo", caption="two", album="a1")
    desk.customer.says("three")
    desk.passes(seconds=5)
    assert desk.mirrored == ["one", "two", "three"]


def test_an_album_just_before_a_handoff_is_in_its_history_and_not_mirrored() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.sends("photo", album="a1")
    desk.customer.says("operator")
    desk.passes(seconds=5)
    assert desk.mirrored == []


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize(
    ("scenario", "step"), [("new", "hello"), ("booking", "where"), ("unhappy", "phone"), ("feedback", "rate")]
)
def test_no_text_is_too_long_or_too_odd_and_the_next_message_works(scenario: str, step: str, text: str) -> None:
    desk = Desk.asking(scenario, step)
    desk.customer.says(text)
    if desk.context.holder != "waiting":
        assert len(desk.bot_said().text) < 4096
    assert len(desk.stored) < 5000
    desk.customer.says("operator")
    assert desk.context.holder == "waiting"
    assert len([line for line in desk.lines.values() if line.author == "customer"]) == 2


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_the_people_see_odd_texts_as_they_came_and_send_them_so(text: str) -> None:
    desk = Desk()
    desk.customer.says(PERSON["en"][0])
    desk.customer.says(text)
    assert desk.mirrored == [text]
    plain = not text.lstrip("\ufeff\x85\x1c ").startswith("//")
    desk.agent.says(text)
    assert desk.relayed == ([text] if plain else [])


@pytest.mark.parametrize("name", ["", "{business}", "А" * 5000, "<b>", "\u202eevil", "Aziza\nKarimova"])
def test_no_name_spoils_a_text(name: str) -> None:
    desk = Desk(name=name, known={"resolved": 1, "last_service": "fridge"})
    desk.customer.says("hello")
    said = desk.bot_said("Good to hear from you again.")
    assert len(said.text) < 1000
    assert "Hello, !" not in said.text

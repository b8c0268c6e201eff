"""What WhatsApp would show, shown on Telegram."""

from __future__ import annotations

import pytest

from bot.trial_look import WhatsAppLook
from handlers.ports import Outgoing
from handlers.template_message import TemplateMessage
from scenarios.engine.events import Content, Media, Spot
from tests.fakes import FakeChannel


@pytest.fixture
def telegram() -> FakeChannel:
    return FakeChannel(takes=0.0)


def choices(many: int, label: str = "Answer") -> tuple[tuple[str, str], ...]:
    return tuple((f"1:1:{n}", f"{label} {n}") for n in range(many))


async def _shown(telegram: FakeChannel, message: Outgoing) -> list[Outgoing]:
    await WhatsAppLook(telegram).send("4711", message)
    return list(telegram.sent)


@pytest.mark.parametrize(
    ("message", "words", "buttons"),
    [
        (Outgoing(Content("Hello")), "Hello", 0),
        (Outgoing(Content("Hello"), choices(3)), "Hello", 3),
        (Outgoing(Content("Hello"), choices(5), list_label="Choose"), "Hello\n\n☰ Choose", 5),
        (Outgoing(Content("Hello"), choices(12), pick="Answer with a number:"), "12. Answer 11", 0),
        (Outgoing(Content("Hello"), choices(3, "A label that no button shows"), list_label="Choose"), "1. A label", 0),
    ],
)
async def test_buttons_lists_and_numbers_are_those_of_whatsapp(
    telegram: FakeChannel, message: Outgoing, words: str, buttons: int
) -> None:
    (shown,) = await _shown(telegram, message)
    assert words in shown.content.text
    assert len(shown.choices) == buttons


async def test_a_long_text_comes_in_the_parts_that_whatsapp_takes(telegram: FakeChannel) -> None:
    shown = await _shown(telegram, Outgoing(Content("word " * 600), choices(3)))
    assert len(shown) > 1
    assert [bool(one.choices) for one in shown] == [False] * (len(shown) - 1) + [True]


async def test_after_its_24_hours_the_template_is_shown_with_its_buttons(telegram: FakeChannel) -> None:
    template = TemplateMessage("follow_up", "ru", ("Aida",), ("1:1:0", ""), "Aida, did you decide?")
    (shown,) = await _shown(telegram, Outgoing(Content("x"), choices(2), template=template))
    assert shown.content.text == "📄 follow_up\n\nAida, did you decide?"
    assert shown.choices == (("1:1:0", "Answer 0"),)


async def test_files_places_and_the_request_for_a_phone_are_shown(telegram: FakeChannel) -> None:
    photo = Outgoing(Content("Look", media=Media("photo", "telegram", "ref")))
    place = Outgoing(Content(spot=Spot(41.3, 69.24)))
    phone = Outgoing(Content("Your number?"), share_label="Share my number")
    for message in (photo, place, phone):
        await WhatsAppLook(telegram).send("4711", message)
    shown = list(telegram.sent)
    assert shown[0] == photo
    assert shown[1].content.spot == Spot(41.3, 69.24)
    assert shown[2].content.text == "Your number?"

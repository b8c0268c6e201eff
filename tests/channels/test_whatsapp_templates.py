"""The shipped templates over HTTP against the local WhatsApp: words are refused after a day, a template is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.channels.whatsapp.arrivals import Arrival
from bot.channels.whatsapp.parse import parse
from bot.channels.whatsapp.render import render
from bot.channels.whatsapp.send import WhatsAppChannel
from bot.playground.approved import approve
from bot.playground.whatsapp import Person, WhatsAppWorld, start
from bot.secret import Secret
from handlers.ports import Outgoing, Rejected, WindowClosed
from handlers.template_message import TemplateMessage
from scenarios.engine.events import ButtonPressed, Content, CustomerSaid
from tests.channels.whatsapp_world import AT, NUMBER, payload
from tests.shipped import business

TOKEN = "EAAlocalWhatsAppTokenThatNobodyMaySee"
TO = "p:998901112233"
DAY = 86_400.0
TEXT = "Здравствуйте, Айда! Это Ozoda Uy. Вы нам писали. Что решили? Если нужна помощь, мы здесь."


class Phone:
    """A customer's WhatsApp and the desk's channel."""

    def __init__(self, world: WhatsAppWorld, channel: WhatsAppChannel, person: Person) -> None:
        self.world, self.channel, self.person = world, channel, person

    async def gets(self, template: TemplateMessage) -> str:
        """Send a template in place of words; its id."""
        return (await self.channel.send(TO, Outgoing(Content(text="Что решили?"), template=template))).message


@pytest.fixture
async def phone() -> AsyncIterator[Phone]:
    world = WhatsAppWorld(token=TOKEN)
    world.switch(pair_rate=False, status_delay=0.0, refusals="response")
    approve(world, business())
    runner, base = await start(world, hang_seconds=1.0)
    person = world.add_user("Айда", "998901112233")
    world.say(person, "Салам")
    world.pass_time(2 * DAY)
    channel = WhatsAppChannel(Secret(TOKEN), world.phone_number_id, base, str)
    yield Phone(world, channel, person)
    await channel.close()
    await runner.cleanup()


def follow_up(language: str = "ru", values: tuple[str, ...] = ("Айда", "Ozoda Uy"), *buttons: str) -> TemplateMessage:
    """The shipped follow-up."""
    return TemplateMessage(
        "still_thinking", language, values, buttons or ("4:7:book", "4:7:question", "4:7:stop"), TEXT
    )


def test_it_is_what_meta_documents() -> None:
    assert render(Outgoing(Content(text="x"), (("a", "A"),), template=follow_up()), None, True) == [
        {
            "type": "template",
            "template": {
                "name": "still_thinking",
                "language": {"code": "ru"},
                "components": [
                    {
                        "type": "body",
                        "parameters": [{"type": "text", "text": "Айда"}, {"type": "text", "text": "Ozoda Uy"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "0",
                        "parameters": [{"type": "payload", "payload": "4:7:book"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "1",
                        "parameters": [{"type": "payload", "payload": "4:7:question"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "2",
                        "parameters": [{"type": "payload", "payload": "4:7:stop"}],
                    },
                ],
            },
        }
    ]


def test_one_without_values_and_buttons_has_no_components() -> None:
    bare = TemplateMessage("hello_world", "en_US", (), (), "Hello World")
    (whole,) = render(Outgoing(Content(text="x"), template=bare), None, True)
    assert whole["template"] == {"name": "hello_world", "language": {"code": "en_US"}}


async def test_words_are_refused_after_a_day_and_the_template_is_taken(phone: Phone) -> None:
    with pytest.raises(WindowClosed) as refused:
        await phone.channel.send(TO, Outgoing(Content(text="Что решили?")))
    assert refused.value.code == "131047"
    message = await phone.gets(follow_up())
    shown = phone.world.message(message)
    assert (shown.text, [button.title for button in shown.buttons]) == (
        TEXT,
        ["Запишите меня", "Есть вопрос", "Пока не нужно"],
    )


@pytest.mark.parametrize("language", ["uz", "kk", "ru", "en"])
async def test_it_is_approved_in_every_language_and_reads_as_the_business_file_says(
    phone: Phone, language: str
) -> None:
    message = await phone.gets(follow_up(language))
    words = (business().templates["still_thinking"].text.texts or {})[language]
    assert phone.world.message(message).text == words.replace("{name}", "Айда").replace("{business}", "Ozoda Uy")


async def test_a_tap_on_its_button_is_an_answer_to_our_question(phone: Phone) -> None:
    message = await phone.gets(follow_up())
    (pressed,) = tapped(phone, message, "Запишите меня")
    assert isinstance(pressed, ButtonPressed)
    assert (pressed.data, pressed.label) == ("4:7:book", "Запишите меня")


async def test_a_button_without_our_data_is_its_words(phone: Phone) -> None:
    message = await phone.gets(follow_up("ru", ("Айда", "Ozoda Uy"), "4:7:book", "", ""))
    (said,) = tapped(phone, message, "Есть вопрос")
    assert isinstance(said, CustomerSaid)
    assert said.content.text == "Есть вопрос"


async def test_a_template_that_meta_does_not_know_is_refused_for_good(phone: Phone) -> None:
    with pytest.raises(Rejected) as refused:
        await phone.gets(follow_up("fr"))
    assert refused.value.code.startswith("132001")


def tapped(phone: Phone, message: str, label: str) -> list[Arrival]:
    """What a tap on that button arrives as."""
    (button,) = [one for one in phone.world.message(message).buttons if one.title == label]
    hook = payload("quick_reply")
    heard = hook["entry"][0]["changes"][0]["value"]["messages"][0]
    heard["button"] = {"payload": button.id, "text": button.title}
    return parse(hook, NUMBER, AT)

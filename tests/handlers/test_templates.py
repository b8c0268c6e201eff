"""Templates: what goes in place of free words once a customer has been silent for too long to be written to freely."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from handlers.turns import write
from scenarios.engine.context import Context
from scenarios.engine.effects import Ask, Choice, Say, Template
from scenarios.engine.events import TimerFired
from scenarios.engine.phrases import verbatim
from scenarios.engine.records import Held, Letter
from tests.handlers.desk import CHAT, TEXTS, Around, business, letter
from tests.virtual import START, in_virtual_time

DAY = timedelta(hours=24)


def kept(language: str = "ru", name: str = "Айда", heard: timedelta = DAY, **known: Any) -> dict[str, Any]:
    """The payload of a follow-up's letter, heard of so long ago."""
    context = Context("C", "Айда", "whatsapp", "whatsapp:1:p:998", language=language, heard_at=START - heard, **known)
    form = business().templates["still_thinking"]
    choices = (
        Choice("4:7:stop", verbatim("Нет")),
        Choice("4:7:book", verbatim("Да")),
        Choice("4:7:person", verbatim("P")),
    )
    say = Say(
        (verbatim("Что решили?"),),
        Ask(choices),
        Template("still_thinking", form, {"name": name, "business": business().name}),
    )
    event = TimerFired("timer:1", START, "C", "l:x", {})
    turn = write(event, Held(context, 0), context, [say], TEXTS, "en", CHAT, "Desk")
    return dict(turn.letters[0].payload)


def follow_up(payload: dict[str, Any], to: str = "whatsapp:1:p:998") -> Letter:
    """A letter with it."""
    return letter("f", to, payload=payload, line="L", speaker="bot")


def test_its_values_stand_in_its_order_and_its_buttons_carry_our_data_for_what_is_offered() -> None:
    template = kept()["template"]
    assert (template["name"], template["language"]) == ("still_thinking", "ru")
    assert template["values"] == ["Айда", "Ozoda Uy"]
    assert template["buttons"] == ["4:7:book", "", "4:7:stop"]
    assert template["text"].startswith("Здравствуйте, Айда! Это Ozoda Uy.")


@pytest.mark.parametrize(
    ("language", "code", "begins"),
    [
        ("uz", "uz", "Assalomu alaykum, X!"),
        ("uz_Cyrl", "uz", "Assalomu alaykum, X!"),
        ("kk", "kk", "Сәлеметсіз бе, X!"),
    ],
)
def test_it_is_in_the_customers_language(language: str, code: str, begins: str) -> None:
    template = kept(language, "X")["template"]
    assert template["language"] == code
    assert template["text"].startswith(begins)


def test_a_value_is_one_line_and_never_empty() -> None:
    assert kept(name="Aida\n\t Bek     K")["template"]["values"][0] == "Aida Bek K"
    assert kept(name=" ")["template"]["values"][0] == "дорогой клиент"


@in_virtual_time
async def test_whatsapp_gets_it_after_its_day_and_the_result_says_what_was_read(around: Around) -> None:
    around.whatsapp.window = timedelta(hours=23, minutes=59)
    payload = kept()
    async with around.outbox() as outbox:
        await around.sent(outbox, follow_up(payload))
    (message,) = around.whatsapp.sent
    assert message.template is not None
    assert (message.template.name, message.template.values) == ("still_thinking", ("Айда", "Ozoda Uy"))
    assert around.letters.results[-1].text == payload["template"]["text"]


@in_virtual_time
async def test_within_the_day_the_words_themselves_go(around: Around) -> None:
    around.whatsapp.window = timedelta(hours=23, minutes=59)
    async with around.outbox() as outbox:
        await around.sent(outbox, follow_up(kept(heard=timedelta(hours=23))))
    (message,) = around.whatsapp.sent
    assert message.template is None
    assert message.content.text == "Что решили?"
    assert around.letters.results[-1].text == "Что решили?"


@in_virtual_time
async def test_a_letter_that_waited_past_the_day_goes_as_a_template(around: Around) -> None:
    around.whatsapp.window = timedelta(hours=23, minutes=59)
    late = follow_up(kept(heard=timedelta(hours=23, minutes=58)))
    async with around.outbox() as outbox:
        await asyncio.sleep(120)
        await around.sent(outbox, late)
    assert around.whatsapp.sent[0].template is not None


@in_virtual_time
async def test_telegram_has_no_window_and_gets_the_words(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, follow_up(kept(), "telegram:1:7"))
    (message,) = around.telegram.sent
    assert message.template is None
    assert message.choices[0] == ("4:7:stop", "Нет")

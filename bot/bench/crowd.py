"""The bench's customers: who they are, and what each of them does next.

Rule: one generator of chance with a seed decides everything, so each run offers the same people and, to the same
answers, the same walks. A customer has at most one message under way.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from bot.bench.words import PEOPLE, Speech

__all__ = ["FIRST_ID", "Crowd", "Customer", "mix_of", "strangers"]

FIRST_ID = 5_000_000
STRANGERS = 900_000_000
NAMES = ("Aziza", "Bekzod", "Aigerim", "Dilnoza", "Sergey", "Madina", "Timur", "Olga", "Yerlan", "Kamola")
LEADS_TO_PEOPLE = frozenset({"person", "other", "estimate", "question", "order", "usual", "call", "tell"})
"""Buttons after which a person takes over at once or one message later."""

TAP, LABEL, QUESTION, DOUBT, NOISE = 0.70, 0.04, 0.18, 0.05, 0.03
"""What a customer does at a question with buttons: taps one, types its label, asks something else, hesitates, writes
what is not understood. The last two at most once a question, since the second miss calls a person."""


@dataclass(slots=True)
class Customer:
    """One private chat.

    `waits_since`: the clock when its message was due; `told`: whether it has given the words that were asked for;
    `missed`: the question at which it has not been understood.
    """

    id: int
    speech: Speech
    sender: bytes
    chat: bytes
    update: int = 0
    message: int = 0
    text: str = ""
    markup: bytes = b""
    shown: int = 0
    buttons: list[tuple[str, str]] = field(default_factory=list)
    told: bool = False
    missed: str = ""
    waits_since: float = 0.0
    answered: bool = True
    taken: bool = True
    tries: int = 0


class _Button(msgspec.Struct):
    text: str
    callback_data: str = ""


class _Markup(msgspec.Struct):
    inline_keyboard: list[list[_Button]] = []


class Crowd:
    """All customers, by their Telegram ids, and their next moves; `mix` counts what they did.

    Crowds that write to one database one after another are of different eras, or their updates would look like ones
    that came before."""

    def __init__(self, ids: Sequence[int], seed: int = 1, era: int = 0) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - chance that can be repeated, nothing secret
        self._updates = (era + 1) * 100_000_000
        self._read = msgspec.json.Decoder(_Markup)
        self.mix: Counter[str] = Counter()
        speeches = self._chance.choices(PEOPLE, [speech.share for speech in PEOPLE], k=len(ids))
        self.customers = {one: self._customer(one, speech) for one, speech in zip(ids, speeches, strict=True)}

    def _customer(self, number: int, speech: Speech) -> Customer:
        name = f"{self._chance.choice(NAMES)} {number}"
        person = {"id": number, "first_name": name, "username": f"user{number}"}
        sender = {**person, "is_bot": False, "language_code": speech.code}
        encode = msgspec.json.encode
        return Customer(number, speech, encode(sender), encode({**person, "type": "private"}))

    def heard(self, customer: Customer, text: str, markup: bytes, message: int) -> None:
        """The bot's answer is there."""
        customer.text, customer.markup, customer.shown = text, markup, message
        customer.buttons = []
        if markup:
            rows = self._read.decode(markup).inline_keyboard
            customer.buttons = [(one.callback_data, one.text) for row in rows for one in row]

    def move(self, customer: Customer) -> bytes:
        """The next update of a customer, as Telegram would send it."""
        kind, what = self._decide(customer)
        self.mix[kind] += 1
        return self._tap(customer, what) if kind == "tap" else self.says(customer, what)

    def says(self, customer: Customer, text: str) -> bytes:
        """The update of these words."""
        self._updates += 1
        customer.message += 1
        return b'{"update_id":%d,"message":{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%s%s}}' % (
            self._updates,
            customer.message + 1_000_000,
            customer.sender,
            customer.chat,
            time.time(),
            msgspec.json.encode(text),
            b',"entities":[{"offset":0,"length":6,"type":"bot_command"}]' if text == "/start" else b"",
        )

    def _decide(self, customer: Customer) -> tuple[str, str]:
        chance, speech = self._chance, customer.speech
        buttons = [one for one in customer.buttons if one[0].rpartition(":")[2] not in LEADS_TO_PEOPLE]
        if not buttons:
            return self._without_buttons(customer)
        question = buttons[0][0].rpartition(":")[0]
        most = TAP + LABEL + QUESTION + (0 if customer.missed == question else DOUBT + NOISE)
        lot = chance.random() * most
        if lot < QUESTION:
            return "question", chance.choice(speech.questions)
        data, label = chance.choice(buttons)
        if lot < QUESTION + TAP:
            return "tap", data
        if lot < QUESTION + TAP + LABEL:
            return "typed label", label
        customer.missed = question
        if lot < QUESTION + TAP + LABEL + DOUBT:
            return "hesitation", chance.choice(speech.doubts)
        return "noise", chance.choice(speech.noise)

    def _without_buttons(self, customer: Customer) -> tuple[str, str]:
        """A greeting opens a talk; where words are asked for they are given once, and then the customer begins anew:
        the second answer would go to the staff."""
        chance, speech = self._chance, customer.speech
        if not customer.buttons:
            customer.told = False
            return "greeting", chance.choice(speech.greetings)
        if customer.told:
            customer.told = False
            return "start over", "/start"
        customer.told = True
        return "free text", chance.choice(speech.days)

    def _tap(self, customer: Customer, data: str) -> bytes:
        customer.told = False
        self._updates += 1
        return (
            b'{"update_id":%d,"callback_query":{"id":"%d","from":%s,"message":{"message_id":%d,"from":{"id":7000000001,'
            b'"is_bot":true,"first_name":"Bench","username":"bench_bot"},"chat":%s,"date":%d,"text":%s,"reply_markup":%s},'
            b'"chat_instance":"42","data":%s}}'
        ) % (
            self._updates,
            self._updates * 4_294_967,
            customer.sender,
            customer.shown,
            customer.chat,
            time.time(),
            msgspec.json.encode(customer.text),
            customer.markup,
            msgspec.json.encode(data),
        )


def strangers(number: int) -> range:
    """The ids of so many people that no database has."""
    return range(STRANGERS, STRANGERS + number)


def mix_of(mix: Counter[str]) -> str:
    """What the customers did, in percent, most frequent first."""
    whole = sum(mix.values()) or 1
    return ", ".join(f"{kind} {100 * count / whole:.0f}%" for kind, count in mix.most_common())

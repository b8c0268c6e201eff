"""What comes in over the webhooks: the same thing three times, and what nobody should ever send."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from bot.playground.whatsapp.payloads import signature
from tests.end_to_end.desk import Storage, measured
from tests.end_to_end.repeater import repeater
from tests.end_to_end.scene import HELLO, WEBHOOK_SECRET, Customer, Scene, TelegramCustomer, WhatsAppCustomer, scene
from tests.end_to_end.walk import must_be_the_walk, walk

DEEP = 100_000
HUGE = 100_000


@pytest.mark.parametrize(
    "any_storage",
    ["sqlite", "postgresql", pytest.param("workers-webhook", marks=pytest.mark.long)],
    indirect=True,
)
async def test_every_webhook_delivered_three_times_ends_as_once(any_storage: Storage) -> None:
    async with scene(any_storage, "webhook", with_whatsapp=True) as it, repeater(it.desk.base) as (again, base):
        it.desk.environment["QABUL_TELEGRAM_WEBHOOK_URL"] = base
        it.whatsapp.set_webhook(f"{base}/whatsapp/webhook")
        customers: list[Customer] = [*it.customers(4), *it.whatsapp_customers(4, 4)]
        await it.desk.start()
        await asyncio.gather(*(walk(it, one, 0.0) for one in customers))
        await it.handed_off(customers)
        words = {one.name: [f"{one.name} says {n}" for n in range(3)] for one in customers}
        for one in customers:
            for text in words[one.name]:
                one.says(text)
        await it.until(lambda: all(len(set(it.mirrored(c, words[c.name]))) == 3 for c in customers), "all is mirrored")
        for one in customers:
            it.reply(one, f"Good day, {one.name}")
            it.reply(one, "// a note")
            it.reply(one, "/close done")
        await it.until(lambda: all(one.heard_about("from 1 to 5") for one in customers), "everybody may rate")
        for one in customers:
            one.taps("5 ⭐ Excellent" if isinstance(one, TelegramCustomer) else _best(it, one))
        await it.until(lambda: all(len(it.once(one.heard())) >= 8 for one in customers), "everybody is thanked")
        await again.settled()
        await it.desk.all_sent()
        history = await it.desk.history()
        for one in customers:
            lines = history[one.address]
            must_be_the_walk(lines[:10], one)
            assert [author for author, _ in lines[10:]] == [
                "customer", "customer", "customer", "agent", "note", "bot", "customer", "bot",
            ], lines[10:]  # fmt: skip
            assert [text for _, text in lines[10:14]] == [*words[one.name], f"Good day, {one.name}"]
            assert it.once(one.heard()) == [text for author, text in lines if author in ("bot", "agent")]
            assert it.once(it.mirrored(one, words[one.name])) == words[one.name]
        assert len(it.topics()) == len(customers)
        assert all(topic["closed"] for topic in it.topics())
        it.doubled()
        assert again.refused == 0 or it.desk.kills
        measured(f"{again.delivered} deliveries")


async def test_hostile_bodies_get_the_contracts_answer_and_the_next_message_works(storage: Storage) -> None:
    async with scene(storage, "webhook", with_whatsapp=True) as it:
        (one,), (two,) = it.customers(1), it.whatsapp_customers(1, 1)
        assert isinstance(one, TelegramCustomer)
        assert isinstance(two, WhatsAppCustomer)
        await it.desk.start()
        for customer in (one, two):
            customer.says("Hello")
        await it.until(lambda: one.heard_about(HELLO) and two.heard_about(HELLO), "the desk is at work")
        async with aiohttp.ClientSession() as session:
            telegram = _TelegramDoor(it, session, one)
            assert await telegram.post(telegram.said("hi"), secret="wrong") == 401
            assert await telegram.post(telegram.said("hi"), secret="") == 401
            assert await telegram.post(b"x" * 5_000_000, secret="wrong") == 401
            for body in (b"", b"no json", b"\xff\xfe", b"[]", b"null", b'{"update_id": "7"}', b'{"update_id": true}',
                         b'{"update_id": 9223372036854775808}', b'{"update_id": 1.5}', b'{"message": {}}',
                         b'{"update_id": 1, "message": "\xc3\x28"}'):  # fmt: skip
                assert await telegram.post(body) == 400, body
            assert await telegram.post(b'{"update_id": 1, "x": "' + b"x" * 5_000_000 + b'"}') in (400, 413)
            wrong: list[dict[str, Any]] = [
                {"message": 7}, {"message": {"chat": "x", "from": [], "text": {}}}, {"message": None}, {"nobody": {}},
                {"callback_query": {"id": 5, "data": [1], "from": {"id": "x"}}}, {"edited_message": [[]]},
                {"message": {"chat": {"id": 2**70, "type": "private"}, "from": {"id": 2**70}, "message_id": 1}},
                {"my_chat_member": {"chat": {"id": it.staff_chat}}}, {},
            ]  # fmt: skip
            for content in wrong:
                body = json.dumps({"update_id": telegram.next(), **content}).encode()
                assert await telegram.post(body) == 200, content
            assert await telegram.post(telegram.said("NUL \0 here")) == 200
            assert await telegram.post(telegram.said("half \ud83d a face")) == 200
            assert await telegram.post(telegram.said("x" * HUGE)) == 200

            whatsapp = _WhatsAppDoor(it, session, two)
            assert await whatsapp.post(whatsapp.said("hi"), signed=False) == 401
            assert await whatsapp.post(b"\xff\xfe", signed=False) in (400, 401)
            for body in (b"", b"no json", b"\xff\xfe", b"[]", b'{"object": "page", "entry": []}',
                         b'{"object": "whatsapp_business_account", "entry": {}}', b"x" * 5_000_000):  # fmt: skip
                assert await whatsapp.post(body) == 400, body[:60]
            broken: dict[str, Any] = {"field": "messages", "value": {"messages": [{"id": 1}, 2, []]}}
            for entry in ([], [7], [None], [{"changes": 5}], [{"changes": [{"field": "messages", "value": []}]}],
                          [{"changes": [broken]}]):  # fmt: skip
                body = json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()
                assert await whatsapp.post(body) == 200, body
            start = b'{"object": "whatsapp_business_account", "entry": [], "x": '
            assert await whatsapp.post(start + b"[" * DEEP + b"]" * DEEP + b"}") == 200
            assert await whatsapp.post(whatsapp.said("NUL \0 here")) == 200
            assert await whatsapp.post(whatsapp.said("half \ud83d a face")) == 200
            assert await whatsapp.post(whatsapp.said("x" * HUGE)) == 200
            other = whatsapp.said("for somebody else").replace(it.whatsapp.phone_number_id.encode(), b"999")
            assert await whatsapp.post(other) == 200

            async with session.get(f"{it.desk.base}/whatsapp/webhook", params={"hub.mode": "subscribe"}) as answer:
                assert answer.status == 403
            assert await it.whatsapp.verify()
        # Three texts that nobody understands lead to a person: what follows them is read there.
        await it.until(lambda: it.has_handoff(one) and it.has_handoff(two), "a person is called")
        one.says("the next message")
        two.says("the next message")
        mirrored = ["the next message"]
        await it.until(lambda: it.mirrored(one, mirrored) and it.mirrored(two, mirrored), "the next message works")
        await it.desk.all_sent()
        history = await it.desk.history()
        for customer in (one, two):
            said = [text for author, text in history[customer.address] if author == "customer"]
            assert "NUL \ufffd here" in said
            assert "half \ufffd a face" in said
            assert "for somebody else" not in said
            assert len(said) == 5
            assert said[0] == "Hello"
            assert said[-1] == "the next message"


async def test_an_update_that_is_nested_too_deep_to_be_read_is_acknowledged_and_the_next_message_works() -> None:
    async with scene(Storage(None, None), "webhook") as it:
        (one,) = it.customers(1)
        assert isinstance(one, TelegramCustomer)
        await it.desk.start()
        async with aiohttp.ClientSession() as session:
            telegram = _TelegramDoor(it, session, one)
            deep = b'{"update_id": %d, "message": %s1%s}' % (telegram.next(), b'{"a":' * DEEP, b"}" * DEEP)
            status = await telegram.post(deep)
        one.says("Hello")
        await it.until(lambda: one.heard_about(HELLO), "the next message works")
        # 400 is only for what is no UTF-8 JSON object with a 64-bit integer update_id, and this is one.
        assert status == 200


class _TelegramDoor:
    """Posts updates as Telegram does."""

    def __init__(self, it: Scene, session: aiohttp.ClientSession, customer: TelegramCustomer) -> None:
        self._it, self._session, self._customer = it, session, customer
        self._number = 900_000_000

    def next(self) -> int:
        self._number += 1
        return self._number

    def said(self, text: str) -> bytes:
        number = self.next()
        person = {"id": self._customer.id, "is_bot": False, "first_name": self._customer.name, "language_code": "en"}
        chat = {"id": self._customer.id, "type": "private", "first_name": self._customer.name}
        message = {"message_id": number, "date": 1_800_000_000, "chat": chat, "from": person, "text": text}
        return json.dumps({"update_id": number, "message": message}).encode()

    async def post(self, body: bytes, secret: str = WEBHOOK_SECRET) -> int:
        headers = {"Content-Type": "application/json"} | ({"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {})
        return await _post(self._session, f"{self._it.desk.base}/telegram/webhook", body, headers)


class _WhatsAppDoor:
    """Posts notifications as Meta does."""

    def __init__(self, it: Scene, session: aiohttp.ClientSession, customer: WhatsAppCustomer) -> None:
        self._it, self._session, self._customer = it, session, customer
        self._number = 0

    def said(self, text: str) -> bytes:
        self._number += 1
        person = self._customer.person
        message: dict[str, Any] = {"id": f"wamid.hostile{self._number}", "timestamp": "1800000000", "type": "text"}
        message |= {"from": person.phone, "from_user_id": person.user_id, "text": {"body": text}}
        card = {"profile": {"name": person.name}, "wa_id": person.phone, "user_id": person.user_id}
        number = {"display_phone_number": self._it.whatsapp.phone, "phone_number_id": self._it.whatsapp.phone_number_id}
        value = {"messaging_product": "whatsapp", "metadata": number, "contacts": [card], "messages": [message]}
        entry = {"id": self._it.whatsapp.waba_id, "changes": [{"field": "messages", "value": value}]}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    async def post(self, body: bytes, signed: bool = True) -> int:
        headers = {"Content-Type": "application/json"}
        if signed:
            headers["X-Hub-Signature-256"] = signature(self._it.whatsapp.webhook.app_secret, body)
        return await _post(self._session, f"{self._it.desk.base}/whatsapp/webhook", body, headers)


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> int:
    """The answer's status; a desk that stops reading a body that is too long may also cut the connection: 413."""
    try:
        async with session.post(url, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        return 413


def _best(it: Scene, one: object) -> str:
    """The label of the best rating in the newest message with buttons."""
    assert isinstance(one, WhatsAppCustomer)
    (label,) = [
        button.title
        for message in it.whatsapp.chat(one.person)[-1:]
        for button in message.buttons
        if button.title.startswith("5")
    ]
    return label

"""The webhook over real HTTP: signatures, hostile bodies, order, and 200 only when everything was taken."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.channels.whatsapp.arrivals import Arrival, OwnReply, Receipt, Unread
from bot.channels.whatsapp.parse import parse
from bot.channels.whatsapp.webhook import PATH, WhatsAppWebhook, lanes
from bot.playground.whatsapp import WhatsAppWorld, start
from bot.secret import Secret
from scenarios.engine.events import ButtonPressed, CustomerEdited, CustomerReacted, CustomerSaid, Sender
from tests.channels.whatsapp_world import AT, NUMBER, PAYLOADS, payload

APP_SECRET = "local-app-secret"
VERIFY_TOKEN = "local-verify-token"


@dataclass
class Door:
    """The webhook with a memory of what it handed on; `refuses` says which texts are not taken now, or
    once."""

    url: str = ""
    number: str = NUMBER
    arrivals: list[Arrival] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    heard: dict[str, str] = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    refuses_once: set[str] = field(default_factory=set)
    raises: bool = False
    inside: int = 0
    most_inside: int = 0

    async def receive(self, arrival: Arrival) -> bool:
        self.inside += 1
        self.most_inside = max(self.most_inside, self.inside)
        await asyncio.sleep(0)
        self.inside -= 1
        if self.raises:
            raise RuntimeError(f"{arrival}")
        said = arrival.content.text if isinstance(arrival, CustomerSaid) else ""
        if said in self.refuses_once:
            self.refuses_once.remove(said)
            return False
        if said in self.refuses:
            return False
        self.arrivals.append(arrival)
        return True

    async def receipt(self, receipt: Receipt) -> bool:
        self.receipts.append(receipt)
        return "receipts" not in self.refuses

    def hear(self, sender: Sender, message: str) -> None:
        self.heard |= dict.fromkeys(sender.keys, message)

    async def post(self, raw: bytes, signature: str | None = None, **headers: str) -> aiohttp.ClientResponse:
        right = "sha256=" + hmac.new(APP_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        if signature != "":
            headers["X-Hub-Signature-256"] = right if signature is None else signature
        async with aiohttp.ClientSession() as session, session.post(self.url, data=raw, headers=headers) as answer:
            await answer.read()
            return answer

    async def send(self, body: Any) -> int:
        return (await self.post(json.dumps(body).encode())).status

    def texts(self) -> list[str]:
        return [one.content.text for one in self.arrivals if isinstance(one, CustomerSaid)]


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    found = Door()
    webhook = WhatsAppWebhook(
        found.number, Secret(APP_SECRET), Secret(VERIFY_TOKEN), found.receive, found.receipt, found.hear
    )
    app = web.Application()
    app.add_routes(webhook.routes())
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    yield found
    await runner.cleanup()


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ({"hub.mode": "subscribe", "hub.challenge": "115<b>", "hub.verify_token": VERIFY_TOKEN}, 200, "115<b>"),
        ({"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "wrong"}, 403, None),
        ({"hub.mode": "subscribe", "hub.challenge": "1", "hub.verify_token": "ключ\ud800"}, 403, None),
        ({"hub.mode": "unsubscribe", "hub.challenge": "1", "hub.verify_token": VERIFY_TOKEN}, 403, None),
        ({"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN}, 403, None),
        ({}, 403, None),
    ],
)
async def test_the_handshake_echoes_the_challenge_for_the_right_token_only(
    door: Door, query: dict[str, str], status: int, text: str | None
) -> None:
    query = {key: value.encode("utf-8", "replace").decode() for key, value in query.items()}
    async with aiohttp.ClientSession() as session, session.get(door.url, params=query) as answer:
        assert answer.status == status
        assert text is None or (await answer.text(), answer.content_type) == (text, "text/plain")


@pytest.mark.parametrize(
    "signature", ["", "sha256=", "sha1=abc", "sha256=" + "0" * 64, "ключ", "sha256=\udcff", "sha256=" + "f" * 5000]
)
async def test_without_the_right_signature_nothing_is_looked_at(door: Door, signature: str) -> None:
    for raw in (json.dumps(payload("text")).encode(), b"not json", b""):
        answer = await door.post(raw, signature)
        assert answer.status == 401
    assert not door.arrivals


async def test_the_signature_is_over_the_raw_bytes_as_meta_writes_them(door: Door) -> None:
    raw = json.dumps(payload("document"), ensure_ascii=True).replace("/", "\\/").encode()
    assert (await door.post(raw)).status == 200
    (one,) = door.arrivals
    assert isinstance(one, CustomerSaid)
    assert one.content.media is not None
    assert one.content.media.name == "Шартнома.pdf"


@pytest.mark.parametrize(
    "raw",
    [b"", b"not json", b"[]", b"null", b'"x"', b"\xff\xfe", b"{}", b'{"object":"page","entry":[]}',
     b'{"object":"whatsapp_business_account"}', b'{"object":"whatsapp_business_account","entry":{}}',
     b'{"object":["whatsapp_business_account"],"entry":[]}', b"[" * 100_000, b'{"entry":' * 5000],
)  # fmt: skip
async def test_what_is_no_notification_is_a_400(door: Door, raw: bytes) -> None:
    assert (await door.post(raw)).status == 400


def whole(entry: bytes) -> bytes:
    return b'{"object":"whatsapp_business_account","entry":[' + entry + b"]}"


@pytest.mark.parametrize(
    "entry",
    [b"", b"1", b"null", b'"x"', b"[]", b"{}", b'{"changes":{}}', b'{"changes":[1,null,{"value":[]},{"value":{}}]}',
     b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 90_000 + b"1" + b"}" * 90_000, b"9" * 10_000, b"-1e999", b"NaN",
     b'{"changes":[{"value":{"metadata":{"phone_number_id":"200300400500600"},"statuses":[{"id":'
     + b"8" * 5000 + b"}]}}]}",
     b'{"changes":[{"field":"\\ud800\\u0000","value":' + b"[" * 500 + b"]" * 500 + b"}]}"],
)  # fmt: skip
async def test_a_notification_with_nonsense_in_it_is_acknowledged(door: Door, entry: bytes) -> None:
    assert (await door.post(whole(entry))).status == 200
    for arrival in door.arrivals:
        repr(arrival).encode()
        assert isinstance(arrival, Unread)


async def test_nonsense_beside_a_message_does_not_hide_it(door: Door) -> None:
    good = json.dumps(payload("text")["entry"][0]).encode()
    deep = b'"]}\\"[' + b'",' + b"[" * 50_000 + b'{"x":"]"}' + b"]" * 50_000
    assert (await door.post(whole(b'"' + deep[1:] + b"," + good + b"," + b"7" * 9000))).status == 200
    assert door.texts() == ["Salom, narxi qancha?"]


async def test_a_body_larger_than_meta_makes_them_is_a_400(door: Door) -> None:
    limit = 3 * 1024 * 1024
    assert (await door.post(whole(b'"' + b"x" * (limit - 60) + b'"'))).status == 200
    assert (await door.post(whole(b'"' + b"x" * (2 * limit) + b'"'))).status == 400


async def test_a_broken_encoding_is_the_senders_fault(door: Door) -> None:
    answer = await door.post(json.dumps(payload("text")).encode(), **{"Content-Encoding": "gzip"})
    assert answer.status in (400, 401)


@pytest.mark.parametrize("name", sorted(path.stem for path in PAYLOADS.glob("*.json")))
async def test_every_recorded_body_is_taken_whole(door: Door, name: str) -> None:
    assert await door.send(payload(name)) == 200
    expected = parse(payload(name), NUMBER, AT)
    assert {one.id for one in (*door.arrivals, *door.receipts)} == {one.id for one in expected}


async def test_what_was_not_taken_asks_for_the_whole_body_again(door: Door) -> None:
    door.refuses.add("Salom, narxi qancha?")
    answer = await door.post(json.dumps(payload("text")).encode())
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    door.refuses.clear()
    assert await door.send(payload("text")) == 200
    door.refuses.add("receipts")
    assert await door.send(payload("status_read")) == 503


async def test_an_error_of_ours_is_a_503_and_tells_no_text_in_the_log(
    door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    door.raises = True
    assert await door.send(payload("text")) == 503
    assert "RuntimeError" in caplog.text
    assert "in receive" in caplog.text
    for private in ("Malika", "narxi", "wamid", "998901112233"):
        assert private not in caplog.text


async def test_after_a_refusal_nothing_of_the_same_person_overtakes_it(door: Door) -> None:
    door.refuses.add("Salom, narxi qancha?")
    assert await door.send(payload("two_changes")) == 503
    assert door.texts() == []
    door.refuses.clear()
    assert await door.send(payload("two_changes")) == 200
    assert door.texts() == ["Salom, narxi qancha?", "ikkinchi"]


async def test_one_persons_refusal_holds_nobody_else_up(door: Door) -> None:
    door.refuses.add("Salom, narxi qancha?")
    assert await door.send(payload("two_people")) == 503
    assert door.texts() == ["salom"]
    assert door.most_inside == 2


async def test_who_wrote_last_is_told_for_the_typing_indicator(door: Door) -> None:
    await door.send(payload("two_changes"))
    assert door.heard == {"u:UZ.13491208655302741918": "wamid.IN2=", "p:998901112233": "wamid.IN2="}


def test_people_who_share_a_key_share_a_lane() -> None:
    def said(name: str, *keys: str) -> CustomerReacted:
        return CustomerReacted(name, AT, Sender("whatsapp", NUMBER, keys), "", name)

    one, two, three, four = said("1", "u:A"), said("2", "p:1"), said("3", "u:A", "p:1"), said("4", "u:B")
    assert lanes([one, two, three, four]) == [[one, two, three], [four]]


async def test_a_thousand_updates_of_one_body_are_taken(door: Door) -> None:
    body = payload("text")
    value = body["entry"][0]["changes"][0]["value"]
    first, card = value["messages"][0], value["contacts"][0]
    value["messages"] = [
        first | {"id": f"wamid.{place}", "from": f"99890{place:07}", "from_user_id": f"UZ.{place}"}
        for place in range(1000)
    ]
    value["contacts"] = [card | {"wa_id": f"99890{place:07}", "user_id": f"UZ.{place}"} for place in range(1000)]
    assert await door.send(body) == 200
    assert len(door.arrivals) == 1000


@pytest.fixture
async def world(door: Door) -> AsyncIterator[WhatsAppWorld]:
    found = WhatsAppWorld(
        phone_number_id=NUMBER, app_secret=APP_SECRET, verify_token=VERIFY_TOKEN, webhook_url=door.url
    )
    runner, _ = await start(found)
    yield found
    await runner.cleanup()


async def test_the_local_whatsapp_is_understood_in_all_it_says(door: Door, world: WhatsAppWorld) -> None:
    assert await world.verify()
    malika = world.add_user("Malika", "998901112233")
    hidden = world.add_user("Botir", "998935554433", username="botir", phone_visible=False)
    said = world.say(malika, "Salom")
    world.say(hidden, "Привет")
    world.send_media(malika, "audio", b"x", "audio/ogg; codecs=opus", voice=True)
    world.share_contact(hidden, requested=True)
    world.send_location(malika, 41.3, 69.2, "Markaz")
    world.react(malika, said, "👍")
    world.unsupported(malika)
    world.edit(malika, said, "Salom!")
    world.revoke(malika, said)
    world.echo(malika, "Hozir")
    world.change_number(malika, "998939998877", "UZ.77777")
    await world.settle()
    kinds = [type(one) for one in door.arrivals]
    assert kinds.count(CustomerSaid) == 6
    assert kinds.count(CustomerEdited) == 2
    assert kinds.count(CustomerReacted) == kinds.count(OwnReply) == 1
    assert Unread not in kinds
    (contact,) = [one for one in door.arrivals if isinstance(one, CustomerSaid) and one.content.contact]
    assert contact.content.contact is not None
    assert (contact.content.contact.own, contact.sender.keys) == (True, (f"u:{hidden.user_id}",))


async def test_sends_buttons_and_receipts_of_the_local_whatsapp_come_back(door: Door, world: WhatsAppWorld) -> None:
    malika = world.add_user("Malika", "998901112233")
    world.say(malika, "Salom")
    reply = {"type": "reply", "reply": {"id": "step:1:yes", "title": "Ha"}}
    inner = {"type": "button", "body": {"text": "?"}, "action": {"buttons": [reply]}}
    answer = world.accept(
        {"messaging_product": "whatsapp", "to": "998901112233", "type": "interactive", "interactive": inner}
    )
    name = answer["messages"][0]["id"]
    world.press(malika, name, "Ha")
    await world.until(lambda: len(door.receipts) >= 2)
    await world.settle()
    assert {(one.message, one.status) for one in door.receipts} == {(name, "sent"), (name, "delivered")}
    (pressed,) = [one for one in door.arrivals if isinstance(one, ButtonPressed)]
    assert (pressed.data, pressed.label) == ("step:1:yes", "Ha")


async def test_a_body_that_was_refused_is_taken_when_it_comes_again(door: Door) -> None:
    world = WhatsAppWorld(phone_number_id=NUMBER, app_secret=APP_SECRET, webhook_url=door.url)
    world.webhook._delays = (0.01, 0.01, 0.01)
    door.refuses_once.add("Salom")
    world.say(world.add_user("Malika", "998901112233"), "Salom")
    await world.settle()
    await world.close()
    assert not door.refuses_once
    assert door.texts() == ["Salom"]

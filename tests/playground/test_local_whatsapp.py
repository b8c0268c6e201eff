"""The local WhatsApp against an ordinary HTTP client: it accepts, refuses and tells what Meta would."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.whatsapp import Person, Switches, WhatsAppWorld, WrongAct, start

TOKEN, SECRET, VERIFY = "EAAG-local", "app-secret", "verify-me"
PHONE, USER_ID = "998901112233", "UZ.13491208655302741918"
NUMBER_ID = "106540352242922"
OPUS = b"OggS" + bytes(24) + b"OpusHead" + bytes(40)


class Callback:
    """A webhook receiver that remembers raw bodies; `answers` are the next HTTP statuses, then 200."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.signatures: list[str] = []
        self.answers: list[int] = []

    async def post(self, request: web.Request) -> web.Response:
        self.raw.append(await request.read())
        self.signatures.append(request.headers.get("X-Hub-Signature-256", ""))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def get(self, request: web.Request) -> web.Response:
        if request.query.get("hub.verify_token") != VERIFY:
            return web.Response(status=403)
        return web.Response(text=request.query["hub.challenge"])

    @property
    def values(self) -> list[dict[str, Any]]:
        return [
            change["value"] for raw in self.raw for entry in json.loads(raw)["entry"] for change in entry["changes"]
        ]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [one for value in self.values for one in value.get("messages", ())]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        return [one for value in self.values for one in value.get("statuses", ())]


class Place:
    """A world that is served, its callback, and a client with the token."""

    def __init__(self, world: WhatsAppWorld, url: str, hook: Callback, client: aiohttp.ClientSession) -> None:
        self.world, self.url, self.hook, self.client = world, url, hook, client

    async def call(self, method: str, path: str, **arguments: Any) -> tuple[int, dict[str, Any]]:
        async with self.client.request(method, f"{self.url}/{path}", **arguments) as answer:
            return answer.status, await answer.json()

    async def send(self, to: str = PHONE, **content: Any) -> tuple[int, dict[str, Any]]:
        body = {"messaging_product": "whatsapp", "to": to} | content
        return await self.call("POST", f"{NUMBER_ID}/messages", json=body)

    async def text(self, body: str, to: str = PHONE, **more: Any) -> str:
        status, answer = await self.send(to, type="text", text={"body": body}, **more)
        assert status == 200, answer
        return str(answer["messages"][0]["id"])

    async def upload(self, data: bytes, mime: str, name: str = "file") -> tuple[int, dict[str, Any]]:
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime)
        form.add_field("file", io.BytesIO(data), filename=name, content_type=mime)
        return await self.call("POST", f"{NUMBER_ID}/media", data=form)

    async def refused(self, code: int, http: int = 400, **content: Any) -> str:
        status, answer = await self.send(**content)
        error = answer["error"]
        assert (error["code"], status) == (code, http), answer
        assert error["type"] == "OAuthException"
        assert error["fbtrace_id"]
        return str(error.get("error_data", {}).get("details", ""))

    async def heard(self) -> Callback:
        await self.world.settle()
        return self.hook


Opened = Callable[..., Awaitable[Place]]


@asynccontextmanager
async def served(**world_values: Any) -> AsyncIterator[Place]:
    hook, app = Callback(), web.Application()
    app.router.add_post("/hook", hook.post)
    app.router.add_get("/hook", hook.get)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world = WhatsAppWorld(
        token=TOKEN,
        app_secret=SECRET,
        verify_token=VERIFY,
        webhook_url=f"http://127.0.0.1:{runner.addresses[0][1]}/hook",
        retry_delays=(0.01, 0.01, 0.01),
        **world_values,
    )
    world.switch(status_delay=0.0)
    graph, url = await start(world, hang_seconds=0.05, control=True)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        yield Place(world, url, hook, client)
    await graph.cleanup()
    await runner.cleanup()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with served() as found:
        yield found


@pytest.fixture
async def malika(place: Place) -> Person:
    """A customer whose window is open."""
    person = place.world.add_user("Malika", "+998 90 111-22-33", USER_ID)
    place.world.say(person, "Salom")
    await place.world.settle()
    place.hook.raw.clear()
    return person


def buttons(*pairs: tuple[str, str], body: str = "Tanlang", **more: Any) -> dict[str, Any]:
    made = [{"type": "reply", "reply": {"id": key, "title": title}} for key, title in pairs]
    return {
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": body}, "action": {"buttons": made}} | more,
    }


def rows(*sections: tuple[str, list[dict[str, str]]], button: str = "Menyu", **more: Any) -> dict[str, Any]:
    made = [{"title": title, "rows": inner} for title, inner in sections]
    inner = {"type": "list", "body": {"text": "Tanlang"}, "action": {"button": button, "sections": made}}
    return {"type": "interactive", "interactive": inner | more}


# ------------------------------------------------------------ what people send


async def test_a_text_has_the_shape_of_metas_example_with_the_user_id_beside_the_phone(place: Place) -> None:
    person = place.world.add_user("Malika Qodirova", PHONE, USER_ID)
    sent = place.world.say(person, "Yetkazib berish bormi?")
    hook = await place.heard()
    body = json.loads(hook.raw[0])
    assert body["object"] == "whatsapp_business_account"
    assert body["entry"][0]["id"] == place.world.waba_id
    assert body["entry"][0]["changes"][0]["field"] == "messages"
    assert hook.values[0]["messaging_product"] == "whatsapp"
    assert hook.values[0]["metadata"]["phone_number_id"] == NUMBER_ID
    assert hook.values[0]["contacts"] == [{"profile": {"name": "Malika Qodirova"}, "wa_id": PHONE, "user_id": USER_ID}]
    message = hook.messages[0]
    assert message.pop("timestamp").isdecimal()
    assert message == {
        "from": PHONE,
        "from_user_id": USER_ID,
        "id": sent,
        "type": "text",
        "text": {"body": "Yetkazib berish bormi?"},
    }
    assert sent.startswith("wamid.")


async def test_the_signature_is_over_escaped_bytes_and_fails_over_re_serialised_ones(place: Place) -> None:
    person = place.world.add_user("Дилноза", PHONE)
    place.world.say(person, "Қани/қачон? 🙂")
    hook = await place.heard()
    raw = hook.raw[0]
    assert raw.isascii()
    assert b"\\u041a" not in raw
    assert b"\\u049a\\u0430\\u043d\\u0438\\/" in raw
    assert b"\\ud83d\\ude42" in raw
    assert hook.signatures[0] == "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()


async def test_a_hidden_phone_leaves_out_wa_id_and_from_and_shows_the_username(place: Place) -> None:
    person = place.world.add_user("Bek", PHONE, USER_ID, username="bek_uz", phone_visible=False)
    place.world.say(person, "salom")
    hook = await place.heard()
    assert hook.values[0]["contacts"] == [{"profile": {"name": "Bek", "username": "bek_uz"}, "user_id": USER_ID}]
    assert "from" not in hook.messages[0]
    assert hook.messages[0]["from_user_id"] == USER_ID


async def test_switches_take_away_the_contacts_array_and_the_user_ids(place: Place) -> None:
    person = place.world.add_user("Bek", PHONE)
    place.world.switch(contacts_array=False, user_ids=False)
    place.world.say(person, "salom")
    hook = await place.heard()
    assert "contacts" not in hook.values[0]
    assert set(hook.messages[0]) == {"from", "id", "timestamp", "type", "text"}


async def test_a_pressed_button_comes_back_with_its_id_by_label_and_by_id(place: Place, malika: Person) -> None:
    _, answer = await place.send(**buttons(("yes-1", "Ha"), ("no-1", "Yo'q")))
    message_id = answer["messages"][0]["id"]
    place.world.press(malika, message_id, "Ha")
    place.world.press(malika, message_id, "no-1")
    hook = await place.heard()
    first, second = hook.messages
    assert first["interactive"] == {"type": "button_reply", "button_reply": {"id": "yes-1", "title": "Ha"}}
    assert first["context"] == {"from": place.world.phone, "id": message_id}
    assert second["interactive"]["button_reply"]["id"] == "no-1"
    with pytest.raises(WrongAct, match="its buttons: 'Ha', \"Yo'q\""):
        place.world.press(malika, message_id, "Balki")


async def test_a_chosen_row_comes_back_with_its_description(place: Place, malika: Person) -> None:
    _, answer = await place.send(**rows(("Xizmat", [{"id": "r1", "title": "Narx", "description": "Kunlik"}])))
    place.world.press(malika, answer["messages"][0]["id"], "Narx")
    hook = await place.heard()
    assert hook.messages[0]["interactive"] == {
        "type": "list_reply",
        "list_reply": {"id": "r1", "title": "Narx", "description": "Kunlik"},
    }


async def test_a_voice_note_can_be_fetched_by_its_url_and_by_its_id(place: Place, malika: Person) -> None:
    place.world.send_media(malika, "audio", OPUS, "audio/ogg; codecs=opus", voice=True)
    hook = await place.heard()
    audio = hook.messages[0]["audio"]
    assert audio["voice"] is True
    assert audio["mime_type"] == "audio/ogg; codecs=opus"
    async with place.client.get(audio["url"]) as answer:
        assert await answer.read() == OPUS
    status, found = await place.call("GET", audio["id"])
    assert status == 200
    assert set(found) == {"messaging_product", "url", "mime_type", "sha256", "file_size", "id"}
    assert found["sha256"] == hashlib.sha256(OPUS).hexdigest()
    async with aiohttp.ClientSession() as stranger, stranger.get(found["url"]) as answer:
        assert answer.status == 401
    place.world.pass_time(301)
    async with place.client.get(found["url"]) as answer:
        assert answer.status == 404
    place.world.pass_time(7 * 86_400)
    status, gone = await place.call("GET", audio["id"])
    assert (status, gone["error"]["code"], gone["error"]["error_subcode"]) == (400, 100, 33)


async def test_everything_a_phone_can_send_has_its_own_type(place: Place, malika: Person) -> None:
    world = place.world
    text = world.say(malika, "qizil", forwarded=True)
    world.send_media(malika, "document", b"%PDF-1", "application/pdf", "hisob", "hisob.pdf")
    world.send_media(malika, "sticker", b"RIFFxxxxWEBP", "image/webp", animated=True)
    world.send_location(malika, 41.31, 69.24, "Chorsu", "Toshkent")
    world.share_contact(malika)
    world.react(malika, text, "👍")
    world.react(malika, text, None)
    world.order(malika, [{"product_retailer_id": "sku", "quantity": 2, "item_price": 30, "currency": "UZS"}])
    world.unsupported(malika, "poll_creation")
    world.edit(malika, text, "yashil")
    world.revoke(malika, text)
    world.say(malika, "javob", reply_to=text)
    hook = await place.heard()
    found = hook.messages
    assert [one["type"] for one in found] == [
        "text", "document", "sticker", "location", "contacts", "reaction", "reaction", "order", "unsupported",
        "edit", "revoke", "text",
    ]  # fmt: skip
    assert found[0]["context"] == {"forwarded": True}
    assert found[1]["document"] | {"sha256": "", "id": "", "url": ""} == {
        "caption": "hisob", "filename": "hisob.pdf", "mime_type": "application/pdf", "sha256": "", "id": "",
        "url": "",
    }  # fmt: skip
    assert found[2]["sticker"]["animated"] is True
    assert found[4]["contacts"][0]["phones"] == [{"phone": "+" + PHONE, "wa_id": PHONE, "type": "CELL"}]
    assert found[4]["contacts"][0]["origin"] == "other"
    assert found[5]["reaction"] == {"message_id": text, "emoji": "👍"}
    assert found[6]["reaction"] == {"message_id": text}
    assert found[8]["errors"][0]["code"] == 131051
    assert found[8]["unsupported"] == {"type": "poll_creation"}
    assert found[9]["edit"] == {
        "original_message_id": text,
        "message": {"type": "text", "text": {"body": "yashil"}},
    }
    assert found[10]["revoke"] == {"original_message_id": text}
    assert found[11]["context"] == {"from": PHONE, "id": text}


async def test_a_new_number_is_told_by_a_system_message_without_contacts(place: Place, malika: Person) -> None:
    place.world.change_number(malika, "998909998877", "UZ.42")
    hook = await place.heard()
    assert "contacts" not in hook.values[0]
    assert hook.messages[0]["from"] == PHONE
    assert hook.messages[0]["system"]["wa_id"] == "998909998877"
    assert hook.messages[0]["system"]["type"] == "user_changed_number"
    assert place.world.person("UZ.42").key == malika.key
    assert place.world.find(PHONE) is None


async def test_an_answer_from_the_business_phone_is_an_echo(place: Place, malika: Person) -> None:
    place.world.echo(malika, "Hozir qo'ng'iroq qilaman")
    hook = await place.heard()
    change = json.loads(hook.raw[0])["entry"][0]["changes"][0]
    assert change["field"] == "smb_message_echoes"
    echo = change["value"]["message_echoes"][0]
    assert (echo["from"], echo["to"], echo["to_user_id"]) == (place.world.phone, PHONE, USER_ID)


# ------------------------------------------------------------ what the business sends


async def test_a_sent_text_is_answered_as_in_metas_example_and_stands_in_the_chat(place: Place, malika: Person) -> None:
    status, answer = await place.send("+998 (90) 111-22-33", type="text", text={"body": "Assalomu alaykum"})
    assert status == 200
    message_id = answer["messages"][0]["id"]
    assert answer == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+998 (90) 111-22-33", "wa_id": PHONE}],
        "messages": [{"id": message_id}],
    }
    last = place.world.chat(malika)[-1]
    assert (last.id, last.text, last.side, last.status) == (
        message_id, "Assalomu alaykum", "business", "delivered",
    )  # fmt: skip


async def test_a_user_id_is_answered_with_the_user_id_and_the_phone_wins_over_it(place: Place) -> None:
    hidden = place.world.add_user("Bek", user_id="UZ.7")
    place.world.say(hidden, "salom")
    other = place.world.add_user("Malika", PHONE, USER_ID)
    place.world.say(other, "salom")
    body = {"messaging_product": "whatsapp", "recipient": "UZ.7", "type": "text", "text": {"body": "a"}}
    status, answer = await place.call("POST", f"{NUMBER_ID}/messages", json=body)
    assert status == 200
    assert answer["contacts"] == [{"input": "UZ.7", "user_id": "UZ.7"}]
    hook = await place.heard()
    assert {"recipient_id", "recipient_user_id"} & set(hook.statuses[0]) == {"recipient_user_id"}
    await place.call("POST", f"{NUMBER_ID}/messages", json=body | {"to": PHONE, "text": {"body": "b"}})
    assert [one.text for one in place.world.chat(other)] == ["salom", "b"]


async def test_statuses_climb_with_pricing_on_sent_and_delivered_only(place: Place, malika: Person) -> None:
    message_id = await place.text("salom", biz_opaque_callback_data="order-7")
    place.world.read(malika)
    hook = await place.heard()
    assert [one["status"] for one in hook.statuses] == ["sent", "delivered", "read"]
    assert ["pricing" in one for one in hook.statuses] == [True, True, False]
    assert hook.statuses[0]["pricing"] == {
        "billable": True, "pricing_model": "PMP", "type": "regular", "category": "service",
    }  # fmt: skip
    for one in hook.statuses:
        assert (one["id"], one["recipient_id"], one["recipient_user_id"]) == (message_id, PHONE, USER_ID)
        assert one["biz_opaque_callback_data"] == "order-7"
    assert place.world.read(malika) == []


async def test_statuses_can_come_in_the_wrong_order_while_the_phone_shows_the_truth(
    place: Place, malika: Person
) -> None:
    place.world.switch(shuffle_statuses=True, auto_read=True)
    message_id = await place.text("salom")
    hook = await place.heard()
    assert [one["status"] for one in hook.statuses] == ["read", "delivered", "sent"]
    assert place.world.message(message_id).status == "read"


async def test_a_closed_window_fails_by_webhook_without_contacts_or_by_response(place: Place, malika: Person) -> None:
    place.world.pass_time(86_401)
    message_id = await place.text("kech qoldik")
    hook = await place.heard()
    failed = hook.statuses[0]
    assert (failed["id"], failed["status"]) == (message_id, "failed")
    error = failed["errors"][0]
    assert (error["code"], error["title"]) == (131047, "Re-engagement message")
    assert set(error) == {"code", "title", "message", "error_data", "href"}
    assert "contacts" not in hook.values[0]
    assert "recipient_user_id" not in failed
    assert message_id not in [one.id for one in place.world.chat(malika)]
    place.world.pass_time(60)
    place.world.switch(refusals="response")
    assert "24 hours" in await place.refused(131047, type="text", text={"body": "x"})
    place.world.say(malika, "yana men")
    place.world.pass_time(60)
    await place.text("ochiq")


async def test_a_template_passes_the_closed_window_and_its_quick_reply_comes_back_as_a_button(
    place: Place, malika: Person
) -> None:
    place.world.add_template("eslatma", "uz", "Salom {{1}}, buyurtma {{2}}", quick_replies=("Ha", "Yo'q"))
    place.world.pass_time(2 * 86_400)
    template = {
        "name": "eslatma",
        "language": {"code": "uz"},
        "components": [
            {"type": "body",
             "parameters": [{"type": "text", "text": "Malika"}, {"type": "text", "text": "7"}]},
            {"type": "button", "sub_type": "quick_reply", "index": "0",
             "parameters": [{"type": "payload", "payload": "yes:7"}]},
        ],
    }  # fmt: skip
    status, answer = await place.send(type="template", template=template)
    assert status == 200
    assert answer["messages"][0]["message_status"] == "accepted"
    assert place.world.chat(malika)[-1].text == "Salom Malika, buyurtma 7"
    place.world.press(malika, answer["messages"][0]["id"], "Ha")
    hook = await place.heard()
    assert hook.messages[0]["type"] == "button"
    assert hook.messages[0]["button"] == {"payload": "yes:7", "text": "Ha"}
    assert {one["pricing"]["category"] for one in hook.statuses} == {"utility"}
    place.world.switch(pair_rate=False)
    wrong = template | {"components": []}
    await place.refused(132000, type="template", template=wrong)
    await place.refused(132001, 404, type="template", template=template | {"language": {"code": "fr"}})


async def test_the_request_for_a_phone_is_answered_by_a_card_with_its_origin(place: Place) -> None:
    hidden = place.world.add_user("Bek", PHONE, "UZ.7", phone_visible=False)
    place.world.say(hidden, "salom")
    interactive = {
        "type": "request_contact_info",
        "body": {"text": "Raqamingiz?"},
        "action": {"name": "request_contact_info"},
    }
    body = {"messaging_product": "whatsapp", "recipient": "UZ.7", "type": "interactive"}
    _, answer = await place.call("POST", f"{NUMBER_ID}/messages", json=body | {"interactive": interactive})
    place.world.press(hidden, answer["messages"][0]["id"], "Share contact info")
    hook = await place.heard()
    card = hook.messages[-1]["contacts"][0]
    assert card["origin"] == "contact_request"
    assert card["phones"][0]["wa_id"] == PHONE


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (buttons(), 131009),
        (buttons(*((f"b{n}", f"T{n}") for n in range(4))), 131009),
        (buttons(("b", "x" * 21)), 131009),
        (buttons(("b" * 257, "x")), 131009),
        (buttons((" b", "x")), 131009),
        (buttons(("b", "x"), ("b", "y")), 131009),
        (buttons(("b", "x"), ("c", "x")), 131009),
        (buttons(("b", "x"), body="t" * 1025), 131009),
        (buttons(("b", "x"), footer={"text": "f" * 61}), 131009),
        (buttons(("b", "x"), header={"type": "text", "text": "h" * 61}), 131009),
        (rows(("A", [{"id": f"r{n}", "title": "t"} for n in range(11)])), 131009),
        (rows(("A", [{"id": "r", "title": "t" * 25}])), 131009),
        (rows(("A", [{"id": "r" * 201, "title": "t"}])), 131009),
        (rows(("A", [{"id": "r", "title": "t", "description": "d" * 73}])), 131009),
        (rows(("A" * 25, [{"id": "r", "title": "t"}])), 131009),
        (rows(("A", [{"id": "r", "title": "t"}, {"id": "r", "title": "u"}])), 131009),
        (rows(("A", [{"id": "r", "title": "t"}]), button="b" * 21), 131009),
        (rows(("", [{"id": "r", "title": "t"}]), ("B", [{"id": "q", "title": "t"}])), 131008),
        (rows(("A", [])), 131009),
        ({"type": "text", "text": {"body": "x" * 4097}}, 100),
        ({"type": "text", "text": {"body": " "}}, 100),
        ({"type": "text", "text": {}}, 131008),
        ({"type": "text"}, 131008),
        ({"type": "image", "image": {"link": "https://example.org/a.png", "caption": "c" * 1025}}, 131009),
        ({"type": "image", "image": {"id": "404"}}, 100),
        ({"type": "image", "image": {}}, 131008),
        ({"type": "audio", "audio": {"link": "https://example.org/a.ogg", "caption": "c"}}, 100),
        ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 131009),
        ({"type": "location", "location": {"latitude": 1}}, 131008),
        ({"type": "contacts", "contacts": [{"name": {"formatted_name": "A"}}]}, 131008),
        ({"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "ab"}}, 131009),
        ({"type": "poll", "poll": {}}, 131051),
        ({"type": "template", "template": {"name": "x"}}, 131008),
        (
            {"type": "template", "template": {"name": "x", "language": {"code": "uz"}, "components": [1]}},
            132001,
        ),
        ({"type": "text", "text": {"body": "x"}, "recipient_type": "group"}, 100),
        ({"type": "text", "text": {"body": "x"}, "to": "abc"}, 131009),
        ({"type": "text", "text": {"body": "x"}, "to": "998712000000"}, 131021),
        ({"type": "text", "text": {"body": "x"}, "messaging_product": "sms"}, 100),
    ],
)
async def test_what_breaks_a_limit_is_refused_with_metas_code(
    place: Place, malika: Person, content: dict[str, Any], code: int
) -> None:
    details = await place.refused(code, 404 if code == 132001 else 400, **content)
    assert details
    assert place.world.chat(malika)[-1].side == "customer"
    assert (place.world.calls[-1].ok, place.world.calls[-1].code) == (False, code)


async def test_what_just_fits_a_limit_is_taken(place: Place, malika: Person) -> None:
    for content in (
        {"type": "text", "text": {"body": "x" * 4096}},
        buttons(*((str(n) * 256, str(n) * 20) for n in range(3)), body="b" * 1024, footer={"text": "f" * 60}),
        rows(*((f"S{n}" + "s" * 22, [{"id": f"{n}" * 200, "title": "t" * 24, "description": "d" * 72}])
               for n in range(10))),
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Ali", "first_name": "Ali"},
                                           "phones": [{"phone": "+998901234567", "type": "WORK"}]}]},
    ):  # fmt: skip
        status, answer = await place.send(**content)
        assert status == 200, answer


async def test_media_is_uploaded_sent_shown_and_deleted(place: Place, malika: Person) -> None:
    status, answer = await place.upload(b"\xff\xd8\xffpicture", "image/jpeg", "a.jpg")
    assert status == 200
    media_id = answer["id"]
    await place.send(type="image", image={"id": media_id, "caption": "Mana"})
    last = place.world.chat(malika)[-1]
    assert (last.text, last.attachment and last.attachment.media_id) == ("Mana", media_id)
    assert await place.call("DELETE", media_id) == (200, {"success": True})
    status, _ = await place.call("GET", media_id)
    assert status == 400


async def test_a_file_that_is_not_what_it_says_is_taken_and_fails_with_131053(place: Place, malika: Person) -> None:
    _, pdf = await place.upload(b"%PDF-1.7", "application/pdf")
    _, vorbis = await place.upload(b"OggS" + bytes(60), "audio/ogg")
    _, large = await place.upload(bytes(5_242_881), "image/png")
    _, opus = await place.upload(OPUS, "audio/ogg; codecs=opus")
    for kind, media in (("image", pdf), ("audio", vorbis), ("image", large), ("audio", opus)):
        status, answer = await place.send(type=kind, **{kind: {"id": media["id"]}})
        assert status == 200, answer
    hook = await place.heard()
    assert [one["errors"][0]["code"] for one in hook.statuses if one["status"] == "failed"] == [131053] * 3
    status, answer = await place.upload(b"PK", "application/zip")
    assert (status, answer["error"]["code"]) == (400, 100)
    assert "Received file of type 'application/zip'" in answer["error"]["error_data"]["details"]


async def test_a_reaction_only_gets_sent_and_one_to_nothing_fails(place: Place, malika: Person) -> None:
    first = place.world.say(malika, "rahmat")
    await place.send(type="reaction", reaction={"message_id": first, "emoji": "❤️"})
    await place.send(type="reaction", reaction={"message_id": "wamid.gone", "emoji": "❤️"})
    hook = await place.heard()
    assert [one["status"] for one in hook.statuses] == ["sent", "failed"]
    assert hook.statuses[1]["errors"][0]["code"] == 131009
    assert place.world.message(first).reactions == {"business": "❤️"}


async def test_reading_marks_all_earlier_messages_and_shows_typing(place: Place, malika: Person) -> None:
    second = place.world.say(malika, "bormisiz?")
    third = place.world.say(malika, "alo")
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": second}
    answer = await place.call("POST", f"{NUMBER_ID}/messages", json=body | {"typing_indicator": {"type": "text"}})
    assert answer == (200, {"success": True})
    assert [one.seen_by_business for one in place.world.chat(malika)] == [True, True, False]
    assert place.world.person(malika).typing_until > place.world.now()
    await place.text("shu yerdamiz")
    assert place.world.person(malika).typing_until == 0.0
    status, _ = await place.call("POST", f"{NUMBER_ID}/messages", json=body | {"message_id": "wamid.no"})
    assert status == 400
    assert third


async def test_the_wrong_token_the_wrong_number_and_broken_json_are_refused(place: Place) -> None:
    status, answer = await place.call("GET", NUMBER_ID, headers={"Authorization": "Bearer wrong"})
    assert (status, answer["error"]["code"], answer["error"]["type"]) == (401, 190, "OAuthException")
    status, answer = await place.call("POST", "555/messages", json={})
    assert (status, answer["error"]["code"], answer["error"]["error_subcode"]) == (400, 100, 33)
    headers = {"Content-Type": "application/json"}
    status, answer = await place.call("POST", f"{NUMBER_ID}/messages", data=b"{", headers=headers)
    assert (status, answer["error"]["code"]) == (400, 100)


async def test_the_number_its_account_and_its_templates_can_be_asked(place: Place) -> None:
    status, number = await place.call("GET", f"{NUMBER_ID}?fields=display_phone_number,quality_rating")
    assert (status, set(number)) == (200, {"id", "display_phone_number", "quality_rating"})
    waba = place.world.waba_id
    _, apps = await place.call("GET", f"{waba}/subscribed_apps")
    assert apps["data"][0]["whatsapp_business_api_data"]["name"] == "Qabul"
    override = {"override_callback_uri": place.world.webhook.url, "verify_token": "wrong"}
    status, _ = await place.call("POST", f"{waba}/subscribed_apps", json=override)
    assert status == 400
    assert await place.world.verify()
    body = {"type": "BODY", "text": "Salom"}
    made = {"name": "yangi", "language": "uz", "category": "UTILITY", "components": [body]}
    _, created = await place.call("POST", f"{waba}/message_templates", json=made)
    assert created["status"] == "APPROVED"
    _, listed = await place.call("GET", f"{waba}/message_templates")
    assert [one["name"] for one in listed["data"]] == ["hello_world", "yangi"]
    assert await place.call("DELETE", f"{waba}/subscribed_apps") == (200, {"success": True})
    person = place.world.add_user("Bek", PHONE)
    place.world.say(person, "eshityapsizmi?")
    assert (await place.heard()).raw == []


# ------------------------------------------------------------ limits and trouble


async def test_the_pair_rate_lends_a_burst_of_45_and_takes_it_back(place: Place, malika: Person) -> None:
    now = [1_800_000_000.0]
    place.world._clock = lambda: now[0]
    place.world.say(malika, "salom")
    for _ in range(45):
        await place.text("x")
    assert "same phone number" in await place.refused(131056, type="text", text={"body": "x"})
    now[0] += 45 * 6 - 1
    await place.refused(131056, type="text", text={"body": "x"})
    now[0] += 1
    await place.text("x")
    now[0] += 6
    await place.text("x")
    place.world.switch(pair_rate=False)
    for _ in range(46):
        await place.text("x")


async def test_the_numbers_rate_is_refused_with_400_and_130429(place: Place, malika: Person) -> None:
    place.world._clock = lambda: 1_800_000_000.0
    place.world.say(malika, "salom")
    place.world.switch(pair_rate=False)
    for _ in range(80):
        await place.text("x")
    await place.refused(130429, type="text", text={"body": "x"})
    place.world.clear_trouble()
    await place.text("x")


async def test_a_blocked_or_unknown_recipient_fails_with_131026(place: Place, malika: Person) -> None:
    place.world.block(malika)
    await place.text("salom")
    await place.text("salom", to="998900000001")
    hook = await place.heard()
    assert [one["errors"][0]["code"] for one in hook.statuses] == [131026, 131026]
    with pytest.raises(WrongAct, match="blocked"):
        place.world.say(malika, "x")
    place.world.block(malika, False)
    place.world.say(malika, "x")


async def test_a_phone_that_is_off_gets_its_messages_when_it_is_on(place: Place, malika: Person) -> None:
    place.world.phone_off(malika)
    message_id = await place.text("salom")
    await place.heard()
    assert [one["status"] for one in place.hook.statuses] == ["sent"]
    place.world.phone_off(malika, False)
    await place.heard()
    assert [one["status"] for one in place.hook.statuses] == ["sent", "delivered"]
    assert place.world.message(message_id).status == "delivered"


async def test_scripted_failures_are_used_up_and_then_all_is_well(place: Place, malika: Person) -> None:
    place.world.fail_next(2, code=131000)
    place.world.fail_next(1, code=130429, retry_after=3)
    await place.refused(131000, 500, type="text", text={"body": "x"})
    await place.refused(131000, 500, type="text", text={"body": "x"})
    await place.refused(130429, type="text", text={"body": "x"})
    await place.text("x")
    assert [call.code for call in place.world.calls] == [131000, 131000, 130429, None]


@pytest.mark.parametrize("how", ["drop", "hang"])
async def test_a_cut_connection_may_leave_the_message_sent(place: Place, malika: Person, how: str) -> None:
    place.world.fail_next(how=how, path="messages", person=PHONE, done_anyway=True)
    with pytest.raises(aiohttp.ClientError):
        await place.send(type="text", text={"body": "yo'qolgan javob"})
    assert place.world.chat(malika)[-1].text == "yo'qolgan javob"
    place.world.fail_next(how=how)
    with pytest.raises(aiohttp.ClientError):
        await place.send(type="text", text={"body": "yo'q"})
    assert place.world.chat(malika)[-1].text == "yo'qolgan javob"


# ------------------------------------------------------------ the webhook


async def test_a_body_is_repeated_until_it_is_taken_and_given_up_after_the_last_delay(place: Place) -> None:
    person = place.world.add_user("Bek", PHONE)
    place.hook.answers = [500, 401]
    place.world.say(person, "bir")
    await place.heard()
    assert len(place.hook.raw) == 3
    assert len(set(place.hook.raw)) == 1
    place.hook.answers = [500] * 4
    place.world.say(person, "ikki")
    await place.heard()
    assert [(one.attempts, one.ok) for one in place.world.webhook.deliveries] == [(3, True), (4, False)]


async def test_many_updates_share_a_body_when_asked_and_contacts_are_named_once(place: Place) -> None:
    first, second = place.world.add_user("Bek", PHONE), place.world.add_user("Ali", "998901234567")
    place.world.switch(batch=100)
    for number in range(3):
        place.world.say(first, f"a{number}")
        place.world.say(second, f"b{number}")
    hook = await place.heard()
    assert len(hook.raw) == 1
    assert [one["text"]["body"] for one in hook.messages] == ["a0", "b0", "a1", "b1", "a2", "b2"]
    assert [one["wa_id"] for one in hook.values[0]["contacts"]] == [PHONE, "998901234567"]


async def test_duplicates_and_redelivery_repeat_the_same_bytes(place: Place) -> None:
    person = place.world.add_user("Bek", PHONE)
    place.world.switch(duplicates=1)
    message_id = place.world.say(person, "bir")
    await place.heard()
    assert len(place.hook.raw) == 2
    place.world.switch(duplicates=0)
    place.world.say(person, "ikki")
    await place.heard()
    assert place.world.redeliver(last=1) == 1
    await place.heard()
    assert place.hook.raw[2] == place.hook.raw[3]
    assert place.world.redeliver(message_id) == 2
    await place.heard()
    assert set(place.hook.raw[4:]) == {place.hook.raw[0]}


async def test_hostile_bytes_arrive_as_they_are_signed_or_not(place: Place) -> None:
    place.world.push_raw(b'{"object": "\xff')
    place.world.push_raw(b"[]", sign=False)
    hook = await place.heard()
    assert hook.raw == [b'{"object": "\xff', b"[]"]
    assert hook.signatures[0] == "sha256=" + hmac.new(SECRET.encode(), hook.raw[0], hashlib.sha256).hexdigest()
    assert hook.signatures[1] == ""


async def test_a_page_hears_of_every_change_and_the_log_keeps_the_last_calls() -> None:
    async with served(calls_kept=2, switches=Switches(pair_rate=False)) as place:
        heard: list[str] = []
        end = place.world.subscribe(lambda what, _person: heard.append(what))
        person = place.world.add_user("Bek", PHONE)
        place.world.say(person, "salom")
        waiting = asyncio.create_task(place.world.until(lambda: len(place.world.chat(person)) == 2))
        for _ in range(3):
            await place.text("x")
        await waiting
        await place.world.settle()
        assert {"person", "message", "call", "webhook"} <= set(heard)
        assert len(place.world.calls) == 2
        assert place.world.calls[-1].payload["text"] == {"body": "x"}
        end()
        count = len(heard)
        place.world.say(person, "yana")
        assert len(heard) == count


async def test_a_thousand_customers_at_once_all_arrive(place: Place) -> None:
    place.world.switch(batch=200, auto_deliver=False, number_rate=False)
    people = [place.world.add_user(f"N{n}", f"99890{n:07d}") for n in range(1000)]
    for person in people:
        place.world.say(person, "salom")
    hook = await place.heard()
    assert len(hook.messages) == 1000
    assert len(hook.raw) <= 6


# ------------------------------------------------------------ the control door


async def test_the_control_door_acts_shows_and_says_what_is_wrong(place: Place) -> None:
    root = place.url.rsplit("/", 1)[0]

    async def act(method: str, **arguments: Any) -> tuple[int, Any]:
        async with place.client.post(f"{root}/control/{method}", json=arguments) as answer:
            return answer.status, await answer.json()

    status, made = await act("add_user", name="Malika", phone=PHONE)
    assert (status, made["result"]["phone"]) == (200, PHONE)
    _, said = await act("say", user=PHONE, text="Salom 🙂")
    await act("send_media", user=PHONE, kind="image", data_base64="/9j/AA==", mime="image/jpeg")
    await act("switch", auto_read=True)
    await place.text("Assalomu alaykum")
    assert await act("settle") == (200, {"result": None})
    async with place.client.get(f"{root}/control/state", params={"user": PHONE}) as answer:
        shown = await answer.json()
    chat = shown["people"][0]["chat"]
    assert [one["type"] for one in chat] == ["text", "image", "text"]
    assert chat[0]["id"] == said["result"]
    assert chat[2]["status"] == "read"
    assert TOKEN not in json.dumps(shown)
    assert (await act("say", user="998", text="x"))[0] == 400
    assert (await act("say", user=PHONE))[0] == 400
    assert (await act("close"))[0] == 404
    async with place.client.post(f"{root}/control/settle", data="{}") as answer:
        assert answer.status == 415
    async with place.client.get(f"{root}/control/state", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_it_runs_as_a_process_of_its_own_and_ends_on_a_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.playground.whatsapp", "--token", TOKEN, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        url = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as client,
            client.get(f"{url}/{NUMBER_ID}") as answer,
        ):
            assert (await answer.json())["quality_rating"] == "GREEN"
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 30) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

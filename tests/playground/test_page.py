"""The playground page: the scene, what its people can do, what an open page is told, and who is kept out."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import bot.playground.page as page_package
from bot.playground import telegram, whatsapp
from bot.playground.page import make_playground, mount_playground
from bot.playground.page.samples import SAMPLES
from bot.playground.page.telegram_chat import MEDIA, notes_among
from bot.playground.page.view import chat_view, overview
from bot.playground.shows import KINDS, SPEEDS
from bot.playground.stage import Stage
from bot.playground.weather import SWITCHES
from bot.settings import read_settings
from scenarios.engine.context import Holder
from scenarios.engine.understanding import State

HERE = Path(page_package.__file__).parent
PATIENCE = 10.0


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    telegram_world = telegram.TelegramWorld(bot_name="Ozoda Uy", poll_pacing=False)
    telegram_world.set_flood_limit("group", None)
    whatsapp_world = whatsapp.WhatsAppWorld(business_name="Ozoda Uy")
    telegram_runner, telegram_url = await telegram.start(telegram_world)
    whatsapp_runner, whatsapp_url = await whatsapp.start(whatsapp_world)
    yield Stage(telegram_world, whatsapp_world, telegram_url, whatsapp_url)
    await telegram_runner.cleanup()
    await whatsapp_runner.cleanup()


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[TestClient[Any, Any]]:
    application = web.Application()
    mount_playground(application, stage)
    async with TestClient(TestServer(application)) as found:
        yield found


class Desk:
    """A scripted bot: calls both APIs over HTTP, as the real desk does."""

    def __init__(self, stage: Stage) -> None:
        self.settings, self.stage = stage.settings(), stage

    async def telegram(self, method: str, **values: Any) -> Any:
        url = f"{self.settings['QABUL_TELEGRAM_API_URL']}/bot{self.settings['QABUL_TELEGRAM_TOKEN']}/{method}"
        async with aiohttp.ClientSession() as session, session.post(url, json=values) as answer:
            body = await answer.json()
        assert body["ok"], body
        return body["result"]

    async def whatsapp(self, **values: Any) -> str:
        number = self.settings["QABUL_WHATSAPP_PHONE_NUMBER_ID"]
        url = f"{self.settings['QABUL_WHATSAPP_API_URL']}/{number}/messages"
        headers = {"Authorization": f"Bearer {self.settings['QABUL_WHATSAPP_TOKEN']}"}
        content = {"messaging_product": "whatsapp", **values}
        async with aiohttp.ClientSession(headers=headers) as session, session.post(url, json=content) as answer:
            body = await answer.json()
        assert answer.status == 200, body
        return str(body["messages"][0]["id"])

    async def topic(self, name: str) -> str:
        made = await self.telegram("createForumTopic", chat_id=self.stage.group_id, name=name)
        return f"topic:{made['message_thread_id']}"

    async def write(self, topic: str, text: str, **more: Any) -> int:
        thread = int(topic.removeprefix("topic:"))
        sent = await self.telegram(
            "sendMessage", chat_id=self.stage.group_id, message_thread_id=thread, text=text, **more
        )
        return int(sent["message_id"])


@pytest.fixture
def desk(stage: Stage) -> Desk:
    return Desk(stage)


async def act(client: TestClient[Any, Any], what: str, /, **values: Any) -> dict[str, Any]:
    answer = await client.post("/playground/act", json={"act": what, **values})
    body = await answer.json()
    assert body["ok"], body
    return dict(body)


async def refused(client: TestClient[Any, Any], what: str, /, **values: Any) -> str:
    body = await (await client.post("/playground/act", json={"act": what, **values})).json()
    assert body["ok"] is False
    return str(body["error"])


class OpenPage:
    """What a browser knows: the scene and the chats it watches, put together from the news."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.scene: dict[str, Any] = {}
        self.heads: dict[str, Any] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.toasts: list[Any] = []
        self.last: dict[str, Any] = {}

    async def watch_keys(self, *keys: str) -> None:
        await self.socket.send_json({"watch": dict.fromkeys(keys, 80)})

    async def until(self, true: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                self.last = news = await self.socket.receive_json()
                self.scene = news.get("scene", self.scene)
                self.toasts += news.get("toasts", [])
                for chat in news.get("chats", []):
                    key = chat["key"]
                    self.heads[key] = chat
                    known = self.messages.setdefault(key, {})
                    known |= {one["id"]: one for one in chat["messages"]}
                    self.messages[key] = {number: known[number] for number in chat["ids"]}

    def texts(self, key: str) -> list[str]:
        return [str(one["text"]) for one in self.messages.get(key, {}).values()]


@pytest.fixture
async def page(client: TestClient[Any, Any]) -> AsyncIterator[OpenPage]:
    async with client.ws_connect("/playground/live") as socket:
        yield OpenPage(socket)


def last_of(stage: Stage, chat: str) -> dict[str, Any]:
    view = chat_view(stage, chat)
    assert view is not None
    return dict(view["messages"][-1])


async def test_the_stage_gives_settings_the_application_accepts(stage: Stage) -> None:
    settings = read_settings(stage.settings())
    assert settings.staff_chat_id == stage.group_id
    assert settings.manager_ids == {stage.manager.user_id}
    assert settings.whatsapp_phone_number_id == stage.whatsapp.phone_number_id


async def test_the_first_scene_has_four_customers_two_agents_and_a_manager_the_bot_may_write_to(
    stage: Stage, desk: Desk
) -> None:
    scene = overview(stage)
    assert [(one["name"], one["channel"], one["language"]) for one in scene["customers"]] == [
        ("Aziza", "telegram", "uz"), ("Айгүл", "whatsapp", "kk"), ("Дмитрий", "telegram", "ru"),
        ("Grace", "telegram", "en"),
    ]  # fmt: skip
    assert [one["name"] for one in scene["agents"]] == ["Nodira", "Timur"]
    await desk.telegram("sendMessage", chat_id=stage.manager.user_id, text="Good morning")
    me = await desk.telegram("getChatMember", chat_id=stage.group_id, user_id=stage.telegram.bot["id"])
    assert (me["status"], me["can_manage_topics"]) == ("administrator", True)


async def test_the_page_and_its_files_are_served_from_here_alone(client: TestClient[Any, Any]) -> None:
    answer = await client.get("/playground")
    text = await answer.text()
    assert answer.content_type == "text/html"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    wanted = set(re.findall(r'(?:src|href)="(/playground[^"]*)"', text))
    made = {"/playground/playground.js", "/playground/graph.css"}
    assert wanted == made | {f"/playground/{path.name}" for path in HERE.glob("*.css")}
    for path in sorted(HERE.glob("*.js")) + sorted(HERE.glob("*.css")):
        found = await client.get(f"/playground/{path.name}")
        assert (found.status, await found.text()) == (200, path.read_text(encoding="utf-8"))
    for missing in ("nothing.js", "view.py", "recorded.json", "..%2Fstage.js"):
        assert (await client.get(f"/playground/{missing}")).status == 404


def test_the_page_never_makes_markup_of_data_and_asks_nobody_else() -> None:
    for path in (*HERE.glob("*.js"), *HERE.glob("*.css"), *HERE.glob("*.html")):
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", text), path.name
        assert not re.search(r"https?://(?!\$)", text), path.name


def test_every_text_of_the_page_exists_in_all_four_languages() -> None:
    words = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("words*.js"))
    table = dict(re.findall(r'^  "?(\w+)"?: (\[.*\]),$', words, re.MULTILINE))
    known = {key: json.loads(texts) for key, texts in table.items() if key not in ("uz", "uz_Cyrl", "kk", "ru", "en")}
    assert {len(texts) for texts in known.values()} == {4}
    assert all(all(texts) for texts in known.values())
    used: set[str] = set()
    for path in (*HERE.glob("*.js"), *HERE.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'\bword\("(\w+)"\)', text))
        used |= set(re.findall(r'data-(?:word|label)="(\w+)"', text)) | set(re.findall(r'\bphrase\("(\w+)"', text))
    assert used <= known.keys()
    # Names that the page puts together from what the server tells.
    kinds = {*MEDIA, "location", "contact", "other"}
    assert kinds <= known.keys()
    assert {f"{start}_{name}" for start, names in _TOLD.items() for name in names} <= known.keys()


_TOLD: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "speed": tuple(SPEEDS),
    "weather": SWITCHES,
    "desk": ("starting", "working", "dead", "ended"),
    "segment": ("new", "hesitant", "repeat", "unhappy", ""),
    "holder": get_args(Holder),
    "rule": get_args(Holder),
    "state": get_args(State),
    "why": (
        "dead", "asked_to_wait", "down", "behind", "later", "budget", "leftover", "sending", "soon",
    ),
    "to": ("telegram", "whatsapp", "topic", "extra", "media", "manager"),
    "flag": ("wants_person", "opt_out", "greeting", "cancel", "back", "repeat"),
    "timer": ("customer", "people", "album", "says", "ends", "goes"),
    "show": ("done", "stopped", "stuck"),
}  # fmt: skip


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}, {"Host": "a b"}]
)
async def test_a_foreign_origin_or_host_is_refused_everywhere(
    client: TestClient[Any, Any], headers: dict[str, str]
) -> None:
    for path in ("/playground", "/playground/playground.js", "/playground/file/tg/x"):
        assert (await client.get(path, headers=headers)).status in (400, 403)
    sent = await client.post("/playground/act", json={"act": "read", "chat": "wa:p1"}, headers=headers)
    assert sent.status in (400, 403)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refusal:
        await client.ws_connect("/playground/live", headers=headers)
    assert refusal.value.status in (400, 403)


async def test_an_act_that_is_no_json_from_this_page_does_nothing(client: TestClient[Any, Any]) -> None:
    form = await client.post("/playground/act", data={"act": "say"})
    assert form.status == 415
    for raw in (b"[]", b"{", b"\xff", b"[" * 100_000, b"1"):
        answer = await client.post("/playground/act", data=raw, headers={"Content-Type": "application/json"})
        assert (await answer.json())["ok"] is False
    assert "no act 'nothing'" in await refused(client, "nothing")
    assert "text has to be a text" in await refused(client, "say", chat="manager", text=5)


async def test_what_a_customer_says_is_on_an_open_page_and_with_the_bot(
    client: TestClient[Any, Any], page: OpenPage, stage: Stage, desk: Desk
) -> None:
    aziza, aigul, *_ = stage.customers()
    await page.watch_keys(aziza.key, aigul.key)
    await act(client, "say", chat=aziza.key, text="Salom <b>")
    await act(client, "say", chat=aigul.key, text="Сәлем")
    await page.until(lambda: page.texts(aziza.key) == ["Salom <b>"] and page.texts(aigul.key) == ["Сәлем"])
    updates = await desk.telegram("getUpdates", offset=0)
    assert updates[-1]["message"]["text"] == "Salom <b>"
    assert stage.whatsapp.chat(str(aigul.ref))[0].text == "Сәлем"


async def test_a_page_gets_only_what_changed_in_chats_it_watches(
    client: TestClient[Any, Any], page: OpenPage, stage: Stage, desk: Desk
) -> None:
    aziza, _, dmitri, _ = stage.customers()
    await act(client, "say", chat=aziza.key, text="one")
    await page.watch_keys(aziza.key)
    await page.until(lambda: page.texts(aziza.key) == ["one"])
    await act(client, "say", chat=dmitri.key, text="elsewhere")
    await page.until(lambda: page.scene["customers"][2]["last"] is not None)
    assert "chats" not in page.last
    sent = await desk.telegram("sendMessage", chat_id=aziza.ref, text="two")
    await page.until(lambda: page.texts(aziza.key) == ["one", "two"])
    assert [one["text"] for one in page.last["chats"][0]["messages"]] == ["two"]
    await desk.telegram("editMessageText", chat_id=aziza.ref, message_id=sent["message_id"], text="2")
    await page.until(lambda: page.texts(aziza.key) == ["one", "2"])
    await desk.telegram("deleteMessage", chat_id=aziza.ref, message_id=sent["message_id"])
    await page.until(lambda: page.texts(aziza.key) == ["one"])
    assert page.last["chats"][0]["messages"] == []


async def test_typing_is_shown_until_the_message_comes(
    client: TestClient[Any, Any], page: OpenPage, stage: Stage, desk: Desk
) -> None:
    aziza, aigul, *_ = stage.customers()
    await act(client, "say", chat=aziza.key, text="Salom")
    await act(client, "say", chat=aigul.key, text="Сәлем")
    await page.watch_keys(aziza.key, aigul.key)
    await page.until(lambda: page.texts(aziza.key) and page.texts(aigul.key))
    await desk.telegram("sendChatAction", chat_id=aziza.ref, action="typing")
    await page.until(lambda: page.heads[aziza.key]["typing_until"] > page.last["now"])
    await desk.telegram("sendMessage", chat_id=aziza.ref, text="Assalomu alaykum")
    await page.until(lambda: page.heads[aziza.key]["typing_until"] == 0)


async def test_taps_reach_the_bot_and_its_answer_is_told_to_the_page(
    client: TestClient[Any, Any], page: OpenPage, stage: Stage, desk: Desk
) -> None:
    aziza, aigul, *_ = stage.customers()
    await act(client, "say", chat=aziza.key, text="/start")
    keyboard = {"inline_keyboard": [[{"text": "Prices", "callback_data": "p"}]]}
    await desk.telegram("sendMessage", chat_id=aziza.ref, text="Choose", reply_markup=keyboard)
    shown = last_of(stage, aziza.key)
    assert shown["buttons"] == [[{"label": "Prices", "id": "p"}]]
    await page.until(lambda: page.scene)
    await act(client, "tap", chat=aziza.key, message=shown["id"], button="p")
    query = (await desk.telegram("getUpdates", offset=0))[-1]["callback_query"]
    await desk.telegram("answerCallbackQuery", callback_query_id=query["id"], text="One moment")
    await page.until(lambda: page.toasts == [{"user": str(aziza.ref), "text": "One moment"}])
    await act(client, "say", chat=aigul.key, text="Сәлем")
    rows = [{"id": "1", "title": "Пәтер", "description": "350 000"}]
    action = {"button": "Таңдау", "sections": [{"title": "Тазалау", "rows": rows}]}
    await desk.whatsapp(
        to=aigul.phone, type="interactive",
        interactive={"type": "list", "body": {"text": "Қай қызмет?"}, "action": action},
    )  # fmt: skip
    shown = last_of(stage, aigul.key)
    assert shown["list"]["sections"][0]["rows"][0]["label"] == "Пәтер"
    await act(client, "tap", chat=aigul.key, message=shown["id"], button="1")
    assert last_of(stage, aigul.key)["reply"]["text"] == "Қай қызмет?"
    assert "no button" in await refused(client, "tap", chat=aigul.key, message=shown["id"], button="9")


async def test_reply_keyboards_show_and_the_phone_can_be_shared(
    client: TestClient[Any, Any], stage: Stage, desk: Desk
) -> None:
    aziza, aigul, *_ = stage.customers()
    await act(client, "say", chat=aziza.key, text="/start")
    keys = [[{"text": "Share", "request_contact": True}, {"text": "Later"}]]
    await desk.telegram("sendMessage", chat_id=aziza.ref, text="Phone?", reply_markup={"keyboard": keys})
    view = chat_view(stage, aziza.key)
    assert view is not None
    assert view["keyboard"] == [[{"label": "Share", "asks": "contact"}, {"label": "Later", "asks": ""}]]
    await act(client, "contact", chat=aziza.key)
    card = stage.telegram.chat(int(aziza.ref))[-1]["contact"]
    assert (card["phone_number"], card["user_id"]) == ("+" + aziza.phone, aziza.ref)
    await act(client, "contact", chat=aigul.key)
    assert last_of(stage, aigul.key)["phone"] == "+" + aigul.phone


@pytest.mark.parametrize("sample", sorted(SAMPLES))
@pytest.mark.parametrize("number", [0, 1])
async def test_samples_are_sent_shown_and_open(
    client: TestClient[Any, Any], stage: Stage, sample: str, number: int
) -> None:
    customer = stage.customers()[number]
    await act(client, "media", chat=customer.key, sample=sample, caption="")
    shown, made = last_of(stage, customer.key), SAMPLES[sample]()
    assert shown["kind"] == made.kind
    answer = await client.get("/" + shown["file"]["url"])
    assert answer.status == 200
    assert answer.content_type == made.mime.partition(";")[0]
    assert answer.headers["Content-Disposition"].startswith("inline")
    starts = {"picture": b"\x89PNG", "voice": b"OggS", "video": b"\0\0\0", "document": b"%PDF-"}
    assert (await answer.read()).startswith(starts[sample])


async def test_a_chosen_file_arrives_unchanged_and_what_could_run_is_kept_from_running(
    client: TestClient[Any, Any], stage: Stage
) -> None:
    aziza, aigul, *_ = stage.customers()
    data = b"<script>alert(1)</script>" * 100_000
    values = {"data_base64": base64.b64encode(data).decode(), "mime": "text/html", "file_name": 'тарих\r\n".html'}
    for customer in (aziza, aigul):
        await act(client, "media", chat=customer.key, **values)
        answer = await client.get("/" + last_of(stage, customer.key)["file"]["url"])
        assert await answer.read() == data
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    await act(client, "media", chat=aziza.key, **{**values, "mime": ""})
    assert (await client.get("/" + last_of(stage, aziza.key)["file"]["url"])).content_type == "text/html"
    await act(client, "media", chat=aigul.key, **{**values, "mime": "image/svg+xml", "file_name": "x.svg"})
    answer = await client.get("/" + last_of(stage, aigul.key)["file"]["url"])
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (await client.get("/playground/file/tg/nothing")).status == 404
    assert "base64" in await refused(client, "media", chat=aziza.key, data_base64="&&&", file_name="x")


async def test_edits_deletions_reactions_and_replies_of_people_show(
    client: TestClient[Any, Any], stage: Stage, desk: Desk
) -> None:
    aziza = stage.customers()[0]
    await act(client, "say", chat=aziza.key, text="Salm")
    number = last_of(stage, aziza.key)["id"]
    await act(client, "edit", chat=aziza.key, message=number, text="Salom")
    assert (last_of(stage, aziza.key)["text"], last_of(stage, aziza.key)["edited"]) == ("Salom", True)
    await act(client, "say", chat=aziza.key, text="again", reply_to=number)
    assert last_of(stage, aziza.key)["reply"]["text"] == "Salom"
    sent = await desk.telegram("sendMessage", chat_id=aziza.ref, text="Assalomu alaykum")
    await act(client, "react", chat=aziza.key, message=str(sent["message_id"]), emoji="👍")
    assert last_of(stage, aziza.key)["reactions"] == ["👍"]
    assert "own message" in await refused(client, "delete", chat=aziza.key, message=str(sent["message_id"]))
    await act(client, "delete", chat=aziza.key, message=number)
    assert "is not Aziza's" in await refused(client, "edit", chat=aziza.key, message=number, text="x")
    assert "no message 'x'" in await refused(client, "edit", chat=aziza.key, message="x", text="x")


async def test_whoever_blocked_the_business_cannot_be_written_to_and_says_so(
    client: TestClient[Any, Any], stage: Stage
) -> None:
    for customer in stage.customers()[:2]:
        await act(client, "block", chat=customer.key)
        assert "block" in await refused(client, "say", chat=customer.key, text="hello")
        view = chat_view(stage, customer.key)
        assert view is not None
        assert view["blocked"] is True
        await act(client, "block", chat=customer.key, blocked=False)
        await act(client, "say", chat=customer.key, text="hello")


async def test_an_opened_whatsapp_chat_is_read(client: TestClient[Any, Any], stage: Stage, desk: Desk) -> None:
    aigul = stage.customers()[1]
    await act(client, "say", chat=aigul.key, text="Сәлем")
    await desk.whatsapp(to=aigul.phone, type="text", text={"body": "Сәлеметсіз бе"})
    view = chat_view(stage, aigul.key)
    assert view is not None
    assert view["unread"] == 1
    await act(client, "read", chat=aigul.key)
    assert last_of(stage, aigul.key)["ticks"] == "read"


async def test_the_staff_group_shows_topics_cards_notes_and_who_wrote(
    client: TestClient[Any, Any], page: OpenPage, stage: Stage, desk: Desk
) -> None:
    topic = await desk.topic("Aziza · T7K2")
    card = await desk.write(topic, "<b>Aziza</b>", parse_mode="HTML")
    await desk.telegram("pinChatMessage", chat_id=stage.group_id, message_id=card)
    await act(client, "say", chat=topic, who="timur", text="// be kind")
    note = last_of(stage, topic)["id"]
    await act(client, "say", chat=topic, who="nodira", text="yes", reply_to=note)
    await act(client, "say", chat=topic, who="nodira", text="Salom Aziza!")
    await page.watch_keys(topic, "topic:1")
    await page.until(lambda: "Salom Aziza!" in page.texts(topic))
    shown = list(page.messages[topic].values())
    assert page.heads[topic]["pinned"]["text"] == "Aziza"
    assert [(one["name"], one.get("note", False)) for one in shown[-3:]] == [
        ("Timur", True), ("Nodira", True), ("Nodira", False),
    ]  # fmt: skip
    await page.until(lambda: page.scene["topics"][0]["last"]["text"] == "Salom Aziza!")
    assert (page.scene["topics"][0]["total"], page.scene["topics"][0]["closed"]) == (1, False)
    await desk.telegram("closeForumTopic", chat_id=stage.group_id, message_thread_id=int(topic[6:]))
    await page.until(lambda: page.heads[topic]["closed"])
    assert "only administrators" in await refused(client, "say", chat=topic, who="timur", text="more")
    assert "only administrators" in await refused(client, "close_topic", chat=topic, who="timur", closed=False)
    await act(client, "close_topic", chat=topic, who="nodira", closed=False)
    await act(client, "delete_topic", chat=topic, who="nodira")
    await page.until(lambda: page.heads[topic].get("gone"))
    assert "no agent 'bobur'" in await refused(client, "say", chat=topic, who="bobur", text="x")


def test_an_album_with_one_note_is_a_note_and_the_bots_words_never_are() -> None:
    def item(number: int, sender: int, text: str, album: str = "") -> dict[str, Any]:
        group = {"media_group_id": album} if album else {}
        return {"message_id": number, "from": {"id": sender}, "caption": text, **group}

    messages = [item(1, 7, "", "a"), item(2, 7, "// inside", "a"), item(3, 1, "// a customer's"), item(4, 7, "/notes")]
    assert notes_among(messages, bot_id=1) == {1, 2}


async def test_the_manager_has_a_chat_of_his_own(client: TestClient[Any, Any], stage: Stage, desk: Desk) -> None:
    await act(client, "say", chat="manager", text="/queue")
    update = (await desk.telegram("getUpdates", offset=0))[-1]["message"]
    assert (update["from"]["id"], update["text"]) == (stage.manager.user_id, "/queue")
    assert overview(stage)["manager_total"] == 0


async def test_a_customer_is_added_in_any_language_on_both_messengers(
    client: TestClient[Any, Any], page: OpenPage, stage: Stage
) -> None:
    for channel in ("telegram", "whatsapp"):
        for language in ("uz", "uz_Cyrl", "kk", "ru", "en"):
            added = await act(client, "add_customer", name="Ольга", channel=channel, language=language)
            await act(client, "say", chat=added["key"], text="hello")
    await page.until(lambda: len(page.scene.get("customers", [])) == 14)
    assert len({one.phone for one in stage.customers()}) == 14
    for name, channel, language in (("", "telegram", "uz"), ("A", "viber", "uz"), ("A", "telegram", "de")):
        await refused(client, "add_customer", name=name, channel=channel, language=language)


async def test_old_messages_come_when_asked_for(page: OpenPage, stage: Stage) -> None:
    aziza = stage.customers()[0]
    for number in range(100):
        stage.say(aziza.key, str(number))
    await page.watch_keys(aziza.key)
    await page.until(lambda: len(page.texts(aziza.key)) == 80)
    assert page.heads[aziza.key]["more"] is True
    await page.socket.send_json({"watch": {aziza.key: 280}})
    await page.until(lambda: len(page.texts(aziza.key)) == 100)
    assert page.heads[aziza.key]["more"] is False


@pytest.mark.parametrize("words", ["{", "[]", '{"watch": 5}', '{"watch": {"a": 1e999}}', '{"watch": {"a": [1]}}'])
async def test_a_page_that_talks_nonsense_is_let_go_and_others_stay(
    client: TestClient[Any, Any], page: OpenPage, stage: Stage, words: str
) -> None:
    async with client.ws_connect("/playground/live") as socket:
        await socket.send_str(words)
        async with asyncio.timeout(PATIENCE):
            async for _ in socket:
                pass
        assert socket.close_code == 1008
    await page.watch_keys("tg:1", "wa:x", "topic:²", "nowhere")
    await page.until(lambda: set(page.heads) == {"tg:1", "wa:x", "topic:²", "nowhere"})
    assert all(head["gone"] for head in page.heads.values())


async def test_the_worlds_are_let_go_when_the_last_page_closes(stage: Stage) -> None:
    application = web.Application()
    application.add_routes(make_playground(stage))
    async with TestClient(TestServer(application)) as client, client.ws_connect("/playground/live") as socket:
        await socket.receive_json()
        assert stage.telegram._listeners
    assert (stage.telegram._listeners, stage.whatsapp._listeners) == ([], [])


async def test_open_pages_do_not_hold_up_a_server_that_ends(stage: Stage) -> None:
    application = web.Application()
    mount_playground(application, stage)
    server = TestServer(application)
    client = TestClient(server)
    await client.start_server()
    socket = await client.ws_connect("/playground/live")
    async with asyncio.timeout(PATIENCE):
        ending = asyncio.create_task(server.close())
        async for _ in socket:
            pass
        await ending
    assert socket.close_code == 1001
    await client.close()


async def test_the_preview_serves_the_page_and_ends_on_a_signal() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.playground.page", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            url = (await process.stdout.readline()).decode().strip()
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                assert "Qabul playground" in await answer.text()
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()

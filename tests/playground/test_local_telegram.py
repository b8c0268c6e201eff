"""The local Telegram keeps Telegram's protocol, limits and words.

Spoken to over plain HTTP, and in one test by aiogram, a client that knows nothing of us.
"""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.playground.telegram import DEMO_TOKEN, Limit, TelegramWorld, start
from bot.playground.telegram.entities import parse_html
from bot.playground.telegram.limits import Meter
from bot.playground.telegram.refusals import ApiError

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + bytes(50)


class Client:
    """A bot's HTTP client that shows answers as they are."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str = DEMO_TOKEN) -> None:
        self.session, self.url, self.token = session, url, token

    async def raw(self, method: str, **values: Any) -> tuple[int, dict[str, Any]]:
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", json=values) as answer:
            return answer.status, await answer.json()

    async def ok(self, method: str, **values: Any) -> Any:
        status, body = await self.raw(method, **values)
        assert (status, body["ok"]) == (200, True), body
        return body["result"]

    async def refused(self, method: str, **values: Any) -> str:
        status, body = await self.raw(method, **values)
        assert body["ok"] is False
        assert body["error_code"] == status
        return str(body["description"])


@pytest.fixture
def world() -> TelegramWorld:
    world = TelegramWorld(poll_pacing=False, webhook_retries=(0.0, 0.01))
    world.set_flood_limit("group", None)
    return world


@pytest.fixture
async def bot(world: TelegramWorld) -> AsyncIterator[Client]:
    runner, url = await start(world, webhook_pause=0.0)
    async with aiohttp.ClientSession() as session:
        yield Client(session, url)
    await runner.cleanup()


@pytest.fixture
def forum(world: TelegramWorld) -> int:
    return int(world.make_forum("Desk")["id"])


async def test_a_wrong_token_is_401_and_a_malformed_one_or_an_unknown_method_404(bot: Client) -> None:
    assert await Client(bot.session, bot.url, "1:wrong").raw("getMe") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )
    assert await Client(bot.session, bot.url, "nonsense").refused("getMe") == "Not Found"
    assert await bot.refused("getNothing") == "Not Found"
    assert (await bot.ok("GETME"))["username"] == "qabul_local_bot"


async def test_parameters_come_by_query_form_json_and_multipart(bot: Client, world: TelegramWorld) -> None:
    person = world.add_user(first_name="Ali")
    world.say(person, "/start")
    chat = person["id"]
    where = f"{bot.url}/bot{bot.token}/sendMessage"
    markup = '{"inline_keyboard":[[{"text":"A","callback_data":"a"}]]}'
    values = {"chat_id": str(chat), "text": "hi", "reply_markup": markup}
    multipart = aiohttp.FormData(values)
    multipart.add_field("unused", b"x", filename="x.bin")
    for sent in (
        {"params": values},
        {"data": values},
        {"json": {**values, "chat_id": chat}},
        {"data": multipart},
    ):
        async with bot.session.post(where, **sent) as answer:
            message = (await answer.json())["result"]
        assert message["text"] == "hi"
        assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "a"


async def test_get_updates_confirms_only_by_a_higher_offset(bot: Client, world: TelegramWorld) -> None:
    person = world.add_user(language_code="uz")
    for text in ("one", "two", "three"):
        world.say(person, text)
    first = await bot.ok("getUpdates", limit=2)
    again = await bot.ok("getUpdates")
    assert [u["message"]["text"] for u in first] == ["one", "two"]
    assert [u["message"]["text"] for u in again] == ["one", "two", "three"]
    assert again[1]["update_id"] == again[0]["update_id"] + 1
    rest = await bot.ok("getUpdates", offset=again[1]["update_id"] + 1)
    assert [u["message"]["text"] for u in rest] == ["three"]
    world.say(person, "four")
    assert [u["message"]["text"] for u in await bot.ok("getUpdates", offset=-1)] == ["four"]
    assert (await bot.ok("getWebhookInfo"))["pending_update_count"] == 1
    world.redeliver(first[0]["update_id"])
    assert (await bot.ok("getUpdates", offset=again[-1]["update_id"]))[0] == first[0]


async def test_a_long_poll_wakes_and_a_second_poller_ends_the_first(bot: Client, world: TelegramWorld) -> None:
    person = world.add_user()
    first = asyncio.create_task(bot.raw("getUpdates", timeout=30))
    await until(lambda: world.updates._waiter)
    second = asyncio.create_task(bot.raw("getUpdates", timeout=30))
    status, body = await first
    assert status == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")
    world.say(person, "hello")
    assert (await second)[1]["result"][0]["message"]["text"] == "hello"


async def test_polling_with_a_webhook_is_a_conflict_and_setting_one_ends_a_poll(
    bot: Client, world: TelegramWorld
) -> None:
    waiting = asyncio.create_task(bot.raw("getUpdates", timeout=30))
    await until(lambda: world.updates._waiter)
    await bot.ok("setWebhook", url="http://127.0.0.1:9/hook")
    assert (await waiting)[1]["description"] == "Conflict: terminated by setWebhook request"
    assert "while webhook is active" in await bot.refused("getUpdates")
    assert await bot.refused("setWebhook", url="http://127.0.0.1:9/", secret_token="bad secret") == (
        "Bad Request: secret token contains unallowed characters"
    )
    await bot.ok("deleteWebhook")
    assert await bot.ok("getUpdates") == []


class Hook:
    """A webhook under test: the next answers are scripted, what came is kept."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response] = []
        self.held: asyncio.Event | None = None
        self.running = self.most = 0

    async def handle(self, request: web.Request) -> web.Response:
        self.running += 1
        self.most = max(self.most, self.running)
        self.came.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if self.held is not None:
            await self.held.wait()
        self.running -= 1
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.came]


@pytest.fixture
async def hook() -> AsyncIterator[tuple[Hook, str]]:
    hook = Hook()
    application = web.Application()
    application.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield hook, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    await runner.cleanup()


async def until(fact: Any) -> None:
    async with asyncio.timeout(10):
        while not fact():  # noqa: ASYNC110 - facts of three different objects, with no event in common
            await asyncio.sleep(0.005)


async def test_a_webhook_keeps_the_order_of_a_chat_through_failures(
    bot: Client, world: TelegramWorld, hook: tuple[Hook, str]
) -> None:
    person = world.add_user()
    world.say(person, "one")
    hook[0].answers = [web.Response(status=500), web.Response(status=503), web.Response(status=204)]
    await bot.ok("setWebhook", url=hook[1], secret_token="s-1", max_connections=7)
    world.say(person, "two")
    await until(lambda: not world.updates.pending)
    assert hook[0].texts() == ["one", "one", "one", "two"]
    assert set(hook[0].secrets) == {"s-1"}
    info = await bot.ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"
    assert info["max_connections"] == 7
    world.redeliver(hook[0].came[0]["update_id"])
    await until(lambda: len(hook[0].came) == 5)
    assert hook[0].came[4] == hook[0].came[0]


async def test_a_webhooks_retry_after_is_honoured(bot: Client, world: TelegramWorld, hook: tuple[Hook, str]) -> None:
    hook[0].answers = [web.Response(status=503, headers={"Retry-After": "1"})]
    before = time.monotonic()
    await bot.ok("setWebhook", url=hook[1])
    world.say(world.add_user(), "one")
    await until(lambda: not world.updates.pending)
    assert hook[0].texts() == ["one", "one"]
    assert time.monotonic() - before >= 1


async def test_updates_older_than_a_day_are_never_delivered() -> None:
    now = [1_800_000_000.0]
    world = TelegramWorld(clock=lambda: now[0])
    person = world.add_user()
    world.say(person, "lost for good")
    now[0] += 24 * 3600 + 1
    world.say(person, "fresh")
    updates = await world.updates.poll(0, 100, 0)
    assert [u["message"]["text"] for u in updates] == ["fresh"]


async def test_webhook_queues_run_side_by_side_and_a_method_in_the_answer_is_carried_out(
    bot: Client, world: TelegramWorld, hook: tuple[Hook, str]
) -> None:
    people = [world.add_user() for _ in range(3)]
    hook[0].held = asyncio.Event()
    await bot.ok("setWebhook", url=hook[1], max_connections=2)
    for person in people:
        world.say(person, "first")
        world.say(person, "second")
    await until(lambda: hook[0].running == 2)
    assert hook[0].texts() == ["first", "first"]
    answer = {"method": "sendMessage", "chat_id": people[0]["id"], "text": "from the answer"}
    hook[0].answers = [web.json_response(answer)]
    hook[0].held.set()
    await until(lambda: not world.updates.pending)
    assert hook[0].most == 2
    assert world.chat(people[0]["id"])[-1]["text"] == "from the answer"
    assert world.calls_of("sendMessage")[0].ok


async def test_topic_messages_carry_their_thread_and_the_bot_hears_of_its_own_topics(
    bot: Client, world: TelegramWorld, forum: int
) -> None:
    agent = world.add_user(first_name="Vali")
    world.join(forum, agent)
    topic = await bot.ok("createForumTopic", chat_id=forum, name="Ali #C1")
    thread = topic["message_thread_id"]
    said = world.say(agent, "hello", forum, thread)
    answer = await bot.ok("sendMessage", chat_id=forum, message_thread_id=thread, text="card")
    explicit = world.say(agent, "re", forum, thread, reply_to=answer["message_id"])
    general = world.say(agent, "general", forum)
    await bot.ok("pinChatMessage", chat_id=forum, message_id=answer["message_id"])
    await bot.ok("closeForumTopic", chat_id=forum, message_thread_id=thread)
    assert await bot.refused("closeForumTopic", chat_id=forum, message_thread_id=thread) == (
        "Bad Request: TOPIC_NOT_MODIFIED"
    )
    with pytest.raises(ValueError, match="closed"):
        world.say(agent, "too late", forum, thread)
    await bot.ok("sendMessage", chat_id=forum, message_thread_id=thread, text="admins may")
    await bot.ok("reopenForumTopic", chat_id=forum, message_thread_id=thread)
    assert (said["message_thread_id"], said["is_topic_message"]) == (thread, True)
    assert said["reply_to_message"]["message_id"] == thread
    assert said["reply_to_message"]["forum_topic_created"]["name"] == "Ali #C1"
    assert explicit["reply_to_message"]["text"] == "card"
    assert "message_thread_id" not in general
    updates = [u["message"] for u in await bot.ok("getUpdates")]
    own = [m for m in updates if m["from"]["id"] == world.bot["id"]]
    kinds = ("forum_topic_created", "pinned_message", "forum_topic_closed", "forum_topic_reopened")
    assert [next(k for k in kinds if k in m) for m in own] == list(kinds)
    assert own[0]["message_id"] == own[0]["message_thread_id"] == thread
    assert world.pinned(forum, thread)[0]["text"] == "card"


async def test_a_gone_topic_general_and_missing_rights_are_refused_with_telegrams_words(
    bot: Client, world: TelegramWorld, forum: int
) -> None:
    thread = (await bot.ok("createForumTopic", chat_id=forum, name="x"))["message_thread_id"]
    for wrong in (1, thread + 7):
        assert await bot.refused("sendMessage", chat_id=forum, message_thread_id=wrong, text="x") == (
            "Bad Request: message thread not found"
        )
    world.delete_topic(forum, thread)
    assert (await bot.refused("sendMessage", chat_id=forum, message_thread_id=thread, text="x")).endswith(
        "message thread not found"
    )
    world.gone_topic = "TOPIC_DELETED"
    assert (await bot.refused("editForumTopic", chat_id=forum, message_thread_id=thread, name="y")).endswith(
        "TOPIC_DELETED"
    )
    world.demote_bot(forum)
    assert await bot.refused("createForumTopic", chat_id=forum, name="y") == (
        "Bad Request: not enough rights to create a topic"
    )
    plain = world.make_forum("Plain", is_forum=False)["id"]
    assert await bot.refused("createForumTopic", chat_id=plain, name="y") == ("Bad Request: the chat is not a forum")
    moved = world.migrate(plain)["id"]
    status, body = await bot.raw("sendMessage", chat_id=plain, text="x")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": moved})


async def test_limits_of_texts_captions_buttons_and_names_are_refused(
    bot: Client, world: TelegramWorld, forum: int
) -> None:
    chat = world.add_user()["id"]
    assert await bot.refused("sendMessage", chat_id=chat, text="x") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    world.say(chat, "/start")
    assert await bot.refused("sendMessage", chat_id=99, text="x") == "Bad Request: chat not found"
    bold = "<b>" + "x" * 4096 + "</b>"
    await bot.ok("sendMessage", chat_id=chat, text=bold, parse_mode="HTML")
    assert await bot.refused("sendMessage", chat_id=chat, text="x" * 4097) == "Bad Request: message is too long"
    assert await bot.refused("sendMessage", chat_id=chat, text="") == "Bad Request: message text is empty"
    photo = world.files.add("photo", PNG).file_id
    assert await bot.refused("sendPhoto", chat_id=chat, photo=photo, caption="x" * 1025) == (
        "Bad Request: message caption is too long"
    )
    button = {"inline_keyboard": [[{"text": "A", "callback_data": "ж" * 33}]]}
    assert await bot.refused("sendMessage", chat_id=chat, text="x", reply_markup=button) == (
        "Bad Request: BUTTON_DATA_INVALID"
    )
    contact = {"keyboard": [[{"text": "Phone", "request_contact": True}]]}
    assert "private chats only" in await bot.refused("sendMessage", chat_id=forum, text="x", reply_markup=contact)
    await bot.ok("sendMessage", chat_id=chat, text="x", reply_markup=contact)
    assert world.keyboard(chat) == contact
    assert "name" in await bot.refused("createForumTopic", chat_id=forum, name="n" * 129)
    world.block(chat)
    assert await bot.refused("sendMessage", chat_id=chat, text="x") == "Forbidden: bot was blocked by the user"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<x>y</x>", 'Unsupported start tag "x" at byte offset 0'),
        ("салом <b>x</i>", 'Unmatched end tag at byte offset 15, expected "</b>", found "</i>"'),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
    ],
)
def test_wrong_html_is_refused_with_the_place(text: str, error: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(text)
    assert refusal.value.description == f"Bad Request: can't parse entities: {error}"


def test_html_becomes_text_and_entities_counted_in_utf16_units() -> None:
    text, entities = parse_html('😀 <b>a&lt;<i>b</i></b> <a href="https://x.uz?a=1&amp;b=2">link</a>')
    assert text == "😀 a<b link"
    assert sorted(entities, key=lambda e: (e["offset"], -e["length"])) == [
        {"offset": 3, "length": 3, "type": "bold"},
        {"offset": 5, "length": 1, "type": "italic"},
        {"offset": 7, "length": 4, "type": "text_link", "url": "https://x.uz?a=1&b=2"},
    ]


async def test_edits_deletions_and_reactions_follow_telegrams_rules(
    bot: Client, world: TelegramWorld, forum: int
) -> None:
    agent = world.add_user()
    world.join(forum, agent)
    sent = await bot.ok("sendMessage", chat_id=forum, text="card")
    at = {"chat_id": forum, "message_id": sent["message_id"]}
    assert (await bot.refused("editMessageText", **at, text="card")).startswith(
        "Bad Request: message is not modified: specified new message content"
    )
    assert (await bot.ok("editMessageText", **at, text="new"))["edit_date"]
    other = {"chat_id": forum, "message_id": world.say(agent, "mine", forum)["message_id"]}
    assert await bot.refused("editMessageText", **other, text="x") == "Bad Request: message can't be edited"
    for emoji, good in (("👀", True), ("👌", True), ("❤️", True), ("✅", False)):
        reaction = [{"type": "emoji", "emoji": emoji}]
        status, body = await bot.raw("setMessageReaction", **other, reaction=reaction)
        assert (status == 200) is good, body
    assert body["description"] == "Bad Request: REACTION_INVALID"
    assert world.reactions(forum, other["message_id"]) == {world.bot["id"]: ["❤"]}
    await bot.ok("deleteMessage", **other)
    assert await bot.refused("deleteMessage", **other) == "Bad Request: message to delete not found"
    assert await bot.refused("editMessageText", **other, text="x") == "Bad Request: message to edit not found"


async def test_a_button_press_is_answered_once_it_is_known_and_not_too_old(bot: Client, world: TelegramWorld) -> None:
    person = world.add_user()
    world.say(person, "/start")
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    asked = await bot.ok("sendMessage", chat_id=person["id"], text="?", reply_markup=markup)
    query = world.press(person, None, asked["message_id"], "Yes")
    assert query["data"] == "y"
    assert (await bot.ok("getUpdates"))[-1]["callback_query"]["message"]["text"] == "?"
    await bot.ok("answerCallbackQuery", callback_query_id=query["id"], text="Done")
    assert world.toasts[-1]["text"] == "Done"
    world.expire_callbacks()
    assert await bot.refused("answerCallbackQuery", callback_query_id=query["id"]) == (
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    await bot.ok("deleteMessage", chat_id=person["id"], message_id=asked["message_id"])
    assert world.press(person, None, asked["message_id"], "y")["message"]["date"] == 0


async def test_reactions_and_members_are_told_only_to_a_bot_that_asked(
    bot: Client, world: TelegramWorld, forum: int
) -> None:
    agent = world.add_user()
    world.join(forum, agent)
    message = world.say(agent, "hi", forum)["message_id"]
    world.react(agent, forum, message, "👍")
    kinds = [next(k for k in u if k != "update_id") for u in await bot.ok("getUpdates")]
    assert kinds == ["message", "message"]
    await bot.ok("getUpdates", offset=-1, allowed_updates=["message", "message_reaction", "chat_member"])
    world.react(agent, forum, message, "🔥")
    world.leave(forum, agent)
    updates = await bot.ok("getUpdates")
    kinds = [next(k for k in u if k != "update_id") for u in updates]
    assert kinds == ["message", "message_reaction", "chat_member", "message"]
    assert updates[1]["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]


async def test_posts_by_nobody_in_particular_look_as_on_telegram(bot: Client, world: TelegramWorld, forum: int) -> None:
    thread = (await bot.ok("createForumTopic", chat_id=forum, name="x"))["message_thread_id"]
    anonymous = world.anonymous_say(forum, thread, "who am I")
    assert (anonymous["from"]["id"], anonymous["sender_chat"]["id"]) == (1087968824, forum)
    channel = world.channel_say(forum, None, "news")
    assert (channel["is_automatic_forward"], channel["sender_chat"]["type"]) == (True, "channel")
    assert world.other_bot_say(forum, thread, "beep")["from"]["is_bot"]
    world.push_raw_update({"message": {"message_id": "poison"}})
    assert (await bot.ok("getUpdates"))[-1]["message"] == {"message_id": "poison"}


async def test_files_go_up_and_come_down_within_their_limits(bot: Client, world: TelegramWorld) -> None:
    person = world.add_user()
    voice = world.send_media(person, "voice", b"OggS", mime_type="audio/ogg")["voice"]
    file = await bot.ok("getFile", file_id=voice["file_id"])
    async with bot.session.get(f"{bot.url}/file/bot{bot.token}/{file['file_path']}") as answer:
        assert await answer.read() == b"OggS"
    big = world.send_media(person, "document", bytes(20 * 1024 * 1024 + 1), "big.bin")["document"]
    assert await bot.refused("getFile", file_id=big["file_id"]) == "Bad Request: file is too big"
    where = f"{bot.url}/bot{bot.token}"

    async def upload(method: str, field: str, data: bytes) -> tuple[int, dict[str, Any]]:
        form = aiohttp.FormData({"chat_id": str(person["id"])})
        form.add_field(field, io.BytesIO(data), filename="a.png", content_type="image/png")
        async with bot.session.post(f"{where}/{method}", data=form) as answer:
            return answer.status, await answer.json()

    status, body = await upload("sendPhoto", "photo", PNG)
    assert (body["result"]["photo"][0]["width"], body["result"]["photo"][0]["height"]) == (40, 30)
    assert "too big for a photo" in (await upload("sendPhoto", "photo", bytes(10 * 1024 * 1024 + 1)))[1]["description"]
    status, body = await upload("sendDocument", "document", bytes(50 * 1024 * 1024 + 1))
    assert (status, body["description"]) == (413, "Request Entity Too Large")
    copied = await bot.ok("copyMessage", chat_id=person["id"], from_chat_id=person["id"], message_id=1, caption="c")
    assert list(copied) == ["message_id"]
    assert world.chat(person["id"])[-1]["voice"] == voice


async def test_an_album_arrives_as_messages_of_one_group(bot: Client, world: TelegramWorld) -> None:
    person = world.add_user()
    world.say(person, "/start")
    form = aiohttp.FormData({"chat_id": str(person["id"])})
    form.add_field(
        "media", '[{"type":"photo","media":"attach://a"},{"type":"photo","media":"attach://b","caption":"c"}]'
    )
    for name in "ab":
        form.add_field(name, PNG, filename=f"{name}.png", content_type="image/png")
    async with bot.session.post(f"{bot.url}/bot{bot.token}/sendMediaGroup", data=form) as answer:
        first, second = (await answer.json())["result"]
    assert first["media_group_id"] == second["media_group_id"]
    assert second["caption"] == "c"
    for number in range(2):
        world.send_media(person, "photo", PNG, caption=str(number), media_group_id="77")
    assert {u["message"]["media_group_id"] for u in (await bot.ok("getUpdates"))[1:]} == {"77"}


async def test_flood_limits_answer_429_and_spare_other_chats(bot: Client, world: TelegramWorld, forum: int) -> None:
    chat = world.add_user()["id"]
    world.say(chat, "/start")
    world.set_flood_limit("group", 2, 60, "window")
    await bot.ok("createForumTopic", chat_id=forum, name="x")
    await bot.ok("sendMessage", chat_id=forum, text="x")
    status, body = await bot.raw("sendMessage", chat_id=forum, text="x")
    wait = body["parameters"]["retry_after"]
    assert (status, body["description"]) == (429, f"Too Many Requests: retry after {wait}")
    assert 50 <= wait <= 60
    await bot.ok("sendMessage", chat_id=chat, text="x")
    await bot.ok("setMessageReaction", chat_id=forum, message_id=3, reaction=[])
    world.set_flood_limit("group", None)
    await bot.ok("sendMessage", chat_id=forum, text="x")


def test_a_bucket_gives_its_size_at_once_and_then_refills_evenly() -> None:
    meter = Meter(Limit(20, 60))
    for _ in range(20):
        assert meter.wait(1, 1000.0) == 0
        meter.spend(1, 1000.0)
    assert meter.wait(1, 1000.0) == pytest.approx(3.0)
    assert meter.wait(1, 1003.0) == pytest.approx(0.0)
    assert meter.wait(2, 1000.0) == 0


async def test_scripted_trouble_strikes_as_often_as_asked(bot: Client, world: TelegramWorld) -> None:
    chat = world.add_user()["id"]
    world.say(chat, "/start")
    world.fail_next(1, "500", methods=["sendMessage"])
    await bot.ok("getMe")
    assert await bot.refused("sendMessage", chat_id=chat, text="a") == "Internal Server Error"
    world.fail_next(1, "html")
    async with bot.session.get(f"{bot.url}/bot{bot.token}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    world.fail_next(1, "drop", methods=["sendMessage"], after=True)
    with pytest.raises(aiohttp.ClientError):
        await bot.raw("sendMessage", chat_id=chat, text="arrived all the same")
    assert world.chat(chat)[-1]["text"] == "arrived all the same"
    world.fail_next(1, "hang")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bot.raw("getMe"), 0.05)
    world.clear_trouble()
    await bot.ok("sendMessage", chat_id=chat, text="fine")
    assert [call.code for call in world.calls_of("sendMessage")] == [500, 200, 0, 200]


async def test_the_same_world_can_be_served_again_after_an_outage(world: TelegramWorld, hook: tuple[Hook, str]) -> None:
    person = world.add_user()
    async with aiohttp.ClientSession() as session:
        runner, url = await start(world, webhook_pause=0.0)
        await Client(session, url).ok("setWebhook", url=hook[1])
        await runner.cleanup()
        world.say(person, "while down")
        runner, url = await start(world, webhook_pause=0.0)
        await until(lambda: hook[0].came)
        await runner.cleanup()
    assert hook[0].texts() == ["while down"]


async def test_the_control_door_acts_for_people_and_refuses_other_sites(bot: Client, world: TelegramWorld) -> None:
    async def control(method: str, **arguments: Any) -> tuple[int, Any]:
        async with bot.session.post(f"{bot.url}/control/{method}", json=arguments) as answer:
            return answer.status, await answer.json()

    _, made = await control("add_user", first_name="Ali", language_code="kk")
    status, said = await control("say", user=made["result"]["id"], text="салем")
    assert (status, said["result"]["text"]) == (200, "салем")
    assert (await control("send_media", user=made["result"]["id"], kind="voice", data_base64="T2dnUw=="))[0] == 200
    assert (await control("say", user=5, text="x"))[0] == 400
    assert (await control("say", nonsense=1))[0] == 400
    assert (await control("__init__"))[0] == 404
    async with bot.session.get(f"{bot.url}/control/state") as answer:
        state = (await answer.json())["result"]
    assert state["chats"][0]["messages"][0]["text"] == "салем"
    async with bot.session.get(f"{bot.url}/control/state", headers={"Origin": "https://evil.example"}) as answer:
        assert answer.status == 403
    async with bot.session.post(f"{bot.url}/control/say", data=b"{}") as answer:
        assert answer.status == 415


async def test_it_runs_in_a_process_of_its_own_and_ends_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.playground.telegram", "--group-limit", "1/60", "--token", "9:local-token",
        stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[2], env={**os.environ},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        url = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
        async with aiohttp.ClientSession() as session:
            assert (await Client(session, url, "9:local-token").ok("getMe"))["id"] == 9
    finally:
        process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(process.wait(), 20)
    assert code == 0


async def test_aiogram_talks_to_it_as_to_telegram(bot: Client, world: TelegramWorld, forum: int) -> None:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramBadRequest, TelegramRetryAfter
    from aiogram.types import BufferedInputFile, InputMediaDocument, ReactionTypeEmoji

    person = world.add_user(first_name="Ali", language_code="uz")
    world.say(person, "/start")
    world.share_contact(person, "+998901234567")
    world.send_poll(person, "?", ["a", "b"])
    world.block(person)
    world.unblock(person)
    world.join(forum, person)
    session = AiohttpSession(api=TelegramAPIServer.from_base(bot.url))
    async with Bot(world.token, session=session) as client:
        assert (await client.get_me()).id == world.bot["id"]
        topic = await client.create_forum_topic(forum, "Ali")
        thread = topic.message_thread_id
        document = BufferedInputFile(b"<html></html>", "history.html")
        sent = await client.send_document(
            forum, document, caption="<b>x</b>", parse_mode="HTML", message_thread_id=thread
        )
        assert sent.document is not None
        assert sent.document.file_name == "history.html"
        assert sent.caption_entities is not None
        assert sent.caption_entities[0].type == "bold"
        edited = await client.edit_message_caption(chat_id=forum, message_id=sent.message_id, caption="y")
        assert getattr(edited, "caption", None) == "y"
        album = [InputMediaDocument(media=BufferedInputFile(b"x", f"{n}.txt")) for n in range(2)]
        assert len(await client.send_media_group(forum, album, message_thread_id=thread)) == 2
        assert await client.set_message_reaction(forum, sent.message_id, [ReactionTypeEmoji(emoji="👀")])
        assert (await client.get_chat(forum)).is_forum
        assert (await client.get_chat_member(forum, world.bot["id"])).status == "administrator"
        assert len(await client.get_chat_administrators(forum)) == 2
        assert await client.get_forum_topic_icon_stickers()
        downloaded = await client.download(sent.document)
        assert downloaded is not None
        assert downloaded.read() == b"<html></html>"
        with pytest.raises(TelegramBadRequest, match="message thread not found"):
            await client.send_message(forum, "x", message_thread_id=thread + 99)
        world.set_flood_limit("group", 1, 60)
        await client.send_message(forum, "x")
        with pytest.raises(TelegramRetryAfter):
            await client.send_message(forum, "x")
        updates = await client.get_updates()
        assert [update.event_type for update in updates].count("my_chat_member") == 2
        contact = updates[1].message
        assert contact is not None
        assert contact.contact is not None
        assert contact.contact.user_id == person["id"]
        assert updates[-1].message is not None
        assert updates[-1].message.forum_topic_created is not None

"""What leaves for Telegram: texts cut, buttons, files, errors told apart; against the local one."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.answers import PollConflict, read_answer
from bot.channels.telegram.calls import TelegramApi, Upload
from bot.channels.telegram.keyboards import markup_of
from bot.channels.telegram.pieces import cut, pieces, units
from bot.channels.telegram.requests import requests_for
from bot.channels.telegram.send import TelegramChannel
from bot.channels.telegram.staff import TelegramStaff
from bot.playground.telegram import DEMO_TOKEN, TelegramWorld, start
from bot.secret import Secret
from handlers.ports import (
    Channel,
    ChannelDown,
    GroupMoved,
    Outgoing,
    Rejected,
    SendError,
    StaffRoom,
    Throttled,
    TopicGone,
    Unreachable,
)
from scenarios.engine.events import Content, Media, SharedContact, Spot

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (40).to_bytes(4, "big") + (30).to_bytes(4, "big") + bytes(50)
TWO = (("c:1:1", "Narxlar"), ("c:1:2", "Ustaga murojaat"))


@dataclass
class Desk:
    """A local Telegram and our side of it."""

    world: TelegramWorld
    api: TelegramApi
    channel: TelegramChannel
    staff: TelegramStaff
    group: int
    key: str
    folder: Path

    def keep(self, name: str, data: bytes) -> str:
        (self.folder / name).write_bytes(data)
        return name

    def last(self, chat: int | None = None) -> dict[str, Any]:
        return self.world.messages(int(self.key) if chat is None else chat)[-1]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    world = TelegramWorld(poll_pacing=False)
    world.set_flood_limit("group", None)
    runner, url = await start(world)
    aziz = world.add_user(first_name="Aziz", username="aziz_k")
    world.say(aziz, "/start")
    group = int(world.make_forum("Desk")["id"])
    async with aiohttp.ClientSession() as session:
        api = TelegramApi(session, url + "/", Secret(DEMO_TOKEN))

        def path(name: str) -> str:
            return str(tmp_path / name)

        channel: Channel = TelegramChannel(api, path)
        staff: StaffRoom = TelegramStaff(api, path)
        assert isinstance(channel, TelegramChannel)
        assert isinstance(staff, TelegramStaff)
        yield Desk(world, api, channel, staff, group, str(aziz["id"]), tmp_path)
    await runner.cleanup()


# ------------------------------------------------------------------------------------------------ texts


@given(st.text(alphabet="ab 😀\n", max_size=200), st.integers(4, 30))
def test_pieces_fit_and_lose_nothing_but_spaces(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(0 < units(piece) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_long_text_is_cut_between_paragraphs_else_lines_else_words() -> None:
    assert pieces("aaaa bb\n\ncc dd", 11) == ["aaaa bb", "cc dd"]
    assert pieces("aaaa bb\ncc dd", 11) == ["aaaa bb", "cc dd"]
    assert pieces("aaaa bbbb cccc", 10) == ["aaaa bbbb", "cccc"]
    assert pieces("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert pieces(" \n ") == []
    assert cut("a😀b", 2) == "a"


def test_buttons_stand_two_in_a_row_unless_a_label_is_long() -> None:
    short = markup_of(Outgoing(Content("?"), choices=(*TWO, ("c:1:3", "Manzil"))))
    assert short is not None
    assert [len(row) for row in short["inline_keyboard"]] == [2, 1]
    long = markup_of(Outgoing(Content("?"), choices=(*TWO, ("c:1:3", "Ish vaqti va manzillar"))))
    assert long is not None
    assert [len(row) for row in long["inline_keyboard"]] == [1, 1, 1]
    assert markup_of(Outgoing(Content("?"))) is None


def test_choices_beside_the_phone_button_become_buttons_of_the_same_keyboard() -> None:
    markup = markup_of(Outgoing(Content("?"), choices=TWO, share_label="Raqamni yuborish"))
    assert markup == {
        "keyboard": [
            [{"text": "Raqamni yuborish", "request_contact": True}],
            [{"text": "Narxlar"}, {"text": "Ustaga murojaat"}],
        ],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }


@pytest.mark.parametrize("choice", [("x" * 65, "a"), ("", "a"), ("ж" * 33, "a"), ("x", " ")])
def test_a_choice_no_button_can_carry_is_refused_before_it_is_sent(choice: tuple[str, str]) -> None:
    with pytest.raises(Rejected):
        markup_of(Outgoing(Content("?"), choices=(choice,)))


def test_nothing_to_send_is_refused() -> None:
    with pytest.raises(Rejected):
        requests_for({"chat_id": 1}, Content(" ", unread="poll"))


# ------------------------------------------------------------------------------------------------ answers


def refusal(code: int, description: str, **parameters: Any) -> bytes:
    body = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    return json.dumps(body).encode()


REFUSALS = [
    (429, refusal(429, "Too Many Requests: retry after 14", retry_after=14), Throttled, "throttled"),
    (429, b"<html>slow</html>", Throttled, "throttled"),
    (500, refusal(500, "Internal Server Error: restart"), ChannelDown, "gave_up"),
    (502, b"<html>502</html>", ChannelDown, "gave_up"),
    (200, b"<html>proxy</html>", ChannelDown, "gave_up"),
    (200, b"[" * 100_000, ChannelDown, "gave_up"),
    (403, refusal(403, "Forbidden: bot was blocked by the user"), Unreachable, "blocked"),
    (403, refusal(403, "Forbidden: user is deactivated"), Unreachable, "unreachable"),
    (403, refusal(403, "Forbidden: bot can't initiate conversation with a user"), Unreachable, "unreachable"),
    (403, refusal(403, "Forbidden: bot was kicked from the supergroup chat"), Unreachable, "unreachable"),
    (400, refusal(400, "Bad Request: chat not found"), Unreachable, "unreachable"),
    (400, refusal(400, "Bad Request: message thread not found"), TopicGone, "topic_gone"),
    (400, refusal(400, "Bad Request: TOPIC_DELETED"), TopicGone, "topic_gone"),
    (400, refusal(400, "Bad Request: TOPIC_ID_INVALID"), TopicGone, "topic_gone"),
    (400, refusal(400, "Bad Request: file is too big"), Rejected, "too_big"),
    (413, refusal(413, "Request Entity Too Large"), Rejected, "too_big"),
    (413, b"<html>413</html>", Rejected, "too_big"),
    (400, refusal(400, "Bad Request: message is too long"), Rejected, "rejected"),
    (401, refusal(401, "Unauthorized"), Rejected, "rejected"),
    (404, refusal(404, "Not Found"), Rejected, "rejected"),
    (409, refusal(409, "Conflict: terminated by other getUpdates request"), PollConflict, "conflict"),
    (
        400,
        refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1007),
        GroupMoved,
        "moved",
    ),
]


@pytest.mark.parametrize(("status", "body", "kind", "reason"), REFUSALS)
def test_every_refusal_is_told_apart(status: int, body: bytes, kind: type[SendError], reason: str) -> None:
    with pytest.raises(kind) as told:
        read_answer(status, body, DEMO_TOKEN)
    assert told.value.reason == reason


def test_refusals_carry_what_is_needed_to_act_on_them() -> None:
    with pytest.raises(Throttled) as throttled:
        read_answer(429, refusal(429, "Too Many Requests: retry after 14"), DEMO_TOKEN)
    assert (throttled.value.retry_after, throttled.value.scope) == (14.0, "chat")
    with pytest.raises(GroupMoved) as migrated:
        read_answer(400, refusal(400, "x", migrate_to_chat_id=-1007), DEMO_TOKEN)
    assert migrated.value.chat == -1007
    with pytest.raises(Rejected) as rejected:
        read_answer(401, refusal(401, "Unauthorized"), DEMO_TOKEN)
    assert rejected.value.account


@pytest.mark.parametrize("words", ["message is not modified: x", "TOPIC_NOT_MODIFIED", "CHAT_NOT_MODIFIED"])
def test_what_is_so_already_is_a_success(words: str) -> None:
    assert read_answer(400, refusal(400, f"Bad Request: {words}"), DEMO_TOKEN) is True


# ------------------------------------------------------------------------------------------------ calls


@pytest.mark.parametrize("kind", ["drop", "html", "500"])
async def test_a_messenger_that_is_down_is_told_without_the_token(desk: Desk, kind: str) -> None:
    desk.world.fail_next(1, kind)
    with pytest.raises(ChannelDown) as told:
        await desk.api.call("sendMessage", {"chat_id": int(desk.key), "text": "hi"})
    everything = "".join(traceback.format_exception(told.value)) + repr(desk.api)
    assert DEMO_TOKEN not in everything
    assert told.value.__context__ is None


async def test_no_answer_in_time_is_a_messenger_that_is_down(desk: Desk) -> None:
    desk.world.fail_next(1, "hang")
    with pytest.raises(ChannelDown):
        await desk.api.call("getMe", {}, 0.05)


async def test_a_server_that_is_not_there_is_a_messenger_that_is_down() -> None:
    async with aiohttp.ClientSession() as session:
        api = TelegramApi(session, "http://127.0.0.1:9", Secret(DEMO_TOKEN))
        with pytest.raises(ChannelDown) as told:
            await api.upload("sendDocument", Upload("document", __file__, "a.txt"), {"chat_id": 1})
    assert DEMO_TOKEN not in "".join(traceback.format_exception(told.value))


async def test_a_wrong_token_is_an_error_of_the_account(desk: Desk) -> None:
    async with aiohttp.ClientSession() as session:
        api = TelegramApi(session, desk.api._base, Secret("7000000001:wrong"))
        with pytest.raises(Rejected) as told:
            await api.call("getMe", {})
    assert told.value.account


# ------------------------------------------------------------------------------------------------ customers


async def test_a_question_arrives_with_its_buttons_and_as_plain_text(desk: Desk) -> None:
    sent = await desk.channel.send(desk.key, Outgoing(Content("<b>Salom</b> *!*"), choices=TWO))
    message = desk.last()
    assert (sent.chat, sent.message) == (desk.key, str(message["message_id"]))
    assert message["text"] == "<b>Salom</b> *!*"
    assert "parse_mode" not in desk.world.calls[-1].params
    rows = desk.world.inline_keyboard(int(desk.key), message["message_id"])
    assert [button["callback_data"] for row in rows for button in row] == ["c:1:1", "c:1:2"]


async def test_the_phone_is_asked_for_with_a_keyboard(desk: Desk) -> None:
    await desk.channel.send(desk.key, Outgoing(Content("Raqamingiz?"), choices=TWO, share_label="Yuborish"))
    keyboard = desk.world.keyboard(int(desk.key))
    assert keyboard is not None
    assert keyboard["keyboard"][0] == [{"text": "Yuborish", "request_contact": True}]


async def test_a_long_text_arrives_in_parts_with_the_buttons_under_the_last(desk: Desk) -> None:
    text = "\n\n".join("so'z " * 300 for _ in range(5))
    sent = await desk.channel.send(desk.key, Outgoing(Content(text), choices=TWO))
    parts = desk.world.messages(int(desk.key))[1:]
    assert len(parts) == 3
    assert "reply_markup" not in parts[0]
    assert "reply_markup" in parts[-1]
    assert sent.message == str(parts[-1]["message_id"])


async def test_a_message_that_was_interrupted_goes_on_where_it_stopped(desk: Desk) -> None:
    message = Outgoing(Content("a" * 4096 + "b" * 100))
    desk.world.fail_next(1, "429")
    with pytest.raises(Throttled):
        await desk.channel.send(desk.key, message)
    real = desk.api.call
    calls = 0

    async def second_fails(method: str, parameters: Any, seconds: float = 10.0) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise ChannelDown("502")
        return await real(method, parameters, seconds)

    desk.api.call = second_fails  # type: ignore[method-assign]
    with pytest.raises(ChannelDown):
        await desk.channel.send(desk.key, message)
    await desk.channel.send(desk.key, message)
    texts = [m["text"] for m in desk.world.messages(int(desk.key))[1:]]
    assert texts == ["a" * 4096, "b" * 100]
    await desk.channel.send(desk.key, message)
    assert len(desk.world.messages(int(desk.key))) == 5


@pytest.mark.parametrize("kind", ["photo", "video", "voice", "audio", "video_note", "animation", "document", "sticker"])
async def test_files_go_by_telegrams_own_id_or_from_our_disk(desk: Desk, kind: str) -> None:
    lola = desk.world.add_user(first_name="Lola")
    came = desk.world.send_media(lola, kind, PNG, "x.png")[kind]
    ref = (came[-1] if kind == "photo" else came)["file_id"]
    await desk.channel.send(desk.key, Outgoing(Content("mana", Media(kind, "telegram", ref))))
    kept = desk.keep("h1", PNG)
    foreign = Media(kind, "whatsapp", "wamid", 'a "b"\r\n.png', "image/png; x=1", len(PNG), kept)
    await desk.channel.send(desk.key, Outgoing(Content("mana", foreign)))
    messages = desk.world.messages(int(desk.key))[1:]
    with_caption = kind not in ("video_note", "sticker")
    assert [kind in m for m in messages] == ([True, True] if with_caption else [True, False, True, False])
    assert [m.get("caption") or m.get("text") for m in messages][-1] == "mana"


async def test_a_file_id_nobody_knows_is_replaced_by_our_own_copy(desk: Desk) -> None:
    media = Media("document", "telegram", "of-another-bot", "akt.pdf", "application/pdf", 3, desk.keep("h", b"pdf"))
    await desk.channel.send(desk.key, Outgoing(Content(media=media)))
    assert desk.last()["document"]["file_name"] == "akt.pdf"
    lost = Media("document", "telegram", "of-another-bot")
    with pytest.raises(Rejected):
        await desk.channel.send(desk.key, Outgoing(Content(media=lost)))
    gone = Media("document", "whatsapp", "1", hash="nowhere")
    with pytest.raises(Rejected):
        await desk.channel.send(desk.key, Outgoing(Content(media=gone)))


async def test_a_photo_telegram_cannot_show_goes_as_a_document(desk: Desk) -> None:
    media = Media("photo", "whatsapp", "1", "x.heic", "image/heic", 5, desk.keep("h", b"heic!"))
    await desk.channel.send(desk.key, Outgoing(Content("mana", media)))
    assert (desk.last()["document"]["file_name"], desk.last()["caption"]) == ("x.heic", "mana")


async def test_a_long_caption_follows_as_a_text(desk: Desk) -> None:
    media = Media("photo", "whatsapp", "1", "x.png", "image/png", len(PNG), desk.keep("h", PNG))
    await desk.channel.send(desk.key, Outgoing(Content("x" * 1025, media), choices=TWO))
    photo, text = desk.world.messages(int(desk.key))[1:]
    assert "caption" not in photo
    assert text["text"] == "x" * 1025
    assert "reply_markup" in text


async def test_an_upload_that_is_too_big_is_refused_before_it_is_sent(desk: Desk) -> None:
    api = TelegramApi(desk.api._session, desk.api._base, Secret(DEMO_TOKEN), upload_bytes=10)
    channel = TelegramChannel(api, lambda name: str(desk.folder / name))
    media = Media("document", "whatsapp", "1", hash=desk.keep("h", b"x" * 11))
    before = len(desk.world.calls)
    with pytest.raises(Rejected) as told:
        await channel.send(desk.key, Outgoing(Content(media=media)))
    assert told.value.reason == "too_big"
    assert len(desk.world.calls) == before


async def test_contacts_and_places_are_sent_as_such(desk: Desk) -> None:
    await desk.channel.send(desk.key, Outgoing(Content(contact=SharedContact("+998901234567", "Usta Ali"))))
    assert desk.last()["contact"]["phone_number"] == "+998901234567"
    await desk.channel.send(desk.key, Outgoing(Content(spot=Spot(41.3, 69.2, "Chorsu"))))
    place, title = desk.world.messages(int(desk.key))[-2:]
    assert (place["location"]["latitude"], title["text"]) == (41.3, "Chorsu")


async def test_sent_messages_are_changed_and_taken_back(desk: Desk) -> None:
    sent = await desk.channel.send(desk.key, Outgoing(Content("Salomm")))
    await desk.channel.edit(desk.key, sent.message, "Salom", caption=False)
    assert desk.last()["text"] == "Salom"
    await desk.channel.edit(desk.key, sent.message, "Salom", caption=False)
    await desk.channel.delete(desk.key, sent.message)
    await desk.channel.delete(desk.key, sent.message)
    assert len(desk.world.messages(int(desk.key))) == 1
    media = Media("document", "whatsapp", "1", "a.txt", hash=desk.keep("h", b"x"))
    file = await desk.channel.send(desk.key, Outgoing(Content("old", media)))
    await desk.channel.edit(desk.key, file.message, "new", caption=True)
    assert desk.last()["caption"] == "new"


async def test_a_customer_who_blocked_the_bot_is_told_apart(desk: Desk) -> None:
    desk.world.block(int(desk.key))
    with pytest.raises(Unreachable) as told:
        await desk.channel.send(desk.key, Outgoing(Content("Salom")))
    assert told.value.reason == "blocked"
    with pytest.raises(SendError):
        await desk.channel.send("not-a-number", Outgoing(Content("Salom")))


async def test_what_is_best_effort_never_raises(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await desk.channel.typing(desk.key)
    assert desk.world.chat_actions(int(desk.key))[-1]["action"] == "typing"
    await desk.channel.send(desk.key, Outgoing(Content("?"), choices=TWO))
    query = desk.world.press(int(desk.key), None, desk.last()["message_id"], "Narxlar")
    await desk.channel.answer_callback(query["id"])
    assert desk.world.toasts[-1]["callback_query_id"] == query["id"]
    await desk.channel.answer_callback("never-existed")
    desk.world.fail_next(1, "drop")
    await desk.channel.typing(desk.key)
    assert DEMO_TOKEN not in caplog.text


async def test_files_are_fetched_as_a_stream(desk: Desk) -> None:
    data = bytes(range(256)) * 1000
    came = desk.world.send_media(int(desk.key), "document", data, "a.bin")["document"]
    media = Media("document", "telegram", came["file_id"], size=len(data))
    found = [piece async for piece in desk.channel.fetch(media)]
    assert b"".join(found) == data
    assert len(found) > 1
    for wrong in (Media("document", "telegram", "unknown"), Media("video", "telegram", "x", size=21 * 2**20)):
        with pytest.raises(Rejected):
            [piece async for piece in desk.channel.fetch(wrong)]


async def test_a_file_larger_than_telegram_hands_out_is_too_big(desk: Desk) -> None:
    came = desk.world.send_media(int(desk.key), "document", bytes(20 * 2**20 + 1), "a.bin")["document"]
    with pytest.raises(Rejected) as told:
        [piece async for piece in desk.channel.fetch(Media("document", "telegram", came["file_id"]))]
    assert told.value.reason == "too_big"


# ------------------------------------------------------------------------------------------------ staff


async def test_topics_are_made_written_to_closed_and_reopened(desk: Desk) -> None:
    thread = await desk.staff.create_topic(desk.group, "Aziz  Karimov · K7Q " + "x" * 200)
    (topic,) = desk.world.topics(desk.group)
    assert (topic["thread_id"], len(topic["name"])) == (thread, 128)
    card = await desk.staff.post(desk.group, thread, "card")
    await desk.staff.pin(desk.group, card)
    await desk.staff.pin(desk.group, card)
    await desk.staff.edit_text(desk.group, card, "new card")
    await desk.staff.edit_text(desk.group, card, "new card")
    assert [m["text"] for m in desk.world.pinned(desk.group, thread)] == ["new card"]
    await desk.staff.react(desk.group, card, "👀")
    assert list(desk.world.reactions(desk.group, int(card)).values()) == [["👀"]]
    await desk.staff.react(desk.group, card, "")
    assert desk.world.reactions(desk.group, int(card)) == {}
    for _ in range(2):
        await desk.staff.close_topic(desk.group, thread)
    assert desk.world.topics(desk.group)[0]["closed"]
    for _ in range(2):
        await desk.staff.reopen_topic(desk.group, thread)
    assert not desk.world.topics(desk.group)[0]["closed"]


async def test_mentions_name_people_on_a_last_line_by_utf16_offsets(desk: Desk) -> None:
    thread = await desk.staff.create_topic(desk.group, "Aziz")
    people = (("1", "Olim", "olim_u"), ("222", "Nodira 😀", ""), ("x", "Ghost", ""))
    await desk.staff.post(desk.group, thread, "😀 kutyapti", people)
    message = desk.last(desk.group)
    assert message["text"] == "😀 kutyapti\n@olim_u Nodira 😀 Ghost"
    raw = message["text"].encode("utf-16-le")
    named = {
        e["type"]: raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
        for e in message["entities"]
        if "Ghost" not in raw[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le")
    }
    assert named == {"mention": "@olim_u", "text_mention": "Nodira 😀"}


async def test_mentions_that_do_not_fit_get_a_message_of_their_own(desk: Desk) -> None:
    await desk.staff.post(desk.group, 0, "x" * 4096, (("1", "Olim", "olim_u"),))
    assert [m["text"] for m in desk.world.messages(desk.group)] == ["x" * 4096, "@olim_u"]


async def test_the_general_topic_is_written_to_without_its_number(desk: Desk) -> None:
    await desk.staff.post(desk.group, 0, "hello")
    assert "message_thread_id" not in desk.world.calls[-1].params
    assert desk.world.messages(desk.group, 1)[-1]["text"] == "hello"


async def test_a_reply_goes_out_even_when_what_it_answers_is_gone(desk: Desk) -> None:
    thread = await desk.staff.create_topic(desk.group, "Aziz")
    first = await desk.staff.post(desk.group, thread, "question")
    await desk.staff.post(desk.group, thread, "answer", reply_to=first)
    assert desk.last(desk.group)["reply_to_message"]["message_id"] == int(first)
    await desk.staff.post(desk.group, thread, "answer", reply_to="99999")
    await desk.staff.post(desk.group, thread, "answer", reply_to="wamid.x")
    assert desk.last(desk.group)["text"] == "answer"


async def test_customers_content_documents_and_pictures_reach_the_topic(desk: Desk) -> None:
    thread = await desk.staff.create_topic(desk.group, "Aziz")
    came = desk.world.send_media(int(desk.key), "voice", b"ogg")["voice"]
    await desk.staff.post_content(desk.group, thread, Content("🎤", Media("voice", "telegram", came["file_id"])))
    assert (desk.last(desk.group)["caption"], desk.last(desk.group)["message_thread_id"]) == ("🎤", thread)
    history = desk.folder / "history.html"
    history.write_text("<html></html>")
    number = await desk.staff.post_document(desk.group, thread, str(history), "Aziz tarixi.html", "c" * 2000)
    message = desk.last(desk.group)
    assert (str(message["message_id"]), message["document"]["file_name"]) == (number, "Aziz tarixi.html")
    assert len(message["caption"]) == 1024
    picture = desk.folder / "stats.png"
    picture.write_bytes(PNG)
    await desk.staff.post_picture(desk.group, 0, str(picture), "hafta")
    assert "photo" in desk.last(desk.group)


@pytest.mark.parametrize("words", ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"])
async def test_a_deleted_topic_is_gone_in_whatever_words(desk: Desk, words: str) -> None:
    desk.world.gone_topic = words
    thread = await desk.staff.create_topic(desk.group, "Aziz")
    desk.world.delete_topic(desk.group, thread)
    with pytest.raises(TopicGone):
        await desk.staff.post(desk.group, thread, "hello")
    with pytest.raises(TopicGone):
        await desk.staff.close_topic(desk.group, thread)


async def test_a_group_that_got_another_id_says_which(desk: Desk) -> None:
    new = desk.world.migrate(desk.group)
    with pytest.raises(GroupMoved) as told:
        await desk.staff.post(desk.group, 0, "hello")
    assert told.value.chat == new["id"]


async def test_admins_are_people(desk: Desk) -> None:
    olim = desk.world.add_user(first_name="Olim", last_name="Umarov", username="olim_u")
    desk.world.join(desk.group, olim, "administrator")
    assert (str(olim["id"]), "Olim Umarov", "olim_u") in await desk.staff.admins(desk.group)
    assert str(desk.api.bot_id) not in [number for number, _, _ in await desk.staff.admins(desk.group)]


async def test_a_full_group_says_how_long_to_wait(desk: Desk) -> None:
    desk.world.set_flood_limit("group", 1, 60)
    await desk.staff.post(desk.group, 0, "one")
    with pytest.raises(Throttled) as told:
        await desk.staff.post(desk.group, 0, "two")
    assert 0 < told.value.retry_after <= 60

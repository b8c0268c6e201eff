"""Messages of the local Telegram as the page shows them.

Rule: plain values of bounded size in the one shape that both messengers share; nothing here is marked up, the
page puts every text in as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.playground.telegram import TelegramWorld
from bot.playground.telegram.chats import Chat
from bot.playground.telegram.refusals import Json
from bot.playground.telegram.state import is_service

MEDIA = ("photo", "video", "voice", "audio", "video_note", "animation", "document", "sticker")
PREVIEW_CHARACTERS = 90
_SERVICE = (
    "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    "pinned_message", "new_chat_members", "left_chat_member",
)  # fmt: skip


def content_of(message: Json) -> str:
    """Text or caption."""
    return str(message.get("text") or message.get("caption") or "")


def kind_of(message: Json) -> str:
    """text, a kind of media, location, contact, service or other."""
    if is_service(message):
        return "service"
    for kind in ("text", *MEDIA, "location", "contact"):
        if kind in message:
            return kind
    return "other"


def preview(message: Json) -> Json:
    """A message in one line: its kind and the beginning of its text."""
    return {
        "kind": kind_of(message),
        "text": " ".join(content_of(message).split())[:PREVIEW_CHARACTERS],
        "from": str(message["from"]["first_name"]),
        "at": int(message["date"]),
    }


def topic_messages(chat: Chat, thread: int) -> list[Json]:
    """What one topic holds, in order; 1 is the General topic."""
    wanted = None if thread == 1 else thread
    return [one for one in chat.messages.values() if one.get("message_thread_id") == wanted]


def notes_among(messages: Iterable[Json], bot_id: int) -> set[int]:
    """The ids of messages that stay inside: `//`, /note, replies to those, and albums with one of them."""
    found: set[int] = set()
    albums: set[str] = set()
    ordered = list(messages)
    for message in ordered:
        number, text = int(message["message_id"]), content_of(message).lstrip()
        if message["from"]["id"] == bot_id:
            continue
        command = text.split(maxsplit=1)[0].split("@")[0].lower() if text else ""
        if text.startswith("//") or command == "/note" or _replied(message) in found:
            found.add(number)
            albums.add(str(message.get("media_group_id", number)))
    return found | {int(one["message_id"]) for one in ordered if str(one.get("media_group_id", "")) in albums}


def shown(world: TelegramWorld, chat: Chat, message: Json, notes: set[int]) -> Json:
    """One message for the page."""
    number, kind = int(message["message_id"]), kind_of(message)
    author = message["from"]
    result: Json = {
        "id": str(number),
        "at": int(message["date"]),
        "author": str(author["id"]),
        "name": str(message.get("sender_chat", {}).get("title") or author["first_name"]),
        "bot": author["id"] == world.bot["id"],
        "kind": kind,
        "text": content_of(message),
    }
    if kind == "service":
        result["event"] = next((name for name in _SERVICE if name in message), "other")
        return result
    if entities := message.get("entities") or message.get("caption_entities"):
        result["entities"] = entities
    if kind in MEDIA:
        result["file"] = _file(kind, message[kind])
    if kind == "location":
        place = message["location"]
        result["text"] = f"{place['latitude']}, {place['longitude']}"
    if kind == "contact":
        card = message["contact"]
        result["text"] = f"{card['first_name']} {card.get('last_name', '')}".strip()
        result["phone"] = card["phone_number"]
    if rows := message.get("reply_markup", {}).get("inline_keyboard"):
        result["buttons"] = [[_button(one) for one in row] for row in rows]
    if replied := _replied(message):
        target: Json = chat.messages.get(replied) or message["reply_to_message"]
        result["reply"] = {"id": str(replied), **preview(target)}
    if reactions := _reactions(world, chat, number):
        result["reactions"] = reactions
    for name, holds in (("edited", "edit_date" in message), ("note", number in notes)):
        if holds:
            result[name] = True
    if "forward_origin" in message:
        result["forwarded"] = True
    return result


def _replied(message: Json) -> int:
    reply = message.get("reply_to_message")
    return 0 if reply is None or "forum_topic_created" in reply else int(reply["message_id"])


def _file(kind: str, media: Any) -> Json:
    """`media` as Telegram has it: an object, of photos a list of sizes."""
    one: Json = media[-1] if kind == "photo" else media
    file: Json = {"url": f"playground/file/tg/{one['file_id']}", "size": one.get("file_size", 0)}
    file["name"] = one.get("file_name", "")
    for name in ("width", "height"):
        if name in one:
            file[name] = one[name]
    return file


def _button(button: Json) -> Json:
    label = str(button["text"])
    if "callback_data" in button:
        return {"label": label, "id": str(button["callback_data"])}
    return {"label": label, "url": str(button.get("url", ""))}


def _reactions(world: TelegramWorld, chat: Chat, number: int) -> list[str]:
    if number not in chat.reactions:
        return []
    counts: dict[str, int] = {}
    for emoji in world.reactions(chat.chat_id, number).values():
        for one in emoji:
            counts[one] = counts.get(one, 0) + 1
    return [one if count == 1 else f"{one} {count}" for one, count in counts.items()]

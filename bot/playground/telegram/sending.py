"""The bot's sending methods: texts, media, albums, copies and forwards. Everything is checked before
anything is stored, so a refused call leaves no trace in the chat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.playground.telegram.chats import Chat
from bot.playground.telegram.entities import formatted
from bot.playground.telegram.files import FOLDERS, KIND_NAMES, StoredFile, looks_like_image
from bot.playground.telegram.forms import Form
from bot.playground.telegram.keyboards import checked_markup
from bot.playground.telegram.refusals import (
    ALBUM_ITEMS,
    CAPTION_CHARACTERS,
    PHOTO_BYTES,
    QUOTE_CHARACTERS,
    TEXT_CHARACTERS,
    Json,
    bad,
)
from bot.playground.telegram.state import is_service
from bot.playground.telegram.world import TelegramWorld

Handler = Callable[[Form], Any]

CAPTIONLESS = frozenset({"sticker", "video_note"})
_COPIED_WORDS = (
    "text entities caption caption_entities photo video voice audio video_note animation document sticker "
    "location venue contact poll dice"
)
_COPIED = tuple(_COPIED_WORDS.split())


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes, checked: chat, topic, reply, and the keyboard it brings."""

    chat: Chat
    thread: int | None
    reply: Json
    reply_to: int | None
    markup: Json | None


def message_text(form: Form, field: str = "text", modes: str = "parse_mode", given: str = "entities") -> Json:
    """Text and entities of a message, within Telegram's length after parsing."""
    raw = form.text(field)
    if not raw:
        raise bad("message text is empty")
    text, entities = formatted(raw, form.text(modes), form.get(given))
    if not text:
        raise bad("text must be non-empty")
    if len(text) > TEXT_CHARACTERS:
        raise bad("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def message_caption(form: Form) -> Json:
    """Caption and entities, within Telegram's length after parsing; empty when there is none."""
    raw = form.text("caption")
    if not raw:
        return {}
    text, entities = formatted(raw, form.text("parse_mode"), form.get("caption_entities"))
    if len(text) > CAPTION_CHARACTERS:
        raise bad("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


class Sending:
    """Bot API methods that put messages into chats."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    def methods(self) -> dict[str, Handler]:
        """Handlers by lower-case method name."""
        media: dict[str, Handler] = {
            "send" + kind.replace("_", ""): partial(self._send_media, kind) for kind in FOLDERS
        }
        return {
            "sendmessage": lambda form: self._post(form, message_text(form)),
            "sendlocation": self._send_location,
            "sendcontact": self._send_contact,
            "sendmediagroup": self._send_album,
            "copymessage": self._copy,
            "forwardmessage": self._forward,
            **media,
        }

    def destination(self, form: Form) -> Destination:
        """Check everything about the place before the content."""
        chat = self._world.target(form.get("chat_id"))
        chat.require_access()
        topic = self._world.topic_for(chat, form.integer("message_thread_id"))
        reply_to, reply = self._reply(form, chat)
        if topic is None and reply_to is not None:
            topic = chat.open_topic(chat.messages[reply_to].get("message_thread_id", 0))
        if topic is not None and topic.closed and not chat.bot_may("can_manage_topics"):
            raise bad("TOPIC_CLOSED")
        markup = checked_markup(form.get("reply_markup"), chat.is_private)
        return Destination(chat, topic.thread_id if topic else None, reply, reply_to, markup)

    def _reply(self, form: Form, chat: Chat) -> tuple[int | None, Json]:
        given = form.get("reply_parameters")
        parameters: Json = given if isinstance(given, dict) else {}
        number = int(parameters.get("message_id") or form.integer("reply_to_message_id") or 0)
        if not number:
            return None, {}
        if number not in chat.messages:
            if parameters.get("allow_sending_without_reply") or form.flag("allow_sending_without_reply"):
                return None, {}
            raise bad("message to be replied not found")
        quote = str(parameters.get("quote") or "")
        if not quote:
            return number, {}
        replied = chat.messages[number]
        whole = str(replied.get("text") or replied.get("caption") or "")
        if len(quote) > QUOTE_CHARACTERS or quote not in whole:
            raise bad("QUOTE_TEXT_INVALID")
        return number, {"quote": {"text": quote, "position": whole.index(quote), "is_manual": True}}

    def _post(self, form: Form, content: Json) -> Json:
        return self._store(self.destination(form), content, form)

    def _store(self, to: Destination, content: Json, form: Form) -> Json:
        body = {**content, **to.reply}
        if form.flag("protect_content"):
            body["has_protected_content"] = True
        if to.markup is not None:
            if "inline_keyboard" in to.markup:
                body["reply_markup"] = to.markup
            elif "keyboard" in to.markup:
                to.chat.keyboard = to.markup
            elif to.markup.get("remove_keyboard"):
                to.chat.keyboard = None
        world = self._world
        return world.post(to.chat, world.bot, body, thread=to.thread, reply_to=to.reply_to, tell_bot=False)

    def _send_location(self, form: Form) -> Json:
        latitude, longitude = form.number("latitude"), form.number("longitude")
        if not form.text("latitude") or abs(latitude) > 90:
            raise bad("invalid latitude specified" if form.text("latitude") else "latitude is empty")
        if not form.text("longitude") or abs(longitude) > 180:
            raise bad("invalid longitude specified" if form.text("longitude") else "longitude is empty")
        return self._post(form, {"location": {"latitude": latitude, "longitude": longitude}})

    def _send_contact(self, form: Form) -> Json:
        if not form.text("phone_number"):
            raise bad("contact phone number must be non-empty")
        if not form.text("first_name"):
            raise bad("contact first name must be non-empty")
        names = ("phone_number", "first_name", "last_name", "vcard")
        return self._post(form, {"contact": {name: form.text(name) for name in names if form.text(name)}})

    def _send_media(self, kind: str, form: Form) -> Json:
        to = self.destination(form)
        stored = self._file(form, form.get(kind), kind, kind, form.values)
        caption = {} if kind in CAPTIONLESS else message_caption(form)
        return self._store(to, {**_shown(stored), **caption}, form)

    def _file(self, form: Form, value: object, field: str, kind: str, details: Json) -> StoredFile:
        """The file a parameter means: an upload in its field, attach://, a file_id, or (refused) a URL."""
        text = "" if value is None else str(value)
        upload = form.uploads.get(text.removeprefix("attach://") if text.startswith("attach://") else field)
        if upload is None and text.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        if upload is None and not text:
            raise bad(f"there is no {kind.replace('_', ' ')} in the request")
        if upload is None:
            known = self._world.files.by_id(text)
            if known is None:
                raise bad("wrong file identifier/HTTP URL specified")
            if known.kind != kind:
                raise bad(f"can't use file of type {KIND_NAMES[known.kind]} as {KIND_NAMES[kind]}")
            return known
        if not upload.data:
            raise bad("file must be non-empty")
        if kind == "photo":
            if len(upload.data) > PHOTO_BYTES:
                size = len(upload.data)
                raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes")
            if not looks_like_image(upload.data):
                raise bad("IMAGE_PROCESS_FAILED")
        mime_type = None if upload.content_type == "application/octet-stream" else upload.content_type
        return self._world.files.add(kind, upload.data, upload.name, mime_type, details)

    def _send_album(self, form: Form) -> list[Json]:
        to = self.destination(form)
        items = form.get("media")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise bad("can't parse media JSON object")
        if len(items) < ALBUM_ITEMS[0]:
            raise bad("too few messages to send as an album")
        if len(items) > ALBUM_ITEMS[1]:
            raise bad("too many messages to send as an album")
        kinds = {str(item.get("type")) for item in items}
        if not kinds <= {"photo", "video", "audio", "document"}:
            raise bad("can't parse InputMedia: type can't be used in an album")
        for lonely in ("document", "audio"):
            if lonely in kinds and len(kinds) > 1:
                raise bad(f"{lonely} can't be mixed with other media types")
        group = str(13_000_000_000_000_000 + self._world.next_number())
        contents: list[Json] = []
        for item in items:
            stored = self._file(form, item.get("media"), "", str(item["type"]), item)
            contents.append({**_shown(stored), **message_caption(Form(item)), "media_group_id": group})
        return [self._store(to, content, form) for content in contents]

    def _source(self, form: Form, verb: str) -> Json:
        chat = self._world.target(form.get("from_chat_id"))
        message = chat.messages.get(form.integer("message_id"))
        if message is None:
            raise bad(f"message to {verb} not found")
        if is_service(message) or message.get("has_protected_content"):
            raise bad("message can't be copied" if verb == "copy" else "message can't be forwarded")
        return message

    def _copy(self, form: Form) -> Json:
        message = self._source(form, "copy")
        content = {name: message[name] for name in _COPIED if name in message}
        if form.get("caption") is not None and "text" not in content:
            content = {k: v for k, v in content.items() if not k.startswith("caption")} | message_caption(form)
        return {"message_id": self._post(form, content)["message_id"]}

    def _forward(self, form: Form) -> Json:
        message = self._source(form, "forward")
        content = {name: message[name] for name in _COPIED if name in message}
        return self._post(form, {**content, "forward_origin": _origin(message)})


def _shown(stored: StoredFile) -> Json:
    body: Json = {stored.kind: stored.media}
    if stored.kind == "animation" and isinstance(stored.media, dict):
        body["document"] = {k: v for k, v in stored.media.items() if k not in ("width", "height", "duration")}
    return body


def _origin(message: Json) -> Json:
    if "forward_origin" in message:
        known: Json = message["forward_origin"]
        return known
    if "sender_chat" in message:
        return {"type": "chat", "sender_chat": message["sender_chat"], "date": message["date"]}
    return {"type": "user", "sender_user": message["from"], "date": message["date"]}

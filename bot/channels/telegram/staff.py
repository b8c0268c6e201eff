"""Telegram's forum groups: the handlers' StaffRoom.

Rule: thread 0 is the General topic, which must not be named when sending; every refusal leaves as a SendError
kind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bot.channels.telegram.calls import TelegramApi, Upload
from bot.channels.telegram.contents import person_name
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.pieces import CAPTION_UNITS, cut, units
from bot.channels.telegram.requests import METHODS, place_of, requests_for
from handlers.ports import Rejected
from scenarios.engine.events import Content

__all__ = ["TelegramStaff"]

TOPIC_UNITS: Final = 128
"""The length of a topic's name (Bot API, November 2026)."""


class TelegramStaff:
    """The staff groups of one bot. `path` tells where a kept file lies by its hash."""

    def __init__(self, api: TelegramApi, path: Callable[[str], str]) -> None:
        self._api = api
        self._delivery = Delivery(api, path)

    async def create_topic(self, chat: int, name: str) -> int:
        """Make a topic; its thread. A name above 128 UTF-16 units is cut at its end."""
        shown = cut(" ".join(name.split()), TOPIC_UNITS)
        topic = await self._api.call("createForumTopic", {"chat_id": chat, "name": shown})
        thread = topic.get("message_thread_id") if isinstance(topic, dict) else None
        if type(thread) is not int:
            raise Rejected("createForumTopic told no thread")
        return thread

    async def post(
        self,
        chat: int,
        thread: int,
        text: str,
        mentions: Sequence[tuple[str, str, str]] = (),
        reply_to: str = "",
    ) -> str:
        """A text, the people it calls named on a last line; the id of its last part."""
        named = tuple(mentions)
        requests = requests_for(place_of(chat, thread), Content(text), None, reply_to, named)
        return await self._delivery.carry_out(requests, (chat, thread, text, named, reply_to))

    async def post_content(self, chat: int, thread: int, content: Content) -> str:
        """Any content; the id of its last part."""
        return await self._delivery.carry_out(requests_for(place_of(chat, thread), content), (chat, thread, content))

    async def post_document(self, chat: int, thread: int, path: str, name: str, caption: str) -> str:
        """A file from our disk."""
        return await self._post_file("document", chat, thread, Upload("document", path, name), caption)

    async def post_picture(self, chat: int, thread: int, path: str, caption: str) -> str:
        """A picture from our disk, shown as such."""
        return await self._post_file("photo", chat, thread, Upload("photo", path, Path(path).name), caption)

    async def edit_text(self, chat: int, message: str, text: str) -> None:
        """Change a text of ours."""
        await self._api.call("editMessageText", {**_place(chat, message), "text": text})

    async def pin(self, chat: int, message: str) -> None:
        """Pin a message without a sound."""
        await self._api.call("pinChatMessage", {**_place(chat, message), "disable_notification": True})

    async def react(self, chat: int, message: str, emoji: str) -> None:
        """Put an emoji on a message in place of our last one; none takes it off."""
        reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
        await self._api.call("setMessageReaction", {**_place(chat, message), "reaction": reaction})

    async def close_topic(self, chat: int, thread: int) -> None:
        """Close a topic; a closed one stays so."""
        await self._api.call("closeForumTopic", place_of(chat, thread))

    async def reopen_topic(self, chat: int, thread: int) -> None:
        """Open a topic; an open one stays so."""
        await self._api.call("reopenForumTopic", place_of(chat, thread))

    async def admins(self, chat: int) -> Sequence[tuple[str, str, str]]:
        """(id, name, username) of the people who administer the group, bots left out."""
        members = await self._api.call("getChatAdministrators", {"chat_id": chat})
        if not isinstance(members, list):
            raise Rejected("getChatAdministrators told no list")
        people = [member.get("user") for member in members if isinstance(member, dict)]
        return [
            (str(person.get("id")), person_name(person), str(person.get("username") or ""))
            for person in people
            if isinstance(person, dict) and not person.get("is_bot")
        ]

    async def _post_file(self, kind: str, chat: int, thread: int, file: Upload, caption: str) -> str:
        """One file; a caption that is too long for it is cut, since the file says the rest."""
        short = caption if units(caption) <= CAPTION_UNITS else cut(caption, CAPTION_UNITS - 1) + "…"
        result = await self._api.upload(METHODS[kind], file, {**place_of(chat, thread), "caption": short or None})
        number = result.get("message_id") if isinstance(result, dict) else None
        if type(number) is not int:
            raise Rejected("an answer without a message_id")
        return str(number)


def _place(chat: int, message: str) -> dict[str, int]:
    if not message.isascii() or not message.isdecimal():
        raise Rejected("a message id that is not Telegram's")
    return {"chat_id": chat, "message_id": int(message)}

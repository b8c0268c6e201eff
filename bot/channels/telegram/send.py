"""Telegram towards customers: the handlers' Channel.

Rule: plain text only, since a customer's name must never be read as markup; what is best effort never raises.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import timedelta
from typing import Final

from bot.channels.telegram.calls import DOWNLOAD_BYTES, TelegramApi
from bot.channels.telegram.contents import CHANNEL
from bot.channels.telegram.delivery import Delivery
from bot.channels.telegram.keyboards import markup_of
from bot.channels.telegram.pieces import cut
from bot.channels.telegram.requests import place_of, requests_for
from handlers.ports import ChannelDown, Outgoing, Rejected, SendError, Sent
from scenarios.engine.events import Media

__all__ = ["TelegramChannel"]

TOAST_UNITS: Final = 200
"""What the answer to a button press shows at most (Bot API, November 2026)."""
BEST_EFFORT_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class TelegramChannel:
    """The private chats of one bot; a key is the user's id. `path` tells where a kept file lies by its
    hash."""

    def __init__(self, api: TelegramApi, path: Callable[[str], str], download_bytes: int = DOWNLOAD_BYTES) -> None:
        self.name = CHANNEL
        self.can_edit = True
        self.window: timedelta | None = None
        self.can_delete = True
        self._api = api
        self._delivery = Delivery(api, path)
        self._download_bytes = download_bytes

    async def send(self, key: str, message: Outgoing) -> Sent:
        """Send a message; the ids are those of its last part. Raises SendError kinds."""
        requests = requests_for(place_of(_chat(key)), message.content, markup_of(message))
        return Sent(key, await self._delivery.carry_out(requests, (key, message)))

    async def edit(self, key: str, message: str, text: str, caption: bool) -> None:
        """Change the text of a sent message, or the caption of a sent file. Raises SendError kinds."""
        place = _place(key, message)
        if caption:
            await self._api.call("editMessageCaption", {**place, "caption": text})
        else:
            await self._api.call("editMessageText", {**place, "text": text})

    async def delete(self, key: str, message: str) -> None:
        """Take a message back; one that is gone already is taken back. Raises SendError kinds."""
        try:
            await self._api.call("deleteMessage", _place(key, message))
        except Rejected as error:
            if "message to delete not found" not in error.code.lower():
                raise

    async def typing(self, key: str) -> None:
        """Show for 5 s that an answer is coming; best effort."""
        await self._try("sendChatAction", {"chat_id": _chat(key), "action": "typing"})

    async def answer_callback(self, callback: str, text: str = "") -> None:
        """Stop the spinner on a pressed button; best effort, since Telegram forgets presses quickly."""
        answer = {"callback_query_id": callback, "text": cut(text, TOAST_UNITS) or None}
        await self._try("answerCallbackQuery", answer)

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """The bytes of a file. Raises SendError kinds: Rejected (too_big) above what the server hands out."""
        if media.size > self._download_bytes:
            raise Rejected(f"the file has more than {self._download_bytes} bytes", too_big=True)
        file = await self._api.call("getFile", {"file_id": media.ref})
        path = file.get("file_path") if isinstance(file, dict) else None
        if not isinstance(path, str) or not path:
            raise ChannelDown("getFile told no path")
        async for piece in self._api.download(path):
            yield piece

    async def _try(self, method: str, parameters: Mapping[str, object]) -> None:
        try:
            await self._api.call(method, parameters, BEST_EFFORT_SECONDS)
        except SendError as error:
            _log.debug("%s was not taken: %s", method, error.code)


def _chat(key: str) -> int:
    if not key.isascii() or not key.isdecimal():
        raise Rejected("an address that is no Telegram user id")
    return int(key)


def _place(key: str, message: str) -> dict[str, int]:
    if not message.isascii() or not message.isdecimal():
        raise Rejected("a message id that is not Telegram's")
    return {"chat_id": _chat(key), "message_id": int(message)}

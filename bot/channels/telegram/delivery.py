"""Carries out the calls of one message: files by Telegram's own id where it has one, else from our disk.

Rule: a message of several calls that was interrupted goes on where it stopped when it is tried again, so that
nobody reads its beginning twice (as far as this process remembers; after a crash it is sent from the start).
"""

from __future__ import annotations

import mimetypes
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.channels.telegram.calls import TelegramApi, Upload
from bot.channels.telegram.contents import CHANNEL
from bot.channels.telegram.requests import FIELDS, METHODS, Request
from handlers.ports import ChannelDown, Rejected, SendError, Throttled
from scenarios.engine.events import Media

__all__ = ["Delivery"]

REMEMBERED: Final = 256
PHOTO_BYTES: Final = 10 * 1024 * 1024
"""A bigger photo is taken as a document only (Bot API, November 2026)."""

_BAD_FILE_ID = re.compile(r"wrong (remote )?file|invalid file_id|can't use file of type|wrong_file", re.IGNORECASE)
_NO_PHOTO = re.compile(r"IMAGE_PROCESS_FAILED|PHOTO_|too big for a photo", re.IGNORECASE)


class Delivery:
    """Sends requests of one bot; `path` tells where a file lies by its hash."""

    def __init__(self, api: TelegramApi, path: Callable[[str], str]) -> None:
        self._api = api
        self._path = path
        self._sent: OrderedDict[Hashable, int] = OrderedDict()

    async def carry_out(self, requests: Sequence[Request], what: Hashable) -> str:
        """Send them in order; the id of the last message. `what` is the same when the message is tried
        again."""
        done = self._sent.pop(what, 0)
        result: Any = None
        for at, request in enumerate(requests[done:], done):
            try:
                result = await self._send(request)
            except (Throttled, ChannelDown):
                self._remember(what, at)
                raise
        number = result.get("message_id") if isinstance(result, dict) else None
        if type(number) is not int:
            raise Rejected("an answer without a message_id")
        return str(number)

    def _remember(self, what: Hashable, done: int) -> None:
        if done:
            self._sent[what] = done
            while len(self._sent) > REMEMBERED:
                self._sent.popitem(last=False)

    async def _send(self, request: Request) -> Any:
        media = request.media
        if media is None:
            return await self._api.call(request.method, request.parameters)
        by_id = {**request.parameters, FIELDS[request.method]: media.ref}
        if media.channel == CHANNEL and media.ref:
            try:
                return await self._api.call(request.method, by_id)
            except Rejected as error:
                # A file_id of another bot or a forgotten one; our own copy is as good.
                if not media.hash or not _BAD_FILE_ID.search(error.code):
                    raise
        if not media.hash:
            raise Rejected("the file is neither Telegram's nor kept here")
        return await self._upload(request, media)

    async def _upload(self, request: Request, media: Media) -> Any:
        if media.kind == "photo" and media.size > PHOTO_BYTES:
            request = _as_document(request)
        try:
            return await self._upload_once(request, media)
        except SendError as error:
            if request.method != METHODS["photo"] or not _NO_PHOTO.search(error.code):
                raise
        return await self._upload_once(_as_document(request), media)

    async def _upload_once(self, request: Request, media: Media) -> Any:
        file = Upload(FIELDS[request.method], self._path(media.hash), _name(media), media.mime)
        return await self._api.upload(request.method, file, request.parameters)


def _as_document(request: Request) -> Request:
    return replace(request, method=METHODS["document"])


def _name(media: Media) -> str:
    """The file's name, or one that says what it is."""
    return media.name or media.kind + (mimetypes.guess_extension(media.mime.partition(";")[0].strip()) or "")

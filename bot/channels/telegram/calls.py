"""The Bot API over HTTP: one call, one upload, one download.

Rule: whatever goes wrong leaves here as one of the handlers' errors; aiohttp's own carry the URL, and the URL
the token.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import aiohttp

from bot.channels.telegram.answers import read_answer
from bot.secret import Secret
from handlers.ports import ChannelDown, Rejected

__all__ = ["DOWNLOAD_BYTES", "UPLOAD_BYTES", "TelegramApi", "Upload"]

CALL_SECONDS: Final = 10.0
"""Shorter than the 30 s for which the outbox claims a destination."""
UPLOAD_SECONDS: Final = 120.0
"""50 MB at 3.5 Mbit/s."""
DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
UPLOAD_BYTES: Final = 50 * 1024 * 1024
"""Limits of Telegram's own server (Bot API, November 2026); one's own lifts them."""
PIECE_BYTES: Final = 64 * 1024

_UNSAFE_IN_NAME = re.compile(r"[\x00-\x1f\x7f\"\\/]")
_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be sent: the parameter it fills, where it lies, how it is called and what it is."""

    field: str
    path: str
    name: str
    mime: str = ""


class TelegramApi:
    """Calls of one bot. The session is its owner's to close; `upload_bytes` is what the server takes at
    most."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, token: Secret, upload_bytes: int = UPLOAD_BYTES
    ) -> None:
        self._session = session
        self._base = base_url.rstrip("/")
        self._token = token
        self._upload_bytes = upload_bytes
        self.bot_id = int(token.reveal().partition(":")[0])

    def __repr__(self) -> str:
        return f"TelegramApi(bot {self.bot_id} at {self._base})"

    async def call(self, method: str, parameters: Mapping[str, object], seconds: float = CALL_SECONDS) -> Any:
        """The result of a method; parameters that are None are left out. Raises SendError kinds."""
        body = json.dumps({name: value for name, value in parameters.items() if value is not None}).encode()
        return await self._post(method, seconds, body, {"Content-Type": "application/json"})

    async def upload(self, method: str, file: Upload, parameters: Mapping[str, object]) -> Any:
        """The result of a method that sends a file from this machine's disk. Raises SendError kinds, Rejected
        also when the file is not there or too big."""
        try:
            stream = await asyncio.to_thread(_open, file.path)
        except OSError as error:
            code = f"the file is not kept any more ({type(error).__name__})"
        else:
            try:
                if await asyncio.to_thread(_size, stream) > self._upload_bytes:
                    raise Rejected(f"the file has more than {self._upload_bytes} bytes", too_big=True)
                return await self._post(method, UPLOAD_SECONDS, _form(file, stream, parameters), {})
            finally:
                stream.close()
        raise Rejected(code)

    async def download(self, path: str) -> AsyncIterator[bytes]:
        """The bytes of a file by the `file_path` that getFile told, piece by piece."""
        url = f"{self._base}/file/bot{self._token.reveal()}/{path.lstrip('/')}"
        timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS, sock_read=CALL_SECONDS)
        failure = ""
        try:
            async with self._session.get(url, timeout=timeout, allow_redirects=False) as answer:
                if answer.status == 404:
                    raise Rejected("Telegram does not have the file any more")
                if answer.status != 200:
                    read_answer(answer.status, await answer.read(), self._token.reveal())
                    failure = f"HTTP {answer.status} for a file"
                else:
                    async for piece in answer.content.iter_chunked(PIECE_BYTES):
                        yield piece
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = type(error).__name__
        if failure:
            raise ChannelDown(failure)

    async def _post(
        self,
        method: str,
        seconds: float,
        data: bytes | aiohttp.FormData,
        headers: Mapping[str, str],
    ) -> Any:
        url = f"{self._base}/bot{self._token.reveal()}/{method}"
        timeout = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._session.post(
                url, data=data, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                status, body = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            failure = type(error).__name__
        else:
            return read_answer(status, body, self._token.reveal())
        # Raised outside of the handler, so that aiohttp's error does not hang on ours as its context.
        raise ChannelDown(failure)


def _open(path: str) -> BinaryIO:
    return Path(path).open("rb")


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _form(file: Upload, stream: BinaryIO, parameters: Mapping[str, object]) -> aiohttp.FormData:
    # Telegram reads the names of files as plain UTF-8, so they are made safe here instead of being
    # percent-encoded.
    form = aiohttp.FormData(quote_fields=False)
    for name, value in parameters.items():
        if value is not None:
            form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    name = _UNSAFE_IN_NAME.sub("_", file.name) or "file"
    kind = file.mime.partition(";")[0].strip()
    kind = kind if _TYPE.fullmatch(kind) else "application/octet-stream"
    form.add_field(file.field, stream, filename=name, content_type=kind)
    return form

"""Calls of the Graph API: one session, the bearer token, time limits, answers read as JSON or as a refusal.

Rule: whatever goes wrong on the way is ChannelDown and whatever Meta refuses is the kind its code means; no
error and no log line carries the token, an address or a text, so errors are raised without the exception they
come from.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import aiohttp

from bot.channels.whatsapp.errors import refusal
from bot.channels.whatsapp.fields import text
from bot.channels.whatsapp.limits import FILE_BYTES
from bot.secret import Secret
from handlers.ports import ChannelDown, Rejected

__all__ = ["Graph"]

_FILE: Final = aiohttp.ClientTimeout(total=600.0, sock_connect=10.0, sock_read=30.0)
"""Files may take their time as long as bytes keep coming."""
_ANSWER_BYTES: Final = 1_048_576
_CHUNK: Final = 65_536


class Graph:
    """The API of one business number. `base` is its URL with the version, without a slash at its end;
    `seconds` is how long a call may take that moves no file."""

    def __init__(self, token: Secret, phone_number_id: str, base: str, seconds: float = 10.0) -> None:
        self._token, self._number, self._base = token, phone_number_id, base
        self._call = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    @property
    def number(self) -> str:
        """The business number's id."""
        return self._number

    async def ask(self, path: str, query: Mapping[str, str], token: Secret | None = None) -> Any:
        """GET something below the base; the answer's JSON. `token`: another one than the number's own."""
        more = {} if token is None else {"headers": {"Authorization": f"Bearer {token.reveal()}"}}
        async with self._open("GET", f"{self._base}/{path}", self._call, params=dict(query), **more) as answer:
            return await self._read(answer, number_in_path=path == self._number)

    async def message(self, payload: dict[str, Any], attempt: int = 0) -> Any:
        """POST /messages; the answer's JSON. `attempt`: see `refusal`."""
        return await self._post("messages", self._call, attempt, json=payload)

    async def upload(self, file: BinaryIO, mime: str) -> str:
        """POST /media with an open binary file, streamed; the id Meta gave it, good for 30 days."""
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime)
        form.add_field("file", file, filename="file", content_type=mime)
        name = text(await self._post("media", _FILE, 0, data=form), "id")
        if not name:
            raise ChannelDown("upload without an id")
        return name

    async def download(self, media_id: str) -> AsyncIterator[bytes]:
        """The bytes of a file a customer sent. Raises Rejected(too_big) above 100 MB, Rejected when Meta no
        longer has it."""
        async with self._open("GET", f"{self._base}/{media_id}", self._call) as answer:
            found = await self._read(answer, number_in_path=False)
        url = text(found, "url")
        self._check_address(url)
        size = 0
        async with self._open("GET", url, _FILE, allow_redirects=True) as answer:
            if answer.status != 200:
                await self._read(answer, number_in_path=False)
            if (answer.content_length or 0) > FILE_BYTES:
                raise Rejected(f"file of {answer.content_length} bytes", too_big=True)
            async for chunk in answer.content.iter_chunked(_CHUNK):
                size += len(chunk)
                if size > FILE_BYTES:
                    raise Rejected(f"file of more than {FILE_BYTES} bytes", too_big=True)
                yield chunk

    async def _post(self, path: str, timeout: aiohttp.ClientTimeout, attempt: int, **body: Any) -> Any:
        async with self._open("POST", f"{self._base}/{self._number}/{path}", timeout, **body) as answer:
            return await self._read(answer, attempt=attempt)

    @asynccontextmanager
    async def _open(
        self, method: str, url: str, timeout: aiohttp.ClientTimeout, **more: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer to be read; whatever fails while it is opened or read becomes ChannelDown."""
        if self._session is None:
            headers, jar = {"User-Agent": "qabul"}, aiohttp.DummyCookieJar()
            self._session = aiohttp.ClientSession(headers=headers, cookie_jar=jar)
        more = {
            "allow_redirects": False,
            "headers": {"Authorization": f"Bearer {self._token.reveal()}"},
            **more,
        }
        try:
            async with self._session.request(method, url, timeout=timeout, **more) as answer:
                yield answer
        except TimeoutError:
            raise ChannelDown("timeout") from None
        except (aiohttp.ClientError, OSError) as failed:
            raise ChannelDown(f"connection: {type(failed).__name__}") from None

    async def _read(self, answer: aiohttp.ClientResponse, attempt: int = 0, number_in_path: bool = True) -> Any:
        """The JSON of a success. Raises the refusal of anything else."""
        raw = bytearray()
        async for chunk in answer.content.iter_chunked(_CHUNK):
            raw += chunk
            if len(raw) > _ANSWER_BYTES:
                break
        try:
            found = json.loads(raw)
        except (ValueError, RecursionError):
            found = None
        if answer.status != 200 or not isinstance(found, dict) or "error" in found:
            wait = _seconds(answer.headers.get("Retry-After", ""))
            raise refusal(answer.status, found, retry_after=wait, attempt=attempt, number_in_path=number_in_path)
        return found

    def _check_address(self, url: str) -> None:
        """The token goes to Meta by HTTPS, or to the very server we were told to use, and nowhere else."""
        try:
            asked, base = urlsplit(url), urlsplit(self._base)
            same_server = (asked.scheme, asked.hostname, asked.port) == (
                base.scheme,
                base.hostname,
                base.port,
            )
        except ValueError:
            raise Rejected("file address") from None
        meta = (asked.hostname or "").endswith((".fbsbx.com", ".facebook.com", ".fbcdn.net", ".whatsapp.net"))
        if not same_server and not (asked.scheme == "https" and meta):
            raise Rejected("file address")


def _seconds(header: str) -> float | None:
    return float(header) if header.isascii() and header.replace(".", "", 1).isdigit() else None

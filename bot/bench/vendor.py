"""A Bot API that accepts everything at once, as cheaply as it can: the bench's messenger.

It tells whoever listens of each message to a private chat. The staff group is a place like any other: topics get
numbers, messages get ids, nothing is limited.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable
from urllib.parse import parse_qs

import msgspec

from bot.bench.wire import Server

__all__ = ["BOT", "STAFF_CHAT", "TOKEN", "Delivered", "Vendor"]

BOT = 7_000_000_001
TOKEN = f"{BOT}:AAbench-bench-bench-bench-bench-ben"
STAFF_CHAT = -1_001_234_567_890
_EMPTY = msgspec.Raw(b"")

Delivered = Callable[[int, str, bytes, int], None]
"""(private chat, text, reply_markup as JSON or nothing, message id)."""


class _Send(msgspec.Struct):
    """What we read of a sendMessage in JSON."""

    chat_id: int
    text: str = ""
    message_thread_id: int = 0
    reply_markup: msgspec.Raw = _EMPTY


class Vendor:
    """Serves one bot. `calls` counts methods; `staff` is told of each call to the staff group."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.delivered: Delivered = lambda *_: None
        self.staff: Callable[[str, bytes], None] = lambda *_: None
        self.last_call = 0.0
        self.port = 0
        self._numbers = itertools.count(1)
        self._read = msgspec.json.Decoder(_Send)
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Its address, as QABUL_TELEGRAM_API_URL wants it."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Listen on a free port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Server(self._takes), "127.0.0.1", 0, backlog=1024)
        self.port = int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    def _takes(self, path: str, body: bytes, _: Server) -> bytes:
        method = path.rsplit("/", 1)[1].partition("?")[0]
        self.calls[method] += 1
        if method != "sendMessage" or not body.startswith(b"{"):
            self.last_call = time.monotonic()
            return self._other(method, body)
        sent = self._read.decode(body)
        number = next(self._numbers)
        if sent.chat_id < 0:
            self.staff(method, body)
        else:
            self.delivered(sent.chat_id, sent.text, bytes(sent.reply_markup), number)
        return _message(number, sent.chat_id, sent.message_thread_id, sent.text)

    def _other(self, method: str, body: bytes) -> bytes:
        if method == "getMe":
            return _ok(
                b'{"id":%d,"is_bot":true,"first_name":"Bench","username":"bench_bot","can_join_groups":true,'
                b'"can_read_all_group_messages":true,"supports_inline_queries":false}' % BOT
            )
        if method == "getUpdates":
            return _ok(b"[]")
        chat, text = _form(body)
        if chat < 0:
            self.staff(method, body)
        if method == "createForumTopic":
            return _ok(b'{"message_thread_id":%d,"name":"topic","icon_color":7322096}' % next(self._numbers))
        if not method.startswith("send") or method == "sendChatAction":
            return _ok(b"true")
        number = next(self._numbers)
        if chat > 0:
            self.delivered(chat, text, b"", number)
        return _message(number, chat, 0, text)


def _message(number: int, chat: int, thread: int, text: str) -> bytes:
    where = (
        b'{"id":%d,"type":"supergroup","title":"Staff","is_forum":true},"message_thread_id":%d,"is_topic_message":true'
        % (chat, thread)
        if chat < 0
        else b'{"id":%d,"type":"private","first_name":"Customer"}' % chat
    )
    return _ok(
        b'{"message_id":%d,"from":{"id":%d,"is_bot":true,"first_name":"Bench","username":"bench_bot"},"chat":%s,'
        b'"date":%d,"text":%s}' % (number, BOT, where, time.time(), msgspec.json.encode(text))
    )


def _ok(result: bytes) -> bytes:
    return b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{"ok":true,"result":%s}' % (
        len(result) + 21,
        result,
    )


_PART = re.compile(rb'name="(chat_id|text)"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)


def _form(body: bytes) -> tuple[int, str]:
    """(chat, text) of what aiogram and aiohttp send: JSON, a form with files or one without; 0 and nothing where there
    is none."""
    if body.startswith(b"{"):
        found = msgspec.json.decode(body)
    elif body.startswith(b"--"):
        found = {name.decode(): value.decode("utf-8", "replace") for name, value in _PART.findall(body)}
    else:
        found = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    chat = str(found.get("chat_id", 0))
    return int(chat) if chat.lstrip("-").isdecimal() else 0, str(found.get("text", ""))

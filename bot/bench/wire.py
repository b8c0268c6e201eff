"""HTTP/1.1 at its barest, both ways: what the bench itself spends is taken from the desk it measures.

Rule: it understands what aiohttp and aiogram send, no more: keep-alive, Content-Length or chunks, no pipelining.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

__all__ = ["AnswerAt", "Client", "Server", "Takes"]

Takes = Callable[[str, bytes, "Server"], "bytes | None"]
"""(path, body, connection) to the whole answer; None when it is written later by `Server.write`."""

AnswerAt = Callable[[int, float], None]
"""(status, Retry-After in seconds); status 0: the connection broke before an answer came."""

_END = b"\r\n\r\n"


class Server(asyncio.Protocol):
    """One connection of somebody who calls us."""

    def __init__(self, takes: Takes) -> None:
        self._takes = takes
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(_END)) >= 0:
            head = self._buffer[:end]
            taken = _body(self._buffer, head.lower(), end + 4)
            if taken is None:
                return
            body, size = taken
            self._buffer = self._buffer[size:]
            answer = self._takes(head.split(b" ", 2)[1].decode("latin-1"), body, self)
            if answer is not None:
                self.write(answer)

    def write(self, answer: bytes) -> None:
        """Answer, unless the other side is gone."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it ended does not matter
        self._transport = None


def _body(buffer: bytes, head: bytes, start: int) -> tuple[bytes, int] | None:
    """(body, bytes of the whole message); None while a part of it has not come."""
    at = head.find(b"content-length:")
    if at >= 0:
        end = head.find(b"\r\n", at)
        size = start + int(head[at + 15 : end if end >= 0 else len(head)])
        return (buffer[start:size], size) if len(buffer) >= size else None
    if b"chunked" not in head:
        return b"", start
    body = b""
    while True:
        line = buffer.find(b"\r\n", start)
        if line < 0:
            return None
        length = int(buffer[start:line].split(b";")[0], 16)
        end = line + 2 + length + 2
        if len(buffer) < end:
            return None
        if length == 0:
            return body, end
        body += buffer[line + 2 : end - 2]
        start = end


class Client:
    """Posts bodies to one address, each on a connection of its own that is used again; at most `most` at once, the
    others wait in order."""

    def __init__(self, host: str, port: int, path: str, headers: str, most: int) -> None:
        self._host, self._port, self._most = host, port, most
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\n{headers}"
            "Content-Length: "
        ).encode()
        self._free: list[_Connection] = []
        self._waiting: deque[tuple[bytes, AnswerAt]] = deque()
        self._opening: set[asyncio.Task[None]] = set()
        self._all: set[_Connection] = set()
        self._closed = False

    def post(self, body: bytes, answered: AnswerAt) -> None:
        """Send; `answered` is called once, whatever happens."""
        whole = self._head + str(len(body)).encode() + _END + body
        while self._free:
            connection = self._free.pop()
            if connection.send(whole, answered):
                return
        self._waiting.append((whole, answered))
        if len(self._all) + len(self._opening) < self._most:
            task = asyncio.get_running_loop().create_task(self._open())
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._all)

    def close(self) -> None:
        """Close all connections; what is under way is not told any more."""
        self._closed = True
        self._waiting.clear()
        for task in self._opening:
            task.cancel()
        for connection in list(self._all):
            connection.close()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(lambda: _Connection(self), self._host, self._port)
        except OSError:
            if self._waiting:
                self._waiting.popleft()[1](0, 0.0)
            self._nobody_left(but_one=True)
            return
        self._all.add(connection)
        self.freed(connection)

    def freed(self, connection: _Connection) -> None:
        """A connection has nothing to do."""
        if self._closed:
            connection.close()
        elif not self._waiting:
            self._free.append(connection)
        else:
            whole, answered = self._waiting.popleft()
            if not connection.send(whole, answered):
                answered(0, 0.0)

    def gone(self, connection: _Connection) -> None:
        """A connection was closed."""
        self._all.discard(connection)
        if connection in self._free:
            self._free.remove(connection)
        self._nobody_left()

    def _nobody_left(self, but_one: bool = False) -> None:
        """When no connection is left to take what waits, and none is being made (but the one that just failed), each
        is told, and its sender comes again."""
        if self._waiting and not self._closed and not self._all and len(self._opening) <= but_one:
            waiting, self._waiting = self._waiting, deque()
            for _, answered in waiting:
                answered(0, 0.0)


class _Connection(asyncio.Protocol):
    def __init__(self, client: Client) -> None:
        self._client = client
        self._answered: AnswerAt | None = None
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def send(self, whole: bytes, answered: AnswerAt) -> bool:
        if self._transport is None or self._transport.is_closing():
            return False
        self._answered = answered
        self._transport.write(whole)
        return True

    def close(self) -> None:
        self._answered = None
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        end = self._buffer.find(_END)
        if end < 0:
            return
        head = self._buffer[:end].lower()
        taken = _body(self._buffer, head, end + 4)
        if taken is None:
            return
        self._buffer = b""
        answered, self._answered = self._answered, None
        status, pause = int(head[9:12]), _retry_after(head) if b"retry-after:" in head else 0.0
        if b"connection: close" in head and self._transport is not None:
            self._transport.close()
        elif answered is not None:
            self._client.freed(self)
        if answered is not None:
            answered(status, pause)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it ended does not matter
        self._transport = None
        self._client.gone(self)
        if self._answered is not None:
            answered, self._answered = self._answered, None
            answered(0, 0.0)


def _retry_after(head: bytes) -> float:
    at = head.index(b"retry-after:") + 12
    end = head.find(b"\r\n", at)
    return float(head[at : end if end >= 0 else len(head)])

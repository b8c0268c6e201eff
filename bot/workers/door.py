"""The listening sockets that all workers of one command accept from.

Opened once and inherited: a connection that nobody has accepted yet belongs to no worker, so it survives any of them.
"""

from __future__ import annotations

import asyncio
import socket

import structlog
from aiohttp import web

__all__ = ["BACKLOG", "DoorSite", "open_doors"]

BACKLOG = 1024
AT_ONCE = 4
"""Connections that a worker accepts in a row. An event loop by itself accepts as many as may wait, so the first worker
there would take a whole burst of connections, which live for minutes, and the others would have nothing to do."""

FULL_PAUSE = 1.0
"""Seconds without accepting when this process may not open more files."""

_log = structlog.get_logger()


def open_doors(host: str, port: int) -> list[socket.socket]:
    """Listen on every address of the host. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    doors: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            door = socket.socket(family, kind, protocol)
            doors.append(door)
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            door.bind(address)
            door.listen(BACKLOG)
            door.setblocking(False)
    except OSError:
        for door in doors:
            door.close()
        raise
    return doors


class DoorSite(web.BaseSite):
    """Accepts from a door for one worker, a few connections at a time."""

    def __init__(self, runner: web.AppRunner, door: socket.socket) -> None:
        super().__init__(runner)
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._arriving: set[asyncio.Task[object]] = set()
        self._open = False

    @property
    def name(self) -> str:
        """Where it listens."""
        return f"http://{self._door.getsockname()[:2]}"

    async def start(self) -> None:
        """Begin to accept."""
        await super().start()
        self._open = True
        self._loop.add_reader(self._door.fileno(), self._accept)

    async def stop(self) -> None:
        """Accept no more; the door stays open for the others."""
        self._open = False
        self._loop.remove_reader(self._door.fileno())
        await super().stop()

    def _accept(self) -> None:
        server = self._runner.server
        assert server is not None
        for _ in range(AT_ONCE):
            try:
                connection, _ = self._door.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                # Another worker was quicker, or the caller has gone.
                return
            except OSError as error:
                _log.error("no connection can be accepted for a moment", error=type(error).__name__, code=error.errno)
                self._loop.remove_reader(self._door.fileno())
                self._loop.call_later(FULL_PAUSE, self._again)
                return
            connection.setblocking(False)
            task = self._loop.create_task(self._loop.connect_accepted_socket(server, connection))
            self._arriving.add(task)
            task.add_done_callback(self._arriving.discard)

    def _again(self) -> None:
        if self._open:
            self._loop.add_reader(self._door.fileno(), self._accept)

"""What the processes of one command do: serve as a desk, set up the messenger once, keep the embedded Redis.

Each ends when it is told to (SIGTERM), and also when the supervisor is gone, whatever ended it.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import structlog

from bot.commands.run import run_loop, serve, until_told
from bot.inlets import set_up_telegram
from bot.settings import Settings
from bot.workers.child import READY, Work

__all__ = ["desk_work", "redis_work", "set_up_work"]


def desk_work(settings: Settings, number: int, doors: Sequence[socket.socket]) -> Work:
    """A worker: a whole desk that shares its doors with the others."""

    async def work(told: asyncio.Event, ready: Callable[[], None]) -> int:
        structlog.contextvars.bind_contextvars(worker=number)
        return await serve(settings, told, ready, doors)

    return _until_the_line_ends(work)


def set_up_work(settings: Settings) -> Work:
    """Webhook and menus, set up by one process for all, which ends then. It may be ended at any moment, since the next
    start sets up everything again."""

    async def run(line: socket.socket) -> int:
        asyncio.get_running_loop().add_reader(line.fileno(), os._exit, 0)
        _say_ready(line)
        await set_up_telegram(settings, asyncio.Event())
        return 0

    return lambda line: asyncio.run(run(line))


def redis_work(data_dir: Path) -> Work:
    """The embedded Redis, kept for all workers."""

    async def work(told: asyncio.Event, ready: Callable[[], None]) -> int:
        from bot.embedded.redis import EmbeddedRedis

        async with EmbeddedRedis(data_dir):
            ready()
            await told.wait()
        return 0

    return _until_the_line_ends(work)


def _until_the_line_ends(work: Callable[[asyncio.Event, Callable[[], None]], Awaitable[int]]) -> Work:
    async def run(line: socket.socket) -> int:
        told = until_told()
        line.setblocking(False)
        loop = asyncio.get_running_loop()

        def end() -> None:
            loop.remove_reader(line.fileno())
            told.set()

        # Nothing is ever sent to us: what can be read is the end.
        loop.add_reader(line.fileno(), end)
        return await work(told, lambda: _say_ready(line))

    return lambda line: run_loop(run(line))


def _say_ready(line: socket.socket) -> None:
    try:
        line.send(READY)
    except OSError:
        # The supervisor is gone, which `told` says as well.
        structlog.get_logger().info("the supervisor is gone")

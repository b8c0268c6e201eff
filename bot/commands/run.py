"""`qabul run`: the desk on the configured messengers, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.settings import Settings, SettingsError, read_settings

__all__ = ["CANNOT_START", "run_desk", "run_loop", "serve", "settings_or_none", "until_told"]

CANNOT_START = 2
T = TypeVar("T")


def settings_or_none(environ: Mapping[str, str], env_file: Path) -> Settings | None:
    """The settings, or None after their mistakes were told on stderr."""
    try:
        return read_settings(environ, env_file)
    except SettingsError as error:
        print(f"qabul: {error}", file=sys.stderr)
        return None


def run_desk(environ: Mapping[str, str], env_file: Path, workers: int = 1) -> int:
    """Run until told to stop; the exit status."""
    settings = settings_or_none(environ, env_file)
    if settings is None:
        return CANNOT_START
    if settings.telegram_token is None and settings.whatsapp_token is None:
        print(
            "qabul: no messenger is set up: set QABUL_TELEGRAM_TOKEN or QABUL_WHATSAPP_TOKEN, or try `qabul demo`",
            file=sys.stderr,
        )
        return CANNOT_START
    if workers == 1:
        return run_loop(_alone(settings))
    if settings.is_on_sqlite:
        print(
            f"qabul: --workers {workers} needs PostgreSQL, since SQLite serves one process at a time: set "
            "QABUL_DATABASE_URL to a PostgreSQL database, or leave --workers away",
            file=sys.stderr,
        )
        return CANNOT_START
    from bot.commands.workers import run_workers

    return run_workers(settings, workers)


async def _alone(settings: Settings) -> int:
    from bot.logs import set_up_logs

    set_up_logs(settings.log_format)
    return await serve(settings, until_told())


async def serve(
    settings: Settings,
    told: asyncio.Event,
    ready: Callable[[], None] = lambda: None,
    doors: Sequence[socket.socket] = (),
) -> int:
    """A desk until told to stop; the exit status. `ready` is called when it is at work, `doors` are listening sockets
    that it shares with other workers."""
    from bot.app import Desk, StartError
    from bot.book import BookError
    from bot.embedded.lock import DirectoryInUse
    from bot.embedded.redis_server import RedisUnavailable
    from handlers.business import BusinessError

    try:
        async with Desk(settings, doors=doors):
            ready()
            await told.wait()
    except (StartError, BookError, BusinessError, DirectoryInUse, RedisUnavailable) as error:
        print(f"qabul: {error}", file=sys.stderr)
        return CANNOT_START
    return 0


def run_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run a desk's process to its end, on the event loop that costs least per message."""
    import uvloop

    return uvloop.run(work)


def until_told() -> asyncio.Event:
    """An event that SIGTERM or Ctrl-C sets."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    return told

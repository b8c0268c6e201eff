"""`qabul run`: the desk on the configured messengers, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.settings import Settings, SettingsError, read_settings

__all__ = ["run_desk", "settings_or_none", "until_told"]

CANNOT_START = 2


def settings_or_none(environ: Mapping[str, str], env_file: Path) -> Settings | None:
    """The settings, or None after their mistakes were told on stderr."""
    try:
        return read_settings(environ, env_file)
    except SettingsError as error:
        print(f"qabul: {error}", file=sys.stderr)
        return None


def run_desk(environ: Mapping[str, str], env_file: Path) -> int:
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
    return asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> int:
    from bot.app import Desk, StartError
    from bot.book import BookError
    from bot.embedded.lock import DirectoryInUse
    from bot.embedded.redis_server import RedisUnavailable
    from bot.logs import set_up_logs
    from handlers.business import BusinessError

    set_up_logs(settings.log_format)
    told = until_told()
    try:
        async with Desk(settings):
            await told.wait()
    except (StartError, BookError, BusinessError, DirectoryInUse, RedisUnavailable) as error:
        print(f"qabul: {error}", file=sys.stderr)
        return CANNOT_START
    return 0


def until_told() -> asyncio.Event:
    """An event that SIGTERM or Ctrl-C sets."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    return told

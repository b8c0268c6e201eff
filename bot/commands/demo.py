"""`qabul demo`: the real desk against local messengers, with the playground page; no account, no setting.

The local messengers forget everything when they end, so the desk begins anew with them: its data lies in `demo` below
the data directory and is made afresh at each start.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.commands.run import CANNOT_START, until_told
from bot.settings import Settings, SettingsError, read_settings

__all__ = ["run_demo"]

HOST, PORT = "127.0.0.1", 8080
HOUSE = "Ozoda Uy"
"""The shipped example business, as the local messengers show it."""

OWN = ("QABUL_DATA_DIR", "QABUL_HTTP_HOST", "QABUL_HTTP_PORT", "QABUL_LANGUAGE", "QABUL_TIMEZONE", "QABUL_LOG_FORMAT")
"""The settings that the demo takes from its environment; messengers, database and Redis are its own."""


def run_demo(port: int | None, environ: Mapping[str, str]) -> int:
    """Run the demo until Ctrl-C; the exit status."""
    chosen = {name: environ[name] for name in OWN if environ.get(name)}
    if port is not None:
        chosen["QABUL_HTTP_PORT"] = str(port)
    elif "QABUL_HTTP_PORT" not in chosen:
        chosen["QABUL_HTTP_PORT"] = str(_free_port())
    chosen.setdefault("QABUL_DATA_DIR", str(Path("data")))
    chosen["QABUL_DATA_DIR"] = str(Path(chosen["QABUL_DATA_DIR"]) / "demo")
    try:
        read_settings(chosen)
    except SettingsError as error:
        print(f"qabul demo: {error}", file=sys.stderr)
        return CANNOT_START
    return asyncio.run(_demo(chosen))


def _free_port() -> int:
    """The usual port, or any other when something uses it already."""
    with socket.socket() as probe:
        # As the server itself binds, so that a port in its last seconds of an earlier demo counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _demo(chosen: Mapping[str, str]) -> int:
    from bot.app import StartError
    from bot.embedded.lock import DirectoryInUse, lock_data_dir
    from bot.embedded.redis_server import RedisUnavailable
    from bot.logs import set_up_logs

    told = until_told()
    data = Path(chosen["QABUL_DATA_DIR"])
    set_up_logs(read_settings(chosen).log_format)
    try:
        with lock_data_dir(data):
            _empty(data)
        await _perform(chosen, told)
    except (StartError, DirectoryInUse, RedisUnavailable) as error:
        print(f"qabul demo: {error}", file=sys.stderr)
        return CANNOT_START
    return 0


def _empty(data: Path) -> None:
    """Take away what an earlier demo left, all but the lock that is held on it."""
    for one in data.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif one.name != "qabul.lock":
            one.unlink()


async def _perform(chosen: Mapping[str, str], told: asyncio.Event) -> None:
    """Set the stage, open the desk on it, and say where."""
    from contextlib import AsyncExitStack

    from bot.app import Desk
    from bot.playground import telegram, whatsapp
    from bot.playground.page import mount_playground
    from bot.playground.stage import Stage

    telegram_world = telegram.TelegramWorld(bot_name=HOUSE)
    whatsapp_world = whatsapp.WhatsAppWorld(business_name=HOUSE)
    async with AsyncExitStack() as stack:
        runner, telegram_url = await telegram.start(telegram_world, HOST, 0)
        stack.push_async_callback(runner.cleanup)
        other, whatsapp_url = await whatsapp.start(whatsapp_world, HOST, 0)
        stack.push_async_callback(other.cleanup)
        stage = Stage(telegram_world, whatsapp_world, telegram_url, whatsapp_url)
        settings: Settings = read_settings({**chosen, **stage.settings()})
        base = f"http://{settings.http_host}:{settings.http_port}"
        whatsapp_world.set_webhook(f"{base}/whatsapp/webhook")
        async with Desk(settings, lambda application: mount_playground(application, stage)):
            print(f"\n  Qabul is at work. Open {base}/playground   (Ctrl-C ends it)\n", flush=True)
            await told.wait()

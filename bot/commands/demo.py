"""`qabul demo`: the real desk against local messengers, with the playground page; no account, no setting.

This process holds the messengers and the page; the desk is a process below it, the same that `qabul run` is, so that it
can be killed and replaced while people go on writing. The local messengers forget everything when they end, so the desk
begins anew with them: its data lies in `demo` below the data directory and is made afresh at each start.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.commands.run import CANNOT_START, until_told
from bot.settings import Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from aiohttp import web

__all__ = ["run_demo"]

HOST, PORT = "127.0.0.1", 8080
HOUSE = "Ozoda Uy"
"""The shipped example business, as the local messengers show it."""

OWN = ("QABUL_DATA_DIR", "QABUL_HTTP_HOST", "QABUL_HTTP_PORT", "QABUL_LANGUAGE", "QABUL_TIMEZONE", "QABUL_LOG_FORMAT")
"""The settings that the demo takes from its environment; messengers, database and Redis are its own."""


class PortTaken(Exception):
    """The page cannot be served; the text is one line."""


def run_demo(port: int | None, environ: Mapping[str, str]) -> int:
    """Run the demo until Ctrl-C; the exit status."""
    chosen = {name: environ[name] for name in OWN if environ.get(name)}
    if port is not None:
        chosen["QABUL_HTTP_PORT"] = str(port)
    elif "QABUL_HTTP_PORT" not in chosen:
        chosen["QABUL_HTTP_PORT"] = str(_usual_port())
    chosen.setdefault("QABUL_DATA_DIR", str(Path("data")))
    chosen["QABUL_DATA_DIR"] = str(Path(chosen["QABUL_DATA_DIR"]) / "demo")
    try:
        read_settings(chosen)
    except SettingsError as error:
        print(f"qabul demo: {error}", file=sys.stderr)
        return CANNOT_START
    return asyncio.run(_demo(chosen))


def _usual_port() -> int:
    """The usual port, or any other when something uses it already."""
    with socket.socket() as probe:
        # As the server itself binds, so that a port in its last seconds of an earlier demo counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError:
            return free_port()
        return PORT


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _demo(chosen: Mapping[str, str]) -> int:
    from bot.embedded.lock import DirectoryInUse, lock_data_dir
    from bot.playground.desk_process import DeskEnded

    told = until_told()
    data = Path(chosen["QABUL_DATA_DIR"])
    try:
        with lock_data_dir(data):
            _empty(data)
        await _perform(chosen, told)
    except (PortTaken, DirectoryInUse) as error:
        print(f"qabul demo: {error}", file=sys.stderr)
        return CANNOT_START
    except DeskEnded as error:
        return error.status
    return 0


def _empty(data: Path) -> None:
    """Take away what an earlier demo left, all but the lock that is held on it."""
    for one in data.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif one.name != "qabul.lock":
            one.unlink()


async def _perform(chosen: Mapping[str, str], told: asyncio.Event) -> None:
    """Set the stage, start the desk behind it, and say where."""
    from contextlib import AsyncExitStack

    from aiohttp import web

    from bot.playground import telegram, whatsapp
    from bot.playground.approved import approve
    from bot.playground.backstage import Backstage
    from bot.playground.business import BUSINESS, demo_business, reader_language
    from bot.playground.desk_process import DeskProcess
    from bot.playground.page import mount_playground
    from bot.playground.page.forward import mount_forward
    from bot.playground.stage import Stage
    from handlers.business import read_business

    telegram_world = telegram.TelegramWorld(bot_name=HOUSE)
    whatsapp_world = whatsapp.WhatsAppWorld(business_name=HOUSE)
    # People here play in a minute what takes them an hour; the rest of WhatsApp's limits hold.
    whatsapp_world.switch(pair_rate=False)
    async with AsyncExitStack() as stack:
        runner, telegram_url = await telegram.start(telegram_world, HOST, 0)
        stack.push_async_callback(runner.cleanup)
        other, whatsapp_url = await whatsapp.start(whatsapp_world, HOST, 0)
        stack.push_async_callback(other.cleanup)
        language = reader_language({**os.environ, **chosen})
        stage = Stage(telegram_world, whatsapp_world, telegram_url, whatsapp_url, language)
        settings: Settings = read_settings({**chosen, **stage.settings()})
        zone, business = ZoneInfo(settings.timezone), settings.data_dir.absolute() / BUSINESS
        text = demo_business(language, datetime.now(UTC), zone)
        business.write_text(text, encoding="utf-8")
        approve(whatsapp_world, read_business(BUSINESS, text, zone))
        port = free_port()
        desk = DeskProcess(
            _environment(chosen, {**stage.settings(), "QABUL_BUSINESS_FILE": str(business)}, port),
            f"http://{HOST}:{port}",
            settings.data_dir.absolute(),
        )
        backstage = Backstage(stage, desk, settings.data_dir.absolute())
        whatsapp_world.set_webhook(f"{desk.base}/whatsapp/webhook")
        application = web.Application()
        mount_playground(application, stage, backstage)
        mount_forward(application, desk)
        await _listen(application, settings, stack)
        stack.push_async_callback(backstage.close)
        stack.push_async_callback(desk.end)
        starting = asyncio.create_task(desk.start(), name="desk-start")
        stopped = asyncio.create_task(told.wait(), name="told")
        await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            return
        starting.result()
        base = f"http://{settings.http_host}:{settings.http_port}"
        print(f"\n  Qabul is at work. Open {base}/playground   (Ctrl-C ends it)\n", flush=True)
        await stopped


def _environment(chosen: Mapping[str, str], stage: Mapping[str, str], port: int) -> dict[str, str]:
    """The desk's settings and nothing else of ours; it runs where no .env file lies."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
    # A relative path on the search path would mean another folder there.
    path = os.pathsep.join(str(Path(one).absolute()) for one in kept.get("PYTHONPATH", "").split(os.pathsep) if one)
    own = {
        "QABUL_DATA_DIR": str(Path(chosen["QABUL_DATA_DIR"]).absolute()),
        "QABUL_HTTP_HOST": HOST,
        "QABUL_HTTP_PORT": str(port),
        "QABUL_LOG_FORMAT": chosen.get("QABUL_LOG_FORMAT", "console" if sys.stderr.isatty() else "json"),
    }
    return {**kept, **({"PYTHONPATH": path} if path else {}), **chosen, **stage, **own}


async def _listen(application: web.Application, settings: Settings, stack: AsyncExitStack) -> None:
    """Serve the page. Raises PortTaken."""
    from bot.web import serve

    try:
        runner = await serve(application, settings.http_host, settings.http_port)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise PortTaken(
            f"QABUL_HTTP_PORT: cannot listen on {settings.http_host}:{settings.http_port} ({why}); "
            "stop what uses it or choose another port"
        ) from None
    stack.push_async_callback(runner.cleanup)

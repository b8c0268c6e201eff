"""Puts a world on a port. The server may be stopped and started again on the same world: messages, pending
updates and the webhook stay, as they do when Telegram is out of reach for a while."""

from __future__ import annotations

import time
from email.utils import formatdate

from aiohttp import web

from bot.playground.telegram.api import BotApi
from bot.playground.telegram.control import LOOPBACK, ControlDoor
from bot.playground.telegram.refusals import UPLOAD_BYTES
from bot.playground.telegram.world import TelegramWorld

BODY_BYTES = UPLOAD_BYTES * 2
SHUTDOWN_SECONDS = 2.0


def make_application(world: TelegramWorld, control: bool = True, webhook_pause: float = 1.0) -> web.Application:
    """The aiohttp application: Bot API, file downloads and, if wanted, the control door."""
    application = web.Application(client_max_size=BODY_BYTES)
    api = BotApi(world, webhook_pause)
    world.webhook.perform = api.perform
    application.add_routes(api.routes())
    if control:
        application.add_routes(ControlDoor(world).routes())

    async def date(_: web.Request, answer: web.StreamResponse) -> None:
        if world.date_ahead:
            answer.headers["Date"] = formatdate(time.time() + world.date_ahead, usegmt=True)

    async def resume(_: web.Application) -> None:
        if world.webhook.settings.url:
            await world.webhook.set(world.webhook.settings)

    async def let_go(_: web.Application) -> None:
        world.trouble.release()
        world.updates.wake()
        world.changed("closing", {})
        await world.webhook.close()

    application.on_response_prepare.append(date)
    application.on_startup.append(resume)
    application.on_shutdown.append(let_go)
    return application


async def start(
    world: TelegramWorld, host: str = "127.0.0.1", port: int = 0, webhook_pause: float = 1.0
) -> tuple[web.AppRunner, str]:
    """Serve the world; returns the runner (`await runner.cleanup()` ends it) and the base URL for a client.

    The control door is there only when `host` is this machine's own; port 0 takes a free one.
    """
    application = make_application(world, host in LOOPBACK, webhook_pause)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
    except OSError:
        await runner.cleanup()
        raise
    bound = runner.addresses[0][1]
    shown = f"[{host}]" if ":" in host else host
    return runner, f"http://{shown}:{bound}"

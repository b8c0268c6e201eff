"""How a local WhatsApp is served: `start` binds it to an address of this machine and tells its base URL."""

from __future__ import annotations

import time
from email.utils import formatdate

from aiohttp import web

from .api import UPLOAD_BYTES, GraphApi
from .control import ControlDoor
from .world import WhatsAppWorld

VERSION = "v24.0"


def application(world: WhatsAppWorld, *, control: bool = False, hang_seconds: float = 120.0) -> web.Application:
    """The routes of a world; with `control`, the control door too."""
    app = web.Application(client_max_size=UPLOAD_BYTES)
    if control:
        app.add_routes(ControlDoor(world).routes())
    app.add_routes(GraphApi(world, hang_seconds).routes())

    async def date(_request: web.Request, answer: web.StreamResponse) -> None:
        if world.date_ahead:
            answer.headers["Date"] = formatdate(time.time() + world.date_ahead, usegmt=True)

    async def end(_app: web.Application) -> None:
        await world.close()

    app.on_response_prepare.append(date)
    app.on_cleanup.append(end)
    return app


async def start(
    world: WhatsAppWorld,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    control: bool = False,
    hang_seconds: float = 120.0,
) -> tuple[web.AppRunner, str]:
    """Serve `world`; port 0 takes a free one. Returns the runner (`await runner.cleanup()` ends
    everything, the world's
    deliveries too) and the Graph API base with its version, as QABUL_WHATSAPP_API_URL wants it.
    """
    runner = web.AppRunner(
        application(world, control=control, hang_seconds=hang_seconds),
        access_log=None, shutdown_timeout=0.2, handle_signals=False,
    )  # fmt: skip
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    bound = runner.addresses[0][1]
    world.media.base_url = f"http://{host}:{bound}"
    return runner, f"{world.media.base_url}/{VERSION}"

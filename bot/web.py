"""The HTTP door: webhooks, health, readiness, metrics."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from bot.workers.door import BACKLOG, DoorSite

__all__ = ["exposition", "make_web", "serve"]

BODY_BYTES = 4 * 1024 * 1024
"""Meta's webhooks reach 3 MB (webhook page, 2026); the channels bound their own bodies more closely."""


def make_web(ready: Callable[[], Awaitable[str]], routes: Sequence[web.AbstractRouteDef]) -> web.Application:
    """The application: `ready` says why the desk is not ready, or nothing."""

    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        reason = await ready()
        return web.Response(text=f"{reason or 'ready'}\n", status=503 if reason else 200)

    async def metrics(_: web.Request) -> web.Response:
        # Off the loop: with several workers their files are read and added up.
        body = await asyncio.to_thread(exposition)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    application = web.Application(client_max_size=BODY_BYTES)
    application.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    application.add_routes(routes)
    return application


def exposition() -> bytes:
    """The metrics as Prometheus reads them: this process's, or the workers' together when they share a directory."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


async def serve(
    application: web.Application, host: str, port: int, doors: Sequence[socket.socket] = ()
) -> web.AppRunner:
    """Listen, or accept from `doors` that listen already; the runner's cleanup ends it after the requests under way.
    Raises OSError when the port is taken."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=8.0)
    await runner.setup()
    if not doors:
        await web.TCPSite(runner, host, port, backlog=BACKLOG).start()
    for door in doors:
        await DoorSite(runner, door).start()
    return runner

"""Everything at the demo's address that is not the playground goes to the desk: its webhooks, health and figures."""

from __future__ import annotations

import aiohttp
from aiohttp import web

from bot.playground.desk_process import DeskProcess

__all__ = ["mount_forward"]

BODY_BYTES = 4 * 1024 * 1024
_HOP = frozenset({
    "connection", "content-encoding", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding",
    "upgrade",
})  # fmt: skip


def mount_forward(application: web.Application, desk: DeskProcess) -> None:
    """Put the way to the desk behind all other routes of an application."""
    sessions: list[aiohttp.ClientSession] = []

    async def forward(request: web.Request) -> web.StreamResponse:
        if not sessions:
            sessions.append(aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=30.0)))
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _HOP}
        body = bytearray()
        async for part in request.content.iter_chunked(65_536):
            body += part
            if len(body) > BODY_BYTES:
                raise web.HTTPRequestEntityTooLarge(BODY_BYTES, len(body))
        try:
            async with sessions[0].request(
                request.method, f"{desk.base}{request.raw_path}", data=bytes(body), headers=headers,
                allow_redirects=False,
            ) as answer:  # fmt: skip
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return web.Response(status=503, text=f"the desk is {desk.state}\n", headers={"Retry-After": "1"})

    async def close(_: web.Application) -> None:
        for session in sessions:
            await session.close()

    application.router.add_route("*", "/{anything:.*}", forward)
    application.on_cleanup.append(close)

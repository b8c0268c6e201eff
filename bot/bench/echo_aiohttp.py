"""A ceiling: a bare aiohttp echo. A webhook in, sendMessage out before the 200, nothing read but the chat and nothing
stored. Run as `python -m bot.bench.echo_aiohttp PORT API_URL TOKEN`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import uvloop
from aiohttp import web

__all__ = ["main"]


def main(port: int, api: str, token: str) -> None:
    """Serve until told to stop."""
    url = f"{api}/bot{token}/sendMessage"
    session = web.AppKey("session", aiohttp.ClientSession)

    async def open_session(application: web.Application) -> AsyncIterator[None]:
        application[session] = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        yield
        await application[session].close()

    async def health(_: web.Request) -> web.Response:
        return web.Response()

    async def hook(request: web.Request) -> web.Response:
        update: dict[str, Any] = await request.json()
        said = update.get("message") or update["callback_query"]["message"]
        answer = {"chat_id": said["chat"]["id"], "text": said.get("text", "")}
        async with request.app[session].post(url, json=answer) as sent:
            await sent.read()
        return web.Response()

    application = web.Application()
    application.cleanup_ctx.append(open_session)
    application.add_routes([web.get("/readyz", health), web.post("/telegram/webhook", hook)])
    # The same loop as the desk's.
    loop = uvloop.new_event_loop()
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None, backlog=1024, loop=loop)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])

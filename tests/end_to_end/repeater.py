"""A messenger that delivers everything three times: a door between the local messengers and the desk.

The first two deliveries of a body run at the same time, the third comes later, behind newer ones of the same chat. What
the messenger keeps in order (a chat's first deliveries) stays in order, since it waits for the first answer.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

KEPT = ("Content-Type", "X-Telegram-Bot-Api-Secret-Token", "X-Hub-Signature-256")


class Repeater:
    """Hands bodies on; `refused` counts answers to repetitions that were not 200."""

    def __init__(self, target: str, session: aiohttp.ClientSession) -> None:
        self._target, self._session = target, session
        self._chance = random.Random(3)
        self._later: set[asyncio.Task[None]] = set()
        self.delivered = self.refused = 0

    async def take(self, request: web.Request) -> web.Response:
        """A body of a messenger; answered as the desk answers its first delivery."""
        body = await request.read()
        headers = {name: request.headers[name] for name in KEPT if name in request.headers}
        first, _ = await asyncio.gather(
            self._hand_on(request.path, body, headers), self._hand_on(request.path, body, headers)
        )
        if first == 200:
            task = asyncio.create_task(self._again(request.path, body, headers))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
        return web.Response(status=first)

    async def _again(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        await asyncio.sleep(self._chance.uniform(0.0, 1.0))
        await self._hand_on(path, body, headers)

    async def _hand_on(self, path: str, body: bytes, headers: dict[str, str]) -> int:
        self.delivered += 1
        try:
            async with self._session.post(f"{self._target}{path}", data=body, headers=headers) as answer:
                await answer.read()
                status = answer.status
        except aiohttp.ClientError:
            # Whoever had the connection was killed.
            status = 502
        self.refused += status != 200
        return status

    async def settled(self) -> None:
        """Wait until every third delivery was made."""
        while self._later:
            await asyncio.wait(self._later)


@asynccontextmanager
async def repeater(target: str) -> AsyncIterator[tuple[Repeater, str]]:
    """The repeater in front of `target`, and its own base URL."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        it = Repeater(target, session)
        application = web.Application(client_max_size=8 * 1024 * 1024)
        application.add_routes([web.post("/{path:.*}", it.take)])
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield it, f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await it.settled()
            await runner.cleanup()

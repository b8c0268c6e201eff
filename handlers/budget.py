"""The staff group's budget: about twenty calls a minute to one group, all topics together.

Whoever needs a call waits here; when one is free the most urgent goes first: new topics, then customers' words, then
documents, then the rest. Reactions, pins and card edits only use what is left over.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import IntEnum

from handlers.ports import Cache, ChannelDown, Throttled

__all__ = ["Budget", "Urgency"]

LEFT_OVER = 4.0
"""Calls that stay in reserve for urgent things while reactions and card edits wait."""


STOPPING = "the desk is stopping"


class Urgency(IntEnum):
    """What goes first when calls are short."""

    TOPIC = 0
    WORDS = 1
    DOCUMENT = 2
    REST = 3
    LEFTOVER = 4


class Budget:
    """One group's calls, shared by all processes through a bucket."""

    def __init__(self, cache: Cache, capacity: float, per_second: float) -> None:
        self._cache = cache
        self._capacity = capacity
        self._per_second = per_second
        self._waiting: dict[int, list[tuple[int, int, asyncio.Future[None]]]] = {}
        self._since: dict[asyncio.Future[None], float] = {}
        self._pumps: dict[int, asyncio.Task[None]] = {}
        self._order = itertools.count()
        self.short = False
        self._alone: dict[int, asyncio.Lock] = {}
        self._closed = False

    async def call(self, chat: int, urgency: Urgency) -> None:
        """Wait for a call to the group."""
        if self._closed:
            raise ChannelDown(STOPPING)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting.setdefault(chat, []), (urgency, next(self._order), future))
        if urgency != Urgency.LEFTOVER:
            self._since[future] = asyncio.get_running_loop().time()
            future.add_done_callback(self._since.pop)
        if chat not in self._pumps or self._pumps[chat].done():
            self._pumps[chat] = asyncio.create_task(self._pump(chat))
        await future

    async def told(self, chat: int, seconds: float) -> None:
        """The group said to slow down: nobody calls it for so long."""
        await self._cache.pause(f"group:{chat}", seconds)

    @asynccontextmanager
    async def alone(self, chat: int) -> AsyncIterator[None]:
        """The only call of this process to the group while it lasts; what it is told is heard before the next one
        begins, and so is what another process was told up to this moment."""
        async with self._alone.setdefault(chat, asyncio.Lock()):
            while (pause := await self._cache.paused(f"group:{chat}")) > 0:  # noqa: ASYNC110 - a time, not an event
                await asyncio.sleep(pause)
            if self._closed:
                raise ChannelDown(STOPPING)
            try:
                yield
            except Throttled as error:
                await self.told(chat, error.retry_after)
                raise

    def close(self) -> None:
        """The desk stops: the call under way is finished, and none of those that wait begins."""
        self._closed = True
        for queue in self._waiting.values():
            for _, _, future in queue:
                if not future.done():
                    future.set_exception(ChannelDown(STOPPING))

    def depth(self, chat: int) -> int:
        """How many wait for a call."""
        return len(self._waiting.get(chat, ()))

    def oldest(self) -> float:
        """Seconds that the longest waiting one has waited; what only uses leftovers does not count."""
        # Futures are kept in the order of their coming, so the first is the oldest.
        since = next(iter(self._since.values()), None)
        return 0.0 if since is None else asyncio.get_running_loop().time() - since

    async def _pump(self, chat: int) -> None:
        queue = self._waiting[chat]
        waited = False
        while queue:
            if queue[0][2].done():
                heapq.heappop(queue)
                continue
            reserve = LEFT_OVER if queue[0][0] == Urgency.LEFTOVER else 0.0
            wait = await self._cache.take(f"group:{chat}", self._capacity, self._per_second, reserve)
            if wait > 0:
                waited = True
                # Only what is urgent counts: customers' words need not be joined because a reaction waits.
                self.short = self.short or not reserve
                # Somebody more urgent may come meanwhile, so the wait is cut into pieces.
                await asyncio.sleep(min(wait, 0.5))
                continue
            if not waited or reserve:
                # Short it stays until a call is there for the asking: one that had to be waited for was the only one.
                self.short = False
            waited = False
            _, _, future = heapq.heappop(queue)
            if not future.done():
                future.set_result(None)

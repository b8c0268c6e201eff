"""Lanes: the events of one contact strictly one after another, those of different contacts side by side.

At most `most` turns are under way in a process. Customers' events then wait, and after a while are refused, so that the
messenger keeps them and memory stays flat; a staff group's are never refused, because one refused update there stalls
the whole desk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

__all__ = ["Busy", "Lanes"]

MOST_UNDER_WAY = 400
"""Turns under way per process (measured: beyond that only the backlog grows)."""

MOST_INSIDE = 4_000
"""Events that are under way or wait for their lane or a place; beyond that customers' are refused at once, so that
memory stays flat however much is offered."""

LONGEST_WAIT = 5.0
"""Seconds a customer's event waits for a place before it is refused; Telegram gives a webhook far longer."""


class Busy(Exception):
    """The desk has more to do than it can: the messenger should deliver this again in a moment."""


class Lanes:
    """Order per contact, and a limit for all."""

    def __init__(self, most: int = MOST_UNDER_WAY, inside: int = MOST_INSIDE) -> None:
        self._places = asyncio.Semaphore(most)
        self._most_inside = inside
        self._inside = 0
        self._locks: dict[str, asyncio.Lock] = {}
        self._waiting: dict[str, int] = {}
        self.under_way = 0

    @property
    def inside(self) -> int:
        """Events that are under way or wait for their lane or a place."""
        return self._inside

    @contextmanager
    def door(self, staff: bool) -> Iterator[None]:
        """Inside. Raises Busy when too many are inside already (never for staff)."""
        if not staff and self._inside >= self._most_inside:
            raise Busy("more events wait than this process can hold")
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def place(self, staff: bool) -> AsyncIterator[None]:
        """A place among the turns under way. Raises Busy when there is none for too long (never for staff)."""
        if not staff and not self._places.locked():
            await self._places.acquire()
        elif not staff:
            try:
                await asyncio.wait_for(self._places.acquire(), LONGEST_WAIT)
            except TimeoutError:
                raise Busy("more turns are under way than this process can take") from None
        self.under_way += 1
        try:
            yield
        finally:
            self.under_way -= 1
            if not staff:
                self._places.release()

    @asynccontextmanager
    async def lane(self, contact: str) -> AsyncIterator[None]:
        """The contact's lane, entered in the order of asking."""
        lock = self._locks.setdefault(contact, asyncio.Lock())
        self._waiting[contact] = self._waiting.get(contact, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[contact] -= 1
            if not self._waiting[contact]:
                del self._waiting[contact], self._locks[contact]

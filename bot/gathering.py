"""Files that belong together come as messages of their own: they are taken at once, a moment after the last."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

__all__ = ["Gathering"]

WITHIN = 1.0
"""Seconds without a further message after which an album is complete."""

T = TypeVar("T")


class Gathering(Generic[T]):
    """Gathers messages by a key (empty: alone) and hands them to `take` in the order in which they came.

    Whoever brings a message waits until it was taken, so that none is acknowledged before. What a killed process had
    gathered is delivered again, all of it.
    """

    def __init__(self, take: Callable[[list[T]], Awaitable[None]], within: float = WITHIN) -> None:
        self._take = take
        self._within = within
        self._open: dict[str, tuple[list[T], asyncio.Task[None], asyncio.Event]] = {}

    async def take(self, key: str, one: T) -> None:
        """Bring a message, and wait until those of its key were taken. Raises what `take` raises."""
        if not key:
            await self._take([one])
            return
        found = self._open.get(key)
        if found is None:
            came = asyncio.Event()
            gathered: list[T] = []
            task = asyncio.create_task(self._when_complete(key, gathered, came), name="gathering")
            found = self._open[key] = (gathered, task, came)
        gathered, task, came = found
        gathered.append(one)
        came.set()
        # One who brings a message may be given up (the desk stops); the others' task is not his to end.
        await asyncio.shield(task)

    async def _when_complete(self, key: str, gathered: list[T], came: asyncio.Event) -> None:
        try:
            while True:
                came.clear()
                try:
                    await asyncio.wait_for(came.wait(), self._within)
                except TimeoutError:
                    break
        finally:
            del self._open[key]
        await self._take(gathered)

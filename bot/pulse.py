"""The desk's pulse: what is not counted as it happens is looked at here, every few seconds and in one place.

Each process tells of itself (turns under way, the loop's lag, memory); what is the same for all of them (the outbox,
timers, the staff group's budget) is asked of the stores by the one that holds the lease.
"""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import structlog

from handlers import measures
from handlers.budget import Budget
from handlers.corridor import Corridor
from handlers.watch import LATE
from storage.cache import RedisCache
from storage.owners import Owner
from storage.waiting import LaneWaiting, Waiting

__all__ = ["Lease", "Pulse", "StaffBudget"]

STEP_SECONDS = 0.5
SHARED_SECONDS = 5.0
MOST_OF_THE_TIME = 0.05
"""A look at a very long outbox takes long: the next one waits until looking takes no more than this share."""

LEASE = "watch"
LEASE_SECONDS = 20.0
_log = structlog.get_logger()


class Lease:
    """Which process looks at what all of them share."""

    def __init__(self, cache: RedisCache, owner: Owner, alone: bool) -> None:
        self._cache = cache
        self._owner = owner
        self._alone = alone
        self.ours = False

    async def renew(self) -> bool:
        """Whether this process looks. While Redis is away each one does: what follows from it happens once anyway."""
        held = self._alone or await self._cache.lease(LEASE, self._owner.name, LEASE_SECONDS) or not self._cache.up
        self.ours = held
        return held

    async def end(self) -> None:
        """Let another process look at once."""
        if self.ours and not self._alone:
            self.ours = False
            await self._cache.end_lease(LEASE, self._owner.name)


@dataclass(slots=True)
class StaffBudget:
    """The staff group's budget and where its bucket is."""

    budget: Budget
    chat: int
    cache: RedisCache
    capacity: float
    per_second: float

    async def tell(self, shared: bool) -> None:
        """Set the gauges."""
        measures.CALLS_WAITING.set(self.budget.depth(self.chat))
        measures.CALLS_OLDEST.set(self.budget.oldest())
        if shared:
            bucket = f"group:{self.chat}"
            measures.CALLS_LEFT.set(await self.cache.tokens(bucket, self.capacity, self.per_second))


@dataclass(slots=True)
class Pulse:
    """Sets the gauges until it is cancelled."""

    corridor: Corridor
    waiting: Waiting
    cache: RedisCache
    lease: Lease
    staff: StaffBudget | None
    folder: Path
    book: Callable[[], str]
    ready: Callable[[], Awaitable[str]]
    now: Callable[[], datetime]
    _built: tuple[str, str, str] = field(default=("", "", ""), init=False)
    _shown: bool = field(default=False, init=False)
    _cpu: float = field(default=0.0, init=False)

    async def run(self) -> None:
        """Look again and again."""
        loop, next_shared = asyncio.get_running_loop(), 0.0
        while True:
            asked = loop.time() + STEP_SECONDS
            await asyncio.sleep(STEP_SECONDS)
            measures.LAG.observe(max(0.0, loop.time() - asked))
            self._of_this_process()
            if loop.time() < next_shared:
                continue
            began = loop.time()
            try:
                await self._shared()
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("the pulse could not be taken", error=type(error).__name__)
            took = loop.time() - began
            next_shared = loop.time() + max(SHARED_SECONDS, took / MOST_OF_THE_TIME)

    def _of_this_process(self) -> None:
        measures.UNDER_WAY.set(self.corridor.under_way)
        measures.INSIDE.set(self.corridor.inside)
        cpu = time.process_time()
        measures.CPU.inc(cpu - self._cpu)
        self._cpu = cpu

    async def _shared(self) -> None:
        measures.WORKERS.set(1)
        measures.MEMORY.set(_resident())
        # The data directory is made when something is first kept in it.
        disk = shutil.disk_usage(next(place for place in (self.folder, *self.folder.parents) if place.exists()))
        measures.DISK_FREE.set(disk.free)
        measures.DISK_SIZE.set(disk.total)
        self._build()
        measures.READY.set(0 if await self.ready() else 1)
        ours = await self.lease.renew()
        measures.REDIS_UP.set(1 if self.cache.up else 0)
        if self.staff is not None:
            await self.staff.tell(ours)
        await self._stores(ours)

    async def _stores(self, ours: bool) -> None:
        try:
            now = self.now()
            if ours:
                self._show(now, *await self.waiting.look(now, now - LATE))
            else:
                await self.waiting.answers()
                if self._shown:
                    # Another process shows them now; ours would stay as they were.
                    self._show(now, (), None)
            self._shown = ours
        except Exception:
            measures.DATABASE_UP.set(0)
            raise
        measures.DATABASE_UP.set(1)

    def _show(self, now: datetime, lanes: Sequence[LaneWaiting], timer: datetime | None) -> None:
        found = {lane.lane: lane for lane in lanes}
        for name in measures.LANES:
            lane = found.get(name)
            measures.DEPTH.labels(name).set(lane.letters if lane else 0)
            measures.OLDEST.labels(name).set(_age(now, lane.oldest if lane else None))
        measures.TIMERS_LATE.set(_age(now, timer))

    def _build(self) -> None:
        built = (_version(), self.book()[:8], platform.python_version())
        if built != self._built:
            if self._built[0]:
                measures.BUILD.labels(*self._built).set(0)
            measures.BUILD.labels(*built).set(1)
            self._built = built


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(timedelta(0), now - since).total_seconds()


def _version() -> str:
    try:
        return version("qabul")
    except PackageNotFoundError:
        return "unknown"


def _resident() -> float:
    """Bytes of memory of this process; 0 where the system does not tell them so."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return float(pages * os.sysconf("SC_PAGE_SIZE"))

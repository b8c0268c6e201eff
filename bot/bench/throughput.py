"""One row of the table: a subject under load, what it did and what it spent on it."""

from __future__ import annotations

import asyncio
import resource
import time
from dataclasses import asdict, dataclass
from typing import Any

from bot.bench.crowd import Crowd, mix_of, strangers
from bot.bench.ground import Ground
from bot.bench.load import Load
from bot.bench.processes import Program
from bot.bench.spent import Memory
from bot.bench.subjects import SECRET_LINE, Running, Subject, running
from bot.bench.vendor import Vendor
from bot.bench.wire import Client

__all__ = ["Plan", "Row", "Spent", "Watch", "measure", "measure_running", "open_files", "set_up_done"]

PATH = "/telegram/webhook"
CONNECTIONS = 512
UNDER_WAY = 256
"""Messages under way while the highest rate is sought."""
INTRODUCED_AT_ONCE = 64
INTRODUCE_SECONDS = 120.0
QUIET = 0.7
SPARE_FILES = 300
SET_UP_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How a row is measured. `rate` None: as fast as it goes, with `under_way` messages at any moment."""

    rate: float | None
    seconds: float = 60.0
    warm_up: float = 10.0
    contacts: int = 2_000
    seed: int = 1
    under_way: int = UNDER_WAY


@dataclass(slots=True)
class Spent:
    """CPU seconds at one moment: of the subject, the database, Redis and the bench itself."""

    app: float
    database: float
    redis: float
    bench: float

    @classmethod
    def now(cls, at_work: Running, ground: Ground) -> Spent:
        """All of them."""
        return cls(at_work.program.cpu(), ground.database_cpu(), ground.redis_cpu(), time.process_time())


@dataclass(slots=True)
class Row:
    """What was measured. Latencies and CPU (a message) in milliseconds, memory (its highest) in MB; `new_rate` and
    `new_cpu` are those of everybody's very first message, which comes before the warm-up."""

    title: str
    offered: float | None
    rate: float
    p50: float
    p99: float
    worst: float
    app_cpu: float
    database_cpu: float
    redis_cpu: float
    bench_cpu: float
    rss: float
    pss: float
    new_rate: float
    new_cpu: float
    new_database_cpu: float
    messages: int
    lost: int
    doubled: int
    refused: int
    handoffs: int
    mix: str

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


def open_files() -> int:
    """As many connections as the system lets us have; how many those are, with some to spare."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return max(1, most - SPARE_FILES)


async def measure(subject: Subject, plan: Plan, ground: Ground, vendor: Vendor) -> Row:
    """Start the subject anew, warm it up, measure. Raises BenchError when it does not work."""
    async with running(subject, ground, vendor) as at_work:
        if subject.kind == "desk":
            await set_up_done(vendor)
        return await measure_running(
            subject.title, plan, ground, vendor, at_work, Crowd(strangers(plan.contacts), plan.seed)
        )


async def measure_running(
    title: str, plan: Plan, ground: Ground, vendor: Vendor, at_work: Running, crowd: Crowd
) -> Row:
    """Measure what is at work already."""
    client = Client("127.0.0.1", at_work.port, PATH, SECRET_LINE, CONNECTIONS)
    load = Load(crowd, vendor, client, plan.seed)
    vendor.calls.clear()
    watched = Watch(at_work.program)
    try:
        async with watched:
            unknown = Spent.now(at_work, ground)
            new_rate = await load.introduce(INTRODUCED_AT_ONCE, INTRODUCE_SECONDS)
            known = Spent.now(at_work, ground)
            await _under_load(load, plan, plan.warm_up)
            before, window = Spent.now(at_work, ground), load.begin_window()
            await _under_load(load, plan, plan.seconds)
            after = Spent.now(at_work, ground)
            load.begin_window()
        lost = await load.settle()
        at_work.program.must_live()
    finally:
        client.close()
    number = window.answered or 1
    return Row(
        title=title,
        offered=plan.rate,
        rate=window.rate,
        p50=window.at(0.5),
        p99=window.at(0.99),
        worst=window.at(1.0),
        app_cpu=1000 * (after.app - before.app) / number,
        database_cpu=1000 * (after.database - before.database) / number,
        redis_cpu=1000 * (after.redis - before.redis) / number,
        bench_cpu=1000 * (after.bench - before.bench) / number,
        rss=watched.most.rss / 1e6,
        pss=watched.most.pss / 1e6,
        new_rate=new_rate,
        new_cpu=1000 * (known.app - unknown.app) / len(crowd.customers),
        new_database_cpu=1000 * (known.database - unknown.database) / len(crowd.customers),
        messages=load.total,
        lost=lost,
        doubled=load.doubled,
        refused=load.refused,
        handoffs=vendor.calls["createForumTopic"],
        mix=mix_of(crowd.mix),
    )


async def set_up_done(vendor: Vendor) -> None:
    """Wait until the desk has told Telegram its menus: aiogram's import is no part of the load."""
    deadline = time.monotonic() + SET_UP_SECONDS
    while time.monotonic() < deadline:
        await asyncio.sleep(0.1)
        if vendor.calls["setMyCommands"] and time.monotonic() - vendor.last_call > QUIET:
            return


async def _under_load(load: Load, plan: Plan, seconds: float) -> None:
    if plan.rate is None:
        await load.keep(plan.under_way, seconds)
    else:
        await load.offer(plan.rate, seconds)


class Watch:
    """Looks at a program's memory while it works: `most` is the highest, `course` each look (seconds, bytes)."""

    def __init__(self, program: Program, every: float = 2.0) -> None:
        self.most = Memory(0, 0)
        self.course: list[tuple[float, Memory]] = []
        self._program = program
        self._every = every
        self._began = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Watch:
        self._began = time.monotonic()
        self._task = asyncio.create_task(self._look(), name="memory")
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._note()

    async def _look(self) -> None:
        while True:
            self._note()
            await asyncio.sleep(self._every)

    def _note(self) -> None:
        now = self._program.memory()
        self.most = Memory(max(now.rss, self.most.rss), max(now.pss, self.most.pss))
        self.course.append((time.monotonic() - self._began, now))

"""More than the desk can do: it slows the messenger down (delay, then 503), its memory stays flat, nothing is lost."""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass
from typing import Any

from bot.bench.crowd import Crowd, strangers
from bot.bench.ground import Ground
from bot.bench.load import Load, Window
from bot.bench.subjects import SECRET_LINE, Subject, running
from bot.bench.table import markdown
from bot.bench.throughput import PATH, Watch, open_files, set_up_done
from bot.bench.vendor import Vendor
from bot.bench.wire import Client

__all__ = ["Overload", "overload", "overload_tables"]

AT_ONCE = 64
"""Messages under way while people are introduced and while the capacity is found."""
PATIENCE = 900.0
"""Seconds in which what was offered may be answered at last."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some seconds of the run: counts in it, and how it stood at its end (memory in MB, p50 and p99 in ms)."""

    second: float
    phase: str
    offered: float
    answered: float
    refused: float
    open: int
    p50: float
    p99: float
    rss: float


@dataclass(slots=True)
class Overload:
    """The whole run."""

    subject: str
    capacity: float
    offered: float
    slices: list[Slice]
    messages: int
    refused: int
    broken: int
    most_open: int
    lost: int
    doubled: int
    rss_first: float
    rss_last: float

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


async def overload(
    subject: Subject, ground: Ground, vendor: Vendor, *, times: float, seconds: float, contacts: int, every: float
) -> Overload:
    """Find the desk's capacity, offer `times` as much for so long, then only redeliver until all is answered."""
    async with running(subject, ground, vendor) as at_work:
        await set_up_done(vendor)
        client = Client("127.0.0.1", at_work.port, PATH, SECRET_LINE, min(contacts, open_files()))
        load = Load(Crowd(strangers(contacts)), vendor, client)
        try:
            await load.introduce(AT_ONCE, PATIENCE)
            window = load.begin_window()
            await load.keep(AT_ONCE, min(10.0, seconds))
            capacity = window.rate
            watched, slices = Watch(at_work.program), list[Slice]()
            async with watched:
                noting = asyncio.create_task(_note(load, watched, slices, every))
                await load.offer(times * capacity, seconds, patient=False)
                load.phase = "after"
                lost = await load.settle(PATIENCE)
                noting.cancel()
                await asyncio.gather(noting, return_exceptions=True)
            at_work.program.must_live()
        finally:
            client.close()
    during = [one for one in slices if one.phase == "offered"]
    return Overload(
        subject.title,
        capacity,
        times * capacity,
        slices,
        load.total,
        load.refused,
        load.broken,
        load.most_open,
        lost,
        load.doubled,
        during[len(during) // 3].rss if during else 0.0,
        during[-1].rss if during else 0.0,
    )


async def _note(load: Load, watched: Watch, slices: list[Slice], every: float) -> None:
    began, total, refused = time.monotonic(), load.total, load.refused
    while True:
        window = load.begin_window()
        phase = load.phase
        await asyncio.sleep(every)
        slices.append(_slice(window, load, watched, time.monotonic() - began, phase, total, refused))
        total, refused = load.total, load.refused


def _slice(window: Window, load: Load, watched: Watch, second: float, phase: str, total: int, refused: int) -> Slice:
    seconds = window.seconds
    return Slice(
        second=second,
        phase=phase,
        offered=(load.total - total) / seconds,
        answered=window.rate,
        refused=(load.refused - refused) / seconds,
        open=load.open,
        p50=window.at(0.5),
        p99=window.at(0.99),
        rss=watched.course[-1][1].rss / 1e6,
    )


def overload_tables(found: Overload) -> str:
    """The course of the run and what came of it."""
    head = ("second", "phase", "offered/s", "answered/s", "503/s", "open", "p50 ms", "p99 ms", "RSS MB")
    rows = [
        [
            f"{one.second:.0f}",
            one.phase,
            *(f"{value:,.0f}" for value in (one.offered, one.answered, one.refused)),
            f"{one.open:,}",
            *(f"{value:,.0f}" for value in (one.p50, one.p99, one.rss)),
        ]
        for one in found.slices
    ]
    words = (
        f"{found.subject}: capacity {found.capacity:,.0f}/s, offered {found.offered:,.0f}/s. Of {found.messages:,} "
        f"messages {found.lost} lost, {found.doubled} doubled; {found.refused:,} deliveries were refused with 503 and "
        f"{found.broken:,} broke off, and came again; at most {found.most_open:,} open at once. RSS after a third of "
        f"the overload {found.rss_first:,.0f} MB, at its end {found.rss_last:,.0f} MB."
    )
    return f"{markdown(head, rows)}\n\n{words}"

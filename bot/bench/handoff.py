"""The way to a person: a history document of very many messages, what it does to everybody else, and how many
customers a second could be handed over if the staff group had no limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from bot.bench.crowd import Crowd, strangers
from bot.bench.fill import Filler, fill
from bot.bench.ground import Ground
from bot.bench.load import Load
from bot.bench.subjects import SECRET_LINE, Running, Subject, business_file, running
from bot.bench.table import markdown
from bot.bench.throughput import PATH, Watch, set_up_done
from bot.bench.vendor import Vendor
from bot.bench.wire import Client

__all__ = ["Handoff", "handoff", "handoff_tables"]

ASK = "operator"
LOOK = 0.02
"""Seconds between two looks at the memory while a document is made."""
DOCUMENT_SECONDS = 120.0
AFTER = 1.0
"""Seconds after a document in which what it did to others would still be seen."""
NO_LIMIT = {"calls_per_minute": 100_000, "burst": 10_000}


@dataclass(slots=True)
class Handoff:
    """Each document: seconds from the customer's word to the staff group, extra memory in MB, and the others' turns
    meanwhile; beside them as many moments of the same length without a document. Delays in milliseconds."""

    subject: str
    lines: int
    rate: float
    seconds: list[float]
    extra: list[float]
    size: float
    without_p99: list[float]
    without_worst: list[float]
    with_p99: list[float]
    with_worst: list[float]
    others: int
    lost: int
    doubled: int
    handoffs: int
    handoff_rate: float
    handoff_p50: float
    handoff_p99: float
    handoff_cpu: float
    handoff_database_cpu: float
    handoffs_missing: int

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


class Papers:
    """Hears the staff group: which documents came when, and how long the biggest is."""

    def __init__(self, vendor: Vendor) -> None:
        self.came: list[float] = []
        self.size = 0
        vendor.staff = self._heard

    def _heard(self, method: str, body: bytes) -> None:
        if method == "sendDocument":
            self.came.append(time.monotonic())
            self.size = max(self.size, len(body))

    async def until(self, number: int, seconds: float) -> bool:
        """Wait for so many documents; whether they came."""
        deadline = time.monotonic() + seconds
        while len(self.came) < number and time.monotonic() < deadline:
            await asyncio.sleep(LOOK)
        return len(self.came) >= number


async def handoff(
    postgres: bool,
    ground: Ground,
    vendor: Vendor,
    *,
    lines: int,
    times: int,
    rate: float,
    handoffs: int,
    tell: Callable[[str], None],
) -> Handoff:
    """Hand `times` customers with so many lines over while others write at a rate; then `handoffs` new ones at once."""
    business = {"QABUL_BUSINESS_FILE": str(business_file(ground.folder, **NO_LIMIT))}
    subject = Subject("desk", postgres, settings=business)
    filler = Filler(times, lines * times)
    found = Handoff(subject.title, lines, rate, [], [], 0.0, [], [], [], [], 0, 0, 0, handoffs, 0, 0, 0, 0, 0, 0)
    async with ground.database(postgres) as settings:
        await fill(ground.url_of(settings), filler, tell)
        async with running(subject, ground, vendor, settings) as at_work:
            await set_up_done(vendor)
            papers = Papers(vendor)
            await _documents(found, filler, at_work, vendor, papers, tell)
            await _many(found, at_work, vendor, papers, ground)
            at_work.program.must_live()
    return found


async def _documents(
    found: Handoff, filler: Filler, at_work: Running, vendor: Vendor, papers: Papers, tell: Callable[[str], None]
) -> None:
    client = Client("127.0.0.1", at_work.port, PATH, SECRET_LINE, 512)
    people = [filler.person(n) for n in range(filler.contacts)]
    load = Load(Crowd(strangers(500)), vendor, client)
    asking = Crowd(people, era=1)
    load.also = set(people)
    await load.introduce(32, 60.0)
    writing = asyncio.create_task(load.offer(found.rate, 3600.0, patient=False))
    try:
        await asyncio.sleep(2.0)
        for number, person in enumerate(people):
            before = at_work.program.memory().rss
            window = load.begin_window()
            async with Watch(at_work.program, LOOK) as watched:
                began, there = time.monotonic(), len(papers.came)
                client.post(asking.says(asking.customers[person], ASK), lambda *_: None)
                came = await papers.until(there + 1, DOCUMENT_SECONDS)
                taken = time.monotonic() - began
            await asyncio.sleep(AFTER)
            quiet = load.begin_window()
            found.seconds.append(taken if came else float("inf"))
            found.extra.append((watched.most.rss - before) / 1e6)
            found.with_p99.append(window.at(0.99))
            found.with_worst.append(window.at(1.0))
            await asyncio.sleep(window.seconds)
            load.begin_window()
            found.without_p99.append(quiet.at(0.99))
            found.without_worst.append(quiet.at(1.0))
            tell(f"document {number + 1} of {len(people)}: {taken:.2f} s")
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        found.lost = await load.settle()
        client.close()
    found.others, found.doubled, found.size = load.total, load.doubled, papers.size / 1e6


async def _many(found: Handoff, at_work: Running, vendor: Vendor, papers: Papers, ground: Ground) -> None:
    """New customers who ask for a person with their first word, all at once."""
    client = Client("127.0.0.1", at_work.port, PATH, SECRET_LINE, 512)
    crowd = Crowd(range(strangers(1)[0] + 5_000_000, strangers(1)[0] + 5_000_000 + found.handoffs), era=2)
    load = Load(crowd, vendor, client)
    there, began = len(papers.came), time.monotonic()
    app, database = at_work.program.cpu(), ground.database_cpu()
    for customer in crowd.customers.values():
        client.post(crowd.says(customer, ASK), lambda *_: None)
    await papers.until(there + found.handoffs, DOCUMENT_SECONDS)
    await load.settle(0.0)
    client.close()
    came = sorted(one - began for one in papers.came[there:])
    found.handoffs_missing = found.handoffs - len(came)
    if came:
        found.handoff_rate = len(came) / came[-1]
        found.handoff_p50, found.handoff_p99 = came[len(came) // 2], came[int(0.99 * (len(came) - 1))]
        found.handoff_cpu = 1000 * (at_work.program.cpu() - app) / len(came)
        found.handoff_database_cpu = 1000 * (ground.database_cpu() - database) / len(came)


def handoff_tables(found: Handoff) -> str:
    """One line a document, then all the others together."""
    head = ("document", "seconds", "extra MB", "others p99 ms", "without", "others worst ms", "without")
    rows = [
        [str(number + 1), f"{found.seconds[number]:.2f}", f"{found.extra[number]:,.0f}", *map("{:,.0f}".format, four)]
        for number, four in enumerate(
            zip(found.with_p99, found.without_p99, found.with_worst, found.without_worst, strict=True)
        )
    ]
    return (
        f"{found.subject}: a history document of {found.lines:,} messages ({found.size:.1f} MB) while {found.others:,} "
        f"messages of others came at {found.rate:,.0f}/s: {found.lost} lost, {found.doubled} doubled.\n\n"
        f"{markdown(head, rows)}\n\n"
        f"{found.handoffs:,} new customers ask for a person at once, in a staff group without limits: "
        f"{found.handoff_rate:,.0f} handoffs/s (topic, card, summary, history), p50 {found.handoff_p50:.1f} s, "
        f"p99 {found.handoff_p99:.1f} s, {found.handoff_cpu:.1f} ms of the desk's and "
        f"{found.handoff_database_cpu:.1f} ms of the database's CPU each, {found.handoffs_missing} missing. "
        "Telegram itself lets a bot make about 20 calls a minute in a group, so this is room, not speed."
    )

"""What a message costs on a desk with years behind it, beside an empty desk in the same run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.bench.crowd import Crowd, strangers
from bot.bench.fill import Filler, fill
from bot.bench.ground import Ground
from bot.bench.subjects import Subject, running
from bot.bench.table import markdown
from bot.bench.throughput import Plan, Row, measure_running, set_up_done
from bot.bench.vendor import Vendor

__all__ = ["Filled", "filled", "filled_table"]


@dataclass(slots=True)
class Filled:
    """Both desks, each measured twice by turns so that a busy minute of the machine does not decide."""

    subject: str
    contacts: int
    messages: int
    fill_seconds: float
    gigabytes: float
    empty: list[Row]
    full: list[Row]
    full_new: list[Row]

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        rows = {name: [row.as_json() for row in getattr(self, name)] for name in ("empty", "full", "full_new")}
        named = ("subject", "contacts", "messages", "fill_seconds", "gigabytes")
        return {**{name: getattr(self, name) for name in named}, **rows}

    @property
    def rows(self) -> list[Row]:
        """All of them."""
        return [*self.empty, *self.full, *self.full_new]


async def filled(
    postgres: bool, ground: Ground, vendor: Vendor, plan: Plan, filler: Filler, rounds: int, tell: Callable[[str], None]
) -> Filled:
    """Fill a database, then measure an empty one and that one by turns."""
    subject = Subject("desk", postgres)
    async with ground.database(postgres) as settings:
        began = time.monotonic()
        await fill(ground.url_of(settings), filler, tell)
        seconds, size = time.monotonic() - began, await ground.size(settings)
        tell(f"filled in {seconds:.0f} s: {size / 1e9:.2f} GB")
        found = Filled(subject.title, filler.contacts, filler.messages, seconds, size / 1e9, [], [], [])
        chance = random.Random(plan.seed)  # noqa: S311 - the same people in each run, nothing secret
        for number in range(rounds):
            tell(f"round {number + 1} of {rounds}: the empty desk")
            async with running(subject, ground, vendor) as at_work:
                await set_up_done(vendor)
                crowd = Crowd(strangers(plan.contacts), plan.seed)
                found.empty.append(await measure_running("empty", plan, ground, vendor, at_work, crowd))
            tell(f"round {number + 1} of {rounds}: the filled desk")
            await _on_filled(found, subject, settings, ground, vendor, plan, filler, chance, number)
        return found


async def _on_filled(
    found: Filled,
    subject: Subject,
    settings: Mapping[str, str],
    ground: Ground,
    vendor: Vendor,
    plan: Plan,
    filler: Filler,
    chance: random.Random,
    number: int,
) -> None:
    known = [filler.person(n) for n in chance.sample(range(filler.contacts), min(plan.contacts, filler.contacts))]
    new = range(strangers(1)[0] + (number + 1) * 1_000_000, strangers(1)[0] + (number + 1) * 1_000_000 + plan.contacts)
    async with running(subject, ground, vendor, settings) as at_work:
        await set_up_done(vendor)
        found.full.append(
            await measure_running("filled", plan, ground, vendor, at_work, Crowd(known, plan.seed, number + 1))
        )
        crowd = Crowd(new, plan.seed, number + 101)
        found.full_new.append(await measure_running("filled, new", plan, ground, vendor, at_work, crowd))


def _mean(rows: list[Row], name: str) -> float:
    return float(sum(getattr(row, name) for row in rows) / len(rows))


def filled_table(found: Filled) -> str:
    """CPU milliseconds a message, and the ratio of the filled desk to the empty one."""
    lines = []
    for title, part, names in (
        ("known customer", found.full, ("app_cpu", "database_cpu", "p50", "p99")),
        ("customer's first message ever", found.full_new, ("new_cpu", "new_database_cpu")),
    ):
        for name in names:
            empty, full = _mean(found.empty, name), _mean(part, name)
            what = {"p50": "p50 ms", "p99": "p99 ms"}.get(name)
            what = what or ("database CPU ms" if "database" in name else "app CPU ms")
            ratio = f"{full / empty:.2f}" if empty else "-"
            lines.append([f"{title}: {what}", f"{empty:.3f}", f"{full:.3f}", ratio])
    first = _mean(found.full, "new_cpu")
    lines.append(["stored customer's first message since the start: app CPU ms", "-", f"{first:.3f}", "-"])
    words = (
        f"{found.subject}: {found.contacts:,} contacts and {found.messages:,} messages stored "
        f"({found.gigabytes:.1f} GB, filled in {found.fill_seconds:,.0f} s); both desks are offered "
        f"{found.full[0].offered or 0:,.0f} messages/s, {len(found.full)} times each by turns. "
        f"Lost {sum(row.lost for row in found.rows)}, doubled {sum(row.doubled for row in found.rows)}."
    )
    return f"{words}\n\n{markdown(('a message costs', 'empty desk', 'filled desk', 'ratio'), lines)}"

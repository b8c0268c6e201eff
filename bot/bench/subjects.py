"""What is measured: the desk on a database with so many workers, or one of the bare echoes beside it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Literal

import yaml

from bot.bench.ground import Ground
from bot.bench.processes import Program, desk_command, free_port
from bot.bench.vendor import STAFF_CHAT, TOKEN, Vendor

__all__ = ["SECRET_LINE", "Running", "Subject", "business_file", "running"]

SECRET = "bench-secret"  # noqa: S105 - of a bot that exists only here
SECRET_LINE = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"
Kind = Literal["desk", "aiogram echo", "aiohttp echo"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One row of a table."""

    kind: Kind
    postgres: bool = False
    workers: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """How the row is called."""
        if self.kind != "desk":
            return f"bare {self.kind}"
        workers = "1 worker" if self.workers == 1 else f"{self.workers} workers"
        return f"{'PostgreSQL' if self.postgres else 'SQLite'}, {workers}"


@dataclass(frozen=True, slots=True)
class Running:
    """A subject at work: its program, where it listens, and the settings of its database."""

    program: Program
    port: int
    settings: Mapping[str, str]


@asynccontextmanager
async def running(
    subject: Subject, ground: Ground, vendor: Vendor, database: Mapping[str, str] | None = None
) -> AsyncIterator[Running]:
    """The subject, ready; stopped afterwards. `database`: the settings of one that is there already, kept afterwards;
    otherwise it gets an empty one, which goes with it."""
    port = free_port()
    if subject.kind != "desk":
        module = f"bot.bench.echo_{subject.kind.split()[0]}"
        command = [sys.executable, "-m", module, str(port), vendor.url, TOKEN]
        program = Program(f"{subject.kind.replace(' ', '-')}-{port}", command, ground.folder, {})
        async with _at_work(program, port):
            yield Running(program, port, {})
        return
    if database is None:
        async with ground.database(subject.postgres) as made, running(subject, ground, vendor, made) as at_work:
            yield at_work
        return
    settings = {
        **database,
        "QABUL_TELEGRAM_TOKEN": TOKEN,
        "QABUL_TELEGRAM_API_URL": vendor.url,
        "QABUL_TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "QABUL_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "QABUL_STAFF_CHAT_ID": str(STAFF_CHAT),
        "QABUL_BUSINESS_FILE": str(business_file(ground.folder)),
        "QABUL_HTTP_PORT": str(port),
        "QABUL_LOG_FORMAT": "json",
        **subject.settings,
    }
    program = Program(f"desk-{port}", desk_command(subject.workers), ground.folder, settings)
    vendor.calls.clear()
    async with _at_work(program, port):
        yield Running(program, port, settings)


@asynccontextmanager
async def _at_work(program: Program, port: int) -> AsyncIterator[None]:
    await program.start()
    try:
        await program.ready(f"http://127.0.0.1:{port}/readyz")
        yield
    finally:
        await program.stop()


def business_file(folder: Path, calls_per_minute: int = 20, burst: int = 20) -> Path:
    """The shipped business, open day and night, so that its answers are the same at any hour."""
    business = yaml.safe_load((files("bot") / "business/example.yaml").read_text(encoding="utf-8"))
    business["staff_group"] = {"calls_per_minute": calls_per_minute, "burst": burst}
    business["hours"] = dict.fromkeys(business["hours"], "0:00-23:59")
    business["holidays"] = []
    path = folder / f"business-{calls_per_minute:g}.yaml"
    path.write_text(yaml.safe_dump(business, allow_unicode=True), encoding="utf-8")
    return path

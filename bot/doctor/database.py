"""The database: does it answer, is it new enough, is its schema the one this program needs, does it keep what it says?

It is opened for reading only: an SQLite file that is not there is not made, and no migration is run.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.doctor.findings import Check, Finding, NotChecked, failure, ok, vendor_words, warning
from bot.doctor.installation import ASK_SECONDS, Installation

__all__ = ["CHECKS", "DatabaseFacts", "database_facts"]

DATABASE = "database"
OLDEST_SQLITE = (3, 35)
"""SQLite 3.35 (2021) is the first with RETURNING; UPDATE … FROM came with 3.33."""
OLDEST_POSTGRESQL = 12
"""PostgreSQL 12 (2019) is the oldest the desk is tried on; older ones get no repairs (postgresql.org, 2026)."""
DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "local", "remote_write", "remote_apply"),
}
"""What a commit needs to survive a power cut, and the values that give it."""
WRITE_VERSION = 18
"""The byte of an SQLite file that is 2 with a write-ahead log (sqlite.org, file format)."""
SETTINGS = (*DURABLE, "server_version_num", "server_version", "server_encoding", "transaction_read_only")


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What a database says of itself. `schema` is its migration, None without tables; `clock` its time minus ours."""

    title: str
    version: tuple[int, ...]
    schema: str | None
    is_there: bool = True
    is_writable: bool = True
    clock: timedelta | None = None
    settings: Mapping[str, str] = field(default_factory=dict)


class CannotRead(Exception):
    """A database that does not answer; the text says why."""


async def database_facts(url: str) -> DatabaseFacts:
    """Ask the database of an SQLAlchemy URL, changing nothing. Raises CannotRead."""
    if url.startswith("sqlite"):
        from sqlalchemy import make_url

        return await asyncio.to_thread(_sqlite, Path(make_url(url).database or ""))
    try:
        # The driver's own limit is for each of its two attempts, with and without TLS.
        async with asyncio.timeout(ASK_SECONDS):
            return await _postgresql(url)
    except TimeoutError:
        raise CannotRead(f"no answer within {ASK_SECONDS:.0f} s") from None


def _sqlite(path: Path) -> DatabaseFacts:
    title, version = f"SQLite {sqlite3.sqlite_version}", sqlite3.sqlite_version_info
    home = path.parent
    if not path.exists():
        nearest = next(place for place in (home, *home.absolute().parents) if place.exists())
        return DatabaseFacts(title, version, None, is_there=False, is_writable=os.access(nearest, os.W_OK))
    writable = os.access(path, os.W_OK) and os.access(home, os.W_OK)
    # A file that nobody has open has no log beside it; read as one that cannot change, it gets none by our reading.
    alone = not path.with_name(f"{path.name}-wal").exists()
    mode = "immutable=1" if alone else "mode=ro"
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, timeout=3)
    except sqlite3.Error as error:
        raise CannotRead(vendor_words(str(error))) from None
    try:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        schema = None
        if "alembic_version" in tables:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            schema = str(row[0]) if row else None
    except sqlite3.Error as error:
        raise CannotRead(vendor_words(str(error))) from None
    finally:
        connection.close()
    return DatabaseFacts(title, version, schema, is_writable=writable, settings={"journal": _journal(path)})


def _journal(path: Path) -> str:
    """How the file is written: its header says so, also to a reader for whom it cannot change."""
    with path.open("rb") as file:
        return "wal" if file.read(WRITE_VERSION + 1)[WRITE_VERSION:] == b"\x02" else "rollback"


async def _postgresql(url: str) -> DatabaseFacts:
    from sqlalchemy import text

    from storage.database import open_database

    database = open_database(url)
    try:
        async with database.reading() as connection:
            asked = ", ".join(f"current_setting('{name}') AS {name}" for name in SETTINGS)
            row = (await connection.execute(text(f"SELECT {asked}"))).mappings().one()
            before = time.time()
            at: datetime = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
            ours = datetime.fromtimestamp((before + time.time()) / 2, UTC)
            schema: str | None = None
            if (await connection.execute(text("SELECT to_regclass('alembic_version')"))).scalar_one() is not None:
                schema = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    except Exception as error:  # noqa: BLE001 - driver, network or server: whatever it is, the database cannot be read
        raise CannotRead(_why(error)) from None
    finally:
        await database.close()
    number = int(row["server_version_num"])
    return DatabaseFacts(
        title=f"PostgreSQL {row['server_version'].split()[0]}",
        version=(number // 10_000, number % 10_000),
        schema=schema,
        is_writable=row["transaction_read_only"] == "off",
        clock=at - ours,
        settings=dict(row),
    )


def _why(error: Exception) -> str:
    """The first line of an error, without the statement and the address that SQLAlchemy adds."""
    told = str(getattr(error, "orig", None) or error).strip()
    line = vendor_words(told.splitlines()[0]) if told else ""
    return f"{type(error).__name__}: {line}" if line else type(error).__name__


# -- checks ------------------------------------------------------------------------------------------------------------


async def _answers(here: Installation) -> Finding:
    url = here.settings.database_url
    try:
        facts = await here.once(DATABASE, lambda: database_facts(url.reveal()))
    except CannotRead as refused:
        return failure(f"{url} cannot be read ({refused})", "start it, or correct QABUL_DATABASE_URL")
    least = OLDEST_SQLITE if here.settings.is_on_sqlite else (OLDEST_POSTGRESQL,)
    if facts.version < least:
        oldest = ".".join(map(str, least))
        new = "a Python that brings a newer SQLite" if here.settings.is_on_sqlite else "a newer PostgreSQL"
        return failure(f"{facts.title} is older than {oldest}, which the desk needs", f"use {new}")
    if not facts.is_writable:
        return failure(
            f"{facts.title} can be read but not written to",
            "give the desk's user the right to write there, or name the primary server in QABUL_DATABASE_URL",
        )
    if facts.settings.get("server_encoding", "UTF8") != "UTF8":
        return failure(
            f"its encoding is {facts.settings['server_encoding']}, which cannot hold every language",
            "make the database anew with ENCODING 'UTF8'",
        )
    return ok(facts.title if facts.is_there else f"{facts.title}; the desk makes the file at its first start")


async def _schema(here: Installation) -> Finding:
    from storage.schema import known_versions

    facts, known = await _known(here), known_versions()
    if facts.schema is None:
        return ok(f"no tables yet; the desk makes them at its first start ({known[0]})")
    if facts.schema == known[0]:
        return ok(f"current ({known[0]})")
    if facts.schema in known:
        return warning(
            f"behind: it is at {facts.schema}, this program needs {known[0]}",
            "make a backup and run `qabul migrate`; a desk that starts does it too",
        )
    return failure(
        f"ahead: it is at {facts.schema}, this program knows only up to {known[0]}",
        "run the newer version of the desk that made it",
    )


async def _durability(here: Installation) -> Finding | None:
    facts = await _known(here)
    if here.settings.is_on_sqlite:
        if not facts.is_there:
            return None
        journal = facts.settings["journal"]
        if journal == "wal":
            return ok("write-ahead log, synchronised at each commit")
        return warning(
            f"it has a {journal} journal, not a write-ahead log", "put the file on a local disk and restart the desk"
        )
    weak = [f"{name} = {facts.settings[name]}" for name, good in DURABLE.items() if facts.settings[name] not in good]
    if weak:
        return warning(
            f"{', '.join(weak)}: what customers wrote may be lost when the machine loses power",
            f"set {', '.join(one.partition(' ')[0] + ' = on' for one in weak)} in postgresql.conf",
        )
    return ok("a commit survives a power cut")


async def _known(here: Installation) -> DatabaseFacts:
    """What the database said. Raises NotChecked."""
    try:
        return await here.once(DATABASE, lambda: database_facts(here.settings.database_url.reveal()))
    except CannotRead:
        raise NotChecked(DATABASE) from None


_NEEDS = ("QABUL_DATABASE_URL", "QABUL_DATA_DIR")
CHECKS = (
    Check(DATABASE, _answers, _NEEDS),
    Check("database schema", _schema, _NEEDS),
    Check("database durability", _durability, _NEEDS),
)

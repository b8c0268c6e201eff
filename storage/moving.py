"""Moving a desk's whole history from SQLite into an empty PostgreSQL database.

Rule: all of it or nothing. Everything is copied in one transaction, and counted before it is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables as t
from storage.database import Database
from storage.schema import newest_version, upgrade
from storage.snapshot import SnapshotError, version_of

__all__ = ["move_sqlite"]

ROWS_AT_ONCE = 10_000
OWN = ("meta", "destinations")
"""What belongs to the old database alone: its name and the claims of its processes."""

PUBLISHED = (t.scenario_changes, t.scenario_books, t.scenario_files)
"""What a desk writes at its start, before anybody came: the moved history has its own."""


async def move_sqlite(source: Path, target: Database) -> int:
    """Copy every row of the SQLite file into the database; how many. The desk must not be at work on either.

    Raises SnapshotError: the file is of another schema version, or the target has a history already.
    """
    if version_of(source) != newest_version():
        raise SnapshotError(f"{source} is of another version: bring it up to date with `qabul migrate` first")
    await upgrade(target)
    moved = 0
    async with target.patient() as connection:
        if (await connection.execute(select(t.contacts.c.id).limit(1))).first() is not None:
            raise SnapshotError("QABUL_DATABASE_URL names a database that has a history already: it must be empty")
        for table in PUBLISHED:
            await connection.execute(table.delete())
        with closing(sqlite3.connect(source)) as reading:
            for table in t.metadata.sorted_tables:
                if table.name not in OWN:
                    moved += await _copy(reading, connection, table)
    return moved


async def _copy(reading: sqlite3.Connection, connection: AsyncConnection, table: Table) -> int:
    names = [column.name for column in table.columns]
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    for rows in _rows(reading, table, names):
        await raw.copy_records_to_table(table.name, records=rows, columns=names)
    for column in table.columns:
        if column.autoincrement is True:
            # The next row's number follows the copied ones.
            await connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "
                f"(SELECT coalesce(max({column.name}), 0) + 1 FROM {table.name}), false)"
            )
    (wanted,) = reading.execute(f"SELECT count(*) FROM {table.name}").fetchone()
    found = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    if found != wanted:
        raise SnapshotError(f"{found} rows of {wanted} arrived in {table.name}; nothing was moved")
    return int(found)


def _rows(reading: sqlite3.Connection, table: Table, names: list[str]) -> Iterator[list[tuple[Any, ...]]]:
    truths = [n for n, column in enumerate(table.columns) if isinstance(column.type, Boolean)]
    cursor = reading.execute(f"SELECT {', '.join(names)} FROM {table.name}")
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        if truths:
            rows = [tuple(bool(v) if n in truths and v is not None else v for n, v in enumerate(row)) for row in rows]
        yield rows

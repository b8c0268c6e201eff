"""A migrated, empty database of each kind; made once, copied or emptied for every test."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.database import Database, open_database
from storage.schema import upgrade
from storage.tables import metadata
from tests.servers import Databases, wait_for


async def _migrated(url: str) -> None:
    database = open_database(url)
    try:
        await upgrade(database)
    finally:
        await database.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("migrated") / "empty.db"
    wait_for(lambda: _migrated(f"sqlite+aiosqlite:///{path}"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def migrated_postgres(databases: Databases) -> Iterator[str]:
    """A migrated PostgreSQL database that every test leaves empty."""
    url = databases.create()
    wait_for(lambda: _migrated(url))
    yield url
    databases.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database, the test running once on each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("migrated_postgres"))
    url: str = request.getfixturevalue("sqlite_url")
    shutil.copy(request.getfixturevalue("migrated_sqlite"), url.partition(":///")[2])
    return url


@pytest.fixture
async def db(migrated_url: str) -> AsyncIterator[Database]:
    """The database, open."""
    database = open_database(migrated_url)
    yield database
    if database.postgres:
        # DELETE, because TRUNCATE makes new files for every table, which takes far longer than a few rows.
        async with database.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                await connection.execute(table.delete())
    await asyncio.wait_for(database.close(), 10)


@pytest.fixture
async def other(migrated_url: str, db: Database) -> AsyncIterator[Database]:
    """The same database as another process has it: an engine of its own."""
    database = open_database(migrated_url)
    yield database
    await asyncio.wait_for(database.close(), 10)

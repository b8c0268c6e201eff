"""Migrations: up and down, equal to the models, and run once however many start together."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from storage.database import Database, open_database
from storage.schema import MIGRATING, desk_name, downgrade, newest_version, present_version, upgrade
from storage.tables import metadata

UPGRADE = """
import asyncio, sys
from storage.database import open_database
from storage.schema import desk_name, upgrade

async def main():
    database = open_database(sys.argv[1])
    await upgrade(database)
    print(await desk_name(database))
    await database.close()

asyncio.run(main())
"""


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, metadata))


async def _tables(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_migrations_go_up_and_down_and_up_again_and_are_equal_to_the_models(database_url: str) -> None:
    database = open_database(database_url)
    try:
        assert await present_version(database) is None
        for _ in range(2):
            await upgrade(database)
            assert await present_version(database) == newest_version()
            async with database.engine.connect() as connection:
                assert await connection.run_sync(_differences) == []
            await downgrade(database, "base")
            assert await present_version(database) is None
            assert await _tables(database) <= {"alembic_version"}
    finally:
        await database.close()


async def test_many_tasks_that_migrate_at_once_do_it_once(database_url: str) -> None:
    databases = [open_database(database_url) for _ in range(4)]
    try:
        await asyncio.gather(*(upgrade(database) for database in databases for _ in range(3)))
        assert await present_version(databases[0]) == newest_version()
        assert len({await desk_name(database) for database in databases}) == 1
    finally:
        await asyncio.gather(*(database.close() for database in databases))


async def test_a_migration_may_take_longer_than_any_other_statement(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.database.COMMAND_SECONDS", 0.2)
    holder, database = open_database(postgres_url), open_database(postgres_url)
    try:
        async with holder.engine.connect() as other:
            await other.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATING})")
            migrating = asyncio.create_task(upgrade(database))
            done, _ = await asyncio.wait([migrating], timeout=1.0)
            assert not done, "it gave up while another process migrates"
            await other.exec_driver_sql(f"SELECT pg_advisory_unlock({MIGRATING})")
        await migrating
        assert await present_version(database) == newest_version()
    finally:
        await holder.close()
        await database.close()


async def test_processes_that_migrate_at_once_do_it_once(database_url: str) -> None:
    root = Path(__file__).parents[2]
    started = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, database_url],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    told = [await asyncio.to_thread(process.communicate, timeout=60) for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], told
    assert len({out for out, _ in told}) == 1, "every process has the same name for the desk"

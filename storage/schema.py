"""Bringing a database to the current schema, and telling whether it is there."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select

from storage import tables as t
from storage import visit_tables as _visit_tables  # noqa: F401 - its tables belong to the schema
from storage.database import Database

__all__ = ["desk_name", "downgrade", "known_versions", "newest_version", "present_version", "upgrade"]

MIGRATING = 0x71AC
"""The advisory lock under which one process migrates while the others wait."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


@cache
def newest_version() -> str:
    """The version this code needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None
    return head


def known_versions() -> tuple[str, ...]:
    """All versions this code knows, the newest first."""
    return tuple(one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions())


async def present_version(database: Database) -> str | None:
    """The version the database has, None before the first migration."""
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: MigrationContext.configure(sync).get_current_revision())


async def upgrade(database: Database, to: str = "head") -> None:
    """Bring the schema to a version; processes that start together do it once."""

    def work(connection: Connection) -> None:
        if database.postgres:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)

    if to == "head" and await present_version(database) == newest_version():
        return
    async with database.patient() as connection:
        await connection.run_sync(work)


async def downgrade(database: Database, to: str) -> None:
    """Take the schema back to a version (`base` is an empty database)."""

    def work(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.downgrade(config, to)

    async with database.patient() as connection:
        await connection.run_sync(work)


async def desk_name(database: Database) -> str:
    """A random name of this database, made once: it keeps desks apart that share a Redis."""
    async with database.writing() as connection:
        made = {"key": "desk", "value": secrets.token_hex(6)}
        await database.insert(connection, t.meta, [made], "ON CONFLICT (key) DO NOTHING")
        return str((await connection.execute(select(t.meta.c.value).where(t.meta.c.key == "desk"))).scalar_one())

"""The talks under way, read from the desk's database for a command: who waits where, for which version."""

from __future__ import annotations

from collections.abc import Sequence

from bot.settings import Settings
from scenarios.engine.records import Live
from storage.database import Database, open_database
from storage.schema import newest_version, present_version
from storage.snapshot import sqlite_path
from storage.versions import Versions

__all__ = ["NotThere", "live_talks", "opened"]


class NotThere(Exception):
    """The database cannot be asked; the text is one line: why, and what to do."""


async def opened(settings: Settings) -> Database:
    """The desk's database, which the caller closes. Raises NotThere; makes nothing."""
    url = settings.database_url.reveal()
    if settings.is_on_sqlite and not sqlite_path(url).is_file():
        raise NotThere("there is no database yet; `qabul run` makes it")
    database = open_database(url)
    try:
        present = await present_version(database)
    except Exception as error:  # noqa: BLE001 - whatever the database says, it cannot be asked
        await database.close()
        raise NotThere(f"QABUL_DATABASE_URL: the database does not answer ({type(error).__name__})") from None
    if present != newest_version():
        await database.close()
        raise NotThere("the database is of another version; run `qabul migrate`")
    return database


async def live_talks(settings: Settings) -> Sequence[Live]:
    """Who waits where. Raises NotThere."""
    database = await opened(settings)
    try:
        return await Versions(database).live()
    finally:
        await database.close()

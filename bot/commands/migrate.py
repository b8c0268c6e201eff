"""`qabul migrate`: the database's schema as this version needs it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.commands.run import CANNOT_START, settings_or_none

__all__ = ["run_migrate"]


def run_migrate(environ: Mapping[str, str], env_file: Path) -> int:
    """Migrate and say from which version to which; the exit status."""
    settings = settings_or_none(environ, env_file)
    if settings is None:
        return CANNOT_START
    if settings.is_on_sqlite:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    return asyncio.run(_migrate(settings.database_url.reveal()))


async def _migrate(url: str) -> int:
    from storage.database import open_database
    from storage.schema import newest_version, present_version, upgrade

    database = open_database(url)
    try:
        before = await present_version(database)
        await upgrade(database)
    except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
        told = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        print(f"qabul: QABUL_DATABASE_URL: the database cannot be used: {told[0][:200]}", file=sys.stderr)
        return CANNOT_START
    finally:
        await database.close()
    print(f"The database is at version {newest_version()} (it was at {before or 'none'}).")
    return 0

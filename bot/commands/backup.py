"""`qabul backup`, `qabul restore` and `qabul move`: an SQLite desk into a file, back again, and on to PostgreSQL."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.commands.run import CANNOT_START, settings_or_none
from bot.settings import Settings

__all__ = ["run_backup", "run_move", "run_restore"]

FAILED = 1


def run_backup(target: Path, replace: bool, environ: Mapping[str, str], env_file: Path) -> int:
    """Back up a desk that may be at work, and say what is in the file; the exit status."""
    from bot.backup import write_backup
    from storage.snapshot import SnapshotError, sqlite_path

    settings = _sqlite_settings("backup", "pg_dump and a copy of the media", environ, env_file)
    if settings is None:
        return CANNOT_START
    if target.exists() and not (replace and target.is_file()):
        return _refuse(f"{target} is there already: choose another name, or write over it with --replace")
    try:
        made = write_backup(sqlite_path(settings.database_url.reveal()), settings.data_dir / "media", target)
    except (SnapshotError, OSError) as error:
        return _refuse(f"no backup was made: {error}")
    print(f"{target}: the database (version {made.version}) and {made.files} files, {made.size:,} bytes.")
    return 0


def run_restore(source: Path, environ: Mapping[str, str], env_file: Path) -> int:
    """Put a backup into a data directory without a desk; the exit status."""
    from bot.backup import read_backup
    from bot.embedded.lock import DirectoryInUse, lock_data_dir
    from storage.snapshot import SnapshotError, sqlite_path

    settings = _sqlite_settings("restore", "pg_restore", environ, env_file)
    if settings is None:
        return CANNOT_START
    try:
        with lock_data_dir(settings.data_dir):
            database = sqlite_path(settings.database_url.reveal())
            found = read_backup(source, database, settings.data_dir / "media")
    except (SnapshotError, DirectoryInUse, OSError) as error:
        return _refuse(f"nothing was restored: {error}")
    print(f"{database}: the desk of {found.made_at} (version {found.version}) with {found.files} files.")
    return 0


def run_move(source: Path, environ: Mapping[str, str], env_file: Path) -> int:
    """Copy an SQLite desk's history into the configured PostgreSQL; the exit status."""
    settings = settings_or_none(environ, env_file)
    if settings is None:
        return CANNOT_START
    if settings.is_on_sqlite:
        print("qabul: QABUL_DATABASE_URL must name the PostgreSQL database to move to", file=sys.stderr)
        return CANNOT_START
    if not source.is_file():
        return _refuse(f"nothing was moved: there is no database at {source}")
    return asyncio.run(_move(source, settings))


async def _move(source: Path, settings: Settings) -> int:
    from bot.embedded.lock import DirectoryInUse, lock_data_dir
    from storage.database import open_database
    from storage.moving import move_sqlite
    from storage.snapshot import SnapshotError

    database = open_database(settings.database_url.reveal())
    try:
        with lock_data_dir(source.parent):
            rows = await move_sqlite(source, database)
    except (SnapshotError, DirectoryInUse) as error:
        return _refuse(f"nothing was moved: {error}")
    except Exception as error:  # noqa: BLE001 - whatever the database says, the transaction did not happen
        told = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
        return _refuse(f"nothing was moved: QABUL_DATABASE_URL: {told[0][:200]}")
    finally:
        await database.close()
    print(f"{rows:,} rows were moved from {source}; the media stay where they are.")
    return 0


def _sqlite_settings(word: str, instead: str, environ: Mapping[str, str], env_file: Path) -> Settings | None:
    settings = settings_or_none(environ, env_file)
    if settings is not None and not settings.is_on_sqlite:
        print(f"qabul: `qabul {word}` is for SQLite; for PostgreSQL use {instead} (docs/running.md)", file=sys.stderr)
        return None
    return settings


def _refuse(why: str) -> int:
    print(f"qabul: {why}", file=sys.stderr)
    return FAILED

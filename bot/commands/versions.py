"""`qabul scenario versions`: which versions run, and where the talks stand, read from the desk's database."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.commands.run import CANNOT_START, run_loop, settings_or_none
from bot.settings import Settings

__all__ = ["run_versions"]

FAILED = 1


def run_versions(environ: Mapping[str, str], env_file: Path) -> int:
    """Print them; the exit status: 1 when the database cannot be asked."""
    settings = settings_or_none(environ, env_file)
    return CANNOT_START if settings is None else run_loop(_print(settings))


async def _print(settings: Settings) -> int:
    from handlers.library import Library
    from handlers.managers.versions import standing, versions_text
    from handlers.texts import Texts, read_catalogs
    from storage.database import open_database
    from storage.schema import newest_version, present_version
    from storage.snapshot import sqlite_path
    from storage.versions import Versions

    url = settings.database_url.reveal()
    if settings.is_on_sqlite and not sqlite_path(url).is_file():
        print("qabul: there is no database yet; `qabul run` makes it", file=sys.stderr)
        return FAILED
    database = open_database(url)
    try:
        if await present_version(database) != newest_version():
            print(
                "qabul: the database is of another version; bring it up to date with `qabul migrate`", file=sys.stderr
            )
            return FAILED
        catalogs = read_catalogs(Path(str(files("locales"))))
        texts = Texts(catalogs)
        library = Library(Versions(database), texts, catalogs)
        await library.refresh()
        found = await standing(library)
    except Exception as error:  # noqa: BLE001 - whatever the database says, it cannot be asked
        print(f"qabul: QABUL_DATABASE_URL: the database does not answer ({type(error).__name__})", file=sys.stderr)
        return FAILED
    finally:
        await database.close()
    zone = ZoneInfo(settings.timezone)
    print(versions_text(library.state, library.changes, found, texts, "en", zone, datetime.now(UTC)))
    return 0

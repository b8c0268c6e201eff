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
    from bot.commands.live import NotThere

    settings = settings_or_none(environ, env_file)
    if settings is None:
        return CANNOT_START
    try:
        print(run_loop(_told(settings)))
    except NotThere as why:
        print(f"qabul: {why}", file=sys.stderr)
        return FAILED
    return 0


async def _told(settings: Settings) -> str:
    from bot.commands.live import opened
    from handlers.library import Library
    from handlers.managers.versions import standing, versions_text
    from handlers.texts import Texts, read_catalogs
    from storage.versions import Versions

    database = await opened(settings)
    try:
        catalogs = read_catalogs(Path(str(files("locales"))))
        texts = Texts(catalogs)
        library = Library(Versions(database), texts, catalogs)
        await library.look()
        found = await standing(library)
    finally:
        await database.close()
    zone = ZoneInfo(settings.timezone)
    return versions_text(library.state, library.changes, found, texts, "en", zone, datetime.now(UTC))

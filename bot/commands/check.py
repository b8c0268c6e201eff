"""`qabul scenario check [DIR]`, with the catalogs, the business and the talks under way of this installation."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from bot.commands.scenario import check
from bot.settings import Settings, read_what_can_be

__all__ = ["run_check"]

CANNOT = 2


def run_check(directory: Path | None, environ: Mapping[str, str], env_file: Path) -> int:
    """Check a folder of scenarios, or the shipped ones; the exit status."""
    from bot.folder import read_folder
    from bot.ground import StartError, read_settings_business
    from handlers.business import BusinessError
    from handlers.layers import over, to_check
    from handlers.longest import fact_lengths
    from handlers.texts import read_catalogs

    settings = read_what_can_be(environ, env_file).settings
    try:
        business = read_settings_business(settings)
    except (StartError, BusinessError) as error:
        print(f"qabul: {error}", file=sys.stderr)
        return CANNOT
    found = read_folder(directory)
    catalogs = over(read_catalogs(Path(str(files("locales")))), found.translations)
    return check(
        directory,
        sys.stdout,
        sys.stderr,
        desks=set(business.desks),
        catalogs=to_check(catalogs),
        unread=[one for one in found.issues if "/" in one.place.file],
        templates=business.templates,
        lengths=fact_lengths(business),
        live={} if directory is None else _live(settings),
        facts=business.own_types,
    )


def _live(settings: Settings) -> Mapping[tuple[str, str], int]:
    """Where talks stand that these files would meet; none when there is no desk, or it cannot be asked."""
    from bot.commands.live import NotThere, live_talks
    from bot.commands.run import run_loop
    from handlers.publishing import live_counts

    try:
        return live_counts(run_loop(live_talks(settings)))
    except NotThere as why:
        if settings.is_on_sqlite and "no database" in str(why):
            return {}
        print(f"qabul: whether talks under way would be left behind is not known: {why}", file=sys.stderr)
        return {}

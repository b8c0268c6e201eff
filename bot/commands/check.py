"""`qabul scenario check [DIR]`, with the catalogs and the desks of this installation."""

from __future__ import annotations

import sys
from importlib.resources import files
from pathlib import Path

import yaml

from bot.commands.scenario import check
from handlers.texts import read_catalogs

__all__ = ["run_check"]

LANGUAGES = ("uz", "kk", "ru")


def run_check(directory: Path | None) -> int:
    """Check a folder of scenarios, or the shipped ones; the exit status."""
    business = yaml.safe_load((files("bot") / "business/example.yaml").read_text(encoding="utf-8"))
    catalogs = read_catalogs(Path(str(files("locales"))))
    chosen = {code: catalogs[code] for code in LANGUAGES if code in catalogs}
    return check(directory, sys.stdout, sys.stderr, desks=set(business["desks"]), catalogs=chosen)

"""A folder of scenarios with its business, and the tests that lie in its `tests`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from bot.folder import with_translations
from bot.rehearsal.ground import Ground
from handlers.business import Business
from handlers.checking import check_for
from handlers.layers import spoken, to_check
from handlers.texts import Texts, read_catalogs
from scenarios.book import folder_files, shipped_files
from scenarios.engine.reading.issues import Issue

__all__ = ["LOCALES", "NothingHere", "load_ground", "load_tests"]

LOCALES = Path(str(files("locales")))
TESTS = "tests"
UNTRANSLATED = frozenset({"E30", "E31", "E32", "E33"})
"""What the check says of translations that are missing or old."""


class NothingHere(Exception):
    """There is nothing to rehearse; the text says what to do."""


def load_ground(folder: Path | None, business: Business) -> tuple[Ground | None, list[Issue]]:
    """The scenarios of a folder (the shipped ones for None) with what they stand on, and what the check found; no
    ground with an error other than of a translation, and only those errors then. Raises NothingHere."""
    try:
        texts = shipped_files() if folder is None else folder_files(folder)
    except OSError as error:
        raise NothingHere(f"{folder}: cannot be read ({error.strerror}); name a folder with scenario files") from None
    if not texts:
        raise NothingHere(f"{folder}: no scenario file (*.yaml) is here")
    catalogs, wrong = with_translations(folder, read_catalogs(LOCALES))
    book, found = check_for(business, texts, to_check(catalogs))
    issues = [*wrong, *found]
    if book is None and all(one.code in UNTRANSLATED for one in issues if one.is_error):
        # Said in the scenario's own words meanwhile: it may be tried before it is translated.
        book, _ = check_for(business, texts, {})
    if book is None:
        return None, [one for one in issues if one.code not in UNTRANSLATED]
    return Ground(book, Texts(spoken(book, catalogs)), business), issues


def load_tests(folder: Path | None) -> Mapping[str, str]:
    """The texts of the test files by the path that a complaint shows. Raises NothingHere."""
    where = Path(str(files("scenarios.book"))) / TESTS if folder is None else folder / TESTS
    shown = Path("scenarios/book", TESTS) if folder is None else where
    try:
        found = folder_files(where)
    except FileNotFoundError:
        found = {}
    except OSError as error:
        raise NothingHere(f"{where}: cannot be read ({error.strerror})") from None
    if not found:
        raise NothingHere(f"{shown}: no test is here yet; write one, or have one printed by `qabul scenario play`")
    return {str(shown / name): text for name, text in found.items()}

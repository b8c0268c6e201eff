"""The scenarios at work: read and checked at the start, refused with line and reason when they are wrong."""

from __future__ import annotations

from pathlib import Path

from handlers.business import Business
from handlers.checking import check_for
from handlers.texts import Catalog, read_catalogs
from scenarios.book import folder_files, shipped_files

__all__ = ["BookError", "BookKeeper"]


class BookError(Exception):
    """The scenarios cannot be used; the text is one line with the first mistake and how many there are."""


class BookKeeper:
    """Holds the book that runs."""

    def __init__(self, folder: Path | None, business: Business, locales: Path) -> None:
        try:
            files = shipped_files() if folder is None else folder_files(folder)
        except OSError as error:
            raise BookError(f"QABUL_SCENARIOS_DIR: {folder} cannot be read ({error.strerror})") from None
        if not files:
            raise BookError(f"QABUL_SCENARIOS_DIR: no scenario file (*.yaml) is in {folder}")
        catalogs = read_catalogs(locales)
        known: dict[str, Catalog] = {code: catalogs[code] for code in ("uz", "kk", "ru") if code in catalogs}
        book, issues = check_for(business, files, known)
        errors = [issue for issue in issues if issue.is_error]
        if book is None or errors:
            more = f" (and {len(errors) - 1} more; run `qabul scenario check`)" if len(errors) > 1 else ""
            raise BookError(f"the scenarios are wrong: {errors[0]}{more}")
        self.book = book

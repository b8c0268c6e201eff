"""`qabul scenario check [DIR]`: are the scenario files fit to be used?

Rule: every problem is printed with file, line and column, all at once; the last line says how it ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import TextIO

from scenarios.book import folder_files, shipped_files
from scenarios.engine.checks import Catalog, check_files
from scenarios.engine.checks.subject import TemplateForm
from scenarios.engine.model import Book
from scenarios.engine.reading.issues import Issue
from scenarios.engine.reading.texts import uses

__all__ = ["check"]

TRANSLATIONS = frozenset({"E30", "E33"})
"""What goes away when the translations are brought up to date."""


def check(
    directory: Path | None,
    out: TextIO,
    err: TextIO,
    *,
    desks: Set[str],
    catalogs: Mapping[str, Catalog],
    unread: Sequence[Issue] = (),
    templates: Mapping[str, TemplateForm] | None = None,
    live: Mapping[tuple[str, str], int] | None = None,
    lengths: Mapping[str, int] | None = None,
    facts: Mapping[str, str] | None = None,
) -> int:
    """Checks a folder of scenario files, the shipped ones when `directory` is None.

    `desks` are the desks of the business file, `catalogs` the translations by language (uz, kk, ru), `unread` what of
    those could not be read; the rest is as in `checks.check_files`. Problems go to `out`. Returns the exit status: 0
    fine (warnings allowed), 1 with problems, 2 when there is nothing to check.
    """
    try:
        files = shipped_files() if directory is None else folder_files(directory)
    except OSError as error:
        err.write(f"{directory}: cannot be read ({error.strerror}); name a folder with scenario files\n")
        return 2
    if not files:
        err.write(f"{directory or 'the shipped scenarios'}: no scenario file (*.yaml) is here\n")
        return 2
    book, issues = check_files(
        files, desks, catalogs, templates=templates, live=live or {}, lengths=lengths or {}, facts=facts or {}
    )
    if unread:
        book, issues = None, [*unread, *issues]
    out.writelines(f"{found}\n" for found in issues)
    errors = sum(found.is_error for found in issues)
    if book is None:
        out.write(f"{_count(errors, 'error')}, {_count(len(issues) - errors, 'warning')}; nothing was put to use.\n")
        if directory is not None and any(found.code in TRANSLATIONS for found in issues):
            out.write(f"The lists to fill in for translators: qabul scenario translate {directory}\n")
        return 1
    written = {scenario.texts for scenario in book.scenarios.values()}
    out.write(_summary(book, sorted(catalogs.keys() - (written if len(written) == 1 else set())), len(issues)))
    return 0


def _summary(book: Book, languages: list[str], warnings: int) -> str:
    steps = sum(len(scenario.steps) for scenario in book.scenarios.values())
    texts = sum(1 for scenario in book.scenarios.values() for _ in uses(scenario))
    translated = f", translated into {', '.join(languages)}" if languages else ""
    ending = f"; {_count(warnings, 'warning')}" if warnings else ""
    scenarios = _count(len(book.scenarios), "scenario")
    return f"All fine: {scenarios}, {_count(steps, 'step')}, {_count(texts, 'text')}{translated}{ending}.\n"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

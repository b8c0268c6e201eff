"""All checks of a book, by their codes, and which findings only follow from others.

Rule: all problems are told at once, and none that would go away by itself when another is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import islice
from typing import Any, TypeAlias

from scenarios.engine.checks import care as checks_care
from scenarios.engine.checks import limits as checks_limits
from scenarios.engine.checks import names as checks_names
from scenarios.engine.checks import paths as checks_paths
from scenarios.engine.checks import steps as checks_steps
from scenarios.engine.checks import talks as checks_talks
from scenarios.engine.checks import texts as checks_texts
from scenarios.engine.checks import window as checks_window
from scenarios.engine.checks import wording as checks_wording
from scenarios.engine.checks.subject import Catalog, Subject, TemplateForm
from scenarios.engine.model import Book
from scenarios.engine.reading import read_files
from scenarios.engine.reading.issues import Issue, issue, sort_key

__all__ = ["CHECKS", "Catalog", "Issue", "TemplateForm", "check_book", "check_files"]

NONE: Mapping[Any, Any] = {}

Check: TypeAlias = Callable[[Subject], Iterator[Issue]]

CHECKS: Mapping[str, Check] = {
    "E10": checks_steps.unknown_steps,
    "E11": checks_paths.unreachable,
    "E12": checks_steps.dead_ends,
    "E13": checks_paths.loops,
    "E14": checks_care.no_person,
    "E15": checks_paths.traps,
    "E20": checks_names.unknown_names,
    "E21": checks_names.unset_values,
    "E22": checks_names.never_true,
    "E30": checks_texts.translations,
    "E31": checks_texts.words,
    "E32": checks_texts.plurals,
    "E33": checks_texts.outdated,
    "E40": checks_limits.too_many,
    "E41": checks_limits.label_lengths,
    "E42": checks_limits.text_lengths,
    "E43": checks_window.window,
    "E44": checks_window.templates,
    "E50": checks_care.silence,
    "E60": checks_names.desks,
    "E61": checks_care.sales,
    "W62": checks_wording.plain_words,
    "E70": checks_talks.live_talks,
}
"""The checks of what a book says; E01, E02, E03 and E06 are found while it is read."""

MOST_TOLD = 300
"""How many findings of one code are told at once."""

_SHAPE = frozenset({"E02", "E03"})
_HIDDEN_BY: Mapping[str, frozenset[str]] = {
    "E11": _SHAPE | {"E10"},
    "E12": _SHAPE,
    "E13": _SHAPE,
    "E14": _SHAPE | {"E10"},
    "E15": _SHAPE | {"E10", "E12", "E13"},
    "E20": _SHAPE,
    "E21": _SHAPE,
    "E22": _SHAPE,
    "E30": frozenset({"E06"}),
    "E31": frozenset({"E06"}),
    "E32": frozenset({"E06"}),
    "E33": frozenset({"E06"}),
    "E43": _SHAPE | {"E10", "E13", "E15"},
    "E44": _SHAPE | {"E10"},
    "E50": _SHAPE,
    "E61": _SHAPE,
    "W62": frozenset({"E06"}),
    "E70": _SHAPE,
}
"""A code is not told of in a file that has one of these."""


def check_book(
    book: Book,
    desks: Set[str],
    catalogs: Mapping[str, Catalog],
    *,
    templates: Mapping[str, TemplateForm] | None = None,
    live: Mapping[tuple[str, str], int] = NONE,
    lengths: Mapping[str, int] = NONE,
) -> list[Issue]:
    """Everything that is wrong with what a well-written book says.

    `desks` are the names of the business file; `catalogs` the translations by language (uz, kk, ru): a language that is
    not among them is not checked. `templates` are the business's WhatsApp templates by name, None when they are not
    known; `live` counts the talks that wait by (scenario, step); `lengths` tells how many letters facts have at most.
    """
    return _check(Subject(book, frozenset(desks), catalogs, frozenset(), templates, live, lengths), ())


def check_files(
    files: Mapping[str, str],
    desks: Set[str],
    catalogs: Mapping[str, Catalog],
    *,
    templates: Mapping[str, TemplateForm] | None = None,
    live: Mapping[tuple[str, str], int] = NONE,
    lengths: Mapping[str, int] = NONE,
    facts: Mapping[str, str] = NONE,
) -> tuple[Book | None, list[Issue]]:
    """Reads and checks a folder's files (name -> text): the book, None when anything is an error, and all
    problems. `facts` are the types of what the business file adds to the facts; the rest is as in `check_book`."""
    reading = read_files(files, facts)
    subject = Subject(reading.book, frozenset(desks), catalogs, reading.unread, templates, live, lengths)
    issues = _check(subject, reading.issues)
    broken = any(found.is_error for found in issues)
    return (None if broken else reading.book), issues


def _check(subject: Subject, read: Iterable[Issue]) -> list[Issue]:
    found = [*read, *(one for code, check in CHECKS.items() for one in _some(code, check(subject)))]
    codes: dict[str, set[str]] = {}
    for one in found:
        codes.setdefault(one.place.file, set()).add(one.code)
    # Without the list of facts every name that comes from outside would look unknown.
    no_facts = "facts" in subject.unread or bool(codes.get("facts.yaml", set()) & _SHAPE)
    told = {
        one
        for one in found
        if not _HIDDEN_BY.get(one.code, frozenset()) & codes[one.place.file]
        and not (no_facts and one.code in ("E20", "E21", "E22"))
    }
    return sorted(told, key=sort_key)


def _some(code: str, found: Iterator[Issue]) -> Iterator[Issue]:
    """The findings of one check; of thousands the first ones, so that no file keeps the desk busy."""
    last = None
    for last in islice(found, MOST_TOLD):
        yield last
    if last is not None and next(found, None) is not None:
        yield issue(code, last.place, f"there is more of this ({code}); mend what stands above first")

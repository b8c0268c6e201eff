"""What is wrong in a scenario file, as its author reads it: a code, a place and a sentence.

Rule: every sentence says what was found and, where it can, what to write instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from scenarios.engine.model import Place

__all__ = ["WARNINGS", "Issue", "hint", "issue", "sort_key"]

WARNINGS = frozenset({"E11", "E50"})
"""Codes that never stop a file from running."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding. `severity` is `error` or `warning`; printed as `hesitant.yaml:39:5: error E10: ...`."""

    code: str
    severity: str
    place: Place
    text: str

    def __str__(self) -> str:
        place = self.place
        return f"{place.file}:{place.line}:{place.column}: {self.severity} {self.code}: {self.text}"

    @property
    def is_error(self) -> bool:
        """True when a file with this finding may not run."""
        return self.severity == "error"


def issue(code: str, place: Place, text: str) -> Issue:
    """A finding with the severity its code has."""
    return Issue(code, "warning" if code in WARNINGS else "error", place, text)


def sort_key(found: Issue) -> tuple[str, int, int, str, str]:
    """The order in which findings are printed: by file, then from top to bottom."""
    place = found.place
    return place.file, place.line, place.column, found.code, found.text


def hint(word: str, known: Iterable[str]) -> str:
    """` Did you mean "x"?` for the nearest known word, or nothing."""
    near = get_close_matches(word[:60], sorted(known), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""

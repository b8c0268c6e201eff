"""What is wrong in a scenario file, as its author reads it: a code, a place and a sentence.

Rule: every sentence says what was found and, where it can, what to write instead.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from scenarios.engine.model import Place

__all__ = ["WARNINGS", "Issue", "hint", "issue", "some", "sort_key"]

WARNINGS = frozenset({"E11", "E50", "E70", "W62"})
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


def hint(word: str, known: Collection[str]) -> str:
    """` Did you mean "x"?` for the nearest known word, or nothing."""
    # Of numbers none is meant for another.
    near = "" if word.isdecimal() else _nearest(word[:_LONGEST], frozenset(known))
    return f' Did you mean "{near}"?' if near else ""


def some(names: Collection[str]) -> str:
    """The names in their order, of many the first ones."""
    shown = sorted(names, key=lambda name: (name.rjust(_TOLD) if name.isdecimal() else name, name))
    return ", ".join(shown if len(shown) <= _TOLD else [*shown[:_TOLD], f"and {len(shown) - _TOLD} more"])


_TOLD = 12
_LONGEST = 60
_COMPARED = 24
"""So many words are compared letter by letter: among thousands of names it is those that share the rarest pairs."""


@lru_cache(maxsize=4_096)
def _nearest(word: str, known: frozenset[str]) -> str:
    candidates = sorted(known) if len(known) <= _COMPARED else _alike(word, _by_pair(known))
    near = get_close_matches(word, candidates, n=1, cutoff=0.6)
    return near[0] if near else ""


@lru_cache(maxsize=16)
def _by_pair(known: frozenset[str]) -> Mapping[str, list[str]]:
    """The words by the pairs of letters in them."""
    found: dict[str, list[str]] = {}
    for word in sorted(known):
        for pair in sorted(_pairs(word)):
            found.setdefault(pair, []).append(word)
    return found


def _alike(word: str, by_pair: Mapping[str, list[str]]) -> list[str]:
    rows = sorted((by_pair[pair] for pair in _pairs(word) if pair in by_pair), key=lambda row: (len(row), row[0]))
    found: dict[str, None] = {}
    for row in rows:
        found |= dict.fromkeys(row[: max(0, _COMPARED - len(found))])
    return list(found)


def _pairs(word: str) -> set[str]:
    framed = f"^{word}$"
    return {framed[at : at + 2] for at in range(len(framed) - 1)}

"""What belongs together in a sentence: little words, a number with its month, "next", what is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scenarios.engine.slots.chunks import Chunk

__all__ = [
    "STOPS",
    "attached",
    "before_little_words",
    "day_number",
    "ends_clause",
    "month_named",
    "next_month",
    "past",
    "refused",
    "which_week",
]

_NEAR = 4
"""Words among which those are looked for that belong to a day."""
NAMES = frozenset({"day", "weekday", "month"})
STOPS = re.compile(r"[,.;:!?()…—\n]")
"""Signs at which a clause ends."""


def refused(chunks: Sequence[Chunk], first: int, after: int) -> bool:
    """Whether what these chunks name is said not to suit: "не завтра", "ertaga emas", "завтра в 3 не могу"."""
    at = before_little_words(chunks, first)
    if at >= 0 and not STOPS.search(chunks[at + 1].gap):
        names_before = at > 0 and not chunks[at - 1].means.keys().isdisjoint(NAMES)
        if "not" in chunks[at].means or ("not after" in chunks[at].means and not names_before):
            return True
    for at in range(after, min(after + _NEAR, len(chunks))):
        chunk = chunks[at]
        if STOPS.search(chunk.gap) or not chunk.means.keys().isdisjoint(NAMES):
            return False
        if "not after" in chunk.means:
            return True
    return False


def before_little_words(chunks: Sequence[Chunk], first: int) -> int:
    """The chunk before these and their "at" or "the"; -1 where there is none."""
    at = first - 1
    while at >= 0 and first - at < _NEAR and chunks[at].means.keys() & {"at", "the"} and not chunks[at].gap.strip():
        at -= 1
    return at


def ends_clause(chunks: Sequence[Chunk], at: int) -> bool:
    """Whether nothing stands at `at` that the words before could belong to ("the second floor")."""
    return at >= len(chunks) or bool(STOPS.search(chunks[at].gap)) or chunks[at].known


def past(chunks: Sequence[Chunk], at: int, kinds: tuple[str, ...]) -> int:
    """Past the little words of these kinds that follow without a stop."""
    end = min(len(chunks), at + _NEAR)
    while at < end and not chunks[at].means.keys().isdisjoint(kinds) and not STOPS.search(chunks[at].gap):
        at += 1
    return at


def day_number(chunks: Sequence[Chunk], at: int) -> int | None:
    """The number at `at` that may be a day of a month."""
    if at >= len(chunks) or chunks[at].digits > 2:
        return None
    return chunks[at].value


def month_named(chunks: Sequence[Chunk], at: int) -> int | None:
    """The month that is named at `at`."""
    said = chunks[at].means.get("month") if at < len(chunks) else None
    return int(said) if said else None


def next_month(chunks: Sequence[Chunk], at: int) -> tuple[int, int]:
    """(1, what follows) for "next month", (0, at) otherwise."""
    if at + 1 < len(chunks) and "next" in chunks[at].means and chunks[at + 1].means.get("unit") == "month":
        return 1, at + 2
    return 0, at


def which_week(chunks: Sequence[Chunk], at: int) -> tuple[str, int, bool]:
    """ "next" or "this" at `at`, what follows, and whether "week" was said too."""
    if at >= len(chunks):
        return "", at, False
    means = chunks[at].means
    which = "next" if "next" in means else "this" if "this" in means else ""
    if not which:
        return "", at, False
    week = at + 1 < len(chunks) and chunks[at + 1].means.get("unit") == "week"
    return which, at + 1 + week, week


def attached(mark: Chunk) -> bool:
    """Single letters ("25-і") only count when they are attached."""
    return len(mark.text) > 1 or mark.gap in ("", "-")

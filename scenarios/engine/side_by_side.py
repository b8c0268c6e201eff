"""Two versions of a scenario side by side: how their conversations went, and whether they differ by more than chance.

Rule: only settled conversations are compared. One that is still under way may end either way, so it is counted and left
out; one that the customer left for a day is settled as silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from scenarios.engine.kpi import SCORES, CaseRow
from scenarios.engine.significance import Comparison, compare_ratings, compare_shares

__all__ = ["LEFT_AFTER", "MEASURES", "SideBySide", "Sums", "side_by_side"]

LEFT_AFTER = timedelta(days=1)
MEASURES = ("ended_well", "handed_off", "silent")
"""The shares that are compared, as attributes of Sums."""

NOT_WELL = frozenset({"stop", "silence"})


@dataclass(frozen=True, slots=True)
class Sums:
    """How the conversations of one version went. Each is in one of the classes: under way, ended well (the bot brought
    it to its end), handed off to people, silent (the customer left), stopped (asked not to be written to)."""

    conversations: int
    under_way: int
    ended_well: int
    handed_off: int
    silent: int
    stopped: int
    ratings: tuple[int, ...]

    @property
    def settled(self) -> int:
        """Those that are not under way any more."""
        return self.conversations - self.under_way

    @property
    def rating(self) -> float | None:
        """The mean rating, None without ratings."""
        return sum(self.ratings) / len(self.ratings) if self.ratings else None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """The present version, the candidate, and the candidate minus the present one for each of MEASURES and for the
    ratings."""

    current: Sums
    candidate: Sums
    shares: Mapping[str, Comparison]
    ratings: Comparison


def side_by_side(
    cases: Iterable[CaseRow],
    scenario: str,
    files: Mapping[str, Mapping[str, str]],
    current: str,
    candidate: str,
    now: datetime,
) -> SideBySide:
    """The cases that came to `scenario`, by the version of it that they began with. `files` says which version of which
    scenario each version of the book has."""
    arms: dict[str, list[CaseRow]] = {current: [], candidate: []}
    for case in cases:
        version = files.get(case.book, {}).get(scenario, "")
        if version in arms and scenario in case.walked:
            arms[version].append(case)
    one, other = (_sums(arms[version], now) for version in (current, candidate))
    shares = {
        name: compare_shares(getattr(one, name), one.settled, getattr(other, name), other.settled) for name in MEASURES
    }
    return SideBySide(one, other, shares, compare_ratings(one.ratings, other.ratings))


def _sums(cases: Iterable[CaseRow], now: datetime) -> Sums:
    counted = dict.fromkeys(("under_way", "ended_well", "handed_off", "silent", "stopped"), 0)
    ratings: list[int] = []
    many = 0
    for case in cases:
        many += 1
        counted[_class(case, now)] += 1
        if case.rating is not None and case.rating in SCORES:
            ratings.append(case.rating)
    return Sums(many, **counted, ratings=tuple(ratings))


def _class(case: CaseRow, now: datetime) -> str:
    if case.handed_off_at is not None:
        return "handed_off"
    if case.ended_at is None:
        return "silent" if now - case.opened_at > LEFT_AFTER else "under_way"
    if case.ended_by == "stop":
        return "stopped"
    return "silent" if case.ended_by in NOT_WELL else "ended_well"

"""The arithmetic of the desk's figures, over cases read from append-only happenings; never from counters.

Every figure carries the number of cases it rests on. A conversation belongs to the period, and to the day,
in which it was opened.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scenarios.engine.hours import Hours

__all__ = [
    "CaseRow",
    "Count",
    "Figures",
    "Group",
    "Ratings",
    "Slice",
    "Spread",
    "business_seconds",
    "figures",
    "percentile",
    "trend",
]

SCORES = (1, 2, 3, 4, 5)
GOOD = 4
"""A rating this high or higher counts as satisfied (the usual CSAT: 4 and 5 of 5)."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One conversation as its happenings tell it; times are UTC, None where it did not happen.

    `ended_at` is set when the bot alone brought it to an end; `closed_at` when an agent closed it.
    `stepped_in` means that an agent took it without being asked for: nobody waited, so it tells nothing of the
    first response. `book` is the version of the scenarios it began with, `walked` names those it came to, `ended_by` is
    what ended it with the bot: a scenario, stop or silence.
    """

    contact: str
    conversation: int
    channel: str
    segment: str
    opened_at: datetime
    handed_off_at: datetime | None = None
    replied_at: datetime | None = None
    closed_at: datetime | None = None
    ended_at: datetime | None = None
    asked_rating: bool = False
    rating: int | None = None
    recommends: int | None = None
    agent: str = ""
    stepped_in: bool = False
    book: str = ""
    walked: frozenset[str] = frozenset()
    ended_by: str = ""

    @property
    def by_bot_alone(self) -> bool:
        """The bot brought it to an end and no person was in it."""
        return self.ended_at is not None and self.handed_off_at is None


@dataclass(frozen=True, slots=True)
class Spread:
    """Durations in seconds: how many, their median and their 90th percentile (None when there are none)."""

    count: int
    median: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True)
class Ratings:
    """Ratings from 1 to 5: how many were asked for, how many came for each score, from 1 up."""

    asked: int
    each: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many ratings came."""
        return sum(self.each)

    @property
    def average(self) -> float | None:
        """Their mean, None when there are none."""
        if not self.count:
            return None
        return sum(score * many for score, many in zip(SCORES, self.each, strict=True)) / self.count

    @property
    def good(self) -> int:
        """How many were 4 or 5."""
        return sum(self.each[GOOD - 1 :])

    @property
    def response_rate(self) -> float | None:
        """Ratings per question, 0 to 1; None when nobody was asked."""
        return self.count / self.asked if self.asked else None


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Answers from 0 to 10 to whether they would recommend us. The score is the share of those who say 9 or 10 less the
    share of those who say 6 or less, -100 to 100 (Reichheld, "The One Number You Need to Grow", Harvard Business Review
    81 (2003), 46-54)."""

    count: int
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How conversations went: all of them, those the bot answered alone, those that people had."""

    conversations: int
    bot_alone: int
    handed_off: int

    @property
    def under_way(self) -> int:
        """Neither ended by the bot nor handed off: still going, or left by the customer."""
        return self.conversations - self.bot_alone - self.handed_off


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one channel or segment."""

    name: str
    count: Count
    first_response: Spread
    ratings: Ratings


@dataclass(frozen=True, slots=True)
class Slice:
    """One day or hour of a trend; `start` is local time."""

    start: datetime
    count: Count
    first_response: Spread


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period: durations by the clock, and again in opening hours (`…_open`)."""

    since: datetime
    until: datetime
    count: Count
    stepped_in: int
    first_response: Spread
    first_response_open: Spread
    resolution: Spread
    resolution_open: Spread
    ratings: Ratings
    recommendations: Recommendations
    channels: tuple[Group, ...]
    segments: tuple[Group, ...]
    days: tuple[Slice, ...]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie; `values` in any order, at least one.

    Linear interpolation between the two nearest ranks, h = (n - 1) * share: type 7 of Hyndman and Fan,
    "Sample Quantiles in Statistical Packages", The American Statistician 50 (1996), 361-365; NumPy's default
    and the PERCENTILE.INC of spreadsheets. A share of 0.5 gives the median. Raises ValueError without values.
    """
    if not values:
        raise ValueError("a percentile needs at least one value")
    ordered = sorted(values)
    rank = (len(ordered) - 1) * share
    low, high = ordered[math.floor(rank)], ordered[math.ceil(rank)]
    return low + (high - low) * (rank - math.floor(rank))


def business_seconds(start: datetime, end: datetime, hours: Hours) -> float:
    """Seconds between two moments that lie in opening hours; 0.0 when the end is not after the start."""
    total = 0.0
    day, last = start.astimezone(hours.zone).date(), end.astimezone(hours.zone).date()
    while day <= last:
        span = hours.of(day)
        if span is not None:
            # In UTC, because the difference of two local times ignores a change of the clocks between them.
            opens, closes = (datetime.combine(day, edge, hours.zone).astimezone(UTC) for edge in span)
            total += max(0.0, (min(closes, end) - max(opens, start)).total_seconds())
        day += timedelta(days=1)
    return total


def figures(cases: Iterable[CaseRow], hours: Hours, since: datetime, until: datetime) -> Figures:
    """The figures of the conversations opened in [since, until)."""
    kept = [case for case in cases if since <= case.opened_at < until]

    def worked(start: datetime, end: datetime) -> float:
        return business_seconds(start, end, hours)

    return Figures(
        since=since,
        until=until,
        count=_count(kept),
        stepped_in=sum(case.stepped_in for case in kept),
        first_response=_first_response(kept, _elapsed),
        first_response_open=_first_response(kept, worked),
        resolution=_resolution(kept, _elapsed),
        resolution_open=_resolution(kept, worked),
        ratings=_ratings(kept),
        recommendations=_recommendations(kept),
        channels=_groups(kept, lambda case: case.channel),
        segments=_groups(kept, lambda case: case.segment),
        days=trend(kept, hours, since, until),
    )


def trend(
    cases: Iterable[CaseRow], hours: Hours, since: datetime, until: datetime, by_hour: bool = False
) -> tuple[Slice, ...]:
    """The days, or hours, of [since, until) in the business's time zone, the empty ones too."""
    local = since.astimezone(hours.zone)
    start = local.replace(hour=local.hour if by_hour else 0, minute=0, second=0, microsecond=0)
    starts: list[datetime] = []
    while start < until:
        starts.append(start.astimezone(UTC))
        # An hour later in UTC, a day later on the wall clock: days of 23 and 25 hours are days too.
        start = (starts[-1] + timedelta(hours=1)).astimezone(hours.zone) if by_hour else start + timedelta(days=1)
    kept: list[list[CaseRow]] = [[] for _ in starts]
    for case in cases:
        if since <= case.opened_at < until:
            kept[bisect_right(starts, case.opened_at) - 1].append(case)
    return tuple(
        Slice(at.astimezone(hours.zone), _count(some), _first_response(some, _elapsed))
        for at, some in zip(starts, kept, strict=True)
    )


def _count(cases: Sequence[CaseRow]) -> Count:
    alone = sum(case.by_bot_alone for case in cases)
    return Count(len(cases), alone, sum(case.handed_off_at is not None for case in cases))


def _elapsed(start: datetime, end: datetime) -> float:
    # A clock that was set back must not make a negative wait.
    return max(0.0, (end - start).total_seconds())


def _first_response(cases: Sequence[CaseRow], between: Callable[[datetime, datetime], float]) -> Spread:
    return _spread(
        [
            between(case.handed_off_at, case.replied_at)
            for case in cases
            if case.handed_off_at is not None and case.replied_at is not None and not case.stepped_in
        ]
    )


def _resolution(cases: Sequence[CaseRow], between: Callable[[datetime, datetime], float]) -> Spread:
    return _spread([between(case.opened_at, case.closed_at) for case in cases if case.closed_at is not None])


def _spread(seconds: Sequence[float]) -> Spread:
    return Spread(len(seconds), percentile(seconds, 0.5), percentile(seconds, 0.9)) if seconds else Spread(0)


def _ratings(cases: Sequence[CaseRow]) -> Ratings:
    given = [case.rating for case in cases if case.rating in SCORES]
    # Whoever rated was asked, even where the question itself was not kept.
    asked = sum(case.asked_rating or case.rating in SCORES for case in cases)
    return Ratings(asked, tuple(given.count(score) for score in SCORES))


def _recommendations(cases: Sequence[CaseRow]) -> Recommendations:
    given = [case.recommends for case in cases if case.recommends is not None]
    if not given:
        return Recommendations(0)
    return Recommendations(
        len(given), 100 * (sum(one >= 9 for one in given) - sum(one <= 6 for one in given)) / len(given)
    )


def _groups(cases: Sequence[CaseRow], key: Callable[[CaseRow], str]) -> tuple[Group, ...]:
    found: dict[str, list[CaseRow]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Group(name, _count(kept), _first_response(kept, _elapsed), _ratings(kept)) for name, kept in ordered)

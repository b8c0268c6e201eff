"""Visits: when one may begin, which times are free, and what is remembered of one.

Rule: a visit lies within the opening hours of one day, and at no moment are there more than `capacity` of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias

from scenarios.engine.hours import Hours

__all__ = [
    "Done",
    "Span",
    "Visit",
    "VisitRules",
    "beginnings",
    "free_times",
    "has_room",
    "is_free",
    "may_begin",
    "order_of",
]

Span: TypeAlias = "tuple[datetime, datetime]"
"""From when to when, UTC; the end is free again."""

LONGEST = timedelta(days=1)
"""No visit takes longer."""


@dataclass(frozen=True, slots=True)
class VisitRules:
    """`capacity` visits at once, each `minutes` long, booked at most `ahead_days` ahead; booked, moved or cancelled at
    least `notice_hours` before they begin."""

    capacity: int
    minutes: int
    ahead_days: int
    notice_hours: int

    @property
    def length(self) -> timedelta:
        """How long a visit takes."""
        return timedelta(minutes=self.minutes)

    @property
    def notice(self) -> timedelta:
        """How long before it a visit can still be changed."""
        return timedelta(hours=self.notice_hours)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: `status` is booked or cancelled; `place` and `need` are the customer's own words."""

    id: str
    contact: str
    service: str
    begins: datetime
    ends: datetime
    status: str = "booked"
    place: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What an action came to: its outcome and the visit it is about, None when there is none."""

    outcome: str
    visit: Visit | None = None


def may_begin(begins: datetime, at: datetime, rules: VisitRules, hours: Hours) -> bool:
    """Whether a visit asked for at `at` may begin at `begins`, were nothing taken."""
    local = begins.astimezone(hours.zone)
    opening = hours.of(local.date())
    if opening is None:
        return False
    opens, closes = (datetime.combine(local.date(), one, hours.zone) for one in opening)
    last = at.astimezone(hours.zone).date() + timedelta(days=rules.ahead_days)
    return opens <= local and local + rules.length <= closes and at + rules.notice <= begins and local.date() <= last


def beginnings(day: date, rules: VisitRules, hours: Hours) -> list[datetime]:
    """When visits begin on a day that is left to us to lay out: one after another from opening on."""
    opening = hours.of(day)
    found: list[datetime] = []
    if opening is not None:
        begins, closes = (datetime.combine(day, one, hours.zone) for one in opening)
        while begins + rules.length <= closes:
            found.append(begins)
            begins += rules.length
    return found


def has_room(span: Span, taken: Iterable[Span], capacity: int) -> bool:
    """Whether one more visit fits there: at no moment of it are `capacity` others under way."""
    begins, ends = span
    others = [one for one in taken if one[0] < ends and begins < one[1]]
    # The most are under way when one of them begins, or at our own beginning.
    moments = [begins, *(one[0] for one in others if one[0] > begins)]
    return all(sum(one[0] <= moment < one[1] for one in others) < capacity for moment in moments)


def free_times(day: date, at: datetime, taken: Sequence[Span], rules: VisitRules, hours: Hours) -> list[time]:
    """The times of a day (by the business's clock) at which a visit can still begin; `taken` is in the order in which
    the visits begin."""
    return list(_free(day, at, taken, rules, hours))


def is_free(day: date, at: datetime, taken: Sequence[Span], rules: VisitRules, hours: Hours) -> bool:
    """Whether a visit can still begin on a day; as `free_times`, but no longer than it takes to find one."""
    return next(_free(day, at, taken, rules, hours), None) is not None


def _free(day: date, at: datetime, taken: Sequence[Span], rules: VisitRules, hours: Hours) -> Iterator[time]:
    found = beginnings(day, rules, hours)
    if not found:
        return
    # Thousands of visits may be booked, and this is asked for every day of many at every turn.
    around = _between(taken, found[0] - LONGEST, found[-1] + rules.length)
    longest = max((ends - begins for begins, ends in around), default=LONGEST)
    for begins in found:
        moment = begins.astimezone(at.tzinfo)
        span = (moment, moment + rules.length)
        if may_begin(begins, at, rules, hours) and has_room(
            span, _between(around, moment - longest, span[1]), rules.capacity
        ):
            yield begins.time()


def _between(taken: Sequence[Span], since: datetime, until: datetime) -> Sequence[Span]:
    """Those that begin after `since` and before `until`."""
    first = bisect_right(taken, since, key=_begins)
    return taken[first : bisect_left(taken, until, first, key=_begins)]


def _begins(span: Span) -> datetime:
    return span[0]


def order_of(visit: Visit) -> dict[str, Any]:
    """A visit as the contact's context remembers it, plain JSON."""
    return {
        "id": visit.id,
        "service": visit.service,
        "at": visit.begins.isoformat(),
        "status": visit.status,
        "place": visit.place,
    }

"""Opening hours: whether the desk is open, when it opens next, and how long a customer is told to wait."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from scenarios.engine.phrases import Phrase, verbatim

__all__ = ["ENOUGH_ANSWERS", "Hours", "round_wait", "told_wait"]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
STEPS = (5, 10, 15, 20, 30, 45, 60)
"""The minutes a customer may be told; a figure between two is rounded up."""

ENOUGH_ANSWERS = 20
"""So many answered handoffs before the desk's own figures are told."""

LOOK_AHEAD_DAYS = 30

# Translators: these say when the desk opens, as in "we open on Monday at 9:00"; the little words come with them.
TODAY = Phrase("today at {time}")
TOMORROW = Phrase("tomorrow at {time}")
ON_A_DAY = Phrase("on {day} at {time}")
DAYS = (
    Phrase("Monday", "opening"),
    Phrase("Tuesday", "opening"),
    Phrase("Wednesday", "opening"),
    Phrase("Thursday", "opening"),
    Phrase("Friday", "opening"),
    Phrase("Saturday", "opening"),
    Phrase("Sunday", "opening"),
)


@dataclass(frozen=True, slots=True)
class Hours:
    """`week` maps mon … sun to (opens, closes) in the business's time zone; `holidays` are MM-DD or YYYY-MM-DD."""

    week: Mapping[str, tuple[time, time]]
    holidays: frozenset[str]
    zone: tzinfo

    def of(self, day: date) -> tuple[time, time] | None:
        """The hours of a day, None when it is closed."""
        if f"{day:%m-%d}" in self.holidays or f"{day:%Y-%m-%d}" in self.holidays:
            return None
        return self.week.get(WEEKDAYS[day.weekday()])

    def open_at(self, at: datetime) -> bool:
        """Whether the desk is open at this moment; closing time itself is closed."""
        local = at.astimezone(self.zone)
        hours = self.of(local.date())
        return hours is not None and hours[0] <= local.time() < hours[1]

    def next_opening(self, at: datetime) -> datetime:
        """When the desk opens next after `at` (local time); `at` itself when no day of the next thirty is open."""
        local = at.astimezone(self.zone)
        for ahead in range(LOOK_AHEAD_DAYS):
            day = local.date() + timedelta(days=ahead)
            hours = self.of(day)
            if hours is not None:
                opens = datetime.combine(day, hours[0], self.zone)
                if opens > local:
                    return opens
        return local

    def opens(self, at: datetime) -> Phrase:
        """When the desk opens next, in words."""
        local, opens = at.astimezone(self.zone), self.next_opening(at)
        said = f"{opens.hour}:{opens:%M}"
        days = (opens.date() - local.date()).days
        if days == 0:
            return TODAY.having(time=said)
        if days == 1:
            return TOMORROW.having(time=said)
        day = DAYS[opens.weekday()] if days < len(DAYS) else verbatim(f"{opens:%d.%m}")
        return ON_A_DAY.having(day=day, time=said)

    def shown(self, at: datetime) -> str:
        """The hours of today, or of the next open day, such as 9:00–21:00."""
        local = at.astimezone(self.zone)
        for ahead in range(LOOK_AHEAD_DAYS):
            hours = self.of(local.date() + timedelta(days=ahead))
            if hours is not None:
                return "–".join(f"{one.hour}:{one:%M}" for one in hours)
        return ""


def round_wait(minutes: float) -> int:
    """Minutes rounded up to 5, 10, 15, 20, 30, 45 or 60."""
    return next((step for step in STEPS if math.ceil(minutes) <= step), STEPS[-1])


def told_wait(seconds: Sequence[float], default_minutes: int) -> int:
    """What a customer is told: the median of recent first responses (seconds), the default until there are enough."""
    if len(seconds) < ENOUGH_ANSWERS:
        return round_wait(default_minutes)
    return round_wait(statistics.median(seconds) / 60)

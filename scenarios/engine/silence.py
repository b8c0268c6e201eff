"""Unusual silence: nobody writes at an hour of the week at which people always write.

The rule. For each stretch of 30, 60, 120 and 240 minutes that ends now, the conversations that began in the same
stretch of each of the last eight weeks are counted. The stretch is silent when not one customer has written in it, the
median of at least four weeks is twenty or more, and even the quietest of those weeks had ten. So a desk with forty
conversations an hour is called silent after half an hour, one with six after four hours, a smaller one never; nights
are silent unless nights are usually busy, and one week that was as quiet before speaks against an alarm. On a holiday
of the calendar nothing is unusual.

False alarms, simulated over thirty years (tests/scenarios/test_silence.py): none where customers come at random, fewer
than one in two years where days and hours differ by a third from week to week, four a year where they differ by half.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta

from scenarios.engine.hours import Hours

__all__ = ["QUIETEST", "STRETCHES", "USUAL", "WEEKS", "Stretch", "is_ordinary_day", "is_unusual", "same_stretches"]

STRETCHES = (30, 60, 120, 240)
"""Minutes."""

WEEKS = 8
ENOUGH_WEEKS = 4
USUAL = 20
QUIETEST = 10

Stretch = tuple[datetime, datetime]


def same_stretches(now: datetime, minutes: int, hours: Hours, since: datetime) -> list[Stretch]:
    """The stretches of the last weeks that a stretch which ends now is compared with: the same time of day on the same
    day of the week by the business's clock. Only those that begin after `since`, the desk's first day."""
    ends = now.astimezone(hours.zone)
    found = []
    for weeks in range(1, WEEKS + 1):
        # Local arithmetic: nine o'clock stays nine o'clock when the clocks are changed in between.
        end = ends - timedelta(weeks=weeks)
        start = end - timedelta(minutes=minutes)
        if start >= since:
            found.append((start, end))
    return found


def is_ordinary_day(now: datetime, minutes: int, hours: Hours) -> bool:
    """Whether the calendar has no say in this stretch: neither of its ends lies on a holiday."""
    ends = now.astimezone(hours.zone)
    days = {ends.date(), (ends - timedelta(minutes=minutes)).date()}
    return all(f"{day:%m-%d}" not in hours.holidays and f"{day:%Y-%m-%d}" not in hours.holidays for day in days)


def is_unusual(earlier: Sequence[int]) -> bool:
    """Whether a stretch in which nobody wrote is unusual, by the conversations of the same stretch in earlier weeks."""
    return len(earlier) >= ENOUGH_WEEKS and statistics.median(earlier) >= USUAL and min(earlier) >= QUIETEST

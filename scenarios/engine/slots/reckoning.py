"""Reckoning with days: so many days or months on, the next day with a number, a date whose year was left out."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from scenarios.engine.phrases import Phrase

__all__ = ["A_YEAR", "NO_SUCH_DAY", "calendar_day", "day_of_month", "day_without_year", "shifted"]

NO_SUCH_DAY = Phrase("There is no such day in the calendar. Please write the day and the month, for example 25.11")

A_YEAR = 366

RECENT_DAYS = 90
"""A date without a year that lies so few days back is meant as past, an older one as next year's."""

_DAYS_IN_WEEK, _MONTHS, _LONGEST_MONTH = 7, 12, 31
_MOST_AHEAD = 10_000
"""Nobody means a number of days, weeks or months above this; dates end in the year 9999."""


def shifted(day: date, count: int, unit: str) -> date | None:
    """The day so many days, weeks, months or years on; None when the calendar has none."""
    if count > _MOST_AHEAD:
        return None
    try:
        if unit in ("day", "week"):
            return day + timedelta(days=count * (_DAYS_IN_WEEK if unit == "week" else 1))
        months = day.month - 1 + count * (_MONTHS if unit == "year" else 1)
        year, month = day.year + months // _MONTHS, months % _MONTHS + 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    except (OverflowError, ValueError):
        return None


def day_of_month(number: int, today: date, months_ahead: int = 0) -> date | None:
    """The next day that has this number; with `months_ahead` that of the month so far ahead."""
    if not 1 <= number <= _LONGEST_MONTH:
        return None
    first = today.replace(day=1)
    for ahead in range(months_ahead, months_ahead + (1 if months_ahead else 3)):
        month = shifted(first, ahead, "month")
        if month is not None and number <= monthrange(month.year, month.month)[1]:
            day = month.replace(day=number)
            if day >= today:
                return day
    return None


def calendar_day(year: int, month: int, day: int) -> date | Phrase:
    """The date, or what to say where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return NO_SUCH_DAY


def day_without_year(month: int, day: int, today: date) -> date | Phrase:
    """This year's day; next year's where this year's is long over, last year's where that was just now."""
    last, this, following = (
        calendar_day(year, month, day)
        for year in (max(today.year - 1, date.min.year), today.year, min(today.year + 1, date.max.year))
    )
    for just_over in (last, this):
        if isinstance(just_over, date) and 0 < (today - just_over).days <= RECENT_DAYS:
            return just_over
    if isinstance(this, date) and this >= today:
        return this
    if isinstance(following, date) and (isinstance(this, date) or (following - today).days <= A_YEAR):
        return following
    return NO_SUCH_DAY

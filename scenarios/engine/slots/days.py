"""Days in a message: "ertaga", "в следующую пятницу", "25 қараша", "25.11", "in two days"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.chunks import Chunk
from scenarios.engine.slots.clauses import (
    STOPS,
    attached,
    before_little_words,
    day_number,
    ends_clause,
    month_named,
    next_month,
    past,
    refused,
    which_week,
)
from scenarios.engine.slots.reckoning import NO_SUCH_DAY, calendar_day, day_of_month, day_without_year, shifted

__all__ = ["Day", "days_in"]

WHICH_DAY = Phrase("Which day exactly would suit you? Please write the date or the day of the week.")
WHICH_OF_WEEKEND = Phrase("Which day of the weekend would suit you, Saturday or Sunday?")

_DAYS_IN_WEEK, _MONTHS = 7, 12
_AMBIGUOUS_MONTHS = frozenset({"may", "mar", "sen", "jan", "dec", "kazan", "mart"})
"""Words that name a month beside a number only: "may I", "сен" (you), "қазан" (a pot)."""
_SHORT_NAMES = frozenset({"sat", "sun", "mon", "wed"})
"""Weekdays that are also other words: nothing strange may follow them."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day that was named by the chunks from `first` up to `after`; `trouble` says why it is none. `weekday` is set
    where only a weekday was named, which another word may make exact ("Friday, the 27th")."""

    first: int
    after: int
    day: date | None = None
    weekday: int | None = None
    trouble: Phrase | None = None


_Named = tuple[date | Phrase, int]
_Matcher = Callable[[Sequence[Chunk], int, date], "_Named | None"]


def days_in(chunks: Sequence[Chunk], today: date, dotted: bool = True) -> list[Day]:
    """All days of a message from the left, those left out that are refused ("not tomorrow"). With `dotted` "10.12" is
    a date."""
    found: list[Day] = []
    at = 0
    while at < len(chunks):
        day = _day_at(chunks, at, today, dotted)
        if day is None:
            at += 1
            continue
        if not refused(chunks, day.first, day.after):
            found.append(replace(day, day=None, trouble=WHICH_DAY) if _only_after(chunks, day) else day)
        at = day.after
    return found


def _only_after(chunks: Sequence[Chunk], day: Day) -> bool:
    """Whether any day behind this one is meant: "после пятницы", "dushanbadan keyin"."""
    at = before_little_words(chunks, day.first)
    if at >= 0 and "after" in chunks[at].means and not STOPS.search(chunks[at + 1].gap):
        return True
    if day.after >= len(chunks) or "later" not in chunks[day.after].means or STOPS.search(chunks[day.after].gap):
        return False
    return not chunks[day.after - 1].means.keys().isdisjoint(("weekday", "month", "dayof"))


def _day_at(chunks: Sequence[Chunk], at: int, today: date, dotted: bool) -> Day | None:
    for match in _MATCHERS:
        if not dotted and match is _dotted:
            continue
        if (named := match(chunks, at, today)) is not None:
            what, after = named
            if isinstance(what, Phrase):
                return Day(at, after, trouble=what)
            only = match is _on_weekday
            return Day(at, after, what, what.weekday() if only else None)
    return None


def _year_first(chunks: Sequence[Chunk], at: int, _today: date) -> _Named | None:
    """2026-11-25."""
    year, month, day = (_digits(chunks, at + step) for step in range(3))
    if year is None or month is None or day is None or chunks[at].digits != 4:
        return None
    gap = chunks[at + 1].gap
    if gap not in ("-", ".", "/") or chunks[at + 2].gap != gap:
        return None
    return calendar_day(year, month, day), at + 3


def _dotted(chunks: Sequence[Chunk], at: int, today: date) -> _Named | None:
    """25.11, 25.11.2026, 25/11/26, 25-11-2026; the month first only where it cannot be a day ("11/25")."""
    day, month = _digits(chunks, at), _digits(chunks, at + 1)
    if day is None or month is None or max(chunks[at].digits, chunks[at + 1].digits) > 2:
        return None
    gap = chunks[at + 1].gap
    if gap not in (".", "/", "-"):
        return None
    year, after = None, at + 2
    if after < len(chunks) and chunks[after].digits in (2, 4) and chunks[after].gap == gap:
        year, after = chunks[after].value, after + 1
    if gap == "/" and month > _MONTHS >= day:
        day, month = month, day
    if year is None and (gap == "-" or not 1 <= month <= _MONTHS or not day >= 1):
        return None
    if year is not None:
        return calendar_day(year if year > 99 else 2000 + year, month, day), after
    return day_without_year(month, day, today), after


def _with_month(chunks: Sequence[Chunk], at: int, today: date) -> _Named | None:
    """25 ноября, yigirma beshinchi noyabr, the 25th of November, November 25, with a year before or behind."""
    year, first = _year_before(chunks, at)
    number = day_number(chunks, first)
    if number is not None:
        month_at = past(chunks, first + 1, ("th", "dayof", "of", "the"))
        if (month := month_named(chunks, month_at)) is not None:
            after = month_at + 1
            if year is None:
                year, after = _year_behind(chunks, after)
            return _dated(year, month, number, today), after
    if (month := month_named(chunks, first)) is None:
        return None
    number_at = past(chunks, first + 1, ("the", "at"))
    number = day_number(chunks, number_at)
    if number is not None and number_at < len(chunks) and not _is_time(chunks, number_at):
        after = past(chunks, number_at + 1, ("th", "dayof"))
        if year is None:
            year, after = _year_behind(chunks, after)
        return _dated(year, month, number, today), after
    return None if chunks[first].text in _AMBIGUOUS_MONTHS else (WHICH_DAY, first + 1)


def _in_words(chunks: Sequence[Chunk], at: int, today: date) -> _Named | None:
    """today, ertaga, послезавтра."""
    said = chunks[at].means.get("day")
    return None if said is None else (today + timedelta(days=int(said)), at + 1)


def _after_a_while(chunks: Sequence[Chunk], at: int, today: date) -> _Named | None:
    """через два дня, in a week, ikki kundan keyin, екі аптадан соң; a weekday behind it picks the day of that week."""
    leads = "in" in chunks[at].means
    number_at = at + leads
    if number_at >= len(chunks):
        return None
    count = chunks[number_at].value
    unit_at = number_at + (count is not None)
    unit = chunks[unit_at].means.get("unit") if unit_at < len(chunks) else None
    if unit not in ("day", "week", "month", "year"):
        return None
    after = unit_at + 1
    if not leads:
        if after >= len(chunks) or "later" not in chunks[after].means or STOPS.search(chunks[after].gap):
            return None
        after += 1
    if count is None:
        # "через день" leaves one day out.
        count = 2 if leads and unit == "day" else 1
    day = shifted(today, count, unit)
    if day is None:
        return NO_SUCH_DAY, after
    weekday_at = past(chunks, after, ("at",))
    weekday = chunks[weekday_at].means.get("weekday") if weekday_at < len(chunks) else None
    if weekday is not None and unit == "week":
        return day + timedelta(days=int(weekday) - day.weekday()), weekday_at + 1
    return day, after


def _on_weekday(chunks: Sequence[Chunk], at: int, today: date) -> _Named | None:
    """Friday, kelasi juma, дүйсенбі күні, на следующей неделе в среду, Friday next week."""
    which, weekday_at, week_said = which_week(chunks, at)
    weekday_at = past(chunks, weekday_at, ("at", "the")) if week_said else weekday_at
    if weekday_at >= len(chunks) or (said := chunks[weekday_at].means.get("weekday")) is None:
        return None
    after = past(chunks, weekday_at + 1, ("dayof",))
    if not which:
        behind = past(chunks, after, ("at", "the", "of"))
        later, end, week_behind = which_week(chunks, behind)
        if week_behind:
            which, after = later, end
    if chunks[weekday_at].text in _SHORT_NAMES and not ends_clause(chunks, after):
        return None
    weekday = int(said)
    if which == "next":
        return today + timedelta(days=_DAYS_IN_WEEK - today.weekday() + weekday), after
    ahead = (weekday - today.weekday()) % _DAYS_IN_WEEK
    return today + timedelta(days=ahead or (0 if which == "this" else _DAYS_IN_WEEK)), after


def _numbered(chunks: Sequence[Chunk], at: int, today: date) -> _Named | None:
    """25 числа, 25-sida, the 25th, and so in the next month."""
    months, number_at = next_month(chunks, at)
    number_at = past(chunks, number_at, ("at", "the")) if months else number_at
    number = day_number(chunks, number_at)
    if number is None or (number_at and "quarter" in chunks[number_at - 1].means):
        return None
    after = past(chunks, number_at + 1, ("th", "dayof"))
    marks = [mark for mark in chunks[number_at + 1 : after] if attached(mark)]
    sure = any("dayof" in mark.means for mark in marks)
    ordinal = bool(marks) or ("ordinal" in chunks[number_at].means and not chunks[number_at].digits)
    if not months:
        months, after = next_month(chunks, past(chunks, after, ("of", "the"))) if ordinal else (0, after)
        after = after if months else past(chunks, number_at + 1, ("th", "dayof"))
    if not (sure or months or (ordinal and ends_clause(chunks, after))):
        return None
    day = day_of_month(number, today, months)
    return NO_SUCH_DAY if day is None else day, after


def _too_wide(chunks: Sequence[Chunk], at: int, _today: date) -> _Named | None:
    """Next week, the weekend, next month: no day yet."""
    if "weekend" in chunks[at].means:
        return WHICH_OF_WEEKEND, at + 1
    which, after, week_said = which_week(chunks, at)
    if which and week_said:
        return WHICH_DAY, after
    months, after = next_month(chunks, at)
    return (WHICH_DAY, after) if months else None


_MATCHERS: tuple[_Matcher, ...] = (
    _year_first,
    _with_month,
    _dotted,
    _in_words,
    _after_a_while,
    _on_weekday,
    _numbered,
    _too_wide,
)


def _digits(chunks: Sequence[Chunk], at: int) -> int | None:
    return chunks[at].value if at < len(chunks) and chunks[at].digits else None


def _is_time(chunks: Sequence[Chunk], at: int) -> bool:
    """Whether the number at `at` is an hour: 15:00, 3 pm, 15 часов."""
    if at + 1 >= len(chunks):
        return False
    behind = chunks[at + 1]
    return (behind.gap == ":" and behind.digits > 0) or bool(behind.means.keys() & {"am", "pm"})


def _year_before(chunks: Sequence[Chunk], at: int) -> tuple[int | None, int]:
    """2026-yil 25-noyabr."""
    if chunks[at].digits == 4 and at + 1 < len(chunks) and chunks[at + 1].means.get("unit") == "year":
        return chunks[at].value, at + 2
    return None, at


def _year_behind(chunks: Sequence[Chunk], at: int) -> tuple[int | None, int]:
    if at < len(chunks) and chunks[at].digits == 4 and chunks[at].gap in (" ", ", ", "-", "."):
        if at + 1 < len(chunks) and chunks[at + 1].gap == ":":
            return None, at
        after = at + 1
        return chunks[at].value, after + (after < len(chunks) and chunks[after].means.get("unit") == "year")
    return None, at


def _dated(year: int | None, month: int, day: int, today: date) -> date | Phrase:
    return day_without_year(month, day, today) if year is None else calendar_day(year, month, day)

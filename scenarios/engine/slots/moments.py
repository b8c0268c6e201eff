"""Answers to "which day?" and "what time?": both may come in one sentence, and each is remembered with the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scenarios.engine.context import Slot
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.chunks import Chunk, chunks_of
from scenarios.engine.slots.clock import SPAN_STARTS, Clock, clocks_in
from scenarios.engine.slots.days import Day, days_in
from scenarios.engine.slots.reckoning import A_YEAR, NO_SUCH_DAY, day_of_month
from scenarios.engine.slots.saying import spoken_day

__all__ = ["read_date", "read_time"]

PAST_DAY = Phrase("That day is over already ({day}). Which day would suit you?")
PAST_TIME = Phrase("It is too late for that today. What time would suit you, today or on another day?")
TOO_FAR = Phrase("That is more than a year ahead ({day}). Which earlier day would suit you?")
OTHER_WEEKDAY = Phrase("The date and the day of the week do not match: that date is {day}. Which day do you mean?")
MANY_DAYS = Phrase("You have named several days. Which one suits you best?")
MANY_TIMES = Phrase("You have named several times. Which one suits you best?")
ANY_DAY = Phrase("Good, then you choose: which day would you like best? Tomorrow, for example?")
ANY_TIME = Phrase("Good, then you choose: what time would you like best? 15:00, for example?")

_SPAN_ENDS = {"morning": 12 * 60, "noon": 14 * 60, "afternoon": 18 * 60, "evening": 22 * 60, "night": 24 * 60}
"""The minute of the day when a part of it is over."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a message names: its chunks, its days and its times."""

    chunks: Sequence[Chunk]
    days: Sequence[Day]
    clocks: Sequence[Clock]

    @classmethod
    def of(cls, text: str, now: datetime, language: str, dotted: bool = True) -> _Said:
        chunks = chunks_of(text, language)
        days = days_in(chunks, now.date(), dotted)
        used = frozenset(at for day in days for at in range(day.first, day.after))
        return cls(chunks, days, clocks_in(chunks, used, now))

    def has(self, kind: str) -> bool:
        return any(kind in chunk.means for chunk in self.chunks)


def read_date(text: str, now: datetime, language: str) -> Slot | Phrase | None:
    """{"key": "2026-11-25", "time_said": "15:00"}; with "about" the time is one around which somebody may come."""
    said = _Said.of(text, now, language)
    day = _day(said, now.date()) or _counted_from_now(said, now.date())
    if day is None:
        day = _number_alone(said, now.date())
        if isinstance(day, date):
            return {"key": day.isoformat(), "type": "date"}
    if day is None:
        return ANY_DAY if said.has("any day") or _only_any_time(said) else None
    if isinstance(day, Phrase):
        return day
    clock = _clock(said.clocks, day == now.date(), now)
    if clock is PAST_TIME:
        return PAST_TIME
    if isinstance(clock, Phrase):
        # Two times, or one that does not exist, make the day no less clear.
        clock = None
    slot: Slot = {"key": day.isoformat(), "type": "date"}
    return slot if clock is None else {**slot, "time_said": _written(clock.minute), **_span(clock)}


def read_time(text: str, now: datetime, language: str) -> Slot | Phrase | None:
    """{"key": "15:00", "date_said": "2026-11-25"}; with "about" it is one around which somebody may come."""
    said = _Said.of(text, now, language)
    if not said.clocks:
        # "15.30" and "10.12" are times where nothing else is one.
        said = _Said.of(text, now, language, dotted=False)
    if not said.clocks:
        return ANY_TIME if said.has("any time") or said.has("any day") else None
    day = _day(said, now.date()) or _counted_from_now(said, now.date())
    if isinstance(day, Phrase):
        return day
    clock = _clock(said.clocks, day == now.date(), now)
    if clock is None or isinstance(clock, Phrase):
        return clock
    slot: Slot = {"key": _written(clock.minute), "type": "time", **_span(clock)}
    return slot if day is None else {**slot, "date_said": day.isoformat()}


def _day(said: _Said, today: date) -> date | Phrase | None:
    """The one day that is named; a phrase when it cannot be, or when there are several."""
    named = [day for day in said.days if day.day is not None]
    if not named:
        return next((day.trouble for day in said.days if day.trouble is not None), None)
    exact = [day for day in named if day.weekday is None]
    weekdays = {day.weekday for day in named if day.weekday is not None}
    ahead = {day.day for day in (exact or named) if day.day is not None and day.day >= today}
    days = sorted(ahead or {day.day for day in (exact or named) if day.day is not None})
    if exact and len(days) == 1 and weekdays and weekdays != {days[0].weekday()}:
        if said.has("or"):
            return MANY_DAYS
        return OTHER_WEEKDAY.having(day=spoken_day(days[0])) if ahead else PAST_DAY.having(day=spoken_day(days[0]))
    if len(days) > 1:
        return MANY_DAYS
    return _within_a_year(days[0], today)


def _within_a_year(day: date, today: date) -> date | Phrase:
    if day < today:
        return PAST_DAY.having(day=spoken_day(day))
    return TOO_FAR.having(day=spoken_day(day)) if (day - today).days > A_YEAR else day


def _counted_from_now(said: _Said, today: date) -> date | None:
    """The day of "in two hours"."""
    days = {clock.days for clock in said.clocks if clock.days is not None}
    return today + timedelta(days=days.pop()) if len(days) == 1 and not said.days else None


def _number_alone(said: _Said, today: date) -> date | Phrase | None:
    """The next day with that number, where nothing but a number was said ("на 25", "25")."""
    numbers = [chunk for chunk in said.chunks if chunk.value is not None and "at" not in chunk.means]
    if said.days or len(numbers) != 1 or not all(chunk.known for chunk in said.chunks):
        return None
    if numbers[0].digits > 2 or numbers[0].value is None or any("counter" in chunk.means for chunk in said.chunks):
        return None
    if any(clock.span or (clock.point is not None and clock.point.marked) for clock in said.clocks):
        return None
    return day_of_month(numbers[0].value, today) or NO_SUCH_DAY


def _only_any_time(said: _Said) -> bool:
    return said.has("any time") and all(chunk.known for chunk in said.chunks)


def _clock(clocks: Sequence[Clock], today: bool, now: datetime) -> Clock | Phrase | None:
    """The one time that is named; a phrase when it cannot be, or when there are several."""
    if not clocks:
        return None
    good = [clock for clock in clocks if clock.trouble is None]
    if not good:
        return clocks[0].trouble
    exact = [clock for clock in good if clock.span not in SPAN_STARTS] or good
    if len({(clock.minute, clock.until) for clock in exact}) > 1:
        return MANY_TIMES
    clock = exact[0]
    if not today or clock.days is not None:
        return clock
    return _still_ahead(clock, now.hour * 60 + now.minute)


def _still_ahead(clock: Clock, minute: int) -> Clock | Phrase:
    """A time of today, moved on to the next full hour where a span has begun; a phrase where it is over."""
    if clock.minute > minute:
        return clock
    end = clock.until if clock.until is not None else _SPAN_ENDS.get(clock.span, 0)
    end = 24 * 60 if clock.span == "after" else end
    following = (minute // 60 + 1) * 60
    if following >= end:
        return PAST_TIME
    return Clock(clock.first, clock.after, following, clock.span, clock.until)


def _written(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _span(clock: Clock) -> Slot:
    if not clock.span:
        return {}
    until = {} if clock.until is None else {"until": _written(clock.until)}
    return {"about": True, "span": clock.span, **until}

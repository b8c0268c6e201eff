"""One hour as it is said: 15:00, 3 pm, кешкі 7, пол восьмого, без пятнадцати пять, besh yarimda, quarter past two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.engine.slots.chunks import Chunk

__all__ = ["Point", "point_at"]

AFTERNOON_UNTIL = 7
"""An hour up to this one, with nothing said of morning or evening, means the afternoon: nobody books for 3 at night."""

_NOON, _LAST_HOUR, _LAST_MINUTE = 12, 24, 59
_STOPS = re.compile(r"[,.;:!?()…—–\n]")
_QUARTER, _HALF = 15, 30
_MOST_BEFORE = 4
"""Little words before an hour: "кешке сағат", "утром в"."""
_LONGEST_RANGE = 4
"""Hours between which "10-12" is a span; "10-30" and "9-15" are minutes."""


@dataclass(frozen=True, slots=True)
class Point:
    """Hour and minute as they were said, and the chunk that follows. `part` is the part of the day said with it,
    `marked` whether it can only be a time, `counted` whether a counted thing follows ("3 ta"), `loose` whether it is a
    number without minutes, `literal` whether the hour was written with a leading zero."""

    hour: int
    minutes: int
    after: int
    part: str = ""
    marked: bool = False
    counted: bool = False
    loose: bool = True
    literal: bool = False

    def minute(self, part: str) -> int | None:
        """The minute of the day, where this part of it was said ("" for none); None when no day has such a time."""
        hour = self.hour
        if hour > _LAST_HOUR or self.minutes > _LAST_MINUTE or (hour == _LAST_HOUR and self.minutes):
            return None
        if part == "am":
            hour = 0 if hour == _NOON else hour
        elif part == "pm" or part == "evening":
            hour = hour + _NOON if hour < _NOON else hour
        elif part in ("noon", "afternoon"):
            hour = hour + _NOON if hour <= AFTERNOON_UNTIL + 1 else hour
        elif part == "night":
            hour = 0 if hour == _NOON else hour + _NOON if AFTERNOON_UNTIL < hour < _NOON else hour
        elif part == "" and not self.literal and 1 <= hour <= AFTERNOON_UNTIL:
            hour += _NOON
        return hour % _LAST_HOUR * 60 + self.minutes


def point_at(chunks: Sequence[Chunk], at: int) -> Point | None:
    """The hour that is said from `at` on, None where none is."""
    part, marked, at = _lead(chunks, at)
    found = _core(chunks, at)
    if found is None:
        return None
    return _tail(chunks, found, part, marked or found.marked)


def _lead(chunks: Sequence[Chunk], at: int) -> tuple[str, bool, int]:
    """ "soat", "кешкі сағат", "утром в": a part of the day and a sign that an hour follows."""
    part, marked = "", False
    start = at
    while at + 1 < len(chunks) and at - start < _MOST_BEFORE and (at == start or not _STOPS.search(chunks[at].gap)):
        means = chunks[at].means
        if "clock before" in means and chunks[at].value is None:
            marked = True
        elif "part" in means and chunks[at].value is None and not part:
            part, marked = means["part"], True
        elif not (at > start and means.keys() & {"at", "about"} and chunks[at].value is None):
            break
        at += 1
    return part, marked, at


def _core(chunks: Sequence[Chunk], at: int) -> Point | None:
    if at >= len(chunks):
        return None
    chunk = chunks[at]
    means = chunk.means
    if "time" in means and ("filler" not in means or len(chunks) == 1):
        said = means["time"].split(":")
        return Point(int(said[0]), int(said[1]), at + 1, marked=True)
    if "midnight" in means:
        return Point(0, 0, at + 1, marked=True)
    if "half to" in means:
        return Point((int(means["half to"]) - 1) or _NOON, _HALF, at + 1, marked=True)
    if "half past" in means and (hour := _hour(chunks, at + 1)) is not None:
        return Point(hour, _HALF, at + 2, marked=True)
    if "quarter" in means or ("minus" in means):
        return _beside_hour(chunks, at)
    if chunk.value is None or "ordinal" in means:
        return None
    return _numbered(chunks, at)


def _beside_hour(chunks: Sequence[Chunk], at: int) -> Point | None:
    """quarter past five, четверть шестого, без пятнадцати пять, без четверти пять."""
    if "minus" in chunks[at].means:
        minutes = _QUARTER if _means(chunks, at + 1, "quarter") else _hour(chunks, at + 1)
        hour_at = at + 2 + _means(chunks, at + 2, "unit")
        hour = _hour(chunks, hour_at)
        return _before(hour, minutes, hour_at + 1)
    if _means(chunks, at + 1, "past") and (hour := _hour(chunks, at + 2)) is not None:
        return Point(hour, _QUARTER, at + 3, marked=True)
    if _means(chunks, at + 1, "to"):
        return _before(_hour(chunks, at + 2), _QUARTER, at + 3)
    if at + 1 < len(chunks) and "ordinal" in chunks[at + 1].means and (hour := chunks[at + 1].value):
        return Point((hour - 1) or _NOON, _QUARTER, at + 2, marked=True)
    return None


def _before(hour: int | None, minutes: int | None, after: int) -> Point | None:
    if hour is None or minutes is None or not 0 < minutes <= _LAST_MINUTE or not 1 <= hour <= _LAST_HOUR:
        return None
    return Point((hour - 1) or _NOON, 60 - minutes, after, marked=True)


def _numbered(chunks: Sequence[Chunk], at: int) -> Point | None:
    chunk = chunks[at]
    hour = chunk.value
    assert hour is not None
    if chunk.digits == 4 and hour <= _LAST_HOUR * 100 and at + 1 <= len(chunks) and chunk.gap not in (".", "/", "-"):
        # 1530; a year is no time unless it may be one
        return Point(hour // 100, hour % 100, at + 1, loose=False, literal=chunk.text.startswith("0"))
    if chunk.digits > 2 or hour > 99 or (at and chunk.gap == "" and chunks[at - 1].value is None):
        return None
    literal = chunk.digits == 2 and chunk.text.startswith("0")
    after = at + 1
    if (minutes := _minutes_behind(chunks, at)) is not None:
        gap = chunks[after].gap
        return Point(hour, minutes, after + 1, marked=gap == ":", loose=False, literal=literal)
    if _means(chunks, after, "half") and chunks[after].gap in (" ", "-", ""):
        return Point(hour, _HALF, after + 1, loose=False)
    if _means(chunks, after, "past") or _means(chunks, after, "to"):
        other = _hour(chunks, after + 1)
        if other is not None and hour % 5 == 0 and _means(chunks, after, "past"):
            return Point(other, hour, after + 2, marked=True)
    kam = _kam(chunks, after)
    if kam is not None:
        return _before(hour, *kam)
    return Point(hour, 0, after, literal=literal)


def _minutes_behind(chunks: Sequence[Chunk], at: int) -> int | None:
    """Minutes that stand behind the hour: 15:30, 15.30, 15-30, 15 30."""
    if at + 1 >= len(chunks) or not chunks[at].digits:
        return None
    behind = chunks[at + 1]
    if behind.digits != 2 or behind.value is None:
        return None
    if behind.gap == ":":
        return behind.value
    if behind.value > _LAST_MINUTE or behind.gap not in (".", "-", " "):
        return None
    if behind.gap == ".":
        return behind.value
    hour = chunks[at].value or 0
    if behind.value % 5 or (behind.gap == "-" and 0 < behind.value - hour <= _LONGEST_RANGE):
        return None
    # "15-30-40" and "1 000 000" are no times.
    further = at + 2
    if further < len(chunks) and chunks[further].digits and chunks[further].gap == behind.gap:
        return None
    return behind.value


def _kam(chunks: Sequence[Chunk], at: int) -> tuple[int, int] | None:
    """Minutes that lack to the hour before, and what follows: "beshga chorak kam", "беске он бес минут қалғанда"."""
    at += _means(chunks, at, "clock after")
    minutes = _QUARTER if _means(chunks, at, "quarter") else _hour(chunks, at)
    if minutes is None:
        return None
    at += 1
    while _means(chunks, at, "unit") or _means(chunks, at, "counter"):
        at += 1
    return (minutes, at + 1) if _means(chunks, at, "kam") else None


def _tail(chunks: Sequence[Chunk], point: Point, part: str, marked: bool) -> Point:
    """What stands behind an hour and belongs to it: часов, da, pm, вечера, minutes in words."""
    at, minutes, loose, counted = point.after, point.minutes, point.loose, False
    while at < len(chunks) and not _STOPS.search(chunks[at].gap):
        means = chunks[at].means
        if means.get("unit") == "minute" and loose:
            counted = True
            break
        if "counter" in means and not (means.keys() & {"clock after", "part"}):
            counted = True
            break
        if means.keys() & {"am", "pm"} and not part:
            part, marked = ("am" if "am" in means and "part" not in means else "pm"), True
            if "part" in means:
                part = means["part"]
        elif "part" in means and not part and chunks[at].value is None:
            part, marked = means["part"], True
        elif "clock after" in means:
            marked = True
            spoken = _minutes_in_words(chunks, at + 1) if loose else None
            if spoken is not None:
                minutes, at, loose = spoken[0], spoken[1] - 1, False
        elif loose and (marked or _in_words(chunks, at)) and (spoken := _minutes_in_words(chunks, at)) is not None:
            minutes, at, loose = spoken[0], spoken[1] - 1, False
        elif not ("the" in means and at + 1 < len(chunks) and "part" in chunks[at + 1].means):
            break
        at += 1
    return Point(point.hour, minutes, at, part, marked, counted, loose, point.literal)


def _in_words(chunks: Sequence[Chunk], at: int) -> bool:
    """Whether this and the number before are words: "пятнадцать тридцать"."""
    return not chunks[at].digits and chunks[at - 1].value is not None and not chunks[at - 1].digits


def _minutes_in_words(chunks: Sequence[Chunk], at: int) -> tuple[int, int] | None:
    """Minutes behind the hour and what follows them: "тридцать", "30 минут", "15 daqiqa"."""
    minutes = _hour(chunks, at)
    if minutes is None or chunks[at].gap not in (" ", ""):
        return None
    unit = at + 1 < len(chunks) and chunks[at + 1].means.get("unit") == "minute"
    return (minutes, at + 1 + unit) if unit or (minutes > 9 and minutes % 5 == 0) else None


def _hour(chunks: Sequence[Chunk], at: int) -> int | None:
    """A plain number up to 59 at this place."""
    if at >= len(chunks) or chunks[at].value is None or chunks[at].digits > 2 or "ordinal" in chunks[at].means:
        return None
    return chunks[at].value if (chunks[at].value or 0) <= _LAST_MINUTE else None


def _means(chunks: Sequence[Chunk], at: int, kind: str) -> bool:
    return at < len(chunks) and kind in chunks[at].means

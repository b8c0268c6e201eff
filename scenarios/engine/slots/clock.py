"""Times of day in a message: "15:00", "soat beshlarda", "в пол восьмого", "кешке", "half past three", "с 3 до 5"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.chunks import Chunk
from scenarios.engine.slots.clauses import ends_clause, refused
from scenarios.engine.slots.spoken_hours import Point, point_at

__all__ = ["Clock", "clocks_in"]

NO_SUCH_TIME = Phrase("There is no such time of day. Please write it like this: 15:00")

SPAN_STARTS = {"morning": 10 * 60, "noon": 12 * 60, "afternoon": 15 * 60, "evening": 18 * 60, "night": 21 * 60}
"""What is remembered for a part of the day: the minute of the day around which somebody may come."""

_DAY = 24 * 60
_MOST_AHEAD = 72 * 60
"""Minutes from now that are said as hours ("in 3 hours")."""
_STOPS = re.compile(r"[.;!?…\n]")
_DASHES = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time that was named by the chunks from `first` up to `after`: the minute of the day, `until` for a span with an
    end, `span` for what is not exact. `point` is the hour as it was said, for a part of the day named elsewhere; `days`
    is set where the time was counted from now."""

    first: int
    after: int
    minute: int = 0
    span: str = ""
    until: int | None = None
    point: Point | None = None
    days: int | None = None
    trouble: Phrase | None = None


def clocks_in(chunks: Sequence[Chunk], used: frozenset[int], now: datetime) -> list[Clock]:
    """All times of a message outside the chunks that name its days, those left out that are refused. A number alone
    is a time only where every other word belongs to a date or a visit ("tomorrow 3", not "3 children")."""
    bare = all(chunk.known for chunk in chunks)
    found: list[Clock] = []
    at = 0
    while at < len(chunks):
        clock = None if at in used and "day" not in chunks[at].means else _clock_at(chunks, at, used, now, bare)
        if clock is None:
            at += 1
            continue
        if not refused(chunks, clock.first, clock.after):
            found.append(clock)
        at = clock.after
    return _joined(found)


def _clock_at(chunks: Sequence[Chunk], at: int, used: frozenset[int], now: datetime, bare: bool) -> Clock | None:
    clock = _from_now(chunks, at, now) or _between(chunks, at, bare) or _bounded(chunks, at) or _exact(chunks, at, bare)
    if clock is not None and used.isdisjoint(range(clock.first, clock.after)):
        return clock
    part = chunks[at].means.get("part")
    if part is None or "number" in chunks[at].means:
        return None
    return Clock(at, at + 1, SPAN_STARTS[part], part)


def _from_now(chunks: Sequence[Chunk], at: int, now: datetime) -> Clock | None:
    """now, через час, in 30 minutes, ikki soatdan keyin, жарты сағаттан кейін."""
    if "now" in chunks[at].means:
        return _ahead(at, at + 1, now, 0)
    leads = "in" in chunks[at].means
    length_at = at + leads
    if length_at >= len(chunks):
        return None
    length, after = _length(chunks, length_at)
    if length is None:
        return None
    if not leads:
        if after >= len(chunks) or "later" not in chunks[after].means or _STOPS.search(chunks[after].gap):
            return None
        after += 1
    return _ahead(at, after, now, length) if length <= _MOST_AHEAD else None


def _length(chunks: Sequence[Chunk], at: int) -> tuple[int | None, int]:
    """Minutes of a length of time, and what follows: "2 часа", "полтора часа", "half an hour", "час"."""
    chunk = chunks[at]
    if "halfhour" in chunk.means:
        return 30, at + 1
    factor: float = 1
    if chunk.value is not None or "fraction" in chunk.means:
        factor = float(chunk.value) if chunk.value is not None else float(chunk.means["fraction"])
        at += 1
        if at < len(chunks) and "half" in chunks[at].means:
            factor, at = factor + 0.5, at + 1
    unit = chunks[at].means.get("unit") if at < len(chunks) else None
    if unit not in ("hour", "minute") or factor > _MOST_AHEAD:
        return None, at
    return int(factor * (60 if unit == "hour" else 1)), at + 1


def _ahead(first: int, after: int, now: datetime, minutes: int) -> Clock:
    """So many minutes from now, rounded up to five."""
    at = -(-(now.hour * 60 + now.minute + minutes) // 5) * 5
    return Clock(first, after, at % _DAY, "around", days=at // _DAY)


def _between(chunks: Sequence[Chunk], at: int, bare: bool) -> Clock | None:
    """с 3 до 5, between 3 and 5, 3 dan 5 gacha, 3-тен 5-ке дейін, 15:00-17:00, 3-5 вечера."""
    leads = chunks[at].value is None and bool(chunks[at].means.keys() & {"from", "at", "about"})
    start = point_at(chunks, at + leads)
    if start is None:
        return None
    link = start.after
    dan = link < len(chunks) and "dan" in chunks[link].means
    link += dan
    if link >= len(chunks) or _STOPS.search(chunks[link].gap.strip() or " "):
        return None
    linked = bool(chunks[link].means.keys() & {"range", "until"})
    if not linked and not (chunks[link].gap.strip() and set(chunks[link].gap.strip()) <= _DASHES) and not dan:
        return None
    end = point_at(chunks, link + linked)
    if end is None:
        return None
    after, closed = end.after, False
    while after < len(chunks) and chunks[after].means.keys() & {"until after", "from"}:
        after, closed = after + 1, True
    if not linked and not dan and start.loose and end.loose and not (closed or bare or end.marked):
        return None
    if not (leads or dan or closed or start.marked or end.marked or (bare and not end.counted)):
        return None
    if not (end.marked or closed or ends_clause(chunks, after)):
        return None
    part = start.part or end.part
    low, high = start.minute(part), end.minute(part)
    if low is None or high is None:
        return None
    if high <= low and high + _DAY // 2 < _DAY:
        high += _DAY // 2
    return Clock(at, after, low, "between", high) if high > low else None


def _bounded(chunks: Sequence[Chunk], at: int) -> Clock | None:
    """после 3, after 5 pm, 5 dan keyin, 5-тен кейін; до 12, before noon, 5 gacha, 5-ке дейін."""
    after_said, before_said = "after" in chunks[at].means, "until" in chunks[at].means
    start = at + 1 if after_said or before_said else at
    if start < len(chunks) and (after_said or before_said) and "at" in chunks[start].means:
        start += 1
    point = point_at(chunks, start)
    if point is None:
        return None
    after = point.after
    if not (after_said or before_said):
        if after + 1 < len(chunks) and "dan" in chunks[after].means and "later" in chunks[after + 1].means:
            after_said, after = True, after + 2
        elif after < len(chunks) and "until after" in chunks[after].means:
            before_said, after = True, after + 1
        else:
            return None
    elif not (point.marked or ends_clause(chunks, after)) or point.counted:
        return None
    minute = point.minute(point.part)
    if minute is None:
        return None
    if after_said:
        return Clock(at, after, minute, "after", point=point)
    return Clock(at, after, max(0, minute - 60), "before", minute, point)


def _exact(chunks: Sequence[Chunk], at: int, bare: bool) -> Clock | None:
    """15:00, в 3, soat 5 da, около семи, кешкі 7, half past three; a number alone when nothing else was said."""
    about, first = "about" in chunks[at].means, at
    asked = about or (bool(chunks[at].means.keys() & {"at"}) and chunks[at].value is None)
    point = point_at(chunks, at + asked)
    if point is None or point.counted:
        return None
    after = point.after
    if after < len(chunks) and "about" in chunks[after].means and not _STOPS.search(chunks[after].gap):
        about, asked, after = True, True, after + 1
    if not (point.marked or (asked and ends_clause(chunks, after)) or bare):
        return None
    minute = point.minute(point.part)
    if minute is None:
        sure = point.marked or asked or len(chunks) == 1
        return Clock(first, after, trouble=NO_SUCH_TIME) if sure else None
    return Clock(first, after, minute, "around" if about else "", point=point)


def _joined(clocks: list[Clock]) -> list[Clock]:
    """A part of the day makes an hour that was said beside it exact: "вечером, если можно, в 7"."""
    parts = [clock for clock in clocks if clock.span in SPAN_STARTS]
    others = [clock for clock in clocks if clock.span not in SPAN_STARTS]
    if len({clock.span for clock in parts}) != 1 or not others:
        return clocks
    part = parts[0].span
    joined: list[Clock] = []
    for clock in others:
        minute = clock.point.minute(part) if clock.point is not None and not clock.point.part else None
        if minute is None or clock.trouble is not None:
            joined.append(clock)
        elif clock.span == "before":
            joined.append(replace(clock, minute=max(0, minute - 60), until=minute))
        else:
            joined.append(replace(clock, minute=minute))
    return joined

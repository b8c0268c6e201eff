"""Unusual silence: the rule, and how often it is wrong."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from scenarios.engine import silence
from scenarios.engine.hours import WEEKDAYS, Hours

TASHKENT = ZoneInfo("Asia/Tashkent")
HOURS = Hours({day: (time(9), time(21)) for day in WEEKDAYS}, frozenset({"03-21", "2027-05-09"}), TASHKENT)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("earlier", "unusual"),
    [
        ([20, 20, 20, 20], True),
        ([30, 22, 25, 40, 31, 28, 19, 26], True),
        ([20, 20, 20], False),  # too few weeks to know
        ([19, 19, 19, 19, 19, 19, 19, 19], False),  # too few people to miss
        ([30, 30, 30, 30, 30, 30, 30, 9], False),  # it was nearly as quiet before
        ([60, 60, 60, 60, 0], False),  # it was as quiet before
        ([0, 0, 0, 0, 0, 0, 0, 0], False),  # nobody writes at night
        ([], False),
    ],
)
def test_silence_is_unusual_where_people_always_write(earlier: list[int], unusual: bool) -> None:
    assert silence.is_unusual(earlier) is unusual


def test_a_stretch_is_compared_with_the_same_hour_of_the_week_by_the_businesss_clock() -> None:
    berlin = Hours(HOURS.week, HOURS.holidays, ZoneInfo("Europe/Berlin"))
    # Monday, 5 April 2027, 11:00 in Berlin; the clocks were changed on 28 March.
    now = datetime(2027, 4, 5, 9, 0, tzinfo=UTC)

    stretches = silence.same_stretches(now, 60, berlin, LONG_AGO)

    assert len(stretches) == silence.WEEKS
    assert {(start.strftime("%a %H:%M"), end.strftime("%a %H:%M")) for start, end in stretches} == {
        ("Mon 10:00", "Mon 11:00")
    }
    assert stretches[0][1].astimezone(UTC) == datetime(2027, 3, 29, 9, 0, tzinfo=UTC)
    assert stretches[1][1].astimezone(UTC) == datetime(2027, 3, 22, 10, 0, tzinfo=UTC)


def test_weeks_before_the_desk_began_say_nothing() -> None:
    now = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)

    assert len(silence.same_stretches(now, 60, HOURS, now - timedelta(weeks=3))) == 2


@pytest.mark.parametrize(
    ("at", "ordinary"),
    [
        ("2027-03-20 12:00", True),
        ("2027-03-21 12:00", False),  # Navruz
        ("2027-03-22 00:30", False),  # began on Navruz
        ("2027-05-09 12:00", False),
        ("2028-05-09 12:00", True),
    ],
)
def test_on_a_holiday_nothing_is_unusual(at: str, ordinary: bool) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=TASHKENT)

    assert silence.is_ordinary_day(now, 60, HOURS) is ordinary


@pytest.mark.parametrize(
    ("rough", "most_a_year"),
    [(0.0, 0.05), (0.2, 0.1), (0.3, 0.5), (0.5, 5.0)],
    ids=["at random", "a fifth", "a third", "a half"],
)
@pytest.mark.parametrize("an_hour", [4, 12, 40])
def test_false_alarms_are_rare(an_hour: float, rough: float, most_a_year: float) -> None:
    """Thirty years of a desk that is never deaf, open 9 to 21. `rough`: by how much of itself a day, and an hour,
    differs from what is usual for it (standard deviation), beside the chance of people coming."""
    counts = _desk(an_hour, rough, 30)

    alarms = _alarms(counts) / 30

    sys.stderr.write(f"\n{an_hour:3} an hour, differing by {rough:.0%}: {alarms:.2f} false alarms a year\n")
    assert alarms <= most_a_year


@pytest.mark.parametrize(("an_hour", "minutes"), [(60, 30), (40, 60), (15, 120), (8, 240)])
def test_a_deaf_desk_is_found_within(an_hour: float, minutes: int) -> None:
    """The desk of the example went deaf at noon: in nearly all of a year's weeks it is told by then."""
    counts = _desk(an_hour, 0.15, 1)
    weeks, bins = counts.shape
    noon = 3 * 48 + 24
    found = 0
    for week in range(silence.WEEKS, weeks):
        deaf = counts[: week + 1].copy()
        deaf[week, noon:] = 0
        found += any(
            not _in(deaf, week, noon + minutes // 30, one)
            and silence.is_unusual([_in(deaf, week - back, noon + minutes // 30, one) for back in range(1, 9)])
            for one in silence.STRETCHES
            if one <= minutes
        )

    assert bins == 7 * 48
    assert found >= 0.9 * (weeks - silence.WEEKS)


def _desk(an_hour: float, rough: float, years: int) -> np.ndarray:
    """Conversations that begin, by week and half-hour of the week."""
    chance = np.random.default_rng(7)
    weeks = 52 * years + silence.WEEKS
    usual = np.array([an_hour / 2 if 18 <= half < 42 else an_hour / 40 for half in range(48)])
    rate = np.broadcast_to(usual, (weeks, 7, 48))
    if rough:
        day = chance.gamma(1 / rough**2, rough**2, (weeks, 7, 1))
        hour = np.repeat(chance.gamma(1 / rough**2, rough**2, (weeks, 7, 24)), 2, axis=2)
        rate = rate * day * hour
    return chance.poisson(rate).reshape(weeks, 7 * 48)


def _in(counts: np.ndarray, week: int, end: int, minutes: int) -> int:
    return int(counts[week, end - minutes // 30 : end].sum())


def _alarms(counts: np.ndarray) -> int:
    """How often an alarm begins, looked for every half hour: the rule, for many weeks at once."""
    flat = counts.reshape(-1)
    sums = np.concatenate([[0], np.cumsum(flat)])
    ends = np.arange(silence.WEEKS * 336 + 8, len(flat) + 1)
    alarm = np.zeros(len(ends), dtype=bool)
    for minutes in silence.STRETCHES:
        halves = minutes // 30
        earlier = np.stack([sums[ends - w * 336] - sums[np.maximum(ends - w * 336 - halves, 0)] for w in range(1, 9)])
        quiet = np.flatnonzero((sums[ends] == sums[ends - halves]) & (earlier.min(axis=0) > 0))
        alarm[quiet] |= [silence.is_unusual(earlier[:, one].tolist()) for one in quiet]
    return int(np.sum(alarm[1:] & ~alarm[:-1]))

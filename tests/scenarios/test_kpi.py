"""The figures, by hand-computed tables and by properties."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine.hours import WEEKDAYS, Hours
from scenarios.engine.kpi import CaseRow, Recommendations, Spread, business_seconds, figures, percentile, trend
from storage.transcripts import _told

TASHKENT = ZoneInfo("Asia/Tashkent")
HOURS = Hours({day: (time(9), time(21)) for day in WEEKDAYS}, frozenset({"09-01"}), TASHKENT)
SHORT_WEEK = Hours({"mon": (time(10), time(18)), "sat": (time(10), time(14))}, frozenset(), ZoneInfo("Europe/Berlin"))


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on the clocks of Tashkent, in UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=TASHKENT).astimezone(UTC)


def case(opened: datetime, channel: str = "telegram", segment: str = "new", **more: object) -> CaseRow:
    return CaseRow(f"C{opened:%d%H%M}", 1, channel, segment, opened, **more)  # type: ignore[arg-type]


def minutes(moment: datetime, many: float) -> datetime:
    return moment + timedelta(minutes=many)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7], 0.9, 7),
        ([1, 2], 0.5, 1.5),
        ([4, 1, 3, 2], 0.5, 2.5),
        ([1, 2, 3, 4, 5], 0.9, 4.6),
        ([10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 0.9, 91),
        ([5, 5, 5], 0.9, 5),
        ([3, 1, 2], 0.0, 1),
        ([3, 1, 2], 1.0, 3),
    ],
)
def test_a_percentile_lies_between_the_two_nearest_ranks(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == pytest.approx(expected)


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        percentile([], 0.5)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (local(24, 10), local(24, 11, 30), 1.5),
        (local(24, 20), local(25, 10), 2),
        (local(24, 22), local(25, 8), 0),
        (local(24, 8), local(24, 22), 12),
        (local(24, 21), local(25, 9), 0),
        (local(20, 12), local(23, 12), 36),
        (local(24, 12), local(24, 12), 0),
        (local(24, 12), local(24, 11), 0),
    ],
)
def test_business_seconds_are_those_in_opening_hours(start: datetime, end: datetime, hours: float) -> None:
    assert business_seconds(start, end, HOURS) == hours * 3600


def test_a_holiday_has_no_business_seconds() -> None:
    start, end = datetime(2026, 8, 31, 15, tzinfo=UTC), datetime(2026, 9, 2, 5, tzinfo=UTC)
    # 20:00 to 21:00 on 31 August, nothing on the holiday, 9:00 to 10:00 on 2 September.
    assert business_seconds(start, end, HOURS) == 2 * 3600


def test_a_change_of_the_clocks_does_not_lengthen_a_day() -> None:
    # Clocks went back in Berlin on Sunday 2026-10-25; from Saturday noon to Monday 11:00 are 2 + 1 open hours.
    zone = ZoneInfo("Europe/Berlin")
    start, end = datetime(2026, 10, 24, 12, tzinfo=zone), datetime(2026, 10, 26, 11, tzinfo=zone)
    assert business_seconds(start, end, SHORT_WEEK) == 3 * 3600


def week() -> list[CaseRow]:
    """Six conversations of three days, and one outside."""
    a, b, c = local(22, 10), local(22, 20, 50), local(23, 11)
    d, e, f = local(24, 12), local(24, 13), local(24, 14)
    return [
        # Answered by the bot alone.
        case(a, ended_at=minutes(a, 5)),
        # Handed off at 20:55, answered the next day at 9:10: 735 minutes by the clock, 15 in opening hours.
        case(
            b, "whatsapp", "unhappy", handed_off_at=minutes(b, 5), replied_at=minutes(b, 740),
            closed_at=minutes(b, 800), asked_rating=True, rating=2,
        ),
        # Handed off, answered after 5 minutes, closed after 65.
        case(
            c, handed_off_at=c, replied_at=minutes(c, 5), closed_at=minutes(c, 65), asked_rating=True, rating=5
        ),
        # Handed off and waiting.
        case(d, segment="repeat", handed_off_at=minutes(d, 1)),
        # An agent stepped in: no wait, but closed after 30 minutes and asked without an answer.
        case(
            e, segment="repeat", handed_off_at=e, replied_at=e, closed_at=minutes(e, 30), asked_rating=True,
            stepped_in=True,
        ),
        # Left in the middle.
        case(f),
        case(local(21, 23, 59), ended_at=local(22, 1)),
    ]  # fmt: skip


def test_figures_of_a_small_week_are_what_a_person_computes() -> None:
    found = figures(week(), HOURS, local(22, 0), local(24, 18))
    assert (found.count.conversations, found.count.bot_alone, found.count.handed_off) == (6, 1, 4)
    assert found.count.under_way == 1
    assert found.stepped_in == 1
    # 735 and 5 minutes: half way between is 370, nine tenths of the way is 662.
    assert found.first_response == Spread(2, 370 * 60, 662 * 60)
    # 15 and 5 minutes.
    assert found.first_response_open == Spread(2, 10 * 60, 14 * 60)
    # 800, 65 and 30 minutes.
    assert found.resolution.count == 3
    assert found.resolution.median == 65 * 60
    assert found.resolution.p90 == pytest.approx(653 * 60)
    # 20:50 to 21:00 and 9:00 to 10:10 are 80 minutes; 65 and 30 are as they are.
    assert found.resolution_open.median == 65 * 60
    assert found.resolution_open.p90 == pytest.approx(77 * 60)


def test_ratings_come_with_how_many_were_asked() -> None:
    ratings = figures(week(), HOURS, local(22, 0), local(24, 18)).ratings
    assert (ratings.asked, ratings.count, ratings.each) == (3, 2, (0, 1, 0, 0, 1))
    assert ratings.average == 3.5
    assert ratings.good == 1
    assert ratings.response_rate == pytest.approx(2 / 3)


def test_groups_are_ordered_by_size_and_each_has_its_counts() -> None:
    found = figures(week(), HOURS, local(22, 0), local(24, 18))
    assert [(g.name, g.count.conversations, g.count.handed_off) for g in found.channels] == [
        ("telegram", 5, 3),
        ("whatsapp", 1, 1),
    ]
    assert [(g.name, g.count.conversations, g.first_response.count) for g in found.segments] == [
        ("new", 3, 1),
        ("repeat", 2, 0),
        ("unhappy", 1, 1),
    ]


def test_a_trend_has_every_day_with_its_conversations() -> None:
    days = figures(week(), HOURS, local(21, 0), local(24, 18)).days
    assert [(f"{one.start:%d %H:%M}", one.count.conversations) for one in days] == [
        ("21 00:00", 1),
        ("22 00:00", 2),
        ("23 00:00", 1),
        ("24 00:00", 3),
    ]


def test_a_trend_by_hour_has_every_hour_so_far() -> None:
    hours = trend(week(), HOURS, local(24, 0), local(24, 18), by_hour=True)
    assert len(hours) == 18
    assert [index for index, one in enumerate(hours) if one.count.conversations] == [12, 13, 14]


def test_a_trend_by_hour_survives_the_night_of_a_change_of_the_clocks() -> None:
    zone = ZoneInfo("Europe/Berlin")
    since, until = datetime(2026, 10, 25, tzinfo=zone), datetime(2026, 10, 26, tzinfo=zone)
    hours = trend([case(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))], SHORT_WEEK, since, until, by_hour=True)
    assert len(hours) == 25
    assert sum(one.count.conversations for one in hours) == 1


def test_no_conversations_give_figures_without_division() -> None:
    found = figures([], HOURS, local(24, 0), local(24, 18))
    assert found.count.conversations == 0
    assert found.first_response == Spread(0)
    assert found.ratings.average is None
    assert found.ratings.response_rate is None
    assert len(found.days) == 1


def test_a_clock_that_was_set_back_makes_no_negative_wait() -> None:
    opened = local(24, 12)
    found = figures(
        [case(opened, handed_off_at=opened, replied_at=minutes(opened, -3))], HOURS, local(24, 0), local(25, 0)
    )
    assert found.first_response == Spread(1, 0, 0)


def test_a_case_at_the_end_of_the_period_belongs_to_the_next() -> None:
    found = figures([case(local(24, 0)), case(local(25, 0))], HOURS, local(24, 0), local(25, 0))
    assert found.count.conversations == 1


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
VALUES = st.lists(st.floats(0, 1e7), min_size=1, max_size=60)


@given(VALUES, st.floats(0, 1), st.floats(0, 1))
def test_percentiles_stay_within_the_values_and_grow_with_the_share(
    values: list[float], one: float, two: float
) -> None:
    low, high = sorted((one, two))
    assert min(values) <= percentile(values, low) * (1 + 1e-9) + 1e-9
    assert percentile(values, high) <= max(values) * (1 + 1e-9) + 1e-9
    assert percentile(values, low) <= percentile(values, high) * (1 + 1e-9) + 1e-9


@given(VALUES)
def test_half_is_the_median_of_the_standard_library(values: list[float]) -> None:
    assert percentile(values, 0.5) == pytest.approx(statistics.median(values))


@given(st.lists(MOMENTS, min_size=3, max_size=3), st.sampled_from([HOURS, SHORT_WEEK]))
def test_business_seconds_add_up_and_never_exceed_the_clock(moments: list[datetime], hours: Hours) -> None:
    start, middle, end = sorted(moments)
    whole = business_seconds(start, end, hours)
    assert whole == pytest.approx(business_seconds(start, middle, hours) + business_seconds(middle, end, hours))
    assert 0 <= whole <= (end - start).total_seconds()


@st.composite
def cases(draw: st.DrawFn) -> CaseRow:
    opened = draw(st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 30), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy adds the zone
    handed = draw(st.none() | st.just(minutes(opened, 2)))
    replied = draw(st.none() | st.just(minutes(opened, draw(st.integers(2, 900))))) if handed else None
    ended = draw(st.none() | st.just(minutes(opened, 1)))
    rating = draw(st.none() | st.integers(1, 5))
    channel, segment = draw(st.sampled_from(["telegram", "whatsapp"])), draw(st.sampled_from(["new", "repeat", ""]))
    return CaseRow("C", 1, channel, segment, opened, handed, replied, replied, ended, draw(st.booleans()), rating)


@given(st.lists(cases(), max_size=30))
def test_parts_add_up_to_the_whole(rows: list[CaseRow]) -> None:
    found = figures(rows, HOURS, local(5, 0), local(25, 0))
    inside = [row for row in rows if local(5, 0) <= row.opened_at < local(25, 0)]
    assert found.count.conversations == len(inside)
    assert found.count.under_way >= 0
    assert found.count.bot_alone + found.count.handed_off <= found.count.conversations
    for parts in (found.channels, found.segments, found.days):
        assert sum(part.count.conversations for part in parts) == len(inside)
        assert sum(part.first_response.count for part in parts) == found.first_response.count
    assert found.ratings.count <= found.ratings.asked
    assert found.first_response.count <= found.count.handed_off
    if found.first_response.median is not None and found.first_response_open.median is not None:
        assert found.first_response_open.median <= found.first_response.median


def test_taking_a_conversation_that_nobody_handed_off_is_no_wait() -> None:
    opened = local(24, 12)
    taken = _told(case(opened), "taken", minutes(opened, 3), "", "new", "7")
    assert (taken.stepped_in, taken.handed_off_at, taken.agent) == (True, minutes(opened, 3), "7")
    handed = _told(case(opened), "handed_off", minutes(opened, 1), "sales", "new", "")
    taken = _told(handed, "taken", minutes(opened, 3), "", "new", "7")
    assert (taken.stepped_in, taken.handed_off_at, taken.agent) == (False, minutes(opened, 1), "7")


def test_recommendations_are_those_who_would_less_those_who_would_not() -> None:
    since, until = local(23, 0), local(24, 0)
    cases = [case(local(23, 10, at), recommends=score) for at, score in enumerate((10, 9, 8, 7, 6, 0, 10, 10))]
    assert figures(cases, HOURS, since, until).recommendations == Recommendations(8, 25.0)
    assert figures([], HOURS, since, until).recommendations == Recommendations(0)


def test_an_answer_to_whether_they_would_recommend_us_is_of_its_conversation() -> None:
    assert _told(case(local(23, 10)), "recommended", local(23, 11), "9", "", "").recommends == 9

"""What scenarios may know: each declared fact is provided, with the type that is declared for it, to every customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from handlers.fact_names import DESK_FACTS
from handlers.world import Moment
from scenarios.engine.context import Context
from scenarios.engine.hours import Hours
from scenarios.engine.phrases import Phrase
from scenarios.engine.visits import Span, VisitRules, free_times, has_room, may_begin
from scenarios.engine.world import Fact, Option
from tests.shipped import LANGUAGES, MONDAY_NOON, ZONE, book, business, texts

RULES = VisitRules(capacity=1, minutes=120, ahead_days=14, notice_hours=2)
NIGHT = MONDAY_NOON + timedelta(hours=11)
LONGEST_ROW = 24
"""Letters on a row of a WhatsApp list."""


def order(
    id: str = "v1", days: float = 1, status: str = "booked", service: str = "fridge", **more: str
) -> dict[str, Any]:
    """An order that begins so many days from Monday noon."""
    at = MONDAY_NOON + timedelta(days=days)
    return {"id": id, "service": service, "at": at.isoformat(), "status": status, "place": "", **more}


def known(**known_: Any) -> Context:
    """A customer of whom much is known."""
    return Context(
        "c1", **{"name": "Aziza Karimova", "phone": "+998", "language": "uz", "channel": "telegram", **known_}
    )


def world(at: datetime = MONDAY_NOON, taken: tuple[Span, ...] = (), **changes: Any) -> Moment:
    """The example business at a moment."""
    return Moment(at, replace(business(), **changes), texts(), "uz", 15, taken)


def said(fact: Fact | None, language: str = "en") -> str:
    """A fact in words."""
    assert isinstance(fact, Phrase), fact
    return texts().render(fact, language)


def options(fact: Fact | None) -> tuple[Option, ...]:
    """A fact that is a list."""
    assert isinstance(fact, tuple), fact
    return fact


def keys(fact: Fact | None) -> list[str]:
    """The keys of a list."""
    return [option.key for option in options(fact)]


def test_what_is_declared_is_what_the_desk_knows() -> None:
    declared = {name: fact.type for name, fact in book().facts.items() if name not in business().own_types}
    assert declared == dict(DESK_FACTS)
    assert {name: book().facts[name].type for name in business().own_types} == business().own_types


@pytest.mark.parametrize("name", sorted(DESK_FACTS))
def test_each_fact_is_provided_and_has_its_type(name: str) -> None:
    slots = {"service": {"key": "fridge"}, "day": {"key": "2026-11-24"}}
    context = known(
        segment="repeat", slots=slots, orders=[order(), order("v0", -3, place="Chilonzor 12"), order("v2", -9)]
    )
    fact = world().fact(name, context)
    kinds = {"text": (str, Phrase), "number": (int,), "yes_no": (bool,), "choices": (tuple,)}
    assert isinstance(fact, kinds[DESK_FACTS[name]]), fact
    assert not (DESK_FACTS[name] == "number" and isinstance(fact, bool))


@pytest.mark.parametrize("name", sorted(DESK_FACTS))
def test_each_fact_copes_with_a_customer_of_whom_nothing_is_known(name: str) -> None:
    world().fact(name, Context("c1"))


def test_the_businesss_own_facts_are_known_too() -> None:
    assert world().fact("masters", Context("c1")) == 5
    assert said(world().fact("market_price", Context("c1")), "ru") == "от 250 000 сум"
    assert business().own_types == {"market_price": "text", "masters": "number"}


def test_free_days_are_those_on_which_a_visit_can_begin() -> None:
    found = keys(world().fact("free_days", known()))
    assert found[0] == "2026-11-23"
    assert found[-1] == "2026-12-07"
    assert len(found) == 15
    assert keys(world(NIGHT).fact("free_days", known()))[0] == "2026-11-24", "today is over"


def test_a_holiday_is_no_free_day() -> None:
    before = datetime(2026, 12, 30, 12, tzinfo=ZONE)
    assert "2027-01-01" not in keys(world(before).fact("free_days", known()))
    assert "2027-01-02" in keys(world(before).fact("free_days", known()))


def test_where_nobody_can_book_there_are_no_free_days_and_times() -> None:
    context = known(slots={"day": {"key": "2026-11-24"}})
    assert world(visits=None).fact("free_days", context) is None
    assert world(visits=None).fact("free_times", context) is None


def test_free_times_are_those_of_the_chosen_day_with_enough_notice() -> None:
    context = known(slots={"day": {"key": "2026-11-23"}})
    assert keys(world().fact("free_times", context)) == ["15:00", "17:00", "19:00"]
    context.slots["day"] = {"key": "2026-11-24"}
    assert keys(world().fact("free_times", context)) == ["09:00", "11:00", "13:00", "15:00", "17:00", "19:00"]
    for wrong in ("tomorrow", "2026-11-22", ""):
        context.slots["day"] = {"key": wrong}
        assert world().fact("free_times", context) is None
    assert world().fact("free_times", known()) is None, "no day is chosen"


def test_what_is_taken_is_not_free_and_a_day_that_is_full_is_gone() -> None:
    noon = datetime(2026, 11, 24, 13, tzinfo=ZONE)
    whole = tuple((noon.replace(hour=hour), noon.replace(hour=hour + 2)) for hour in range(9, 21, 2))
    context = known(slots={"day": {"key": "2026-11-24"}})
    one = replace(business().visits, capacity=1)  # type: ignore[type-var]
    assert "13:00" not in keys(world(taken=whole[2:3], visits=one).fact("free_times", context))
    assert "13:00" in keys(world(taken=whole[2:3]).fact("free_times", context)), "the business has two hands"
    assert "2026-11-24" not in keys(world(taken=whole, visits=one).fact("free_days", context))


def test_only_the_visits_around_a_day_are_looked_at_to_find_what_is_free() -> None:
    class Booked(Sequence[Span]):
        """Visits that know which of them were asked for."""

        def __init__(self, spans: Sequence[Span]) -> None:
            self.spans = spans
            self.looked: set[date] = set()

        def __len__(self) -> int:
            return len(self.spans)

        def __getitem__(self, place: Any) -> Any:
            found = self.spans[place]
            if isinstance(place, slice):
                self.looked |= {begins.date() for begins, _ in found}
            return found

    first = datetime(2026, 11, 20, 0, tzinfo=UTC)
    starts = [first + timedelta(minutes=30 * number) for number in range(48 * 30)]
    taken = Booked(tuple((start, start + timedelta(hours=2)) for start in starts))
    context = known(slots={"day": {"key": "2026-11-30"}})
    assert world(taken=taken).fact("free_times", context) is None, "four are under way at every moment"
    assert taken.looked == {date(2026, 11, 29), date(2026, 11, 30)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_days_and_orders_fit_on_a_row_in_every_language(language: str) -> None:
    for month in range(1, 13):
        at = datetime(2026, month, 21, 12, tzinfo=ZONE)
        for option in options(world(at).fact("free_days", known())):
            assert 0 < len(texts().render(option.label, language)) <= LONGEST_ROW
        orders = [{**order(), "at": (at + timedelta(days=day)).isoformat()} for day in range(1, 10)]
        for option in options(world(at).fact("orders", known(orders=orders))):
            assert 0 < len(texts().render(option.label, language)) <= LONGEST_ROW


def test_days_are_said_as_people_say_them() -> None:
    today, tomorrow, third, *_ = options(world().fact("free_days", known()))
    assert [texts().render(today.label, language) for language in ("uz", "kk", "ru", "en")] == [
        "Bugun, 23-noyabr",
        "Бүгін, 23 қараша",
        "Сегодня, 23 ноября",
        "Today, 23 November",
    ]
    assert texts().render(tomorrow.label, "uz_Cyrl") == "Эртага, 24-ноябрь"
    assert texts().render(third.label, "ru") == "Среда, 25 ноября"
    for word in ("ertaga", "завтра", "ертең", "tomorrow", "24.11", "вторник", "сейсенбі"):
        assert word in tomorrow.synonyms.split(" | ")


def test_the_day_is_the_businesss_own_and_not_the_servers() -> None:
    half_past_midnight = datetime(2026, 11, 24, 0, 30, tzinfo=ZONE)
    assert keys(world(half_past_midnight).fact("free_days", known()))[0] == "2026-11-24"
    assert said(world(half_past_midnight).fact("next_visit", known(orders=[order()]))).endswith(
        "Today, 24 November, 12:00"
    )


def test_orders_are_the_visits_ahead_the_next_one_first() -> None:
    context = known(orders=[order("v3", 3), order("v1", 1), order("v2", 2, "cancelled"), order("v0", -1)])
    assert keys(world().fact("orders", context)) == ["v1", "v3"]
    assert said(options(world().fact("orders", context))[0].label, "ru") == "24 ноября, 12:00"
    assert world().fact("has_orders", context) is True
    assert said(world().fact("next_visit", context)) == "Fridge repair, Tomorrow, 24 November, 12:00"
    nothing = known(orders=[order("v0", -1)])
    assert world().fact("orders", nothing) is None
    assert world().fact("booked", nothing) is False
    assert world().fact("next_visit", nothing) is None


def test_an_orders_status_is_a_sentence() -> None:
    context = known(orders=[order("v2", 2, "cancelled"), order("v1", 1), order("v0", -1)])
    assert said(world().fact("order_status", context)) == "Fridge repair: Tomorrow, 24 November, 12:00. We are coming."
    context.slots["order"] = {"key": "v2"}
    assert said(world().fact("order_status", context)) == "Fridge repair, Wednesday, 25 November, 12:00: cancelled."
    context.slots["order"] = {"key": "v0"}
    assert said(world().fact("order_status", context)) == "Fridge repair, Sunday, 22 November, 12:00: done."
    context.slots["order"] = {"key": "somebody else's"}
    assert world().fact("order_status", context) is None
    assert world().fact("order_status", known()) is None


def test_the_usual_and_the_last_follow_from_orders() -> None:
    context = known(
        orders=[
            order("a", -9, service="home", place="Chilonzor 12"),
            order("b", -8, service="home"),
            order("c", -2, service="sofa"),
            order("d", -1, "cancelled", service="windows"),
            order("e", -1, "cancelled", service="windows"),
        ]
    )
    assert said(world().fact("usual", context)) == "Home cleaning"
    assert said(world().fact("last_service", context)) == "Sofa and carpet cleaning"
    assert world().fact("last_place", context) == "Chilonzor 12"
    assert world().fact("visits", context) == 3
    assert said(world().fact("last_service", known(last_service="fridge"))) == "Fridge repair"
    assert world().fact("usual", known()) is None


def test_whoever_was_asked_within_ninety_days_is_not_asked_to_recommend_us() -> None:
    for days, due in ((None, True), (0, False), (89, False), (90, True)):
        asked = None if days is None else MONDAY_NOON - timedelta(days=days)
        assert world().fact("nps_due", known(nps_asked_at=asked)) is due


# -- when a visit may begin -------------------------------------------------------------------------------

WEEK = {day: (time(9), time(21)) for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
HOURS = Hours(WEEK, frozenset(), ZONE)


@pytest.mark.parametrize(
    ("begins", "may"),
    [
        ("2026-11-23T14:00", True),
        ("2026-11-23T13:59", False),
        ("2026-11-24T09:00", True),
        ("2026-11-24T08:59", False),
        ("2026-11-24T19:00", True),
        ("2026-11-24T19:01", False),
        ("2026-11-29T12:00", False),
        ("2026-12-07T19:00", True),
        ("2026-12-08T09:00", False),
        ("2026-11-22T12:00", False),
    ],
)
def test_a_visit_lies_within_the_hours_neither_too_soon_nor_too_far(begins: str, may: bool) -> None:
    assert may_begin(datetime.fromisoformat(begins).replace(tzinfo=ZONE), MONDAY_NOON, RULES, HOURS) is may


def test_there_is_room_while_fewer_are_under_way_at_every_moment() -> None:
    def span(begins: float, ends: float) -> Span:
        return MONDAY_NOON + timedelta(hours=begins), MONDAY_NOON + timedelta(hours=ends)

    assert has_room(span(0, 2), [], 1)
    assert not has_room(span(0, 2), [span(1, 3)], 1)
    assert has_room(span(0, 2), [span(2, 4), span(-2, 0)], 1), "what ends when it begins is no hindrance"
    assert has_room(span(0, 2), [span(-1, 1), span(1, 3)], 2), "never more than one of them at a time"
    assert not has_room(span(0, 2), [span(-1, 1.5), span(1, 3)], 2)


def test_a_day_is_laid_out_from_opening_on() -> None:
    tuesday = date(2026, 11, 24)
    assert free_times(tuesday, MONDAY_NOON, (), RULES, HOURS) == [time(hour) for hour in (9, 11, 13, 15, 17, 19)]
    longer = replace(RULES, minutes=300)
    assert free_times(tuesday, MONDAY_NOON, (), longer, HOURS) == [time(9), time(14)]
    assert free_times(date(2026, 11, 29), MONDAY_NOON, (), RULES, HOURS) == [], "Sundays are free of visits"

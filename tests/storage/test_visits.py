"""Visits in SQL: never more at once than there are hands, each letter answered once and ever the same."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from scenarios.engine.visits import Done, Visit
from storage.database import Database
from storage.owners import LOCK_CLASS
from storage.schema import MIGRATING
from storage.versions import PUBLISHING
from storage.visits import BOOKING, Visits
from tests.storage.rows import NOW, later

HOUR = 3600.0
AT = later(24 * HOUR)


def visit(id: str, hours: float = 0, contact: str = "C", **more: str) -> Visit:
    """A visit of two hours, so many hours after AT."""
    begins = AT + timedelta(hours=hours)
    return Visit(id, contact, "fridge", begins, begins + timedelta(hours=2), **more)


def test_who_books_never_waits_for_who_publishes_or_migrates() -> None:
    assert len({BOOKING, PUBLISHING, MIGRATING, LOCK_CLASS}) == 4


async def test_a_visit_is_booked_as_it_was_asked_for(db: Database) -> None:
    visits = Visits(db)
    asked = visit("v1", place="Chilonzor 12\x00", need="Музлаткич")
    assert await visits.book("l1", asked, 1, NOW) == Done("booked", asked)
    found = await visits.next_of("C", NOW)
    assert found == replace(asked, place="Chilonzor 12\ufffd")
    assert await visits.taken(NOW, later(48 * HOUR), timedelta(days=1)) == [(asked.begins, asked.ends)]


async def test_there_are_never_more_visits_at_once_than_hands(db: Database) -> None:
    visits = Visits(db)
    assert (await visits.book("l1", visit("v1"), 2, NOW)).outcome == "booked"
    assert (await visits.book("l2", visit("v2", 1), 2, NOW)).outcome == "booked"
    assert (await visits.book("l3", visit("v3", 0.5), 2, NOW)).outcome == "taken", "two are there from one to two hours"
    assert (await visits.book("l4", visit("v4", 2), 2, NOW)).outcome == "booked", "the first is over by then"
    assert (await visits.book("l5", visit("v5", -2), 2, NOW)).outcome == "booked", "it ends when the first begins"


async def test_of_many_who_want_the_last_time_only_as_many_get_it_as_there_are_hands(
    db: Database, other: Database
) -> None:
    doors = [Visits(db), Visits(other)]
    asked = [doors[n % 2].book(f"l{n}", visit(f"v{n}", contact=f"C{n}"), 3, NOW) for n in range(12)]
    outcomes = [done.outcome for done in await asyncio.gather(*asked)]
    assert sorted(outcomes) == ["booked"] * 3 + ["taken"] * 9
    assert len(await doors[0].taken(NOW, later(48 * HOUR), timedelta(days=1))) == 3


async def test_the_same_letter_gets_the_same_answer_and_books_once(db: Database, other: Database) -> None:
    asked = [Visits(one).book("l1", visit("v1"), 5, NOW) for one in (db, other) for _ in range(4)]
    assert await asyncio.gather(*asked) == [Done("booked", visit("v1"))] * 8
    assert len(await Visits(db).taken(NOW, later(48 * HOUR), timedelta(days=1))) == 1


async def test_a_letter_that_was_told_taken_is_told_so_again_although_the_time_is_free_by_now(db: Database) -> None:
    visits = Visits(db)
    await visits.book("l1", visit("v1"), 1, NOW)
    assert (await visits.book("l2", visit("v2", contact="D"), 1, NOW)).outcome == "taken"
    await visits.cancel("l3", "C", "v1", NOW, NOW)
    assert (await visits.book("l2", visit("v2", contact="D"), 1, NOW)).outcome == "taken"
    assert await visits.next_of("D", NOW) is None


async def test_a_cancelled_visit_gives_its_time_back(db: Database) -> None:
    visits = Visits(db)
    await visits.book("l1", visit("v1"), 1, NOW)
    assert await visits.cancel("l2", "C", "v1", NOW, NOW) == Done("cancelled", visit("v1", status="cancelled"))
    assert await visits.next_of("C", NOW) is None
    assert (await visits.cancel("l3", "C", "v1", NOW, NOW)).outcome == "cancelled", "it is cancelled already"
    assert (await visits.book("l4", visit("v2", contact="D"), 1, NOW)).outcome == "booked"


async def test_what_begins_too_soon_or_is_another_customers_is_not_changed(db: Database) -> None:
    visits = Visits(db)
    await visits.book("l1", visit("v1"), 1, NOW)
    soon = AT + timedelta(seconds=1)
    span = (AT + timedelta(hours=4), AT + timedelta(hours=6))
    assert (await visits.cancel("l2", "C", "v1", soon, NOW)).outcome == "too_late"
    assert (await visits.cancel("l3", "D", "v1", NOW, NOW)) == Done("too_late")
    assert (await visits.move("l4", "C", "v1", span, 1, soon, NOW)).outcome == "too_late"
    assert (await visits.move("l5", "D", "v1", span, 1, NOW, NOW)) == Done("too_late")
    assert await visits.next_of("C", NOW) == visit("v1")


async def test_a_visit_moves_to_where_there_is_room_its_own_time_not_counted(db: Database) -> None:
    visits = Visits(db)
    await visits.book("l1", visit("v1"), 1, NOW)
    await visits.book("l2", visit("v2", 2, contact="D"), 1, NOW)
    into_the_next = (AT + timedelta(hours=1), AT + timedelta(hours=3))
    assert (await visits.move("l3", "C", "v1", into_the_next, 1, NOW, NOW)).outcome == "taken"
    half = (AT - timedelta(hours=1), AT + timedelta(hours=1))
    assert await visits.move("l4", "C", "v1", half, 1, NOW, NOW) == Done("moved", visit("v1", -1))
    assert await visits.move("l4", "C", "v1", half, 1, NOW, NOW) == Done("moved", visit("v1", -1))
    assert (await visits.next_of("C", NOW)) == visit("v1", -1)


async def test_a_cancelled_visit_is_not_moved(db: Database) -> None:
    visits = Visits(db)
    await visits.book("l1", visit("v1"), 1, NOW)
    await visits.cancel("l2", "C", "v1", NOW, NOW)
    moved = await visits.move("l3", "C", "v1", (AT, AT + timedelta(hours=2)), 1, NOW, NOW)
    assert moved.outcome == "too_late"


@pytest.mark.parametrize("outcome", ["taken", "failed"])
async def test_an_outcome_without_a_visit_is_kept_too(db: Database, outcome: str) -> None:
    visits = Visits(db)
    assert await visits.result("l1") is None
    assert await visits.settle("l1", outcome, NOW) == Done(outcome)
    assert await visits.settle("l1", "something else", NOW) == Done(outcome)
    assert await visits.result("l1") == Done(outcome)

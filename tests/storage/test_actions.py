"""`do:` through the corridor and both databases: carried out once, told once, whatever dies in between."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from scenarios.engine.context import Context
from scenarios.engine.model import Book
from scenarios.engine.reading import read_files
from storage.database import Database
from tests.storage.bookings import BOOK, FILES, NOON, Killed, Process, said_of

AHEAD = timedelta(days=30)
BOOKED = "Booked: Fridge repair, Tomorrow, 24 November, 15:00"


async def count(db: Database, sql: str) -> int:
    """A number from the database."""
    async with db.reading() as connection:
        return int((await connection.execute(text(sql))).scalar_one())


async def test_a_customer_books_a_visit_and_is_told_so(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    assert [letter.payload["action"] for letter in await desk.asked(who)] == ["book_visit"]
    await desk.works(who)
    context = await desk.knows()
    assert (context.step, said_of(context)) == ("done", [("fridge", "booked")])
    assert (await desk.said(who))[-1].startswith(BOOKED)
    assert await desk.asked(who) == []
    visit = await desk.visits.next_of(who, NOON)
    assert visit is not None
    assert visit.begins.isoformat() == "2026-11-24T10:00:00+00:00"
    assert [timer.key for timer in await desk.timers.due_timers(NOON + AHEAD, 100)] == [], "nothing is waited for"


async def test_wherever_a_process_dies_the_visit_is_booked_once_and_told_once(db: Database) -> None:
    whole = Process(db)
    await whole.works(await whole.to_the_hour("p:0"))
    assert whole.places == [
        "before result",
        "after result",
        "before book",
        "after book",
        "before receive",
        "after receive",
    ]
    for place in range(1, len(whole.places) + 1):
        key = f"p:{place}"
        dying = Process(db, NOON + timedelta(days=place), dies=place)
        who = await dying.to_the_hour(key)
        with pytest.raises(Killed):
            await dying.works(who)
        assert len(await dying.asked(who)) == 1, f"{whole.places[place - 1]}: the letter is not done"
        another = Process(db, dying.now + timedelta(seconds=20))
        await another.works(who)
        context = await another.knows(key)
        assert (context.step, said_of(context)) == ("done", [("fridge", "booked")]), whole.places[place - 1]
        told = [words for words in await another.said(who) if words.startswith("Booked")]
        assert len(told) == 1, whole.places[place - 1]
        assert await count(db, f"SELECT count(*) FROM visits WHERE contact = '{who}'") == 1
        assert await count(db, f"SELECT count(*) FROM events WHERE kind = 'ActionDone' AND contact = '{who}'") == 1


async def test_two_processes_that_carry_out_the_same_letter_book_and_tell_once(db: Database, other: Database) -> None:
    desk, another = Process(db), Process(other)
    who = await desk.to_the_hour()
    (letter,) = await desk.asked(who)
    await asyncio.gather(*(one.actions.carry_out(letter) for one in (desk, another) for _ in range(3)))
    assert said_of(await desk.knows()) == [("fridge", "booked")]
    assert len([words for words in await desk.said(who) if words.startswith("Booked")]) == 1
    assert await count(db, "SELECT count(*) FROM visits") == 1


async def test_of_three_who_choose_the_same_time_the_third_hears_that_it_is_gone(db: Database) -> None:
    desk = Process(db)
    people = [await desk.to_the_hour(f"p:{n}") for n in range(3)]
    for who in people:
        await desk.works(who)
    steps = [(await desk.knows(f"p:{n}")).step for n in range(3)]
    assert steps == ["done", "done", "hour"], "two can be served at once"
    assert "Somebody was faster." in (await desk.said(people[2]))[-1]
    context = await desk.knows("p:2")
    assert "15:00" not in context.offered
    assert "13:00" in context.offered


async def test_a_visit_is_moved_and_called_off(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    await desk.works(who)
    await desk.hears("Another time")
    await desk.hears("17:00")
    await desk.works(who)
    assert (await desk.said(who))[-1].startswith("Booked: Fridge repair, Tomorrow, 24 November, 17:00")
    await desk.hears("Call it off")
    await desk.works(who)
    assert (await desk.said(who))[-1] == "Fridge repair, Tomorrow, 24 November, 17:00: cancelled."
    context = await desk.knows()
    assert said_of(context) == [("fridge", "cancelled")]
    assert await desk.visits.next_of(who, NOON) is None


async def test_a_visit_that_begins_soon_is_a_matter_for_a_person(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour(hour="9:00")
    await desk.works(who)
    desk.now += timedelta(hours=20)
    await desk.hears("Call it off")
    await desk.works(who)
    context = await desk.knows()
    assert (context.holder, said_of(context)) == ("waiting", [("fridge", "booked")])


async def test_who_writes_meanwhile_is_answered_and_the_outcome_still_comes(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    context = await desk.hears("please hurry")
    assert context.step == "book"
    assert (await desk.said(who))[-1] == "One moment, I am just seeing to that."
    await desk.hears("what does it cost?")
    assert "It costs nothing today." in (await desk.said(who))[-1]
    await desk.works(who)
    assert (await desk.said(who))[-1].startswith(BOOKED)


async def test_what_takes_longer_than_a_minute_goes_to_a_person_and_is_not_done_behind_their_back(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    desk.now += timedelta(minutes=1)
    await desk.fires("d", who)
    context = await desk.knows()
    assert (context.holder, context.step) == ("waiting", "to_person")
    desk.now += timedelta(seconds=1)
    await desk.works(who)
    assert await desk.asked(who) == [], "the letter does not come back for ever"
    assert said_of(await desk.knows()) == []
    assert await desk.visits.next_of(who, NOON) is None


async def test_what_was_done_but_told_too_late_is_said_where_the_talk_is_now(db: Database) -> None:
    dying = Process(db, dies=4)
    who = await dying.to_the_hour()
    with pytest.raises(Killed):
        await dying.works(who)
    desk = Process(db, NOON + timedelta(minutes=2))
    await desk.fires("d", who)
    assert (await desk.knows()).holder == "waiting"
    await desk.works(who)
    assert said_of(await desk.knows()) == [("fridge", "booked")]
    topic = [x for x in await desk.letters.unsent({f"topic:{who}": 0}, 100) if x.op == "tell"]
    (told,) = [str(x.payload["text"]) for x in topic if "carried out after all" in str(x.payload["text"])]
    assert "Fridge repair: Tomorrow, 24 November, 15:00." in told


async def test_who_asks_for_a_person_meanwhile_gets_one_and_the_people_hear_of_the_visit(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    assert (await desk.hears("operator")).holder == "waiting"
    await desk.works(who)
    assert said_of(await desk.knows()) == [("fridge", "booked")]
    topic = [str(x.payload.get("text")) for x in await desk.letters.unsent({f"topic:{who}": 0}, 100)]
    assert any("carried out after all" in words for words in topic)


async def test_who_begins_anew_meanwhile_still_hears_of_the_visit(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    assert (await desk.hears("/start")).step == "service"
    await desk.works(who)
    last = (await desk.said(who))[-1]
    assert "Fridge repair: Tomorrow, 24 November, 15:00." in last
    assert "What can we help you with?" in last


async def test_an_action_that_cannot_be_carried_out_goes_to_a_person(db: Database) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    (letter,) = await desk.asked(who)
    letter.payload["values"].pop("day")  # type: ignore[attr-defined]
    await desk.actions.carry_out(letter)
    context = await desk.knows()
    assert (context.holder, context.step) == ("waiting", "to_person")
    assert "I could not do that myself" in (await desk.said(who))[-1]


async def test_a_step_that_is_called_otherwise_by_now_still_gets_its_outcome(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Process(db)
    who = await desk.to_the_hour()
    renamed = read_files({**FILES, "new.yaml": BOOK.replace("  book:\n", "  reserve:\n    was: [book]\n", 1)}).book

    async def moved(context: Context, _: object) -> tuple[Book, Context]:
        return renamed, replace(context, step={"book": "reserve"}.get(context.step, context.step))

    monkeypatch.setattr(desk.corridor, "_book_for", moved)
    await desk.works(who)
    context = await desk.knows()
    assert (context.step, said_of(context)) == ("done", [("fridge", "booked")])

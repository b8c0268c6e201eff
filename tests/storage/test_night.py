"""What the watch reads: what waits, who was heard, what was told; on a big table by its indexes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from scenarios.engine.records import Happening, Letter, TimerRow
from scenarios.engine.trial import ACCOUNT
from storage import tables as t
from storage.database import Database
from storage.hearing import Hearing
from storage.posting import letter_row
from storage.tables import micros
from storage.troubles import AGAIN, RELAPSE, Troubles
from storage.waiting import LETTERS, TIMERS, LaneWaiting, Waiting
from tests.storage.rows import NOW, contact, later, letter, line, recorded, turn

DESTINATIONS = {
    "customer_telegram": "telegram:1:7",
    "customer_whatsapp": "whatsapp:1:u:7",
    "topic": "topic:C",
    "extra": "extra:C",
    "media": "media:e:1",
}


async def put(db: Database, *letters: Letter) -> None:
    async with db.writing() as connection:
        await db.insert(connection, t.letters, [letter_row(one) for one in letters])


async def test_what_waits_is_told_by_lane_with_the_oldest_that_may_go(db: Database) -> None:
    waiting = Waiting(db)
    assert await waiting.look(NOW, NOW) == ([], None)
    await put(
        db,
        *(letter(lane, "C", destination, at=NOW) for lane, destination in DESTINATIONS.items()),
        letter("manager", "", "telegram:1:5", at=NOW),
        letter("second", "C", "telegram:1:8", at=later(90)),
        letter("for tomorrow", "C", "telegram:1:9", at=later(-500), due=later(86_400)),
    )
    async with db.writing() as connection:
        await connection.execute(text("UPDATE letters SET status = 'sent' WHERE id = 'media'"))
        # It was tried and waits for its next try: late all the same.
        await connection.execute(
            text("UPDATE letters SET attempts = 3, due = :due WHERE id = 'topic'"), {"due": micros(later(500))}
        )

    lanes, timer = await waiting.look(later(100), later(40))

    assert {lane.lane: lane for lane in lanes} == {
        "customer_telegram": LaneWaiting("customer_telegram", 3, NOW, 1),
        "customer_whatsapp": LaneWaiting("customer_whatsapp", 1, NOW, 1),
        "topic": LaneWaiting("topic", 1, NOW, 1),
        "extra": LaneWaiting("extra", 1, NOW, 1),
        "manager": LaneWaiting("manager", 1, NOW, 1),
    }
    assert timer is None


async def test_a_timer_is_late_from_its_time_on(db: Database) -> None:
    held = await _held(db)
    timer = TimerRow("t", held.context.contact, "k", later(10))
    await recorded(db, turn("e", held, timers=(timer,)))

    assert (await Waiting(db).look(later(9), NOW))[1] is None
    assert (await Waiting(db).look(later(12), NOW))[1] == later(10)


async def test_what_waits_is_found_by_an_index_among_many_that_were_sent(db: Database) -> None:
    row = {**letter_row(letter("x")), "at": 0, "due": 0}
    names = ", ".join(row)
    values = ", ".join("'x' || n" if name == "id" else f":{name}" for name in row)
    numbers = "generate_series(1, 20000) AS n" if db.postgres else "numbers"
    series = "" if db.postgres else (
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 20000) "
    )  # fmt: skip
    async with db.writing() as connection:
        sql = f"{series}INSERT INTO letters ({names}) SELECT {values} FROM {numbers}"
        await connection.execute(text(sql), {**row, "status": "sent"})
    await put(db, *(letter(f"w{n}", "C", f"telegram:1:{n}") for n in range(20)))
    async with db.writing() as connection:
        await connection.execute(text("ANALYZE"))

    plan = await _plan(db, LETTERS, {"now": 1, "late": 1})
    timers = await _plan(db, TIMERS, {})

    assert "ix_letters_queued" in plan
    assert "Seq Scan" not in plan
    assert "ix_timers_due" in timers or db.postgres


async def _plan(db: Database, sql: str, values: dict[str, int]) -> str:
    explain = "EXPLAIN" if db.postgres else "EXPLAIN QUERY PLAN"
    async with db.reading() as connection:
        return "\n".join(str(row) for row in await connection.execute(text(f"{explain} {sql}"), values))


async def test_who_was_heard_last_and_how_many_began_in_a_stretch(db: Database) -> None:
    hearing = Hearing(db)
    held = await _held(db)
    who = held.context.contact
    assert (await hearing.first(), await hearing.last("telegram")) == (None, None)
    began = tuple(
        Happening("opened", who, n, later(n * 600), channel, "new")
        for n, channel in enumerate(("telegram", "whatsapp", "telegram", "telegram"))
    )
    lines = (
        line("l1", who, at=later(10)),
        line("l2", who, author="bot", at=later(30)),
        line("l3", who, at=later(20), channel="whatsapp"),
        # A manager tries the desk as a WhatsApp customer, and lets a day pass.
        line("l4", who, at=later(90_000), channel="whatsapp", chat=f"whatsapp:{ACCOUNT}:5"),
    )
    await recorded(db, turn("e", held, happenings=began, lines=lines))

    assert await hearing.first() == NOW
    assert await hearing.last("telegram") == later(10)
    assert await hearing.last("whatsapp") == later(20)
    stretches = [(NOW, later(1200)), (later(1200), later(1801)), (later(9999), later(99999))]
    assert await hearing.opened("telegram", stretches) == [1, 2, 0]


async def test_a_trouble_is_told_once_an_hour_by_whichever_process_and_its_end_once(
    db: Database, other: Database
) -> None:
    one, two = Troubles(db), Troubles(other)
    tell = [letter(f"tell{n}", "", "telegram:1:5") for n in range(9)]

    assert not await one.end("late_staff", [tell[0]])
    assert await one.begin("late_staff", [tell[0]], NOW)
    assert not await two.begin("late_staff", [tell[1]], NOW + AGAIN - timedelta(seconds=1))
    assert await two.begin("group", [tell[2]], NOW)
    assert await one.open() == {"late_staff", "group"}
    assert await two.begin("late_staff", [tell[3]], NOW + AGAIN)
    assert await two.end("late_staff", [tell[4]])
    assert not await one.end("late_staff", [tell[5]])
    assert await one.open() == {"group"}
    # What comes back at once is not told again at once.
    assert not await one.begin("late_staff", [tell[6]], NOW + AGAIN + RELAPSE - timedelta(seconds=1))
    assert not await one.end("late_staff", [tell[7]])
    assert await one.begin("late_staff", [tell[8]], NOW + AGAIN + RELAPSE)

    async with db.reading() as connection:
        told = {row[0] for row in await connection.execute(text("SELECT id FROM letters"))}
    assert told == {"tell0", "tell2", "tell3", "tell4", "tell8"}


@pytest.mark.parametrize("kind", ["tokens"])
async def test_nothing_of_the_ledger_is_in_the_way_of_what_else_meta_keeps(db: Database, kind: str) -> None:
    async with db.writing() as connection:
        await connection.execute(text("INSERT INTO meta (key, value) VALUES (:key, 'no json')"), {"key": kind})

    assert await Troubles(db).open() == set()


async def _held(db: Database):  # type: ignore[no-untyped-def]
    from storage.contacts import Contacts

    return await Contacts(db).load(await contact(db))

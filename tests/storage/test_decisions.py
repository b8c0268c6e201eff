"""The look into a desk from outside: what it knows and intends for a contact, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from scenarios.engine.events import Content
from scenarios.engine.records import Happening, Held, Outcome, TimerRow
from storage.contacts import Contacts
from storage.database import Database, open_database
from storage.decisions import Decisions
from storage.outbox import Outbox
from storage.reckoning import Reckoning
from tests.storage.rows import NOW, contact, later, letter, line, recorded, turn

ADDRESS = "telegram:1:7"


@pytest.fixture
async def decisions(db: Database) -> Decisions:
    return Decisions(db)


async def held(db: Database, who: str) -> Held:
    return await Contacts(db).load(who)


async def test_a_contact_is_found_by_any_of_its_addresses_and_an_unknown_one_is_not(
    db: Database, decisions: Decisions
) -> None:
    who = await contact(db)

    assert await decisions.contact_of(["telegram:1:8", ADDRESS]) == who
    assert await decisions.contact_of(["telegram:1:8"]) is None
    assert await decisions.of("nobody") is None


async def test_everything_of_the_last_turn_is_there(db: Database, decisions: Decisions) -> None:
    who = await contact(db)
    change = {"segment": "unhappy", "segment_reason": "words", "holder": "waiting", "epoch": 3, "conversation": 2}
    done = turn(
        "E1",
        await held(db, who),
        change=change,
        lines=(line("L1", who, words="earlier"), line("L2", who, content=Content(text="newest"), tapped=True)),
        letters=(
            letter("A1", who, "telegram:1:7"),
            letter("A2", who, f"topic:{who}", due=later(9)),
            letter("B1", "other", "telegram:1:9"),
        ),
        timers=(TimerRow("T1", who, "h0", later(900), {"index": "0"}),),
        happenings=(
            Happening("opened", who, 1, NOW, "telegram", "new", ""),
            Happening("opened", who, 2, NOW, "telegram", "new", ""),
            Happening("complained", who, 2, later(1), "telegram", "unhappy", "late"),
        ),
    )
    assert await recorded(db, done) == [Outcome.RECORDED]
    await Outbox(db).claim(["telegram:1:7"], "me", NOW, later(30))

    found = await decisions.of(who)

    assert found is not None
    assert (found.context.segment, found.context.holder, found.context.epoch, found.version) == (
        "unhappy", "waiting", 3, 1,
    )  # fmt: skip
    assert (found.heard, found.tapped) == (Content(text="newest"), True)
    assert [(one.letter.id, one.held, one.letter.due) for one in found.waiting] == [
        ("A1", True, NOW), ("A2", False, later(9)),
    ]  # fmt: skip
    assert found.waiting_in_all == 2
    assert [(one.id, one.key, one.due) for one in found.timers] == [("T1", "h0", later(900))]
    assert [(kind, value) for kind, value, _ in found.happened] == [("complained", "late"), ("opened", "")]


async def test_a_skipped_wait_is_due_now_and_one_that_is_due_already_stays(db: Database, decisions: Decisions) -> None:
    who = await contact(db)
    await recorded(db, turn("E1", await held(db, who), timers=(TimerRow("T1", who, "q0", later(7200), {}),)))

    assert await decisions.hurry("T1", later(5)) is True
    assert await decisions.hurry("T1", later(6)) is False
    assert await decisions.hurry("gone", later(6)) is False
    found = await decisions.of(who)
    assert found is not None
    assert found.timers[0].due == later(5)


async def test_a_watcher_hears_of_what_another_connection_writes(db: Database, migrated_url: str) -> None:
    outside = open_database(migrated_url)
    changes = Decisions(outside).changes(0.01)
    try:
        async with asyncio.timeout(10):
            first = await anext(changes)
            await contact(db)
            assert await anext(changes) != first
    finally:
        await changes.aclose()
        await outside.close()


async def test_the_sums_hold_every_event_and_every_letter(db: Database) -> None:
    who = await contact(db)
    timer = TimerRow("T1", who, "q0", NOW + timedelta(hours=1), {})
    await recorded(db, turn("E1", await held(db, who), letters=(letter("A1", who),), timers=(timer,)))
    sums = Reckoning(db)

    assert await sums.events() == {"E1"}
    assert [(one.destination, one.op, one.status) for one in await sums.letters()] == [
        ("telegram:1:7", "say", "queued")
    ]
    assert await sums.timers() == 1

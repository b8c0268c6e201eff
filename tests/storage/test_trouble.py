"""Trouble is told to every manager, the same not again within the hour, and its end is told too."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from bot.trouble import ASKED, Trouble
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from storage.database import Database
from storage.outbox import Outbox
from storage.troubles import AGAIN, Troubles
from tests.storage.rows import later

MANAGERS = {"telegram:1:5": 0, "telegram:1:6": 0}


async def test_the_same_trouble_is_told_to_every_manager_once_an_hour_and_its_end_once(db: Database) -> None:
    passed = 0.0
    trouble = Trouble(Troubles(db), frozenset({5, 6}), 1, Texts({}), "en", lambda: later(passed))
    woken: list[str] = []

    async def wake(destinations: Sequence[str]) -> None:
        woken.extend(destinations)

    trouble.wake = wake

    async def told(what: str | Phrase) -> int:
        before = len(woken)
        for _ in range(3):
            trouble.group(what)
        await asyncio.gather(*trouble._tasks)
        return len(woken) - before

    assert await told("the bot was kicked") == 2
    passed += ASKED.total_seconds()
    assert await told("no rights") == 0
    assert await told(Phrase("its id is {id} now").having(id="-100")) == 2
    passed = AGAIN.total_seconds() - 1
    assert await told("the bot was kicked") == 0
    passed = AGAIN.total_seconds() + ASKED.total_seconds()
    assert await told("the bot was kicked") == 2
    assert await trouble.end("group")
    assert not await trouble.end("group")
    letters = await Outbox(db).unsent(MANAGERS, 99)
    assert [x.destination for x in letters].count("telegram:1:5") == 4
    assert {x.speaker for x in letters} == {"desk"}
    assert "the bot was kicked" in letters[0].payload["text"]
    assert letters[-1].payload["text"] == "✅ All right again: the staff group."


async def test_of_several_processes_that_meet_the_same_trouble_one_tells_it(db: Database, other: Database) -> None:
    def process(database: Database) -> Trouble:
        return Trouble(Troubles(database), frozenset({5}), 1, Texts({}), "en", lambda: later(0))

    processes = [process(one) for one in (db, other, db, other)]
    for one in processes:
        one.group("the bot was kicked")
    await asyncio.gather(*(task for one in processes for task in one._tasks))
    # Nor does one that is started anew.
    (anew := process(other)).group("the bot was kicked")
    await asyncio.gather(*anew._tasks)

    assert len(await Outbox(db).unsent(MANAGERS, 9)) == 1


async def test_what_could_not_be_written_is_tried_again_at_the_next_occasion(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(Troubles(db), frozenset({5}), 1, Texts({}), "en", lambda: later(0))
    insert = db.insert

    async def refuse(*_: object) -> None:
        raise OSError("down")

    monkeypatch.setattr(db, "insert", refuse)
    trouble.group("kicked")
    await asyncio.gather(*trouble._tasks)
    monkeypatch.setattr(db, "insert", insert)
    trouble.group("kicked")
    await asyncio.gather(*trouble._tasks)
    assert len(await Outbox(db).unsent(MANAGERS, 9)) == 1

"""Trouble is told to every manager, and the same not again within the hour."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from bot import trouble as module
from bot.trouble import AGAIN, QUIET_SECONDS, Trouble
from handlers.texts import Texts
from storage.database import Database
from storage.outbox import Outbox
from tests.storage.rows import NOW, later


class Process:
    """A process that may tell trouble; `passed` are the seconds since the beginning."""

    def __init__(self, db: Database, monkeypatch: pytest.MonkeyPatch, managers: frozenset[int]) -> None:
        self.passed = 0.0
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.passed))
        self.trouble = Trouble(db, managers, 1, Texts({}), "en", lambda: later(self.passed))
        self.trouble.wake = self._wake
        self.woken: list[str] = []

    async def _wake(self, destinations: Sequence[str]) -> None:
        self.woken.extend(destinations)

    async def tells(self, what: str) -> int:
        """It meets the same trouble three times at once; how many letters that made."""
        before = len(self.woken)
        for _ in range(3):
            self.trouble.group(what)
        await asyncio.gather(*self.trouble._tasks)
        return len(self.woken) - before


async def test_the_same_trouble_is_told_to_every_manager_once_an_hour(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Process(db, monkeypatch, frozenset({5, 6}))
    assert await one.tells("the bot was kicked") == 2
    one.passed = AGAIN.total_seconds() - 1
    assert await one.tells("the bot was kicked") == 0
    assert await one.tells("no rights") == 2
    one.passed += QUIET_SECONDS
    assert await one.tells("the bot was kicked") == 2
    letters = await Outbox(db).unsent({"telegram:1:5": 0, "telegram:1:6": 0}, 99)
    assert [x.destination for x in letters].count("telegram:1:5") == 3
    assert {x.speaker for x in letters} == {"desk"}
    assert "the bot was kicked" in letters[0].payload["text"]


async def test_of_several_processes_that_meet_the_same_trouble_one_tells_it(
    db: Database, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    processes = [Process(one, monkeypatch, frozenset({5, 6})) for one in (db, other, db, other)]
    assert sum(await asyncio.gather(*(one.tells("the bot was kicked") for one in processes))) == 2
    # Nor does one that is started anew.
    assert await Process(other, monkeypatch, frozenset({5, 6})).tells("the bot was kicked") == 0
    assert len(await Outbox(db).unsent({"telegram:1:5": 0}, 9)) == 1


async def test_what_could_not_be_written_is_tried_again_at_the_next_occasion(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = Trouble(db, frozenset({5}), 1, Texts({}), "en", lambda: NOW)
    insert = db.insert

    async def refuse(*_: object) -> None:
        raise OSError("down")

    monkeypatch.setattr(db, "insert", refuse)
    trouble.group("kicked")
    await asyncio.gather(*trouble._tasks)
    monkeypatch.setattr(db, "insert", insert)
    trouble.group("kicked")
    await asyncio.gather(*trouble._tasks)
    assert len(await Outbox(db).unsent({"telegram:1:5": 0}, 9)) == 1

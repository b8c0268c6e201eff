"""Trouble is told to every manager, and the same not again within the hour."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace

import pytest

from bot import trouble as module
from bot.trouble import AGAIN_SECONDS, Trouble
from handlers.texts import Texts
from storage.database import Database
from storage.outbox import Outbox
from tests.storage.rows import NOW, later


async def test_the_same_trouble_is_told_to_every_manager_once_an_hour(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = 0.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: passed))
    trouble = Trouble(db, frozenset({5, 6}), 1, Texts({}), "en", lambda: later(passed))
    woken: list[str] = []

    async def wake(destinations: Sequence[str]) -> None:
        woken.extend(destinations)

    trouble.wake = wake

    async def told(what: str) -> int:
        before = len(woken)
        for _ in range(3):
            trouble.group(what)
        await asyncio.gather(*trouble._tasks)
        return len(woken) - before

    assert await told("the bot was kicked") == 2
    passed = AGAIN_SECONDS - 1
    assert await told("the bot was kicked") == 0
    assert await told("no rights") == 2
    passed = AGAIN_SECONDS
    assert await told("the bot was kicked") == 2
    letters = await Outbox(db).unsent({"telegram:1:5": 0, "telegram:1:6": 0}, 99)
    assert [x.destination for x in letters].count("telegram:1:5") == 3
    assert {x.speaker for x in letters} == {"desk"}
    assert "the bot was kicked" in letters[0].payload["text"]


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

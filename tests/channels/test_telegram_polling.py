"""Long polling: nothing is lost, nothing stored is asked for again, nothing holds up the rest."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram import polling
from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.polling import poll
from bot.channels.telegram.receiving import Receive
from bot.playground.telegram import DEMO_TOKEN, TelegramWorld, start
from bot.secret import Secret


@dataclass
class Inbox:
    """Takes updates; `refuse` names texts that are not stored (True: no room, an exception: raised)."""

    started: list[str] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    refuse: dict[str, bool | Exception] = field(default_factory=dict)
    gate: asyncio.Event | None = None

    async def receive(self, update: dict[str, Any]) -> bool:
        text = str(update.get("message", {}).get("text", "other"))
        self.started.append(text)
        if self.gate is not None:
            await self.gate.wait()
        trouble = self.refuse.get(text, False)
        if isinstance(trouble, Exception):
            raise trouble
        if trouble:
            return False
        self.stored.append(text)
        return True


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that comes; the bound only ends a test that would hang."""
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for happens elsewhere
            await asyncio.sleep(0.01)


@pytest.fixture
async def world() -> AsyncIterator[tuple[TelegramWorld, TelegramApi]]:
    world = TelegramWorld(poll_pacing=False)
    runner, url = await start(world)
    async with aiohttp.ClientSession() as session:
        yield world, TelegramApi(session, url, Secret(DEMO_TOKEN))
    await runner.cleanup()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(polling, "LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(polling, "CONFLICT_PAUSE", 0.02)
    monkeypatch.setattr(polling, "ENDING_SECONDS", 1.0)


@asynccontextmanager
async def polled(api: TelegramApi, receive: Receive) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(api, receive, stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


Server = tuple[TelegramWorld, TelegramApi]


async def test_updates_are_handed_over_in_order_and_confirmed(world: Server) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox()
    for number in range(250):
        telegram.say(aziz, f"m{number}")
    async with polled(api, inbox.receive):
        await until(lambda: len(inbox.stored) == 250)
        telegram.say(aziz, "later")
        await until(lambda: inbox.stored[-1] == "later")
    assert inbox.started == [f"m{number}" for number in range(250)] + ["later"]
    assert not telegram.updates.pending


async def test_every_kind_that_has_to_be_named_is_asked_for(world: Server) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox()
    telegram.say(aziz, "a")
    async with polled(api, inbox.receive):
        await until(lambda: bool(inbox.stored))
        telegram.react(aziz, None, 1, "👍")
        telegram.block(aziz)
        await until(lambda: len(inbox.stored) == 3)


@pytest.mark.parametrize("trouble", [True, RuntimeError("database text +998901234567")])
async def test_an_update_that_is_not_stored_is_tried_again_while_others_go_on(
    world: Server, trouble: bool | Exception, caplog: pytest.LogCaptureFixture
) -> None:
    telegram, api = world
    aziz, lola = telegram.add_user(), telegram.add_user()
    inbox = Inbox(refuse={"bad": trouble})
    telegram.say(aziz, "before")
    telegram.say(aziz, "bad")
    for number in range(30):
        telegram.say(lola, f"m{number}")
    async with polled(api, inbox.receive):
        await until(lambda: len(inbox.stored) == 31 and inbox.started.count("bad") > 2)
        telegram.say(lola, "later")
        await until(lambda: "later" in inbox.stored)
        # Everything below the bad one is confirmed, and it and what follows is not.
        await until(lambda: len(telegram.updates.pending) == 32)
        assert inbox.started.count("m7") == 1
        inbox.refuse.clear()
        await until(lambda: not telegram.updates.pending)
    assert inbox.stored.count("bad") == 1
    assert "998901234567" not in caplog.text


async def test_what_is_under_way_is_never_confirmed_early(world: Server) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox(gate=asyncio.Event())
    telegram.say(aziz, "slow")
    async with polled(api, inbox.receive):
        await until(lambda: inbox.started == ["slow"])
        telegram.say(aziz, "next")
        await until(lambda: len(inbox.started) == 2)
        assert len(telegram.updates.pending) == 2
        assert inbox.gate is not None
        inbox.gate.set()
        await until(lambda: not telegram.updates.pending)
    assert inbox.stored == ["slow", "next"]


async def test_what_was_not_stored_comes_again_after_a_restart(world: Server) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox(refuse={"b": True})
    for text in "abc":
        telegram.say(aziz, text)
    async with polled(api, inbox.receive):
        await until(lambda: inbox.stored == ["a", "c"])
    assert len(telegram.updates.pending) == 2
    second = Inbox()
    async with polled(api, second.receive):
        await until(lambda: second.stored == ["b", "c"])


async def test_stopping_gives_up_the_waiting_request_at_once(world: Server) -> None:
    telegram, api = world
    async with polled(api, Inbox().receive) as stop:
        await until(lambda: telegram.updates._waiter is not None)
        stop.set()
    # `polled` waits at most 10 s for the end, the request would have taken 25.


async def test_a_cancelled_poll_leaves_nothing_behind(world: Server) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox(gate=asyncio.Event())
    telegram.say(aziz, "slow")
    task = asyncio.create_task(poll(api, inbox.receive, asyncio.Event()))
    await until(lambda: inbox.started == ["slow"])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [other for other in asyncio.all_tasks() if "_store" in repr(other)] == []


@pytest.mark.parametrize("kind", ["html", "drop", "429", "500", "401"])
async def test_whatever_telegram_answers_polling_goes_on(
    world: Server, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox()
    telegram.fail_next(2, kind, methods=["getUpdates"], parameters={"retry_after": 0} if kind == "429" else None)
    telegram.fail_next(1, "html", methods=["deleteWebhook"])
    telegram.say(aziz, "a")
    async with polled(api, inbox.receive):
        await until(lambda: inbox.stored == ["a"])
    assert DEMO_TOKEN not in caplog.text


async def test_a_webhook_that_is_set_is_taken_away_with_one_explanation(
    world: Server, caplog: pytest.LogCaptureFixture
) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox()
    caplog.set_level(logging.WARNING)
    telegram.fail_next(3, "409", "Conflict: terminated by other getUpdates request", methods=["getUpdates"])
    telegram.say(aziz, "a")
    await api.call("setWebhook", {"url": "http://127.0.0.1:9/telegram/webhook"})
    async with polled(api, inbox.receive):
        await until(lambda: inbox.stored == ["a"])
    explained = [record for record in caplog.records if "same token" in record.message]
    assert len(explained) == 1


async def test_ids_that_begin_anew_lower_after_a_silent_week_are_followed(world: Server) -> None:
    telegram, api = world
    aziz, inbox = telegram.add_user(), Inbox()
    telegram.say(aziz, "old")
    async with polled(api, inbox.receive):
        await until(lambda: not telegram.updates.pending)
        telegram.updates.next_id = 500
        telegram.say(aziz, "new")
        telegram.say(aziz, "newer")
        await until(lambda: inbox.stored == ["old", "new", "newer"] and not telegram.updates.pending)


async def test_not_more_is_under_way_than_the_cap(world: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    telegram, api = world
    monkeypatch.setattr(polling, "IN_FLIGHT", 5)
    aziz, inbox = telegram.add_user(), Inbox(gate=asyncio.Event())
    for number in range(20):
        telegram.say(aziz, f"m{number}")
    async with polled(api, inbox.receive):
        await until(lambda: len(inbox.started) == 5)
        assert inbox.gate is not None
        inbox.gate.set()
        await until(lambda: len(inbox.stored) == 20)

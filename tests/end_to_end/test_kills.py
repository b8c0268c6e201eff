"""Killed for real: nothing accepted is lost, and only what was under way is sent twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from itertools import islice

import pytest

from tests.end_to_end.desk import Storage, measured
from tests.end_to_end.scene import PERSON, Customer, Inlet, scene
from tests.end_to_end.walk import must_be_the_walk, walk


@pytest.mark.parametrize("size", [40, pytest.param(300, marks=pytest.mark.long)])
async def test_customers_are_all_answered_though_the_desk_is_killed_while_busy(any_storage: Storage, size: int) -> None:
    inlet: Inlet = "webhook" if any_storage.postgres else "polling"
    async with scene(any_storage, inlet) as it:
        it.latency(0.3)
        customers = it.customers(size)
        await it.desk.start()

        def answered() -> int:
            return sum(bool(one.heard()) for one in customers)

        # At work before the rest come, a few at a time, so that the kill meets every stage of the way.
        customers[0].says("Hello")
        await it.until(answered, "the first has an answer")
        await it.until(lambda: it.telegram.calls_of("setMyCommands"), "the set-up is over")
        rest = iter(customers[1:])
        crowd = asyncio.create_task(_come(rest, size // 16))
        await it.until(lambda: answered() >= size // 4, "a quarter has an answer", 30)
        if any_storage.workers == 1:
            await it.desk.kill()
            assert answered() < size, "killed too late to prove anything"
        await crowd

        # What was under way at the kill still arrives at the messenger, and its sender is not there to hear of it.
        await asyncio.sleep(0.4)
        before = answered()
        if any_storage.workers == 1:
            await it.desk.start()
        await it.until(lambda: answered() == size, "everybody has an answer", 60)
        await it.desk.all_sent()
        it.latency(0.0)
        doubled = it.doubled()
        assert it.desk.kills
        measured(
            f"{size} customers on {any_storage.name}: {before} answered or under way at the kill, {doubled} doubled, "
            f"ready {it.desk.ready_after[-1]:.1f} s after the last start, {len(it.desk.kills)} kills"
        )
        assert max(len(one.heard()) for one in customers) <= 1 + len(it.desk.kills)
        assert it.desk.ready_after[-1] < 30
        history = await it.desk.history()
        for one in customers:
            (asked, hello), (answerer, answer) = history[one.address]
            assert (asked, hello, answerer) == ("customer", "Hello", "bot")
            assert set(one.heard()) == {answer}


@pytest.mark.parametrize(
    ("size", "kills"), [(8, 3), pytest.param(50, 20, marks=pytest.mark.long)], ids=["small", "full"]
)
async def test_conversations_on_both_messengers_reach_their_end_however_often_the_desk_is_killed(
    any_storage: Storage, size: int, kills: int
) -> None:
    inlet: Inlet = "polling" if any_storage.postgres else "webhook"
    chance = random.Random(20 + size)
    async with scene(any_storage, inlet, with_whatsapp=True) as it:
        it.latency(0.05)
        customers: list[Customer] = [*it.customers(size // 2), *it.whatsapp_customers(size - size // 2, size // 2)]
        await it.desk.start()
        walks = [asyncio.create_task(walk(it, one, chance.uniform(0, kills * 0.8))) for one in customers]
        try:
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0.1, 1.2))
                await it.desk.kill_something()
                if chance.random() < 0.5:
                    await it.desk.wait_ready()
            await it.desk.wait_ready()
            await asyncio.gather(*walks)
        finally:
            for one_walk in walks:
                one_walk.cancel()
            await asyncio.gather(*walks, return_exceptions=True)
        await it.handed_off(customers)
        await it.desk.all_sent()
        history = await it.desk.history()
        for one in customers:
            must_be_the_walk(history[one.address], one)
            assert it.once(one.heard()) == [t for author, t in history[one.address] if author == "bot"]
        measured(f"{it.doubled()} messages doubled by {len(it.desk.kills)} kills on {any_storage.name}")
        assert len(it.topics()) == size
        holders = await it.desk.rows("SELECT DISTINCT holder FROM contexts")
        assert holders == [("waiting",)]


async def test_a_clean_stop_takes_ten_seconds_at_most_and_loses_nothing(storage: Storage) -> None:
    async with scene(storage, "webhook" if storage.postgres else "polling") as it:
        it.telegram.set_latency(0.15)
        customers = it.customers(16)
        await it.desk.start()
        for one in customers:
            one.says("operator")
        await it.until(lambda: any(one.heard() for one in customers), "the first has an answer")
        began = time.monotonic()
        assert await it.desk.stop() == 0
        measured(f"stopped in {time.monotonic() - began:.1f} s on {storage.name}")
        assert not it.desk.left_running()
        it.telegram.set_latency(0.0)
        await it.desk.start()
        await it.until(lambda: all(map(it.has_handoff, customers)), "every handoff is in its topic", 30)
        await it.desk.all_sent()
        # Nobody was sending when it ended, so nothing was sent twice.
        for one in customers:
            assert len(one.heard()) == 1
            assert PERSON in one.heard()[0]
            assert len(it.in_topic(one)) == 3
        assert await it.desk.stop() == 0


async def _come(customers: Iterator[Customer], at_once: int) -> None:
    """They say hello, a few every tenth of a second."""
    while group := list(islice(customers, at_once)):
        for one in group:
            one.says("Hello")
        await asyncio.sleep(0.1)

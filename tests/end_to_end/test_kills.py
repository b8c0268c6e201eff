"""Killed for real: nothing accepted is lost, and only what was under way is sent twice."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest

from tests.end_to_end.desk import Storage
from tests.end_to_end.scene import HELLO, PERSON, Customer, Scene, scene

RECORDED_WITHIN = 0.1
"""Seconds before a kill in which an answered call may not be recorded yet (results are recorded within 20 ms; the
rest is this machine's)."""

WALK = (
    ("says", "Hello", HELLO),
    ("taps", "Fridge repair", "Shall we come to you?"),
    ("taps", "Yes, please come", "Which day and time suit you?"),
    ("says", "tomorrow after 15:00", "where shall we come?"),
    ("says", "Bunyodkor street 12, flat {name}", "Thank you! I have passed everything on"),
)


@pytest.mark.parametrize("size", [40, pytest.param(300, marks=pytest.mark.long)])
async def test_customers_are_all_answered_though_the_desk_is_killed_while_busy(storage: Storage, size: int) -> None:
    inlet = "webhook" if storage.postgres else "polling"
    async with scene(storage, inlet) as it:
        it.telegram.set_latency(0.3)
        customers = it.customers(size)
        await it.desk.start()

        def answered() -> int:
            return sum(bool(one.heard()) for one in customers)

        # At work before the rest come, a few at a time, so that the kill meets every stage of the way.
        customers[0].says("Hello")
        await it.until(answered, "the first has an answer")
        rest = iter(customers[1:])
        crowd = asyncio.create_task(_come(rest, size // 16))
        await it.until(lambda: answered() >= size // 4, "a quarter has an answer", 30)
        await it.desk.kill()
        assert answered() < size, "killed too late to prove anything"
        await crowd

        # What was under way at the kill still arrives at the messenger, and its sender is not there to hear of it.
        await asyncio.sleep(0.4)
        before = {one.name: len(one.heard()) for one in customers}
        sent = [c for c in it.telegram.calls_of("sendMessage", ok=True) if c.time > it.desk.killed_at - RECORDED_WITHIN]
        under_way = {int(call.params["chat_id"]) for call in sent}

        await it.desk.start()
        await it.until(lambda: answered() == size, "everybody has an answer", 60)
        await it.desk.all_sent()
        it.telegram.set_latency(0.0)
        doubled = {one.id for one in customers if len(one.heard()) > 1}
        print(
            f"\n{size} customers on {_name(storage)}: {sum(map(bool, before.values()))} answered before the kill, "
            f"{len(under_way)} under way, {len(doubled)} doubled, ready {it.desk.ready_after[1]:.1f} s after the restart",
            file=sys.stderr,
        )
        assert max(len(one.heard()) for one in customers) <= 2
        assert doubled <= under_way
        assert it.desk.ready_after[1] < 30
        history = await it.desk.history()
        for one in customers:
            (asked, hello), (answerer, answer) = history[one.address]
            assert (asked, hello, answerer) == ("customer", "Hello", "bot")
            assert set(one.heard()) == {answer}


@pytest.mark.parametrize(
    ("size", "kills"), [(8, 3), pytest.param(50, 20, marks=pytest.mark.long)], ids=["small", "full"]
)
async def test_conversations_on_both_messengers_reach_their_end_however_often_the_desk_is_killed(
    storage: Storage, size: int, kills: int
) -> None:
    inlet = "polling" if storage.postgres else "webhook"
    chance = random.Random(20 + size)
    async with scene(storage, inlet, with_whatsapp=True) as it:
        it.telegram.set_latency(0.05)
        it.whatsapp.set_latency(0.05)
        customers = it.customers(size // 2) + it.customers(size - size // 2, "whatsapp", size // 2)
        await it.desk.start()
        walks = [asyncio.create_task(_walk(it, one, chance.uniform(0, kills * 0.8))) for one in customers]
        try:
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(0.1, 1.2))
                await it.desk.kill()
                await it.desk.start(ready=chance.random() < 0.5)
            await it.desk.wait_ready()
            await asyncio.gather(*walks)
        finally:
            for walk in walks:
                walk.cancel()
            await asyncio.gather(*walks, return_exceptions=True)
        await it.until(lambda: all(map(it.has_handoff, customers)), "every handoff is in its topic", 60)
        await it.desk.all_sent()
        history = await it.desk.history()
        for one in customers:
            _must_be_the_walk(history[one.address], one)
            heard = Counter(one.heard())
            assert max(heard.values()) <= 1 + kills
            assert set(heard) == {text for author, text in history[one.address] if author == "bot"}
            # In order: the first time that each was heard, whatever came twice.
            assert list(dict.fromkeys(one.heard())) == [t for author, t in history[one.address] if author == "bot"]
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
        print(f"\nstopped in {time.monotonic() - began:.1f} s on {_name(storage)}", file=sys.stderr)
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


async def _walk(it: Scene, one: Customer, after: float) -> None:
    """Go through the whole booking, each step when the answer to the one before is there."""
    await asyncio.sleep(after)
    for act, words, answer in WALK:
        getattr(one, act)(words.format(name=one.name))
        await it.until(lambda answer=answer: one.heard_about(answer), f"{one.name} heard {answer!r}", 90)


def _must_be_the_walk(lines: list[tuple[str, str]], one: Customer) -> None:
    assert [author for author, _ in lines] == ["customer", "bot"] * len(WALK), (one.name, lines)
    for (_, words, answer), (_, said), (_, told) in zip(WALK, lines[::2], lines[1::2], strict=True):
        assert said == words.format(name=one.name)
        assert answer in told


def _name(storage: Storage) -> str:
    return "PostgreSQL" if storage.postgres else "SQLite"

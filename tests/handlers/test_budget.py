"""The staff group's budget: the most urgent first, leftovers only above the reserve, and the vendor's word obeyed."""

from __future__ import annotations

import asyncio

import pytest

from handlers.budget import LEFT_OVER, Budget, Urgency
from handlers.ports import Throttled
from tests.fakes import FakeCache
from tests.virtual import in_virtual_time, seconds

CHAT = -100


async def spent(budget: Budget, count: int) -> None:
    """So many calls made at once."""
    await asyncio.gather(*(budget.call(CHAT, Urgency.TOPIC) for _ in range(count)))


@in_virtual_time
async def test_twenty_calls_go_at_once_and_then_one_every_three_seconds() -> None:
    budget, at = Budget(FakeCache(), 20, 20 / 60), []

    async def call() -> None:
        await budget.call(CHAT, Urgency.WORDS)
        at.append(seconds())

    await asyncio.gather(*(call() for _ in range(24)))
    assert at[:20] == [0.0] * 20
    assert [round(x) for x in at[20:]] == [3, 6, 9, 12]


@in_virtual_time
async def test_when_calls_are_short_the_most_urgent_goes_first_and_equals_in_order() -> None:
    budget, order = Budget(FakeCache(), 5, 1.0), []
    await spent(budget, 5)

    async def call(urgency: Urgency, n: int) -> None:
        await budget.call(CHAT, urgency)
        order.append((urgency, n))

    asked = [(urgency, n) for n in range(3) for urgency in (Urgency.REST, Urgency.DOCUMENT, Urgency.WORDS)]
    waiting = [asyncio.create_task(call(*one)) for one in asked]
    await asyncio.sleep(2.2)
    waiting.append(asyncio.create_task(call(Urgency.TOPIC, 9)))
    assert budget.depth(CHAT) == 7
    await asyncio.gather(*waiting)
    words, documents, rest = (
        [(urgency, n) for n in range(3)] for urgency in (Urgency.WORDS, Urgency.DOCUMENT, Urgency.REST)
    )
    assert order == [*words[:2], (Urgency.TOPIC, 9), words[2], *documents, *rest]
    assert budget.depth(CHAT) == 0


@in_virtual_time
async def test_what_is_left_over_is_used_only_above_the_reserve() -> None:
    budget = Budget(FakeCache(), 6, 0.5)
    await budget.call(CHAT, Urgency.LEFTOVER)
    await budget.call(CHAT, Urgency.LEFTOVER)
    left = asyncio.create_task(budget.call(CHAT, Urgency.LEFTOVER))
    await asyncio.sleep(1)
    assert not left.done()
    # The reserve itself is there for the urgent, at once.
    await asyncio.wait_for(spent(budget, int(LEFT_OVER)), 0.6)
    await left
    assert seconds() > 8


@in_virtual_time
async def test_it_is_short_only_while_urgent_calls_wait() -> None:
    budget = Budget(FakeCache(), 5, 0.5)
    await budget.call(CHAT, Urgency.LEFTOVER)
    left = asyncio.create_task(budget.call(CHAT, Urgency.LEFTOVER))
    await asyncio.sleep(0.1)
    assert not budget.short, "a reaction waits, words need not"
    await spent(budget, 4)
    words = asyncio.create_task(budget.call(CHAT, Urgency.WORDS))
    await asyncio.sleep(0.6)
    assert budget.short
    await asyncio.gather(words, left)
    await budget.call(CHAT, Urgency.WORDS)
    assert not budget.short


@in_virtual_time
async def test_a_group_that_says_slow_down_is_left_alone_so_long_and_another_group_goes_on() -> None:
    budget = Budget(FakeCache(), 20, 1.0)
    await budget.told(CHAT, 30)
    call = asyncio.create_task(budget.call(CHAT, Urgency.TOPIC))
    await budget.call(-200, Urgency.REST)
    assert seconds() == 0
    await call
    assert seconds() == pytest.approx(31, abs=0.6)


@in_virtual_time
async def test_two_processes_share_one_groups_calls() -> None:
    cache = FakeCache()
    budgets = [Budget(cache, 20, 20 / 60) for _ in range(2)]
    await asyncio.gather(*(budgets[n % 2].call(CHAT, Urgency.WORDS) for n in range(40)))
    in_a_minute = [at for _, at in cache.taken if at < 60]
    assert len(in_a_minute) <= 40
    assert seconds() == pytest.approx(60, abs=1)


@in_virtual_time
async def test_what_one_process_is_told_holds_back_a_call_of_another_that_had_its_turn_already() -> None:
    cache = FakeCache()
    here, there = Budget(cache, 20, 1.0), Budget(cache, 20, 1.0)
    began: list[float] = []

    async def refused() -> None:
        async with here.alone(CHAT):
            await asyncio.sleep(0.2)
            raise Throttled("Too Many Requests", 30)

    async def calls() -> None:
        async with there.alone(CHAT):
            began.append(seconds())
            await asyncio.sleep(0.3)

    await asyncio.gather(*(there.call(CHAT, Urgency.WORDS) for _ in range(3)))
    told, *called = await asyncio.gather(refused(), *(calls() for _ in range(3)), return_exceptions=True)
    assert isinstance(told, Throttled)
    assert called == [None] * 3
    # The first was on its way already; the second would have been the next refusal.
    assert began == [0.0, pytest.approx(30.2, abs=0.05), pytest.approx(30.5, abs=0.05)]


@in_virtual_time
async def test_a_waiter_that_goes_away_costs_no_call() -> None:
    cache = FakeCache()
    budget = Budget(cache, 1, 0.1)
    await spent(budget, 1)
    gone = asyncio.create_task(budget.call(CHAT, Urgency.TOPIC))
    stays = asyncio.create_task(budget.call(CHAT, Urgency.REST))
    await asyncio.sleep(1)
    gone.cancel()
    await stays
    assert len(cache.taken) == 2


@in_virtual_time
async def test_how_long_the_oldest_call_has_waited_is_told_without_what_only_uses_leftovers() -> None:
    budget = Budget(FakeCache(), 5, 0.1)
    assert budget.oldest() == 0.0
    await spent(budget, 5)
    waiting = [asyncio.create_task(budget.call(CHAT, Urgency.LEFTOVER))]
    await asyncio.sleep(1)
    assert budget.oldest() == 0.0
    waiting += [asyncio.create_task(budget.call(CHAT, Urgency.REST))]
    await asyncio.sleep(2)
    waiting += [asyncio.create_task(budget.call(CHAT, Urgency.WORDS))]
    await asyncio.sleep(4)
    assert budget.oldest() == pytest.approx(6.0)
    await asyncio.sleep(4)
    # The words went first; the rest has waited since before.
    assert budget.oldest() == pytest.approx(10.0)
    await asyncio.gather(*waiting)
    assert budget.oldest() == 0.0

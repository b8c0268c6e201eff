"""Group work: what is ready together goes together, and each waiter gets its own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from handlers.batching import Batch
from tests.virtual import in_virtual_time


class Work:
    """Doubles numbers, half a second a group; 13 is not taken."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []
        self.under_way = 0

    async def __call__(self, items: Sequence[int]) -> Sequence[int]:
        self.groups.append(list(items))
        self.under_way += 1
        assert self.under_way == 1, "one group at a time"
        await asyncio.sleep(0.5)
        self.under_way -= 1
        if 13 in items:
            raise OSError("no thirteens")
        if 99 in items:
            return []
        return [2 * item for item in items]


@in_virtual_time
async def test_what_is_ready_together_goes_together_and_everybody_gets_their_own() -> None:
    work = Work()
    batch = Batch(work, 50)
    assert await asyncio.gather(*(batch(n) for n in range(12))) == [2 * n for n in range(12)]
    assert work.groups == [list(range(12))]


@in_virtual_time
async def test_while_one_group_is_worked_on_the_next_gathers_up_to_the_most() -> None:
    work = Work()
    batch = Batch(work, 4)
    first = asyncio.create_task(batch(0))
    await asyncio.sleep(0.1)
    rest = [asyncio.create_task(batch(n)) for n in range(1, 7)]
    assert await asyncio.gather(first, *rest) == [2 * n for n in range(7)]
    assert work.groups == [[0], [1, 2, 3, 4], [5, 6]]


@in_virtual_time
async def test_an_error_is_every_waiters_of_that_group_and_of_no_other() -> None:
    batch = Batch(Work(), 2)
    found = await asyncio.gather(*(batch(n) for n in (1, 13, 2, 3)), return_exceptions=True)
    assert [type(x) for x in found[:2]] == [OSError, OSError]
    assert found[2:] == [4, 6]
    assert await batch(5) == 10


@in_virtual_time
async def test_too_few_answers_are_an_error_and_nobody_waits_for_ever() -> None:
    batch = Batch(Work(), 9)
    found = await asyncio.gather(batch(99), batch(1), return_exceptions=True)
    assert [type(x) for x in found] == [ValueError, ValueError]
    assert await batch(1) == 2


@in_virtual_time
async def test_a_waiter_that_goes_away_harms_nobody() -> None:
    work = Work()
    batch = Batch(work, 9)
    gone, stays = asyncio.create_task(batch(1)), asyncio.create_task(batch(2))
    await asyncio.sleep(0.1)
    gone.cancel()
    assert await stays == 4
    with pytest.raises(asyncio.CancelledError):
        await gone


@in_virtual_time
async def test_idle_waits_for_all_of_it() -> None:
    work = Work()
    batch = Batch(work, 1)
    await batch.idle()
    tasks = [asyncio.create_task(batch(n)) for n in range(3)]
    await asyncio.sleep(0)
    await batch.idle()
    assert len(work.groups) == 3
    assert all(task.done() for task in tasks) or await asyncio.gather(*tasks)

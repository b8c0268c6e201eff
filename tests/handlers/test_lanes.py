"""Lanes: one contact's events one after another, different contacts' side by side, and a limit for all."""

from __future__ import annotations

import asyncio

import pytest

from handlers.lanes import LONGEST_WAIT, Busy, Lanes
from tests.virtual import in_virtual_time, seconds


@in_virtual_time
async def test_one_contacts_events_go_one_after_another_in_the_order_of_asking() -> None:
    lanes, order = Lanes(), []

    async def go(n: int) -> None:
        async with lanes.lane("A"):
            order.append(("in", n))
            # The earlier ones take longer: only the lane keeps the order.
            await asyncio.sleep(1 - n / 20)
            order.append(("out", n))

    await asyncio.gather(*(go(n) for n in range(10)))
    assert order == [(what, n) for n in range(10) for what in ("in", "out")]


@in_virtual_time
async def test_different_contacts_go_side_by_side_and_nothing_is_remembered_of_them() -> None:
    lanes = Lanes()

    async def go(n: int) -> None:
        async with lanes.lane(f"C{n}"):
            await asyncio.sleep(1)

    await asyncio.gather(*(go(n) for n in range(100)))
    assert seconds() == pytest.approx(1)
    assert not lanes._locks
    assert not lanes._waiting


@in_virtual_time
async def test_an_error_or_a_cancelled_waiter_leaves_the_lane_open() -> None:
    lanes = Lanes()

    async def hold(error: bool) -> None:
        async with lanes.lane("A"):
            await asyncio.sleep(1)
            if error:
                raise OSError

    first, waiter, last = (asyncio.create_task(hold(error)) for error in (True, False, False))
    await asyncio.sleep(0.5)
    waiter.cancel()
    assert [type(x) for x in await asyncio.gather(first, waiter, return_exceptions=True)] == [
        OSError,
        asyncio.CancelledError,
    ]
    await last
    assert seconds() == pytest.approx(2)
    assert not lanes._locks


async def under_way(lanes: Lanes, staff: bool, long: float) -> None:
    """A turn that takes so long."""
    async with lanes.place(staff):
        await asyncio.sleep(long)


@in_virtual_time
async def test_beyond_the_limit_a_customer_waits_and_is_refused_after_a_while() -> None:
    lanes = Lanes(most=2)
    full = [asyncio.create_task(under_way(lanes, False, LONGEST_WAIT + 1)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await under_way(lanes, False, 0)
    assert seconds() == pytest.approx(LONGEST_WAIT)
    assert lanes.under_way == 2
    await asyncio.wait_for(under_way(lanes, False, 0), 1.5)
    await asyncio.gather(*full)
    assert lanes.under_way == 0


@in_virtual_time
async def test_staff_are_never_refused_and_take_no_place_from_customers() -> None:
    lanes = Lanes(most=1)
    full = asyncio.create_task(under_way(lanes, False, 100))
    staff = [asyncio.create_task(under_way(lanes, True, 1)) for _ in range(20)]
    await asyncio.gather(*staff)
    assert seconds() == pytest.approx(1)
    assert lanes.under_way == 1
    full.cancel()
    await asyncio.gather(full, return_exceptions=True)
    await asyncio.wait_for(under_way(lanes, False, 0), 1)
    assert lanes.under_way == 0

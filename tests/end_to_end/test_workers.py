"""Several workers: they share the work, a dead one is replaced, and they all end together."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.end_to_end.desk import DeskProcess, Storage, measured, until, until_async
from tests.end_to_end.scene import PERSON, scene


@pytest.fixture
def shared(postgres_url: str, redis_url: str) -> Storage:
    """What several processes need: PostgreSQL and a Redis."""
    return Storage(postgres_url, redis_url)


async def test_a_worker_that_is_killed_is_replaced_and_what_it_held_is_sent_within_ten_seconds(
    shared: Storage,
) -> None:
    async with scene(shared, "webhook") as it:
        it.desk.workers = 3
        customers = it.customers(12)
        await it.desk.start()
        measured(f"ready after {it.desk.ready_after[0]:.1f} s")
        assert it.desk.ready_after[0] < 6
        await until(lambda: len(it.desk.worker_pids()) == 3, 10, "three workers are there", it.desk)
        # The messenger is down, so the workers hold letters that they try again and again.
        it.telegram.fail_next(10_000, kind="500", methods=["sendMessage"])
        for one in customers:
            one.says("Hello")

        async def all_held() -> bool:
            rows = await it.desk.rows("SELECT count(*) FROM destinations")
            return bool(rows[0][0] == len(customers))

        await until_async(all_held, 20, "every letter is held", it.desk)
        # All of them, so that whoever holds the letters is among them.
        killed = it.desk.worker_pids()
        began = time.monotonic()
        for pid in killed:
            it.desk.kill_worker(pid)
        it.telegram.clear_trouble()
        await it.until(lambda: all(one.heard() for one in customers), "everybody has an answer", 10)
        measured(f"three of three killed: everybody answered after {time.monotonic() - began:.1f} s")
        await until(
            lambda: len(pids := it.desk.worker_pids()) == 3 and not set(pids) & set(killed), 10, "replaced", it.desk
        )
        await it.desk.all_sent()
        assert it.telegram.calls_of("setMyCommands")


async def test_a_stop_under_load_loses_and_doubles_nothing_and_leaves_no_process(shared: Storage) -> None:
    async with scene(shared, "webhook") as it:
        it.desk.workers = 3
        it.telegram.set_latency(0.15)
        customers = it.customers(30)
        await it.desk.start()
        for one in customers:
            one.says("operator")
        await it.until(lambda: any(one.heard() for one in customers), "the first has an answer")
        began = time.monotonic()
        assert await it.desk.stop() == 0
        measured(f"three workers stopped in {time.monotonic() - began:.1f} s")
        assert not it.desk.left_running()
        it.telegram.set_latency(0.0)
        await it.desk.start()
        await it.until(lambda: all(map(it.has_handoff, customers)), "every handoff is in its topic", 30)
        await it.desk.all_sent()
        for one in customers:
            assert len(one.heard()) == 1
            assert PERSON in one.heard()[0]
            assert len(it.in_topic(one)) == 3
        assert await it.desk.stop() == 0


async def test_a_supervisor_that_is_killed_leaves_nothing_behind(shared: Storage) -> None:
    async with scene(Storage(shared.database_url, None), "polling") as it:
        it.desk.workers = 2
        (one,) = it.customers(1)
        await it.desk.start()
        one.says("Hello")
        await it.until(one.heard, "the desk is at work")
        await it.desk.kill()
        await until(lambda: not it.desk.left_running(), 10, "nothing is left", it.desk)
        measured(f"all gone {time.time() - it.desk.kills[-1]:.1f} s after the supervisor")
        one.says("operator")
        await it.desk.start()
        await it.until(lambda: it.has_handoff(one), "and the next one goes on")
        assert await it.desk.stop() == 0
        assert not it.desk.left_running()


@pytest.mark.long
async def test_two_hosts_are_two_such_commands_and_one_goes_on_when_the_other_is_gone(shared: Storage) -> None:
    async with scene(shared, "polling") as it:
        it.latency(0.2)
        it.desk.workers = 2
        other = DeskProcess(shared, {})
        other.workers = 2
        own = ("QABUL_DATA_DIR", "QABUL_HTTP_PORT")
        other.environment |= {name: value for name, value in it.desk.environment.items() if name not in own}
        try:
            # At the same moment, on a database that is empty.
            await asyncio.gather(it.desk.start(), other.start())
            customers = it.customers(30)
            for one in customers[:20]:
                one.says("operator")
            await it.until(lambda: sum(bool(one.heard()) for one in customers) >= 3, "the first have an answer", 60)
            gone = [it.desk.process.pid if it.desk.process else 0, *it.desk.worker_pids()]
            for pid in gone:
                it.desk.kill_worker(pid)
            for one in customers[20:]:
                one.says("operator")
            await it.until(lambda: all(one.heard() for one in customers), "the other host answers all", 60)
            await it.handed_off(customers)
            await it.desk.all_sent()
            measured(f"{it.doubled()} messages doubled by a host that is gone")
            for one in customers:
                assert len(it.once(one.heard())) == 1
            assert len(it.topics()) == len(customers)
            assert not it.desk.worker_pids()
            assert await other.stop() == 0
        finally:
            await other.end()

"""Redis or the database goes away while people talk: a slower answer, and nothing else."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace

import aiohttp
import pytest
import redis as redis_client

from bot.bench.postgres_server import PostgresServer
from bot.embedded.redis_server import RedisServer
from tests.end_to_end.conftest import WORKERS, storage_of
from tests.end_to_end.desk import measured
from tests.end_to_end.scene import Customer, Scene, scene
from tests.end_to_end.walk import must_be_the_walk, walk
from tests.servers import start_redis_server


@pytest.mark.parametrize("seconds", [2.0, pytest.param(10.0, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql", *WORKERS])
async def test_redis_may_be_emptied_and_go_away(request: pytest.FixtureRequest, kind: str, seconds: float) -> None:
    own: RedisServer | None = None if kind == "sqlite" else request.getfixturevalue("own_redis")
    storage = storage_of(request, kind) if own is None else replace(storage_of(request, kind), redis_url=own.url)
    async with scene(storage, "polling" if own is None else "webhook", with_whatsapp=True) as it:
        customers: list[Customer] = [*it.customers(5), *it.whatsapp_customers(5, 5)]
        await it.desk.start()
        walks = [asyncio.create_task(walk(it, one, n * (1.0 + seconds) / 10)) for n, one in enumerate(customers)]
        try:
            await it.until(lambda: sum(len(one.heard()) for one in customers) >= 5, "the first are on their way")
            _empty(it.desk.redis_url)
            await it.until(lambda: sum(len(one.heard()) for one in customers) >= 10, "more are on their way")
            if own is None:
                # It hangs, and then it dies; the desk starts it anew.
                pid = it.desk.redis_pid()
                os.kill(pid, signal.SIGSTOP)
                await asyncio.sleep(seconds)
                os.kill(pid, signal.SIGKILL)
            else:
                own.end()
                await asyncio.sleep(seconds)
                start_redis_server(own)
            await asyncio.gather(*walks)
        finally:
            await _end(walks)
        await _must_have_lost_nothing(it, customers)
        await it.desk.wait_ready()


@pytest.mark.parametrize("seconds", [3.0, pytest.param(10.0, marks=pytest.mark.long)])
@pytest.mark.parametrize("kind", ["postgresql", *WORKERS])
async def test_the_database_may_go_away(
    request: pytest.FixtureRequest, own_postgres: PostgresServer, kind: str, seconds: float
) -> None:
    storage = replace(storage_of(request, kind), database_url=own_postgres.url("postgres"))
    async with scene(storage, "polling" if seconds > 5 else "webhook", with_whatsapp=True) as it:
        it.latency(0.05)
        customers: list[Customer] = [*it.customers(5), *it.whatsapp_customers(5, 5)]
        await it.desk.start()
        walks = [asyncio.create_task(walk(it, one, n * (1.0 + seconds) / 10)) for n, one in enumerate(customers)]
        try:
            await it.until(lambda: sum(len(one.heard()) for one in customers) >= 8, "some are on their way")
            await asyncio.to_thread(own_postgres.stop)
            async with aiohttp.ClientSession() as session, session.get(f"{it.desk.base}/readyz") as answer:
                assert answer.status == 503
                assert "database" in await answer.text()
            await asyncio.sleep(seconds / 3)
            silent = [one.heard() for one in customers]
            await asyncio.sleep(seconds * 2 / 3)
            # The desk does not answer from memory.
            assert [one.heard() for one in customers] == silent
            await asyncio.to_thread(own_postgres.start)
            await asyncio.gather(*walks)
        finally:
            await _end(walks)
        await _must_have_lost_nothing(it, customers, seconds)
        await it.desk.wait_ready()
        # Told to stop while the database is away, it does not wait for it.
        await asyncio.to_thread(own_postgres.stop)
        customers[0].says("are you there?")
        assert await it.desk.stop() == 0


def _empty(url: str) -> None:
    with redis_client.Redis.from_url(url, socket_timeout=10) as client:
        client.flushall()


async def _end(walks: list[asyncio.Task[None]]) -> None:
    for one in walks:
        one.cancel()
    await asyncio.gather(*walks, return_exceptions=True)


async def _must_have_lost_nothing(it: Scene, customers: list[Customer], away: float = 0.0) -> None:
    """Every walk as it should be, nothing twice at the messengers, and everybody's handoff in one topic."""
    await it.handed_off(customers)
    await it.desk.all_sent()
    measured(f"{it.doubled(away)} messages doubled by {len(it.desk.kills)} kills")
    history = await it.desk.history()
    for one in customers:
        must_be_the_walk(history[one.address], one)
        assert it.once(one.heard()) == [text for author, text in history[one.address] if author == "bot"]
    assert len(it.topics()) == len(customers)

"""Redis may be empty, down or full of another desk's copies: nothing here is the truth, and nothing here raises."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from redis.asyncio import Redis

from bot.embedded.redis_server import RedisServer
from scenarios.engine.context import Context
from scenarios.engine.records import Held
from storage import cache as module
from storage.buckets import Buckets
from storage.cache import TIME_TO_LIVE, RedisCache, open_redis
from tests.servers import start_redis_server

HELD = Held(Context("C", name="Азиза 😀", slots={"a": {"key": "b"}}), 7)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of our own, to look at what was written."""
    client = open_redis(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[RedisCache]:
    """The cache of one desk."""
    made = RedisCache(open_redis(redis_url), "desk")
    yield made
    await made.close()


async def test_a_copy_comes_back_with_its_version_and_goes_after_a_week(cache: RedisCache, redis: Redis) -> None:
    assert await cache.get(["C"]) == [None]
    await cache.put([HELD])
    assert await cache.get(["C"]) == [HELD]
    assert TIME_TO_LIVE - 5 <= await redis.ttl("qabul:desk:context:C") <= TIME_TO_LIVE
    await redis.flushdb()
    assert await cache.get(["C"]) == [None]


async def test_another_desk_on_the_same_redis_sees_nothing_of_it(cache: RedisCache, redis_url: str) -> None:
    other = RedisCache(open_redis(redis_url), "other")
    await cache.put([HELD])
    assert await other.get(["C"]) == [None]
    await cache.pause("b", 60)
    assert await other.take("b", 1, 0.01) == 0.0
    assert await other.lease("polling", "you", 60)
    assert await cache.lease("polling", "me", 60)
    await other.close()


@pytest.mark.parametrize("kept", ["", "nonsense", "x {}", '7 {"contact":"C","mood":"new"}', "7 {", "7"])
async def test_a_copy_that_cannot_be_read_is_as_good_as_none(cache: RedisCache, redis: Redis, kept: str) -> None:
    await redis.set("qabul:desk:context:C", kept)
    assert await cache.get(["C"]) == [None]


async def test_a_wake_up_reaches_every_process(cache: RedisCache, redis: Redis, redis_url: str) -> None:
    other = RedisCache(open_redis(redis_url), "desk")
    heard: list[list[str]] = []

    async def listen(to: RedisCache) -> None:
        async for destinations in to.wakes():
            heard.append(list(destinations))
            return

    tasks = [asyncio.create_task(listen(one)) for one in (cache, other)]
    async with asyncio.timeout(5):
        while (await redis.pubsub_numsub("qabul:desk:wake"))[0][1] < 2:  # noqa: ASYNC110 - a server has no event
            await asyncio.sleep(0.01)
        await cache.wake(["telegram:1:7", "topic:C"])
        await asyncio.gather(*tasks)
    assert heard == [["telegram:1:7", "topic:C"]] * 2
    await other.close()


async def test_four_hundred_turns_at_once_do_not_look_like_a_redis_that_is_down(cache: RedisCache) -> None:
    await cache.put([HELD])
    assert set(map(repr, await asyncio.gather(*(cache.get(["C"]) for _ in range(400))))) == {repr([HELD])}
    assert cache.up


# -- buckets: the shared ones and a process's own behave alike ---------------------------------------------------------

Take = Callable[[str, float, float, float], Awaitable[float]]


class Local:
    """A process's own buckets with the shared ones' signature."""

    def __init__(self) -> None:
        self._buckets = Buckets()

    async def take(self, bucket: str, capacity: float, per_second: float, reserve: float = 0.0) -> float:
        return self._buckets.take(bucket, capacity, per_second, reserve)

    async def pause(self, bucket: str, seconds: float) -> None:
        self._buckets.pause(bucket, seconds)

    async def paused(self, bucket: str) -> float:
        return self._buckets.paused(bucket)


@pytest.fixture(params=["redis", "local"])
def buckets(request: pytest.FixtureRequest) -> RedisCache | Local:
    """Both kinds."""
    return request.getfixturevalue("cache") if request.param == "redis" else Local()


async def test_a_bucket_gives_its_burst_and_then_says_how_long_the_next_one_takes(buckets: RedisCache | Local) -> None:
    began = time.monotonic()
    assert [await buckets.take("b", 3, 0.01) for _ in range(3)] == [0.0] * 3
    wait = await buckets.take("b", 3, 0.01)
    passed = time.monotonic() - began
    assert 100 - passed - 0.1 <= wait <= 100.0
    assert await buckets.take("b", 3, 0.01) <= wait, "asking takes nothing"
    assert await buckets.take("another", 3, 0.01) == 0.0


async def test_a_bucket_fills_again_and_never_above_its_capacity(buckets: RedisCache | Local) -> None:
    assert [await buckets.take("b", 2, 20) for _ in range(2)] == [0.0, 0.0]
    await asyncio.sleep(0.25)
    began = time.monotonic()
    taken = [await buckets.take("b", 2, 20) for _ in range(3)]
    assert taken[:2] == [0.0, 0.0]
    # Five have come meanwhile, two of them fit.
    assert taken[2] > 0 or time.monotonic() - began > 0.05


async def test_a_reserve_is_left_for_the_urgent(buckets: RedisCache | Local) -> None:
    assert [await buckets.take("b", 5, 0.01, 4) for _ in range(1)] == [0.0]
    began = time.monotonic()
    wait = await buckets.take("b", 5, 0.01, 4)
    assert 99 - (time.monotonic() - began) <= wait <= 100.0
    assert [await buckets.take("b", 5, 0.01) for _ in range(4)] == [0.0] * 4
    assert await buckets.take("b", 5, 0.01, 4) > 400


async def test_nobody_takes_from_a_paused_bucket_and_afterwards_it_is_empty(buckets: RedisCache | Local) -> None:
    assert await buckets.take("b", 20, 0.1) == 0.0
    await buckets.pause("b", 50)
    assert 49 < await buckets.take("b", 20, 0.1) <= 50.0
    assert 49 < await buckets.paused("b") <= 50.0
    assert await buckets.paused("another") == 0.0
    await buckets.pause("c", 0.05)
    await asyncio.sleep(0.1)
    assert await buckets.paused("c") == 0.0
    assert 5 < await buckets.take("c", 20, 0.1) <= 10.0


async def test_a_shared_bucket_is_shared_and_does_not_stay_for_ever(
    cache: RedisCache, redis: Redis, redis_url: str
) -> None:
    other = RedisCache(open_redis(redis_url), "desk")
    taken = await asyncio.gather(*((cache, other)[n % 2].take("b", 10, 0.001) for n in range(20)))
    assert sum(one == 0.0 for one in taken) == 10
    assert 0 < await redis.ttl("qabul:desk:rate:b") <= 10 / 0.001 + 60
    await other.pause("b", 30)
    assert await cache.take("b", 10, 0.001) > 29
    assert await cache.paused("b") > 29
    await redis.flushdb()
    assert await other.paused("b") > 28, "who was told remembers it"
    await other.close()


# -- leases ----------------------------------------------------------------------------------------------------------


async def test_a_lease_is_one_owners_who_renews_it(cache: RedisCache, redis: Redis) -> None:
    won = await asyncio.gather(*(cache.lease("polling", str(n), 60) for n in range(8)))
    assert sum(won) == 1
    owner = str(won.index(True))
    assert await cache.lease("polling", owner, 90)
    assert 60_000 < await redis.pttl("qabul:desk:lease:polling") <= 90_000
    assert not await cache.lease("polling", "stranger", 60)
    assert await cache.lease("another", "stranger", 60)
    await cache.lease("short", "a", 0.05)
    await asyncio.sleep(0.1)
    assert await cache.lease("short", "b", 60)


async def test_without_redis_each_process_takes_its_share_of_a_bucket(own_redis: RedisServer) -> None:
    processes = [RedisCache(open_redis(own_redis.url), "desk") for _ in range(4)]
    for one in processes:
        one.processes = lambda: 4
    own_redis.end()
    taken = [await one.take("b", 20, 0.001) for one in processes for _ in range(20)]
    assert taken.count(0.0) == 20
    # However many there are, each has something.
    for one in processes:
        one.processes = lambda: 100
    assert await processes[0].take("c", 20, 0.001) == 0.0
    assert await processes[0].take("c", 20, 0.001) > 90
    for one in processes:
        await one.close()


# -- Redis down ------------------------------------------------------------------------------------------------------


async def test_everything_copes_with_a_redis_that_is_down_and_comes_back_with_it(
    own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TROUBLE_PAUSE", 0.05)
    cache = RedisCache(open_redis(own_redis.url), "desk")
    heard: list[list[str]] = []

    async def listen() -> None:
        async for destinations in cache.wakes():
            heard.append(list(destinations))  # noqa: PERF401 - it never ends

    listening = asyncio.create_task(listen())
    await cache.put([HELD])
    assert await cache.get(["C"]) == [HELD]
    own_redis.end()
    async with asyncio.timeout(10):
        for again in range(2):
            assert await cache.get(["C"]) == [None]
            await cache.put([HELD])
            await cache.wake(["a"])
            assert await cache.take(f"b{again}", 2, 0.01) == 0.0
            assert await cache.take(f"b{again}", 2, 0.01) == 0.0
            assert 90 < await cache.take(f"b{again}", 2, 0.01) <= 100
            await cache.pause(f"p{again}", 30)
            assert 29 < await cache.take(f"p{again}", 2, 0.01) <= 30
            assert not await cache.lease("polling", "me", 60)
            await asyncio.sleep(0.06)
    with pytest.raises(module._ERRORS):
        await cache.ping()
    start_redis_server(own_redis)
    async with asyncio.timeout(10):
        while not await cache.lease("polling", "me", 60):  # noqa: ASYNC110 - a server has no event
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.06)
        await cache.put([HELD])
        assert await cache.get(["C"]) == [HELD]
        # Pub/sub comes back by itself.
        while not heard:
            await cache.wake(["telegram:1:7"])
            await asyncio.sleep(0.02)
    assert heard[0] == ["telegram:1:7"]
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await cache.close()


async def test_a_redis_that_just_failed_is_not_asked_again_by_every_turn(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    asked = 0

    async def refuse(*_: object, **__: object) -> None:
        nonlocal asked
        asked += 1
        raise ConnectionError

    client = open_redis(f"unix://{tmp_path}/nobody.sock")
    for name in ("mget", "publish"):
        monkeypatch.setattr(client, name, refuse)
    cache = RedisCache(client, "desk")
    for _ in range(50):
        await cache.get(["C"])
        await cache.put([HELD])
        await cache.wake(["a"])
    assert asked == 1
    assert not cache.up
    await cache.close()


async def test_what_a_bucket_has_left_is_told_and_costs_nothing(cache: RedisCache) -> None:
    assert await cache.tokens("b", 5, 0.001) == 5
    assert [await cache.take("b", 5, 0.001) for _ in range(3)] == [0.0] * 3
    assert await cache.tokens("b", 5, 0.001) == pytest.approx(2, abs=0.5)
    await cache.pause("b", 60)
    assert await cache.tokens("b", 5, 0.001) == 0.0


async def test_nothing_is_left_to_tell_of_while_redis_is_away(own_redis: RedisServer) -> None:
    away = RedisCache(open_redis(own_redis.url), "desk")
    own_redis.end()
    assert await away.tokens("b", 5, 1) == 0.0
    start_redis_server(own_redis)
    await away.close()

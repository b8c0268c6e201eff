"""Of several processes one looks at what all of them share; without Redis each does."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast

import pytest

from bot.embedded.redis_server import RedisServer
from bot.pulse import Lease
from storage.cache import RedisCache, open_redis
from storage.owners import Owner
from tests.servers import start_redis_server


class _Named:
    """Who asks, by name."""

    def __init__(self, name: str) -> None:
        self.name = name


def lease(cache: RedisCache, name: str, alone: bool = False) -> Lease:
    """The lease as a process of that name has it."""
    return Lease(cache, cast(Owner, _Named(name)), alone)


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[RedisCache]:
    made = RedisCache(open_redis(redis_url), "desk")
    yield made
    await made.close()


async def test_one_process_looks_until_it_gives_the_lease_back(cache: RedisCache) -> None:
    one, two = lease(cache, "1"), lease(cache, "2")

    assert [await one.renew(), await two.renew(), await one.renew(), one.ours, two.ours] == [
        True, False, True, True, False,
    ]  # fmt: skip
    await two.end()
    assert not await two.renew()
    await one.end()
    assert [await two.renew(), await one.renew()] == [True, False]


async def test_a_desk_alone_asks_nobody(cache: RedisCache) -> None:
    await lease(cache, "1").renew()

    assert await lease(cache, "2", alone=True).renew()


async def test_while_redis_is_away_each_looks(own_redis: RedisServer) -> None:
    away = RedisCache(open_redis(own_redis.url), "desk")
    own_redis.end()

    assert await lease(away, "1").renew()
    assert await lease(away, "2").renew()
    start_redis_server(own_redis)
    await away.close()

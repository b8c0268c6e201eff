"""Redis: copies of contexts, wake-ups between processes, rates shared by them, leases.

It may be emptied or down at any moment: copies are then read from the database, wake-ups are replaced by the sweep,
rates fall back to this process's own buckets. Nothing here is ever the truth.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import structlog
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from scenarios.engine.context import pack, unpack
from scenarios.engine.records import Held
from storage.buckets import Buckets

__all__ = ["RedisCache", "open_redis"]

TIME_TO_LIVE = 7 * 24 * 3600
"""Seconds a context stays in Redis after its last turn."""

TROUBLE_PAUSE = 1.0
"""Seconds during which a Redis that just failed is not asked again, so that every turn does not wait for it."""

_log = structlog.get_logger()
_ERRORS = (RedisError, OSError, TimeoutError)

# A shared token bucket: KEYS[1] = bucket; ARGV = capacity, tokens per second, reserve. Redis's own clock decides.
_TAKE = """
local t = redis.call('TIME'); local now = t[1] + t[2] / 1000000
local b = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'paused')
local capacity, rate, reserve = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local paused = tonumber(b[3]) or 0
if paused > now then return tostring(paused - now) end
local tokens = math.min(capacity, (tonumber(b[1]) or capacity) + (now - (tonumber(b[2]) or now)) * rate)
local wait = 0
if tokens >= 1 + reserve then tokens = tokens - 1 else wait = (1 + reserve - tokens) / rate end
redis.call('HSET', KEYS[1], 'tokens', tokens, 'at', now)
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / rate) + 60)
return tostring(wait)
"""
_PAUSE = """
local t = redis.call('TIME'); local now = t[1] + t[2] / 1000000
redis.call('HSET', KEYS[1], 'paused', now + tonumber(ARGV[1]), 'tokens', 0, 'at', now + tonumber(ARGV[1]))
redis.call('EXPIRE', KEYS[1], math.ceil(tonumber(ARGV[1])) + 60)
return 1
"""
_PAUSED = """
local t = redis.call('TIME'); local now = t[1] + t[2] / 1000000
return tostring(math.max(0, (tonumber(redis.call('HGET', KEYS[1], 'paused')) or 0) - now))
"""
_UNLEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


def open_redis(url: str) -> Redis:
    """A client that fails fast: a turn must not wait for a Redis that is not there."""
    # A pool that waits for a free connection: one that refuses would look like a Redis that is down in every rush.
    pool: BlockingConnectionPool = BlockingConnectionPool.from_url(
        url,
        decode_responses=True,
        socket_timeout=1.0,
        socket_connect_timeout=1.0,
        retry=Retry(NoBackoff(), 1),
        max_connections=64,
        timeout=1.0,
    )
    return Redis.from_pool(pool)


def _held(kept: str) -> Held | None:
    try:
        version, _, data = kept.partition(" ")
        return Held(unpack(data), int(version))
    except (ValueError, TypeError):
        # Written by another version of the desk: the database has the truth.
        return None


class RedisCache:
    """The copies of one desk; `desk` (from the database) keeps desks that share a Redis apart."""

    def __init__(self, redis: Redis, desk: str) -> None:
        self._redis = redis
        self._prefix = f"qabul:{desk}:"
        self._buckets = Buckets()
        self._take = redis.register_script(_TAKE)
        self._pause = redis.register_script(_PAUSE)
        self._paused = redis.register_script(_PAUSED)
        self._unlease = redis.register_script(_UNLEASE)
        self._down_until = 0.0
        self.processes: Callable[[], int] = lambda: 1
        """How many processes there are: without Redis each takes its share of a bucket."""

    @property
    def up(self) -> bool:
        """Whether Redis answered lately."""
        return time.monotonic() >= self._down_until

    def _failed(self, what: str, error: Exception) -> None:
        if self.up:
            _log.warning("redis does not answer, going on without it", doing=what, error=type(error).__name__)
        self._down_until = time.monotonic() + TROUBLE_PAUSE

    async def ping(self) -> None:
        """Raises what Redis raises when it does not answer."""
        await self._redis.ping()
        self._down_until = 0.0

    async def get(self, contacts: Sequence[str]) -> list[Held | None]:
        """The copies of contexts, None for each where there is none or Redis is down."""
        kept: Sequence[Any] = [None] * len(contacts)
        if self.up:
            try:
                kept = await self._redis.mget([f"{self._prefix}context:{contact}" for contact in contacts])
            except _ERRORS as error:
                self._failed("get", error)
        return [None if one is None else _held(str(one)) for one in kept]

    async def put(self, copies: Sequence[Held]) -> None:
        """Keep copies."""
        if not self.up or not copies:
            return
        try:
            pipeline = self._redis.pipeline(transaction=False)
            for held in copies:
                key = f"{self._prefix}context:{held.context.contact}"
                pipeline.set(key, f"{held.version} {pack(held.context)}", ex=TIME_TO_LIVE)
            await pipeline.execute()
        except _ERRORS as error:
            self._failed("put", error)

    async def wake(self, destinations: Sequence[str]) -> None:
        """Tell the other processes that letters wait there."""
        if not self.up:
            return
        try:
            await self._redis.publish(f"{self._prefix}wake", json.dumps(list(destinations)))
        except _ERRORS as error:
            self._failed("wake", error)

    async def wakes(self) -> AsyncIterator[Sequence[str]]:
        """Wake-ups from any process, for ever; silent while Redis is down (the sweep finds what is due)."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(f"{self._prefix}wake")
                    while True:
                        message = await channel.get_message(ignore_subscribe_messages=True, timeout=0.5)
                        if message is not None:
                            yield json.loads(message["data"])
            except _ERRORS as error:
                self._failed("wakes", error)
                await asyncio.sleep(TROUBLE_PAUSE)

    async def take(self, bucket: str, capacity: float, per_second: float, reserve: float = 0.0) -> float:
        """Take a token of a bucket: 0.0 if taken, else the seconds until one is there."""
        if self.up:
            try:
                waited = await self._take(keys=[f"{self._prefix}rate:{bucket}"], args=[capacity, per_second, reserve])
                return float(waited)
            except _ERRORS as error:
                self._failed("take", error)
        share = 1 / self.processes()
        return self._buckets.take(bucket, max(1.0, capacity * share), per_second * share, reserve * share)

    async def tokens(self, bucket: str, capacity: float, per_second: float) -> float:
        """How many tokens a bucket has now, by this machine's clock; 0.0 while it is paused or Redis is down."""
        try:
            kept = await self._redis.hmget(f"{self._prefix}rate:{bucket}", ["tokens", "at", "paused"])
        except _ERRORS as error:
            self._failed("tokens", error)
            return 0.0
        tokens, at, paused = (None if one is None else float(one) for one in kept)
        now = time.time()
        if tokens is None or at is None:
            return capacity
        return 0.0 if (paused or 0.0) > now else max(0.0, min(capacity, tokens + (now - at) * per_second))

    async def pause(self, bucket: str, seconds: float) -> None:
        """Nobody takes from this bucket for so long (the vendor said so)."""
        self._buckets.pause(bucket, seconds)
        if self.up:
            try:
                await self._pause(keys=[f"{self._prefix}rate:{bucket}"], args=[seconds])
            except _ERRORS as error:
                self._failed("pause", error)

    async def paused(self, bucket: str) -> float:
        """For how many seconds yet nobody takes from this bucket, whichever process was told so."""
        seconds = self._buckets.paused(bucket)
        if self.up:
            try:
                seconds = max(seconds, float(await self._paused(keys=[f"{self._prefix}rate:{bucket}"])))
            except _ERRORS as error:
                self._failed("paused", error)
        return seconds

    async def lease(self, name: str, owner: str, seconds: float) -> bool:
        """Whether the owner has the lease now; taken or renewed for so many seconds. Without Redis nobody has it
        but the only process there is knows that by itself."""
        key = f"{self._prefix}lease:{name}"
        try:
            if await self._redis.set(key, owner, nx=True, px=int(seconds * 1000)):
                return True
            if await self._redis.get(key) != owner:
                return False
            return bool(await self._redis.pexpire(key, int(seconds * 1000)))
        except _ERRORS as error:
            self._failed("lease", error)
            return False

    async def lease_holder(self, name: str) -> str | None:
        """Who has the lease; None when nobody has it or Redis is down."""
        try:
            holder = await self._redis.get(f"{self._prefix}lease:{name}")
        except _ERRORS as error:
            self._failed("lease", error)
            return None
        return None if holder is None else str(holder)

    async def end_lease(self, name: str, owner: str) -> None:
        """The owner gives the lease back, or is dead: the next one need not wait for its end."""
        try:
            await self._unlease(keys=[f"{self._prefix}lease:{name}"], args=[owner])
        except _ERRORS as error:
            self._failed("lease", error)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

"""How full a shared token bucket is, for whoever watches: read, never taken from."""

from __future__ import annotations

from redis.asyncio import Redis

__all__ = ["tokens_left"]


async def tokens_left(redis: Redis, desk: str, bucket: str, capacity: float, per_second: float) -> tuple[float, float]:
    """(tokens, seconds for which the vendor told us to pause) of a bucket of this desk. Raises what Redis raises."""
    async with redis.pipeline(transaction=False) as pipe:
        pipe.time()
        pipe.hmget(f"qabul:{desk}:rate:{bucket}", ["tokens", "at", "paused"])
        (seconds, micros), (tokens, at, paused) = await pipe.execute()
    now = seconds + micros / 1_000_000
    if paused is not None and float(paused) > now:
        return 0.0, float(paused) - now
    if tokens is None or at is None:
        return capacity, 0.0
    return min(capacity, float(tokens) + (now - float(at)) * per_second), 0.0

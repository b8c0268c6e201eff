"""Token buckets of this process, for when Redis cannot be asked."""

from __future__ import annotations

import time

__all__ = ["Buckets"]


class Buckets:
    """Rates by name, on this process's monotonic clock."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[float, float]] = {}
        self._paused: dict[str, float] = {}

    def take(self, bucket: str, capacity: float, per_second: float, reserve: float = 0.0) -> float:
        """Take a token: 0.0 if taken, else the seconds until one is there."""
        now = time.monotonic()
        paused = self._paused.get(bucket, 0.0)
        if paused > now:
            return paused - now
        tokens, at = self._tokens.get(bucket, (capacity, now))
        tokens = min(capacity, tokens + (now - at) * per_second)
        if tokens >= 1 + reserve:
            self._tokens[bucket] = (tokens - 1, now)
            return 0.0
        self._tokens[bucket] = (tokens, now)
        return (1 + reserve - tokens) / per_second

    def paused(self, bucket: str) -> float:
        """For how many seconds yet nobody takes from this bucket."""
        return max(0.0, self._paused.get(bucket, 0.0) - time.monotonic())

    def pause(self, bucket: str, seconds: float) -> None:
        """Nobody takes from this bucket for so many seconds."""
        self._paused[bucket] = time.monotonic() + seconds
        self._tokens[bucket] = (0.0, self._paused[bucket])

"""Storage and Redis with a clock on each operation: their methods are wrapped where the parts meet, so that the rooms
below know nothing of it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import structlog
from prometheus_client import Histogram

from handlers import measures
from handlers.tracing import trace_of_row
from scenarios.engine.records import Receipt, Recorded, Result, Turn
from storage.cache import RedisCache
from storage.outbox import Outbox

__all__ = ["clock_letters", "clock_redis", "counted_turns", "timed"]

P = ParamSpec("P")
R = TypeVar("R")
_log = structlog.get_logger()


def timed(method: Callable[P, Awaitable[R]], metric: Histogram, operation: str) -> Callable[P, Awaitable[R]]:
    """The method, its time observed."""
    now, observe = time.perf_counter, metric.labels(operation).observe

    @wraps(method)
    async def timed(*given: P.args, **named: P.kwargs) -> R:
        began = now()
        try:
            return await method(*given, **named)
        finally:
            observe(now() - began)

    return timed


def clock_redis(cache: RedisCache) -> None:
    """Time what turns and the staff group's budget ask of Redis."""
    _clock(cache, measures.REDIS, ("get", "put", "wake", "take", "lease"))


def clock_letters(rows: Outbox) -> None:
    """Time the outbox's table, and count and tell what became of letters."""
    _clock(rows, measures.DATABASE, ("claim", "release", "retire", "unsent", "waiting", "standing", "mark"))
    setattr(rows, "mark", _counted_marks(rows.mark))  # noqa: B010 - a method is replaced, which a type cannot say


def _clock(target: object, metric: Histogram, operations: Iterable[str]) -> None:
    for operation in operations:
        setattr(target, operation, timed(getattr(target, operation), metric, operation))


def counted_turns(
    record: Callable[[Sequence[Turn]], Awaitable[Sequence[Recorded]]],
) -> Callable[[Sequence[Turn]], Awaitable[Sequence[Recorded]]]:
    """Recording turns, with the size of the group and what became of each counted."""

    async def counted(turns: Sequence[Turn]) -> Sequence[Recorded]:
        recorded = await record(turns)
        measures.grouped([one.outcome for one in recorded])
        return recorded

    return counted


def _counted_marks(
    mark: Callable[[Sequence[Result], str], Coroutine[Any, Any, list[Receipt]]],
) -> Callable[[Sequence[Result], str], Coroutine[Any, Any, list[Receipt]]]:
    async def counted(results: Sequence[Result], owner: str) -> list[Receipt]:
        receipts = await mark(results, owner)
        measures.resulted(results)
        for result in results:
            if result.status in ("sent", "dropped"):
                _tell(result)
        return receipts

    return counted


def _tell(result: Result) -> None:
    letter, lane = result.letter, measures.lane_of(result.letter)
    if lane not in ("extra", "media"):
        _log.info(
            "letter",
            trace=trace_of_row(letter.id),
            lane=lane,
            op=letter.op,
            outcome=result.status,
            tries=letter.attempts + 1,
            seconds=round((result.at - letter.at).total_seconds(), 3),
        )

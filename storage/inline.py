"""SQLite in a thread of its own, a whole transaction in one hop.

The asynchronous driver crosses to its thread and back about four times a statement (measured: half of what a message
costs). Here the same code, an `async` function that only awaits its connection, runs to its end in the thread, where
the connection answers at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Engine, Executable
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["InThread"]

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]


class InThread:
    """Runs work upon one engine, one after another; `begin` is the statement it begins with."""

    def __init__(self, engine: Engine, begin: str, name: str) -> None:
        self._engine = engine
        self._begin = begin
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)

    async def run(self, work: Work[T]) -> T:
        """The result of `work`, committed. Raises what it raises, after a rollback."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._carry_out, work)

    def _carry_out(self, work: Work[T]) -> T:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(self._begin)
            result = _to_its_end(work(cast(AsyncConnection, _Answering(connection))))
            connection.commit()
            return result

    def close(self) -> None:
        """End the thread after what it has to do."""
        self._thread.shutdown(wait=True)
        self._engine.dispose()


class _Answering:
    """The part of an AsyncConnection that our statements use, answering at once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, statement: Executable, parameters: Mapping[str, Any] | None = None) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)


def _to_its_end(work: Awaitable[T]) -> T:
    coroutine = cast(Coroutine[Any, Any, T], work)
    try:
        coroutine.send(None)
    except StopIteration as done:
        return cast(T, done.value)
    coroutine.close()
    raise RuntimeError("a transaction may await nothing but its connection")

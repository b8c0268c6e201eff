"""One database: SQLite in the data directory or PostgreSQL, with the few places where they differ.

SQLite has one writer, so writing transactions queue on a lock here instead of on the file; WAL with full
synchronisation, so that what was committed survives a power cut.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Integer,
    NullPool,
    Row,
    Table,
    TextClause,
    create_engine,
    event,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from scenarios.engine.plain import to_json
from storage.inline import InThread
from storage.tables import Moment

__all__ = ["Database", "as_json", "open_database", "storable", "storable_json"]

BUSY_TIMEOUT_MS = 5_000
POOL = 8
"""Connections per process: recording, the outbox, timers and reading each need about two."""

COMMAND_SECONDS = 10
"""How long one statement on PostgreSQL may take; the desk would rather try again than wait for a dead server."""

T = TypeVar("T")
POSTGRES_SETTINGS = {"enable_seqscan": "off", "jit": "off"}
"""Plans are kept. Those made while a young database's tables are small would read whole tables ever after, until the
server next analyses them (measured: a third of its work in the first minutes); all our statements have an index."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_HALVES = re.compile("[\ud800-\udfff]")
_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class Database:
    """An engine and the SQL that carries many rows in one parameter (JSON), which both databases unpack."""

    def __init__(self, engine: AsyncEngine, in_threads: tuple[InThread, InThread] | None = None) -> None:
        self.engine = engine
        self.postgres = engine.dialect.name == "postgresql"
        # Without a transaction around it a query is one round trip instead of three.
        self._reader = engine.execution_options(isolation_level="AUTOCOMMIT") if self.postgres else engine
        self._writer = asyncio.Lock()
        self._writing = in_threads[0] if in_threads else None
        self._reading = in_threads[1] if in_threads else None
        self._statements: dict[str, TextClause] = {}

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; each statement sees what is committed when it begins."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: committed at the end, rolled back by an exception."""
        if self.postgres:
            async with self.engine.begin() as connection:
                yield connection
            return
        async with self._writer, self.engine.connect() as connection:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                await connection.rollback()
                raise
            await connection.commit()

    async def write(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """The result of `work` in a transaction: committed at its end, rolled back by an exception. It may await
        nothing but its connection."""
        if self._writing is None:
            async with self.writing() as connection:
                return await work(connection)
        async with self._writer:
            return await self._writing.run(work)

    async def read(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """The result of `work`, which only reads, and awaits nothing but its connection."""
        if self._reading is None:
            async with self.reading() as connection:
                return await work(connection)
        return await self._reading.run(work)

    @asynccontextmanager
    async def patient(self) -> AsyncIterator[AsyncConnection]:
        """`writing` without a limit of time for one statement: a migration of a large table may take minutes."""
        if not self.postgres:
            async with self.writing() as connection:
                yield connection
            return
        engine = create_async_engine(self.engine.url, poolclass=NullPool, connect_args={"timeout": 5})
        try:
            async with engine.begin() as connection:
                yield connection
        finally:
            await engine.dispose()

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()
        for one in (self._writing, self._reading):
            if one is not None:
                await asyncio.to_thread(one.close)

    def rows(self, columns: Mapping[str, str]) -> str:
        """SQL for a derived table of the JSON parameter `:rows`; `columns` maps names to text, bigint or boolean."""
        if self.postgres:
            typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            return f"(SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS _r(n bigint, {typed}) ORDER BY n)"
        picked = ", ".join(f"json_extract(value, '$.{name}') AS {name}" for name in columns)
        return f"(SELECT {picked} FROM json_each(:rows) ORDER BY key)"

    def statement(self, sql: str) -> TextClause:
        """A prepared text, made once."""
        found = self._statements.get(sql)
        if found is None:
            found = self._statements[sql] = text(sql)
        return found

    async def insert(
        self, connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], conflict: str = ""
    ) -> None:
        """Insert many rows in the order given; every row has the same columns."""
        if rows:
            await connection.execute(self._insert(table, rows[0], conflict), {"rows": packed(rows)})

    async def insert_new(
        self, connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], key: str
    ) -> set[str]:
        """Insert the rows that are not there yet; the keys of those that were inserted."""
        statement = self._insert(table, rows[0], f"ON CONFLICT DO NOTHING RETURNING {table.name}.{key}")
        result = await connection.execute(statement, {"rows": packed(rows)})
        return {row[0] for row in result}

    async def insert_returning(
        self, connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], columns: str
    ) -> Sequence[Row[Any]]:
        """Insert many rows in the order given; these columns of what was inserted, in any order."""
        result = await connection.execute(self._insert(table, rows[0], f"RETURNING {columns}"), {"rows": packed(rows)})
        return result.all()

    def _insert(self, table: Table, row: Mapping[str, Any], conflict: str) -> TextClause:
        columns = {name: kind_of(table, name) for name in row}
        names = ", ".join(columns)
        return self.statement(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {self.rows(columns)} AS r WHERE true {conflict}"
        )


def kind_of(table: Table, column: str) -> str:
    """The SQL type that a column's JSON value is read as."""
    kind = table.c[column].type
    if isinstance(kind, Boolean):
        return "boolean"
    return "bigint" if isinstance(kind, Moment | BigInteger | Integer) else "text"


def packed(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as the JSON parameter, storable."""
    return as_json([{"n": n, **row} for n, row in enumerate(rows)])


def as_json(value: object) -> str:
    """A value as JSON that both databases keep: NUL and halves of surrogate pairs become U+FFFD."""
    return storable_json(to_json(value))


def storable_json(text: str) -> str:
    """The same for a text that is JSON already, where NUL stands as an escape."""
    if "\\u0000" in text:
        text = _ESCAPED_NUL.sub(lambda found: f"{found[1]}\ufffd", text)
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def storable(text: str) -> str:
    """A text that both databases keep: NUL and halves of surrogate pairs become U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def open_database(url: str) -> Database:
    """A database by its SQLAlchemy URL. Connects at the first use, not here."""
    if url.startswith("sqlite"):
        engine = create_async_engine(
            url, pool_size=POOL, max_overflow=4, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
        )
        event.listen(engine.sync_engine, "connect", _tune_sqlite)
        if ":memory:" not in url:
            return Database(engine, (_in_thread(url, "BEGIN IMMEDIATE"), _in_thread(url, "BEGIN")))
    else:
        engine = create_async_engine(
            url,
            pool_size=POOL,
            max_overflow=8,
            pool_pre_ping=False,
            pool_timeout=5,
            connect_args={"timeout": 5, "command_timeout": COMMAND_SECONDS, "server_settings": POSTGRES_SETTINGS},
        )
    return Database(engine)


def _in_thread(url: str, begin: str) -> InThread:
    engine = create_engine(url.replace("+aiosqlite", ""), pool_size=1, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _tune_sqlite)
    return InThread(engine, begin, "sqlite")


def _tune_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transaction handling is off: `writing` begins with BEGIN IMMEDIATE, so that two writers
    # never meet in the middle of a transaction.
    connection.isolation_level = None
    # SQLite's own lower() knows only ASCII, so a search for a Cyrillic name would miss it.
    connection.create_function("lower", 1, lambda value: value.lower() if isinstance(value, str) else value)
    cursor = connection.cursor()
    for pragma in (
        "synchronous=FULL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    _write_ahead(cursor)
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Turn on WAL, which stays on in the file. SQLite does not wait for its lock here as it does elsewhere, so of two
    processes that open a new database at once one would be refused."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)

"""What the measured desks stand on: a database for each run and one Redis, given or of the bench's own.

Rule: on a given server nothing is touched that the bench did not make; leaving a ground removes what it made.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from redis.asyncio import Redis

from bot.bench import spent
from bot.bench.postgres_server import PostgresServer
from bot.bench.processes import BenchError
from bot.embedded.redis_server import RedisServer, find_redis_server

__all__ = ["Ground", "open_ground"]

KEEPS = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "max_connections")


@dataclass(slots=True)
class Ground:
    """The servers of a bench. `postgres_url` None: PostgreSQL is not measured."""

    folder: Path
    redis_url: str
    redis_title: str
    redis_pid: int
    postgres_url: str | None = None
    postgres_title: str = ""
    postmaster: int = 0
    made: int = 0

    def redis_cpu(self) -> float:
        """CPU seconds of Redis so far; 0 when it runs elsewhere."""
        return spent.cpu_seconds(self.redis_pid) if self.redis_pid else 0.0

    def database_cpu(self) -> float:
        """CPU seconds of PostgreSQL so far: the postmaster, its processes, and those of them that ended."""
        return spent.family_cpu(self.postmaster) if self.postmaster else 0.0

    @asynccontextmanager
    async def database(self, postgres: bool) -> AsyncIterator[dict[str, str]]:
        """An empty database as the desk's settings, gone afterwards; what it left in Redis too."""
        self.made += 1
        data = self.folder / f"data-{self.made}"
        data.mkdir()
        settings = {"QABUL_DATA_DIR": str(data), "QABUL_REDIS_URL": self.redis_url}
        name = f"qabul_bench_{os.getpid()}_{self.made}"
        if postgres:
            assert self.postgres_url is not None
            await _ask(self.postgres_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            settings["QABUL_DATABASE_URL"] = urlunsplit(urlsplit(self.postgres_url)._replace(path=f"/{name}"))
        try:
            yield settings
        finally:
            await self._forget(await _desk_name(settings, data))
            if postgres and self.postgres_url is not None:
                await _ask(self.postgres_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            shutil.rmtree(data, ignore_errors=True)

    @staticmethod
    def url_of(settings: Mapping[str, str]) -> str:
        """The database of these settings, for SQLAlchemy."""
        return settings.get("QABUL_DATABASE_URL") or f"sqlite+aiosqlite:///{settings['QABUL_DATA_DIR']}/qabul.db"

    async def size(self, settings: Mapping[str, str]) -> int:
        """Bytes of a database on the disk."""
        url = settings.get("QABUL_DATABASE_URL")
        if url is None:
            return sum(path.stat().st_size for path in Path(settings["QABUL_DATA_DIR"]).glob("qabul.db*"))
        connection = await _connect(url)
        try:
            return int(await connection.fetchval("SELECT pg_database_size(current_database())"))
        finally:
            await connection.close()

    async def _forget(self, desk: str) -> None:
        """Take what this desk left in Redis."""
        if not desk:
            return
        async with Redis.from_url(self.redis_url, decode_responses=True) as redis:
            keys = [str(key) async for key in redis.scan_iter(f"qabul:{desk}:*", count=5000)]
            for start in range(0, len(keys), 5000):
                await redis.unlink(*keys[start : start + 5000])


async def _desk_name(settings: Mapping[str, str], data: Path) -> str:
    """The name under which a desk keeps its copies in Redis; empty when it never came so far."""
    sql, url = "SELECT value FROM meta WHERE key = 'desk'", settings.get("QABUL_DATABASE_URL")
    if url is None:
        try:
            with closing(sqlite3.connect(f"file:{data / 'qabul.db'}?mode=ro", uri=True)) as connection:
                row = connection.execute(sql).fetchone()
        except sqlite3.OperationalError:
            return ""
        return str(row[0]) if row else ""
    connection = await _connect(url)
    try:
        return str(await connection.fetchval(sql) or "")
    except asyncpg.UndefinedTableError:
        return ""
    finally:
        await connection.close()


@asynccontextmanager
async def open_ground(
    folder: Path | None, database_url: str | None, redis_url: str | None, postgres: bool = True
) -> AsyncIterator[Ground]:
    """Open the servers. Raises BenchError when one cannot be used; without a PostgreSQL anywhere it is left out."""
    async with AsyncExitStack() as stack:
        home = Path(tempfile.mkdtemp(prefix="qabul-bench-", dir=folder))
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        # PostgreSQL's user has to get through, and needs no more than that.
        home.chmod(0o711)
        ground = Ground(home, *await _redis(home, redis_url, stack))
        if postgres:
            ground.postgres_url = _postgres_url(home, database_url, stack)
        if ground.postgres_url is not None:
            await _introduce(ground)
        yield ground


async def _redis(home: Path, url: str | None, stack: AsyncExitStack) -> tuple[str, str, int]:
    """(url, title, process number; 0 when it is not on this machine)."""
    if url is None:
        server = RedisServer(home / "redis", find_redis_server())
        (home / "redis").mkdir()
        server.spawn()
        stack.callback(server.forget_socket)
        stack.callback(server.end)
        for _ in range(500):
            if server.answers():
                break
            await asyncio.sleep(0.01)
        url = server.url
    try:
        async with Redis.from_url(url, decode_responses=True) as redis:
            told = await redis.info()
    except Exception as error:  # noqa: BLE001 - whatever Redis says, it cannot be used
        raise BenchError(
            f"--redis-url: Redis does not answer ({type(error).__name__}); start it or correct it"
        ) from None
    valkey, keeps = told.get("valkey_version"), "appendonly" if told.get("aof_enabled") else "no appendonly"
    title = f"{f'Valkey {valkey}' if valkey else 'Redis ' + str(told['redis_version'])} ({keeps})"
    pid = int(told["process_id"])
    return url, title, pid if Path(f"/proc/{pid}").exists() else 0


def _postgres_url(home: Path, url: str | None, stack: AsyncExitStack) -> str | None:
    if url is not None:
        return url
    server = PostgresServer(home / "postgres", durable=True)
    try:
        server.start()
    except RuntimeError as error:
        if "not installed" in str(error):
            return None
        raise BenchError(f"the embedded PostgreSQL does not start: {error}") from None
    stack.callback(server.stop)
    return server.url("postgres")


async def _introduce(ground: Ground) -> None:
    """Its version, what it keeps through a power cut, and its process."""
    assert ground.postgres_url is not None
    connection = await _connect(ground.postgres_url)
    try:
        version = str(await connection.fetchval("SHOW server_version")).split()[0]
        rows = await connection.fetch(
            "SELECT name, current_setting(name) AS value FROM pg_settings WHERE name = ANY($1::text[])", list(KEEPS)
        )
        kept = {row["name"]: row["value"] for row in rows}
        backend = int(await connection.fetchval("SELECT pg_backend_pid()"))
        command = Path(f"/proc/{backend}/cmdline")
        if command.exists() and b"postgres" in command.read_bytes():
            ground.postmaster = spent.parent_of(backend)
    finally:
        await connection.close()
    ground.postgres_title = f"PostgreSQL {version} (" + ", ".join(f"{name} {kept[name]}" for name in KEEPS) + ")"


async def _connect(url: str) -> Any:
    try:
        return await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise BenchError(
            f"--database-url: PostgreSQL does not let us in ({type(error).__name__}); start it or correct it"
        ) from None


async def _ask(url: str, sql: str) -> None:
    connection = await _connect(url)
    try:
        await connection.execute(sql, timeout=600)
    finally:
        await connection.close()

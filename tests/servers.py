"""The databases and the Redis that the tests run on.

Rule: a server of the machine is touched only when QABUL_TEST_DATABASE_URL or QABUL_TEST_REDIS_URL names it;
otherwise the tests start one and stop it. Every test gets a database of its own and an empty Redis database,
under xdist too. As a program (`python -m tests.servers URL`) it says whether a server answers there, by its
exit status and in a line.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from bot.bench.postgres_server import PostgresServer
from bot.embedded.lock import Lock
from bot.embedded.redis_server import RedisServer, find_redis_server
from bot.secret import without_secrets

T = TypeVar("T")
_PREFIX = "qabul-tests-"


class ServerHome:
    """A temp directory for servers, locked while they run; what a killed run left behind is removed first."""

    def __init__(self) -> None:
        for old in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            _remove_if_left(old)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        # PostgreSQL's user has to get through, and needs no more than that.
        self.path.chmod(0o711)
        self._lock = Lock(self.path / "lock")
        self._lock.acquire()

    def remove(self) -> None:
        """Call it when the servers have ended."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.release()


def _remove_if_left(place: Path) -> None:
    """Removes a home whose lock is free. One without a lock file is being made this very moment."""
    lock = Lock(place / "lock")
    try:
        if lock.path.exists() and lock.acquire():
            shutil.rmtree(place, ignore_errors=True)
            lock.release()
    except OSError:
        # Another user's; theirs to remove.
        return


class Databases:
    """A PostgreSQL server for the tests' databases; `home`: where an own one lives, None for a named one."""

    def __init__(self, home: Path | None, url: str | None) -> None:
        self._server: PostgresServer | None = None
        self._numbers = itertools.count(1)
        # Which databases are left over from a killed run is told from the machine and the process in their
        # name.
        self._family = f"qabul_test_{zlib.crc32(socket.gethostname().encode()):08x}"
        if url is None:
            assert home is not None
            self._server = PostgresServer(home / "postgres")
            self._server.start()
            url = self._server.url("postgres")
        self._url = url
        version = wait_for(lambda: _ask(url, "SHOW server_version"))
        where = "named by QABUL_TEST_DATABASE_URL" if self._server is None else "started by the tests"
        self.title = f"PostgreSQL {version.split()[0]}, {where}"
        if self._server is None:
            self._drop_leftovers()

    def create(self) -> str:
        """The URL of a new, empty database."""
        name = f"{self._family}_{os.getpid()}_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return with_database(self._url, name)

    def drop(self, url: str) -> None:
        """Drops a database made by `create`, whoever is still connected."""
        self._execute(f"DROP DATABASE IF EXISTS {urlsplit(url).path[1:]} WITH (FORCE)")

    def close(self) -> None:
        """Ends an own server."""
        if self._server is not None:
            self._server.stop()

    def _execute(self, sql: str) -> None:
        wait_for(lambda: _ask(self._url, sql))

    def _drop_leftovers(self) -> None:
        found = wait_for(
            lambda: _ask(
                self._url,
                f"SELECT string_agg(datname, ' ') FROM pg_database WHERE datname LIKE '{self._family}_%'",
            )
        )
        for name in (found or "").split():
            if not Path(f"/proc/{name.split('_')[3]}").exists() and Path("/proc/self").exists():
                self._execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Redises:
    """A Redis server, an empty database of it for each test; its pub/sub channels they all share."""

    def __init__(self, home: Path, url: str | None, worker: int) -> None:
        self._server: RedisServer | None = None
        self._home = home
        self._numbers = itertools.cycle(range(16))
        named = None if url is None else _for_worker(url, worker)
        self._url = named
        if named is None:
            binary = find_redis_server(shipped_only=True)
            self._server = RedisServer(home / "redis", binary)
            self.title = f"{binary.title}, started by the tests"
            return
        self.title = f"{_redis_title(named)}, named by QABUL_TEST_REDIS_URL"

    def fresh(self) -> str:
        """The URL of an empty database; on an own server the next of 16, out of late writers' way."""
        if self._server is None:
            assert self._url is not None
            url = self._url
        else:
            if not self._server.answers():
                start_redis_server(self._server)
            url = f"{self._server.url}?db={next(self._numbers)}"
        _flush(url)
        return url

    def close(self) -> None:
        """Ends an own server, empties the database of a named one."""
        if self._server is not None:
            self._server.end()
            self._server.forget_socket()
        elif self._url is not None:
            _flush(self._url)


def start_redis_server(server: RedisServer) -> None:
    """Starts the server and returns when it answers."""
    server.home.mkdir(parents=True, exist_ok=True)
    server.spawn()
    deadline = time.monotonic() + 30
    while not server.answers():
        if not server.is_running() or time.monotonic() > deadline:
            raise RuntimeError(f"Redis did not start in {server.home}: {server.last_words()}")
        time.sleep(0.005)


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _for_worker(url: str, worker: int) -> str | None:
    """The database for one of several test processes; None: it has to start a server of its own.

    The first uses the named one. The others take the next ones, but only if those are empty, since nobody
    said that they may be emptied.
    """
    parts = urlsplit(url)
    number = int(parts.path.strip("/") or 0) + worker
    if worker == 0:
        return url
    if number > 15:
        return None
    mine = urlunsplit(parts._replace(path=f"/{number}"))
    import redis

    with redis.Redis.from_url(mine) as client:
        return mine if client.dbsize() == 0 else None


def _flush(url: str) -> None:
    import redis

    with redis.Redis.from_url(url, socket_timeout=10) as client:
        client.flushdb()


def _redis_title(url: str) -> str:
    import redis

    with redis.Redis.from_url(url, socket_timeout=5, decode_responses=True) as client:
        # Asked for one section only, Redis and Valkey both tell their version; Valkey under a name of its own
        # as well.
        told: dict[str, str] = dict(client.info("server"))
    valkey = told.get("valkey_version")
    return f"Valkey {valkey}" if valkey else f"Redis {told['redis_version']}"


async def _ask(url: str, sql: str) -> str:
    """The first value that a statement answers, on a connection of its own."""
    import asyncpg

    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=10)
    try:
        answer: str = await connection.fetchval(sql, timeout=60)
        return answer
    finally:
        await connection.close()


def wait_for(ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Runs a coroutine to its end in a thread, whether or not this one has a running loop."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(asyncio.run(ask()))
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that asked
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


def main(arguments: list[str]) -> int:
    """0 and a line when a server answers at the URL and lets us work there, else 1 and the reason."""
    (url,) = arguments
    try:
        if url.startswith("postgresql+asyncpg://"):
            version = wait_for(lambda: _ask(url, "SHOW server_version"))
            may = wait_for(
                lambda: _ask(url, "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
            )
            title = f"PostgreSQL {version.split()[0]}"
            if not may:
                raise PermissionError("the user may not create databases")
        else:
            title = _redis_title(url)
    except Exception as error:  # noqa: BLE001 - every reason means the same here, and is printed
        sys.stdout.write(
            f"no server to use at {without_secrets(url)}: {type(error).__name__}: {error}".splitlines()[0] + "\n"
        )
        return 1
    sys.stdout.write(f"{title} answers at {without_secrets(url)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

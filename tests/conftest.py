"""What every test may ask for: databases, a Redis, and the line at the end that says what they were.

Rule: a fixture starts its server when the first test asks for it, so a run of pure tests starts nothing.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bench.postgres_server import PostgresServer
from bot.embedded.redis_server import RedisServer, find_redis_server
from tests.ran_on import hand_on, last_lines, ran_on, take_from
from tests.servers import Databases, Redises, ServerHome, start_redis_server


@pytest.fixture(scope="session")
def server_home() -> Iterator[Path]:
    """A directory for servers: short enough for sockets, open to the user PostgreSQL runs as."""
    home = ServerHome()
    yield home.path
    home.remove()


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """PostgreSQL: the one that QABUL_TEST_DATABASE_URL names, or one of our own."""
    url = os.environ.get("QABUL_TEST_DATABASE_URL") or None
    home = request.getfixturevalue("server_home") if url is None else None
    found = Databases(home, url)
    ran_on(request.config, found.title)
    yield found
    found.close()


@pytest.fixture(scope="session")
def redises(request: pytest.FixtureRequest, server_home: Path) -> Iterator[Redises]:
    """Redis: the one that QABUL_TEST_REDIS_URL names, or one of our own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    found = Redises(server_home, os.environ.get("QABUL_TEST_REDIS_URL") or None, worker)
    ran_on(request.config, found.title)
    yield found
    found.close()


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    """A new, empty PostgreSQL database."""
    url = databases.create()
    yield url
    databases.drop(url)


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an SQLite file that does not exist yet."""
    ran_on(request.config, f"SQLite {sqlite3.sqlite_version}")
    return f"sqlite+aiosqlite:///{tmp_path / 'qabul.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new, empty database, the test running once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def redis_url(redises: Redises) -> str:
    """An empty Redis database that no other test uses."""
    return redises.fresh()


@pytest.fixture
def own_redis(server_home: Path, tmp_path: Path) -> Iterator[RedisServer]:
    """A running Redis for a test that stops, kills or restarts it (`spawn`, `end`, `pid`)."""
    server = RedisServer(server_home / f"redis-{tmp_path.name}", find_redis_server(shipped_only=True))
    start_redis_server(server)
    yield server
    server.end()
    server.forget_socket()


@pytest.fixture
def own_postgres(server_home: Path, tmp_path: Path) -> Iterator[PostgresServer]:
    """A running PostgreSQL for a test that stops, kills or restarts it (`start`, `stop`, `kill`, `url`)."""
    server = PostgresServer(server_home / f"postgres-{tmp_path.name}")
    server.start()
    yield server
    server.stop()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under xdist: hands what this process ran on to the one that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        hand_on(session.config, output)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """Under xdist: takes what a process ran on."""
    take_from(node.config, getattr(node, "workeroutput", {}))  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The last lines before pytest's own: what it ran on, and what it could not run."""
    for line in last_lines(config):
        terminalreporter.write_line(line)

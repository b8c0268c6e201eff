"""Database and Redis: each trouble is made on a real server where one can make it, and seen."""

from __future__ import annotations

import asyncio
import shutil
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from sqlalchemy import text

from bot.doctor import database as database_checks
from bot.doctor import redis as redis_checks
from bot.doctor.findings import Finding
from bot.embedded import redis_server
from bot.embedded.lock import Lock
from bot.embedded.redis import start_redis
from bot.embedded.redis_server import RedisServer
from storage import schema
from storage.database import Database, open_database
from tests.doctor.cases_telegram import setting
from tests.doctor.scene import Scene

DATABASE = ("database", "database schema", "database durability")
REDIS = ("redis", "redis memory", "redis persistence")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def run(url: str, *statements: str) -> None:
    """Run statements, each committed by itself."""
    async with opened(url) as database:
        for statement in statements:
            async with database.writing() as connection:
                await connection.execute(text(statement))


async def migrated(url: str) -> None:
    async with opened(url) as database:
        await schema.upgrade(database)


def told(finding: Finding, state: str, found: str, todo: str = "") -> bool:
    assert (finding.state, found in finding.found, todo in finding.todo) == (state, True, True), finding
    return True


# -- database ----------------------------------------------------------------------------------------------------------


async def test_a_database_that_is_new_is_made_by_the_desk_and_not_by_looking(scene: Scene) -> None:
    found = await scene.ask(*DATABASE)
    assert told(found["database"], "ok", "the desk makes the file")
    assert told(found["database schema"], "ok", "no tables yet")
    assert "database durability" not in found
    assert not (scene.folder / "data").exists()


async def test_a_migrated_database_is_well(scene: Scene, database_url: str) -> None:
    await migrated(database_url)
    setting(DATABASE_URL=database_url)(scene)
    found = await scene.ask("database", "database schema")
    assert told(found["database"], "ok", "SQLite" if "sqlite" in database_url else "PostgreSQL")
    assert told(found["database schema"], "ok", f"current ({schema.newest_version()})")


async def test_reading_an_sqlite_file_leaves_nothing_beside_it(scene: Scene, sqlite_url: str, tmp_path: Path) -> None:
    await migrated(sqlite_url)
    setting(DATABASE_URL=sqlite_url)(scene)
    before = sorted(tmp_path.glob("qabul.db*"))
    assert (await scene.ask("database durability"))["database durability"].found.startswith("write-ahead log")
    assert sorted(tmp_path.glob("qabul.db*")) == before == [tmp_path / "qabul.db"]
    async with opened(sqlite_url) as database, database.writing() as connection:
        await connection.execute(text("INSERT INTO meta (key, value) VALUES ('x', 'y')"))
        # A desk in the middle of writing holds nobody up.
        assert told((await scene.ask("database schema"))["database schema"], "ok", "current")


async def test_an_older_schema_wants_migration_and_a_newer_one_a_newer_desk(
    scene: Scene, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrated(database_url)
    setting(DATABASE_URL=database_url)(scene)
    newest = schema.newest_version()
    monkeypatch.setattr(schema, "known_versions", lambda: ("9000", newest))
    found = (await scene.ask("database schema"))["database schema"]
    assert told(found, "warning", f"behind: it is at {newest}, this program needs 9000", "qabul migrate")
    monkeypatch.undo()
    await run(database_url, "UPDATE alembic_version SET version_num = '9999'")
    found = (await scene.ask("database schema"))["database schema"]
    assert told(found, "failure", "ahead: it is at 9999", "newer version")


async def test_what_is_no_database_is_told(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are notes " * 400)
    setting(DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path / 'notes.txt'}")(scene)
    found = await scene.ask(*DATABASE)
    assert told(found["database"], "failure", "cannot be read", "QABUL_DATABASE_URL")
    assert told(found["database schema"], "warning", "not checked, because “database”", "first")


async def test_a_server_that_does_not_answer_is_told_without_its_password(scene: Scene) -> None:
    setting(DATABASE_URL="postgresql+asyncpg://desk:hush-hush@127.0.0.1:1/desk")(scene)
    found = await scene.ask(*DATABASE)
    assert told(found["database"], "failure", "(hidden)", "start it")
    assert "hush-hush" not in str(found)


async def test_a_database_that_takes_no_writes_is_told(scene: Scene, postgres_url: str) -> None:
    name = urlsplit(postgres_url).path[1:]
    await run(postgres_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    setting(DATABASE_URL=postgres_url)(scene)
    assert told((await scene.ask("database"))["database"], "failure", "not written to", "primary server")


async def test_commits_that_may_be_lost_are_told(scene: Scene, postgres_url: str) -> None:
    name = urlsplit(postgres_url).path[1:]
    await run(postgres_url, f"ALTER DATABASE {name} SET synchronous_commit = off")
    setting(DATABASE_URL=postgres_url)(scene)
    found = (await scene.ask("database durability"))["database durability"]
    assert told(found, "warning", "synchronous_commit = off", "synchronous_commit = on")


@pytest.mark.parametrize("name", ["fsync", "full_page_writes"])
async def test_a_server_that_forgets_at_a_power_cut_is_told(
    scene: Scene, postgres_url: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    real = await database_checks.database_facts(postgres_url)
    # One server for all tests: what it says is real but for the one setting, which only its file can change.
    changed = replace(real, settings={**real.settings, **dict.fromkeys(database_checks.DURABLE, "on"), name: "off"})
    well = replace(real, settings={**changed.settings, name: "on"})
    setting(DATABASE_URL=postgres_url)(scene)
    for facts, state in ((changed, "warning"), (well, "ok")):

        async def facts_of(_: str, facts: database_checks.DatabaseFacts = facts) -> database_checks.DatabaseFacts:
            return facts

        monkeypatch.setattr(database_checks, "database_facts", facts_of)
        found = (await scene.ask("database durability"))["database durability"]
        assert told(found, state, f"{name} = off" if state == "warning" else "survives a power cut")


async def test_a_database_of_another_encoding_or_too_old_is_told(
    scene: Scene, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = await database_checks.database_facts(postgres_url)
    setting(DATABASE_URL=postgres_url)(scene)
    latin = replace(real, settings={**real.settings, "server_encoding": "LATIN1"})
    for facts, found, todo in (
        (latin, "its encoding is LATIN1", "ENCODING 'UTF8'"),
        (replace(real, title="PostgreSQL 11.22", version=(11, 22)), "PostgreSQL 11.22 is older than 12", "newer"),
    ):

        async def facts_of(_: str, facts: database_checks.DatabaseFacts = facts) -> database_checks.DatabaseFacts:
            return facts

        monkeypatch.setattr(database_checks, "database_facts", facts_of)
        assert told((await scene.ask("database"))["database"], "failure", found, todo)


async def test_an_old_sqlite_and_a_journal_that_is_not_ours_are_told(
    scene: Scene, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrated(sqlite_url)
    await asyncio.to_thread(_journal_delete, Path(urlsplit(sqlite_url).path))
    setting(DATABASE_URL=sqlite_url)(scene)
    found = (await scene.ask("database durability"))["database durability"]
    assert told(found, "warning", "rollback journal", "restart the desk")
    monkeypatch.setattr(database_checks.sqlite3, "sqlite_version_info", (3, 34, 1))
    monkeypatch.setattr(database_checks.sqlite3, "sqlite_version", "3.34.1")
    assert told((await scene.ask("database"))["database"], "failure", "SQLite 3.34.1 is older than 3.35", "Python")


def _journal_delete(path: Path) -> None:
    import sqlite3

    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


# -- Redis -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(own_redis: RedisServer) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(own_redis.url, decode_responses=True) as client:
        yield client


async def look(scene: Scene, own_redis: RedisServer) -> dict[str, Finding]:
    setting(REDIS_URL=own_redis.url)(scene)
    return await scene.ask(*REDIS)


async def test_a_redis_with_its_file_is_well(scene: Scene, own_redis: RedisServer) -> None:
    found = await look(scene, own_redis)
    assert told(found["redis"], "ok", "answers")
    assert told(found["redis memory"], "ok", "noeviction")
    assert told(found["redis persistence"], "ok", "append-only file")


async def test_a_redis_that_throws_away_or_is_full_is_told(
    scene: Scene, own_redis: RedisServer, server: redis.Redis
) -> None:
    server.config_set("maxmemory-policy", "allkeys-lru")
    found = await look(scene, own_redis)
    assert told(found["redis memory"], "warning", "allkeys-lru", "maxmemory-policy noeviction")
    server.config_set("maxmemory-policy", "noeviction")
    server.config_set("maxmemory", "1mb")
    found = await look(scene, own_redis)
    assert told(found["redis memory"], "warning", "of 1 MB are used", "raise maxmemory")


async def test_a_redis_that_keeps_nothing_is_told_and_snapshots_are_enough(
    scene: Scene, own_redis: RedisServer, server: redis.Redis
) -> None:
    server.config_set("appendonly", "no")
    found = await look(scene, own_redis)
    assert told(found["redis persistence"], "warning", "keeps nothing on disk; the database has it all", "leave it so")
    server.config_set("save", "900 1")
    assert told((await look(scene, own_redis))["redis persistence"], "ok", "snapshots")


async def test_a_redis_that_cannot_write_its_file_is_told(
    scene: Scene, own_redis: RedisServer, server: redis.Redis
) -> None:
    shutil.rmtree(own_redis.data)
    server.bgsave()
    await asyncio.to_thread(_wait_for_snapshot, server)
    found = await look(scene, own_redis)
    assert told(found["redis persistence"], "warning", "snapshot could not be written", "its disk")


def _wait_for_snapshot(server: redis.Redis) -> None:
    while server.info("persistence")["rdb_bgsave_in_progress"]:
        time.sleep(0.01)


async def test_a_replica_is_told(scene: Scene, own_redis: RedisServer, server: redis.Redis) -> None:
    server.replicaof("127.0.0.1", 1)
    assert told((await look(scene, own_redis))["redis"], "failure", "replica", "primary server")


async def test_a_redis_that_lets_nobody_configure_it_is_looked_at_all_the_same(
    scene: Scene, own_redis: RedisServer, server: redis.Redis
) -> None:
    server.execute_command("ACL", "SETUSER", "default", "-config")
    server.close()
    found = await look(scene, own_redis)
    assert told(found["redis persistence"], "ok", "append-only file")


async def test_an_old_redis_is_told(scene: Scene, own_redis: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    real = await redis_checks._asked("Redis", own_redis.url)
    info: dict[str, Any] = {**(real.info or {}), "redis_version": "5.0.14"}
    info.pop("valkey_version", None)

    async def facts_of(_: object) -> redis_checks.RedisFacts:
        return replace(real, info=info)

    monkeypatch.setattr(redis_checks, "_redis_facts", facts_of)
    assert told((await look(scene, own_redis))["redis"], "failure", "Redis 5.0.14 is older than 6.2", "newer")


async def test_a_redis_that_does_not_answer_is_told_without_its_password(scene: Scene) -> None:
    setting(REDIS_URL="redis://:hush-hush@127.0.0.1:1/0")(scene)
    found = await scene.ask(*REDIS)
    assert told(found["redis"], "failure", "(hidden)", "QABUL_REDIS_URL")
    assert told(found["redis memory"], "warning", "not checked, because “redis”", "first")
    assert "hush-hush" not in str(found)


async def test_the_embedded_redis_waits_for_the_desk(scene: Scene) -> None:
    found = await scene.ask(*REDIS)
    assert told(found["redis"], "ok", "will be started with the desk")
    assert set(found) == {"redis"}
    assert not (scene.folder / "data").exists()


async def test_the_embedded_redis_of_a_running_desk_is_looked_at(scene: Scene) -> None:
    embedded = await start_redis(scene.folder / "data")
    try:
        found = await scene.ask(*REDIS)
    finally:
        await embedded.stop()
    assert told(found["redis"], "ok", f"the embedded {embedded.title} answers")
    assert told(found["redis memory"], "ok", "noeviction")
    assert told(found["redis persistence"], "ok", "append-only file")


async def test_an_embedded_redis_that_is_held_and_silent_is_told(scene: Scene) -> None:
    home = scene.folder / "data" / "redis"
    home.mkdir(parents=True)
    lock = Lock(home / "lock")
    lock.acquire()
    try:
        found = (await scene.ask("redis"))["redis"]
    finally:
        lock.release()
    assert told(found, "failure", "held by a running desk and does not answer", "restart the desk")


async def test_a_machine_without_any_redis_is_told(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(redis_server, "_shipped_binary", lambda: None)
    found = (await scene.ask("redis"))["redis"]
    assert told(found, "failure", "no Redis server can be run", "install valkey")


# -- what hangs --------------------------------------------------------------------------------------------------------


async def test_hosts_that_accept_and_stay_silent_do_not_hang_the_doctor(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctor.examination.CHECK_SECONDS", 0.5)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        setting(
            TELEGRAM_API_URL=f"http://127.0.0.1:{port}",
            WHATSAPP_API_URL=f"http://127.0.0.1:{port}/v24.0",
            DATABASE_URL=f"postgresql+asyncpg://desk:hush-hush@127.0.0.1:{port}/desk",
            REDIS_URL=f"redis://:hush-hush@127.0.0.1:{port}/0",
            HTTP_PORT=str(port),
        )(scene)
        hanging = (
            "telegram token",
            "telegram webhook",
            "staff group",
            "whatsapp token",
            "whatsapp quality",
            "database",
        )
        found = await scene.ask("settings", *hanging, "redis", "http port")
    for name in hanging:
        assert told(found[name], "failure", "no answer within", "look whether")
    assert found["redis"].state == found["http port"].state == "failure"
    assert found["settings"].state == "ok"
    assert "hush-hush" not in str(found)

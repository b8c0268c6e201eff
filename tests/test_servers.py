"""The servers that come along, for real: they start, they are shared, and none outlives its process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio as aioredis

from bot.bench.postgres_server import PostgresServer
from bot.embedded import redis_server
from bot.embedded.lock import DirectoryInUse, Lock, lock_data_dir
from bot.embedded.redis import EmbeddedRedis, start_redis
from bot.embedded.redis_server import RedisServer, RedisUnavailable, find_redis_server
from tests.servers import Databases, main, wait_for

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0


def wait_until(true: Callable[[], bool]) -> None:
    """Returns as soon as it is true; the time only bounds a failure."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    # Orphans are adopted by a process that may not have looked at them yet.
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "Z"


def start_program(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )


REDIS_PROGRAM = """
import asyncio, sys
from pathlib import Path
from bot.embedded.redis import start_redis

async def main():
    redis = await start_redis(Path(sys.argv[1]))
    print(redis.pid, redis.url, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""

POSTGRES_PROGRAM = """
import sys, time
from pathlib import Path
from bot.bench.postgres_server import PostgresServer

server = PostgresServer(Path(sys.argv[1]))
server.start()
print(server.pid, flush=True)
time.sleep(600)
"""


async def ask_redis(url: str, *command: str) -> object:
    async with aioredis.Redis.from_url(url, decode_responses=True) as client:
        return await client.execute_command(*command)  # type: ignore[no-untyped-call]


async def ask_until_answered(url: str, *command: str) -> object:
    """Like a client that tries again while the server is being started anew."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await ask_redis(url, *command)
            except (aioredis.ConnectionError, aioredis.BusyLoadingError):
                await asyncio.sleep(0.02)


def test_two_tests_get_two_databases(databases: Databases) -> None:
    first, second = databases.create(), databases.create()
    try:
        assert first != second
    finally:
        databases.drop(first)
        databases.drop(second)


@pytest.mark.parametrize("again", [1, 2])
async def test_every_test_gets_an_empty_postgresql_database(postgres_url: str, again: int) -> None:
    connection = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        await connection.execute("CREATE TABLE left_behind (id bigint)")
    finally:
        await connection.close()


@pytest.mark.parametrize("again", [1, 2])
async def test_every_test_gets_an_empty_redis(redis_url: str, again: int) -> None:
    assert await ask_redis(redis_url, "DBSIZE") == 0
    await ask_redis(redis_url, "SET", "left behind", "1")


def test_a_database_url_comes_in_both_kinds(database_url: str, request: pytest.FixtureRequest) -> None:
    kind = "sqlite+aiosqlite" if "sqlite" in request.node.name else "postgresql+asyncpg"
    assert database_url.startswith(f"{kind}://")


def test_a_server_is_named_only_where_one_answers(
    databases: Databases, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    url = databases.create()
    try:
        assert main([url]) == 0
        assert main([redis_url]) == 0
        assert capfd.readouterr().out.count("answers at") == 2
    finally:
        databases.drop(url)
    assert main(["postgresql+asyncpg://u:geheim@127.0.0.1:1/test"]) == 1
    assert main(["redis://:geheim@127.0.0.1:1/9"]) == 1
    said = capfd.readouterr().out
    assert said.count("no server to use at") == 2
    assert "geheim" not in said


async def test_redis_keeps_what_it_was_given_over_a_stop_and_a_start(tmp_path: Path) -> None:
    async with await start_redis(tmp_path) as first:
        assert first.is_ours
        await ask_redis(first.url, "SET", "key", "value")
        config = await ask_redis(first.url, "CONFIG", "GET", "appendfsync")
        assert config in (["appendfsync", "everysec"], {"appendfsync": "everysec"})
        pid = first.pid
    assert pid is not None
    assert is_gone(pid)
    async with await start_redis(tmp_path) as second:
        assert await ask_redis(second.url, "GET", "key") == "value"


async def test_a_second_start_on_a_directory_uses_the_first_ones_server(tmp_path: Path) -> None:
    async with await start_redis(tmp_path) as first:
        async with await start_redis(tmp_path) as second:
            assert (second.is_ours, second.pid, second.url) == (False, None, first.url)
        assert await ask_redis(first.url, "PING") is True, "the second one's end must not be the server's"


async def test_who_used_anothers_server_takes_its_place_when_it_ends(tmp_path: Path) -> None:
    first = await start_redis(tmp_path)
    async with await start_redis(tmp_path) as second:
        await ask_redis(first.url, "SET", "key", "value")
        await first.stop()
        assert await ask_until_answered(second.url, "GET", "key") == "value"
        assert second.is_ours


async def test_a_killed_redis_is_started_anew_with_its_data(tmp_path: Path) -> None:
    async with await start_redis(tmp_path) as server:
        await ask_redis(server.url, "SET", "key", "value")
        killed = server.pid
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        assert await ask_until_answered(server.url, "GET", "key") == "value"
        assert server.pid != killed


async def test_redis_begins_anew_when_it_cannot_read_its_data(tmp_path: Path) -> None:
    data = tmp_path / "redis" / "data"
    data.mkdir(parents=True)
    # Where a server keeps its append-only file differs by version; neither place can be read.
    (data / "appendonlydir").mkdir()
    (data / "appendonlydir" / "appendonly.aof.manifest").write_text("not a manifest\n", encoding="ascii")
    (data / "appendonly.aof").write_text("not a log\n", encoding="ascii")
    async with await start_redis(tmp_path) as server:
        assert await ask_redis(server.url, "DBSIZE") == 0
    assert (tmp_path / "redis" / "data.unreadable" / "appendonly.aof").exists()


async def test_a_directory_too_deep_for_a_socket_gets_one_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a-rather-long-name"] * 6)
    async with await start_redis(deep) as server:
        assert str(deep) not in server.url
        assert await ask_redis(server.url, "PING") is True
        async with await start_redis(deep) as second:
            assert second.url == server.url
        place = Path(server.url.removeprefix("unix://")).parent
    assert not place.exists()


async def test_a_path_with_odd_characters_can_be_used(tmp_path: Path) -> None:
    async with await start_redis(tmp_path / "a b%20?c#é") as server:
        assert await ask_redis(server.url, "PING") is True


def test_no_redis_outlives_a_killed_parent(tmp_path: Path) -> None:
    program = start_program(REDIS_PROGRAM, str(tmp_path))
    assert program.stdout is not None
    with program:
        pid = int(program.stdout.readline().split()[0])
        program.kill()
    wait_until(lambda: is_gone(pid))
    lock = Lock(tmp_path / "redis" / "lock")
    wait_until(lock.acquire)
    lock.release()


async def test_after_a_kill_the_next_start_finds_everything(tmp_path: Path) -> None:
    program = start_program(REDIS_PROGRAM, str(tmp_path))
    assert program.stdout is not None
    with program:
        url = (await asyncio.to_thread(program.stdout.readline)).split()[1]
        await ask_redis(url, "SET", "key", "value")
        program.kill()
        async with await start_redis(tmp_path) as server:
            assert await ask_until_answered(server.url, "GET", "key") == "value"


def test_no_postgresql_outlives_a_killed_parent(server_home: Path, tmp_path: Path) -> None:
    program = start_program(POSTGRES_PROGRAM, str(server_home / f"killed-{tmp_path.name}"))
    assert program.stdout is not None
    with program:
        pid = int(program.stdout.readline())
        children = children_of(pid)
        assert children
        program.kill()
    wait_until(lambda: all(is_gone(process) for process in (pid, *children)))


def children_of(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return [int(process) for process, parent in pairs if int(parent) == pid]


def test_a_postgresql_of_ones_own_can_be_killed_and_started_anew(own_postgres: PostgresServer) -> None:
    async def ask(sql: str) -> object:
        connection = await asyncpg.connect(own_postgres.url("postgres").replace("+asyncpg", ""))
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    wait_for(lambda: ask("CREATE TABLE kept AS SELECT 1"))
    own_postgres.kill()
    with pytest.raises(OSError, match=r"."):
        wait_for(lambda: ask("SELECT 1"))
    own_postgres.start()
    assert wait_for(lambda: ask("SELECT count(*) FROM kept")) == 1
    assert wait_for(lambda: ask("SELECT lower('ЖЎҚ')")) == "жўқ"


async def test_a_redis_of_ones_own_can_be_stopped_and_started_anew(own_redis: RedisServer) -> None:
    await ask_redis(own_redis.url, "SET", "key", "value")
    own_redis.end()
    with pytest.raises(aioredis.ConnectionError):
        await ask_redis(own_redis.url, "PING")
    own_redis.spawn()
    assert await ask_until_answered(own_redis.url, "GET", "key") == "value"


async def test_a_server_that_hangs_is_told_with_who_holds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.embedded.redis.START_PATIENCE", 0.2)
    (tmp_path / "redis").mkdir()
    lock = Lock(tmp_path / "redis" / "lock")
    assert lock.acquire()
    with pytest.raises(RedisUnavailable, match=rf"process {os.getpid()} holds the Redis in .* stop it, or set QABUL_"):
        await start_redis(tmp_path)
    lock.release()


async def test_a_data_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "redis").write_text("a file", encoding="ascii")
    with pytest.raises(RedisUnavailable, match=r"no Redis can be started in .*redis: File exists"):
        await start_redis(tmp_path)


def test_the_machines_server_comes_before_the_shipped_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_redis_server().title == find_redis_server(shipped_only=True).title
    for name, version in (
        ("redis-server", "Redis server v=7.0.15 sha=0"),
        ("valkey-server", "Valkey server v=8.0.1 sha=0"),
    ):
        write_program(tmp_path / name, version)
        assert find_redis_server().title == version.split(" sha")[0].replace(" server v=", " ")
    write_program(tmp_path / "valkey-server", "Redis server v=6.0.16 sha=0")
    assert find_redis_server().path == tmp_path / "redis-server", "too old a server is passed over"


def test_a_machine_without_any_server_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(redis_server, "find_spec", lambda name: None)
    with pytest.raises(RedisUnavailable, match=r"install valkey or redis 6.2 or newer, or set QABUL_REDIS_URL"):
        find_redis_server()


def write_program(path: Path, says: str) -> None:
    path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="ascii")
    path.chmod(0o755)


async def test_a_server_that_does_not_start_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "redis-server"
    program.write_text(
        """#!/bin/sh
        [ "$1" = --version ] && echo "Redis server v=7.0.0 sha=0" && exit
        echo "no memory"
        exit 1
        """,
        encoding="ascii",
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RedisUnavailable, match=r"redis-server does not start in .*: no memory"):
        await start_redis(tmp_path / "data")
    # The lock is free again, and the shipped server may use the directory.
    async with EmbeddedRedis(tmp_path / "data", shipped_only=True) as server:
        assert server.is_ours


def test_a_data_directory_is_used_by_one_process_and_the_other_is_told_which(tmp_path: Path) -> None:
    place = tmp_path / "new" / "data"
    with (
        lock_data_dir(place),
        pytest.raises(DirectoryInUse, match=f"data is in use by process {os.getpid()}: stop that one"),
        lock_data_dir(place),
    ):
        pass
    with lock_data_dir(place):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    program = start_program(
        "import sys, time; from pathlib import Path; from bot.embedded.lock import lock_data_dir\n"
        "with lock_data_dir(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)",
        str(tmp_path),
    )
    assert program.stdout is not None
    with program:
        assert program.stdout.readline() == "held\n"
        with pytest.raises(DirectoryInUse, match=f"process {program.pid}"), lock_data_dir(tmp_path):
            pass
        program.kill()
    with lock_data_dir(tmp_path):
        pass


def test_where_the_kernel_cannot_tell_the_watcher_ends_the_server_with_its_parent() -> None:
    """The way of macOS, tried wherever the tests run: the pipe closes and the command gets the signal."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        watcher = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys, bot.embedded.bound_exec as b; sys.exit(b.watch(sys.argv[1:], 9))",
                *(sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(600)"),
            ],
            cwd=ROOT,
            stdin=theirs.fileno(),
            stdout=subprocess.PIPE,
            text=True,
        )
        theirs.close()
        assert watcher.stdout is not None
        with watcher:
            pid = int(watcher.stdout.readline())
            ours.close()
            wait_until(lambda: is_gone(pid))
            assert watcher.wait(PATIENCE) != 0


def test_a_run_that_was_killed_leaves_nothing_behind_for_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.servers import ServerHome

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    left = tmp_path / "qabul-tests-left"
    left.mkdir()
    (left / "lock").touch()
    held = ServerHome()
    assert not left.exists()
    other = ServerHome()
    assert held.path.exists(), "a home in use is not removed"
    held.remove()
    other.remove()
    assert list(tmp_path.iterdir()) == []

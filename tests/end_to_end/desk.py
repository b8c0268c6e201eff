"""A desk in a process of its own: started, killed, stopped, started again on the same data.

Rule: nothing here decides by sleeping. Whoever waits names a condition and a bound, and looks again when a messenger
or the clock of a few hundredths says that something may have changed.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.embedded.redis_server import RedisServer, find_redis_server

ROOT = Path(__file__).parents[2]
LOOK_AGAIN = 0.05
"""Seconds after which a condition is looked at again when no messenger reported a change."""
START_SECONDS = 30.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Storage:
    """Where a desk keeps its data; None: the embedded one in its data directory. `workers`: how many processes it is;
    when there are several, one of them is killed at random every second, and `inlet` says how Telegram delivers."""

    database_url: str | None
    redis_url: str | None
    workers: int = 1
    inlet: str = ""

    @property
    def postgres(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self.database_url is not None

    @property
    def name(self) -> str:
        """The database, for people."""
        workers = f" with {self.workers} workers ({self.inlet})" if self.workers > 1 else ""
        return f"{'PostgreSQL' if self.postgres else 'SQLite'}{workers}"


class DeskProcess:
    """`python -m bot run` with an environment of its own; its log is `folder`/desk.log, appended at each start."""

    def __init__(self, storage: Storage, settings: Mapping[str, str]) -> None:
        # Short, so that the embedded Redis's socket fits.
        self.folder = Path(tempfile.mkdtemp(prefix="qabul-e2e-"))
        self.storage = storage
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / "desk.log"
        self.data = self.folder / "data"
        self.workers = storage.workers
        self._killer: asyncio.Task[None] | None = None
        self.process: asyncio.subprocess.Process | None = None
        self.ready_after: list[float] = []
        self.kills: list[float] = []
        """When it, or one of its workers, was killed (unix seconds)."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
        self.environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "QABUL_DATA_DIR": str(self.data),
            "QABUL_HTTP_PORT": str(self.port),
            "QABUL_LOG_FORMAT": "json",
            **settings,
        }
        if storage.database_url is not None:
            self.environment["QABUL_DATABASE_URL"] = storage.database_url
        if storage.redis_url is not None:
            self.environment["QABUL_REDIS_URL"] = storage.redis_url

    async def start(self, ready: bool = True) -> None:
        """Start it and, if wanted, wait until /readyz says 200; how long that took is in `ready_after`."""
        began = time.monotonic()
        workers = [] if self.workers == 1 else ["--workers", str(self.workers)]
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", *workers,
                cwd=self.folder, env=self.environment, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        if ready:
            await self.wait_ready()
            self.ready_after.append(time.monotonic() - began)
        self.do_not_spare()

    async def wait_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until /readyz says 200."""
        deadline = time.monotonic() + seconds
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            while await self._status(session) != 200:
                assert self.process is not None
                if self.process.returncode is not None or time.monotonic() > deadline:
                    raise AssertionError(
                        f"the desk is not ready (exit {self.process.returncode}):\n{self.last_words()}"
                    )
                await asyncio.sleep(LOOK_AGAIN)

    async def _status(self, session: aiohttp.ClientSession) -> int:
        try:
            async with session.get(f"{self.base}/readyz") as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    async def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        assert self.process is not None
        await self.spare()
        self.process.kill()
        self.kills.append(time.time())
        await self.process.wait()

    async def _kill_workers(self) -> None:
        chance = random.Random(len(self.ready_after))
        while True:
            await asyncio.sleep(1.0)
            # One of three: on a busy machine the place of the last one may still be empty.
            if len(pids := self.worker_pids()) == self.workers:
                self.kill_worker(chance.choice(pids))

    def do_not_spare(self) -> None:
        """From now on a worker is killed every second, if this is such a desk."""
        if self.storage.workers > 1 and self._killer is None:
            self._killer = asyncio.create_task(self._kill_workers())

    async def spare(self) -> None:
        """No worker is killed any more."""
        killer, self._killer = self._killer, None
        if killer is not None:
            killer.cancel()
            await asyncio.gather(killer, return_exceptions=True)

    async def kill_something(self) -> None:
        """Kill one of the workers, or the desk if it has none, and start it again without waiting until it is ready."""
        if self.workers == 1:
            await self.kill()
            await self.start(ready=False)
        elif pids := self.worker_pids():
            self.kill_worker(random.choice(pids))

    async def stop(self, seconds: float = STOP_SECONDS) -> int:
        """SIGTERM; the exit status. An AssertionError when it takes longer than it may."""
        assert self.process is not None
        await self.spare()
        self.process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
            raise AssertionError(f"still there {seconds} s after SIGTERM:\n{self.last_words()}") from None

    async def end(self) -> None:
        """Make sure that it is gone, its children too, and remove its folder."""
        await self.spare()
        if self.process is not None and self.process.returncode is None:
            await self.kill()
        try:
            # Workers whose supervisor was killed finish what is under way, which takes ten seconds at most.
            await until(lambda: not self.left_running(), 15.0, "no process of the desk is left")
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
            redis = self._embedded()
            redis.forget_socket()

    def left_running(self) -> list[str]:
        """Command lines of processes that belong to this desk: the desk itself or a server in its folder."""
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                place = str((entry / "cwd").readlink())
                gone = (entry / "stat").read_text(errors="replace").rsplit(")", 1)[1].split()[0] == "Z"
            except OSError:
                continue
            mine = str(self.folder) in command or place.startswith(str(self.folder))
            if mine and not gone:
                found.append(f"{entry.name} {command}")
        return found

    def worker_pids(self) -> list[int]:
        """The processes of the workers that live, in the order of their numbers."""
        assert self.process is not None
        named = []
        with suppress(OSError):
            for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
                with suppress(OSError):
                    named.append((Path(f"/proc/{pid}/comm").read_text().strip(), int(pid)))
        return [pid for name, pid in sorted(named) if name.startswith("qabul worker")]

    def kill_worker(self, pid: int) -> None:
        """SIGKILL one of the workers."""
        self.kills.append(time.time())
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

    def redis_pid(self) -> int:
        """The embedded Redis's process."""
        servers = [line for line in self.left_running() if "valkey-server" in line or "redis-server" in line]
        pids = [line.split()[0] for line in servers if "bound_exec" not in line]
        assert len(pids) == 1, pids
        return int(pids[0])

    @property
    def redis_url(self) -> str:
        """The Redis of this desk, the embedded one included."""
        return self.storage.redis_url or self._embedded().url

    def _embedded(self) -> RedisServer:
        return RedisServer(self.data / "redis", find_redis_server())

    def last_words(self, lines: int = 25) -> str:
        """The end of its log."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            return f"no log: {error}"
        return "\n".join(line for line in text.splitlines() if '"event":"turn"' not in line)[-4000:] if lines else ""

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the desk's database answers, asked from outside."""
        url = self.storage.database_url
        if url is None:
            return await asyncio.to_thread(_ask_sqlite, self.data / "qabul.db", sql)
        import asyncpg

        connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=10)
        try:
            return [tuple(row) for row in await connection.fetch(sql, timeout=30)]
        finally:
            await connection.close()

    async def history(self) -> dict[str, list[tuple[str, str]]]:
        """For each customer's address without its account (`telegram:42`, `whatsapp:p:998…`): its lines.

        A line is (author, text); they stand in order.
        """
        keys = {contact: key for key, contact in await self.rows("SELECT key, contact FROM addresses ORDER BY key")}
        found: dict[str, list[tuple[str, str]]] = {}
        for contact, author, content in await self.rows("SELECT contact, author, content FROM lines ORDER BY seq"):
            channel, _, name = keys[contact].split(":", 2)
            found.setdefault(f"{channel}:{name}", []).append((author, json.loads(content).get("text", "")))
        return found

    async def unsent(self, but: Sequence[str] = ("extra",)) -> int:
        """Letters that still wait; reactions and cards (`extra`) are not counted."""
        rows = await self.rows("SELECT destination FROM letters WHERE status = 'queued'")
        return sum(1 for (destination,) in rows if destination.split(":")[0] not in but)

    async def all_sent(self, seconds: float = 30.0) -> None:
        """Wait until every letter was sent and recorded."""

        async def none_waits() -> bool:
            return await self.unsent() == 0

        await until_async(none_waits, seconds, "no letter waits", self)


def _ask_sqlite(path: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


async def until(
    condition: Callable[[], object],
    seconds: float,
    what: str,
    desk: DeskProcess | None = None,
    change: asyncio.Event | None = None,
) -> None:
    """Wait until the condition holds; it is looked at again whenever `change` is set, and every few hundredths."""

    async def ask() -> bool:
        return bool(condition())

    await until_async(ask, seconds, what, desk, change)


async def until_async(
    condition: Callable[[], Awaitable[bool]],
    seconds: float,
    what: str,
    desk: DeskProcess | None = None,
    change: asyncio.Event | None = None,
) -> None:
    """`until` for a condition that is asked of the database."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            words = f"\n{desk.last_words()}" if desk is not None else ""
            raise AssertionError(f"not within {seconds} s: {what}{words}")
        if change is None:
            await asyncio.sleep(LOOK_AGAIN)
            continue
        change.clear()
        try:
            await asyncio.wait_for(change.wait(), LOOK_AGAIN)
        except TimeoutError:
            continue


def measured(words: str) -> None:
    """Tell a figure to whoever watches the run (`-s`); it decides nothing."""
    sys.stderr.write(f"\n{words}\n")


def free_port() -> int:
    """A port that nobody listens on just now, outside the range from which the system gives ports to connections: one
    of those could take it before the desk does."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def business_file(folder: Path, calls_per_minute: float, burst: float) -> Path:
    """The example business, open day and night, with another budget for the staff group."""
    business = yaml.safe_load((ROOT / "bot/business/example.yaml").read_text(encoding="utf-8"))
    business["staff_group"] = {"calls_per_minute": calls_per_minute, "burst": burst}
    business["staff_language"] = "en"
    business["hours"] = dict.fromkeys(business["hours"], "0:00-23:59")
    business["holidays"] = []
    # The walk of these tests is the same at every hour: day and time are said in words.
    business.pop("visits", None)
    path = folder / "business.yaml"
    path.write_text(yaml.safe_dump(business, allow_unicode=True), encoding="utf-8")
    return path

"""The desk's own Redis: started with it, started anew when it dies, gone with it.

Rule: one server per data directory. The lock on it is given to the server, so it is free exactly when no
server runs there; whoever finds it taken uses the server that answers on the socket, and takes its place
should it end.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path
from types import TracebackType

from bot.embedded.lock import Lock
from bot.embedded.redis_server import RedisServer, RedisUnavailable, find_redis_server

START_PATIENCE = 10.0
"""Seconds for a start; a server with 100 MB of data needs about one."""
_LOOK_EVERY = 0.1
"""Seconds between two looks at the process (a waitpid) or at another's server (a PING)."""
_LONGEST_PAUSE = 5.0

_log = logging.getLogger(__name__)


class EmbeddedRedis:
    """A Redis that can be relied on: `url` stays the same as long as this is open."""

    def __init__(self, data_dir: Path, *, shipped_only: bool = False) -> None:
        self._home = data_dir.absolute() / "redis"
        self._server = RedisServer(self._home, find_redis_server(shipped_only=shipped_only))
        self._lock = Lock(self._home / "lock")
        self._watcher: asyncio.Task[None] | None = None
        self.is_ours = False
        """False while another process's server is used."""

    @property
    def url(self) -> str:
        """For redis-py: `unix:///…/redis.sock`."""
        return self._server.url

    @property
    def title(self) -> str:
        """What the server calls itself, for people: `Valkey 9.1.2`."""
        return self._server.binary.title

    @property
    def pid(self) -> int | None:
        """Our server's process; None while another's is used."""
        return self._server.pid if self.is_ours else None

    async def __aenter__(self) -> EmbeddedRedis:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Returns when a server answers, at once if it was started already. Raises RedisUnavailable.

        Call it in the main thread.
        """
        if self._watcher is not None:
            return
        try:
            self._home.mkdir(parents=True, exist_ok=True)
            deadline = time.monotonic() + START_PATIENCE
            while not await self._start_or_reuse():
                if time.monotonic() > deadline:
                    raise RedisUnavailable(
                        f"{self._lock.holder()} holds the Redis in {self._home} and it does not answer: "
                        "stop it, or set QABUL_DATA_DIR to another directory"
                    )
                await asyncio.sleep(0.02)
        except OSError as error:
            raise RedisUnavailable(f"no Redis can be started in {self._home}: {error.strerror or error}") from error
        self._watcher = asyncio.create_task(self._watch(), name="embedded-redis")

    async def stop(self) -> None:
        """Ends the server if it is ours, its data on disk; another's goes on."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.wait({self._watcher})
            self._watcher = None
        if self.is_ours:
            await asyncio.to_thread(self._server.end)
            self._server.forget_socket()
            self.is_ours = False
        self._lock.release()

    async def _start_or_reuse(self) -> bool:
        self.is_ours = self._lock.acquire()
        if self.is_ours:
            try:
                await self._launch()
            except BaseException:
                self._server.end()
                self.is_ours = False
                self._lock.release()
                raise
            return True
        return await asyncio.to_thread(self._server.answers)

    async def _launch(self) -> None:
        """Starts our server; without its data if it cannot read them, since SQL holds the truth."""
        if await self._launch_once():
            return
        reason = self._server.last_words()
        if any(self._server.data.iterdir()):
            _log.warning("redis_data_put_aside reason=%s place=%s", reason, self._home / "data.unreadable")
            self._server.put_data_aside()
            if await self._launch_once():
                return
            reason = self._server.last_words()
        raise RedisUnavailable(f"{self._server.binary.path} does not start in {self._home}: {reason}")

    async def _launch_once(self) -> bool:
        """True when it answers, False when it ended by itself; one that is too slow is ended."""
        self._server.spawn(self._lock.fd)
        deadline = time.monotonic() + START_PATIENCE
        while self._server.is_running():
            if await asyncio.to_thread(self._server.answers):
                return True
            if time.monotonic() > deadline:
                await asyncio.to_thread(self._server.end)
                raise RedisUnavailable(
                    f"{self._server.binary.path} in {self._home} did not answer within "
                    f"{START_PATIENCE:.0f} s: {self._server.last_words()}"
                )
            await asyncio.sleep(0.005)
        return False

    async def _watch(self) -> None:
        pause = _LOOK_EVERY
        while True:
            await asyncio.sleep(pause)
            if await self._is_well():
                pause = _LOOK_EVERY
                continue
            _log.warning("redis_restart ours=%s reason=%s", self.is_ours, self._server.last_words())
            try:
                started = await self._relaunch() if self.is_ours else await self._start_or_reuse()
            except (OSError, RedisUnavailable) as error:
                started = False
                _log.error("redis_down reason=%s", error)
            pause = _LOOK_EVERY if started else min(2 * pause, _LONGEST_PAUSE)

    async def _is_well(self) -> bool:
        if self.is_ours:
            return self._server.is_running()
        return await asyncio.to_thread(self._server.answers)

    async def _relaunch(self) -> bool:
        await self._launch()
        return True


async def start_redis(data_dir: Path) -> EmbeddedRedis:
    """A running Redis for this data directory; `.url` for redis-py, `await .stop()` at the end."""
    redis = EmbeddedRedis(data_dir)
    await redis.start()
    return redis

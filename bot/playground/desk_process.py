"""The desk of the demo as a process of its own: `qabul run` on the local messengers, started again whenever it dies.

Rule: the process is exactly the one that serves real messengers; it knows nothing of the demo, so it can be killed as
hard as one likes while the messengers and the page go on. It ends with this process, however this one ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import aiohttp

from bot.embedded.bound import end, start_bound

__all__ = ["DeskEnded", "DeskProcess"]

LOOK_SECONDS = 0.03
RESTART_SECONDS = 1.2
"""How long a dead desk stays dead: enough to be seen, and to write to it meanwhile."""
LONGEST_PAUSE = 10.0
READY_SECONDS = 30.0
PATIENCE = 6.0
"""For a clean end: what is being sent is finished, the rest stays recorded."""


class DeskEnded(Exception):
    """The desk ended before it was ready for the first time; it has said why itself. `status` is its exit status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the desk ended with status {status} while starting")
        self.status = status


class DeskProcess:
    """Starts the desk, watches it, replaces it. `told`, when somebody sets it, is called at every change of `state`."""

    def __init__(self, environment: Mapping[str, str], base: str, folder: Path) -> None:
        self._environment, self._folder = environment, folder
        self.told: Callable[[], None] = lambda: None
        self.base = base
        self.state = "starting"
        """starting, working, dead (killed or crashed, about to be replaced) or ended."""
        self.starts = 0
        self.killed_at = 0.0
        self.ready_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int:
        """The process at work, 0 when there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    async def start(self) -> None:
        """Start the desk and return when it is ready. Raises DeskEnded."""
        self._launch()
        if not await self._ready():
            process = self._process
            raise DeskEnded(2 if process is None or process.poll() is None else process.poll() or 0)
        self._keeper = asyncio.create_task(self._keep(), name="desk-keeper")

    def kill(self) -> bool:
        """`kill -9`, as a machine that loses power would do; False when there is nothing to kill."""
        if self.state != "working" or not self.pid:
            return False
        self.killed_at = time.time()
        os.kill(self._victim(), signal.SIGKILL)
        return True

    async def end(self) -> None:
        """End the desk cleanly; kill it when it takes too long."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self._become("ended")
        if self._process is not None:
            await asyncio.to_thread(end, self._process, first=signal.SIGTERM, patience=PATIENCE)

    def _victim(self) -> int:
        """Where the kernel cannot bind processes a wrapper stands before the desk; the desk's lock names the desk."""
        with contextlib.suppress(OSError, ValueError):
            if sys.platform != "linux":
                return int((Path(self._environment["QABUL_DATA_DIR"]) / "qabul.lock").read_text(encoding="ascii"))
        return self.pid

    def _launch(self) -> None:
        self.starts += 1
        self._become("starting")
        # In the main thread, without waiting: the kernel ties the desk's life to the thread that starts it.
        command = [sys.executable, "-m", "bot", "run"]
        self._process = start_bound(command, log=None, directory=self._folder, environment=self._environment)

    async def _ready(self) -> bool:
        deadline = time.monotonic() + READY_SECONDS
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2.0)) as session:
            while self.pid and time.monotonic() < deadline:
                with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                    async with session.get(f"{self.base}/readyz") as answer:
                        if answer.status == 200:
                            self.ready_at = time.time()
                            self._become("working")
                            return True
                await asyncio.sleep(LOOK_SECONDS)
        return False

    async def _keep(self) -> None:
        failures = 0
        while True:
            while self.pid:  # noqa: ASYNC110 - a process, not an event
                await asyncio.sleep(LOOK_SECONDS)
            self._become("dead")
            await asyncio.sleep(min(LONGEST_PAUSE, RESTART_SECONDS * 2**failures))
            self._launch()
            failures = 0 if await self._ready() else failures + 1

    def _become(self, state: str) -> None:
        self.state = state
        self.told()

"""The measured program in a process of its own: started, watched until it is ready, stopped."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bot.bench import spent

__all__ = ["BenchError", "Program", "desk_command", "free_port"]

READY_SECONDS = 60.0
STOP_SECONDS = 15.0


class BenchError(Exception):
    """The bench cannot go on; the text is one line: what happened and what to do."""


class Program:
    """A command with an environment of its own; its words go to `folder`/NAME.log.

    It works in `here`, else in `folder`."""

    def __init__(
        self, name: str, command: Sequence[str], folder: Path, settings: Mapping[str, str], here: Path | None = None
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._command = list(command)
        self._here = here or folder
        kept = {key: value for key, value in os.environ.items() if not key.startswith("QABUL_")}
        paths = [str(Path(__file__).parents[2]), *filter(None, [kept.get("PYTHONPATH")])]
        self.environment = {**kept, "PYTHONPATH": os.pathsep.join(paths), **settings}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process that was started. Raises BenchError when there is none."""
        if self._process is None:
            raise BenchError(f"{self.name} was not started")
        return self._process.pid

    async def start(self) -> None:
        """Start it; whether it is ready is another question. Raises BenchError when there is no such program."""
        try:
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    cwd=self._here,
                    env=self.environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            raise BenchError(f"{self._command[0]} cannot be started ({error.strerror}); correct the command") from None

    async def ready(self, url: str, seconds: float = READY_SECONDS) -> float:
        """Wait until a GET of `url` says 200; the seconds that took. Raises BenchError when it does not."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if await asyncio.to_thread(_answers, url):
                return time.monotonic() - began
            self.must_live()
            await asyncio.sleep(0.05)
        raise BenchError(f"{self.name} was not ready within {seconds:.0f} s: {self.last_words()}")

    def must_live(self) -> None:
        """Raises BenchError when it ended by itself."""
        if self._process is None or self._process.returncode is not None:
            raise BenchError(f"{self.name} ended by itself: {self.last_words()}")

    async def kill(self) -> None:
        """SIGKILL to it and its descendants, and wait until it is gone."""
        if self._process is None:
            return
        for pid in spent.family(self._process.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        await self._process.wait()

    async def stop(self) -> None:
        """SIGTERM, and SIGKILL when that was not enough."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            await self.kill()

    def cpu(self) -> float:
        """CPU seconds so far, of it and its descendants."""
        return spent.family_cpu(self.pid)

    def memory(self) -> spent.Memory:
        """The memory of it and its descendants."""
        return spent.family_memory(self.pid)

    def last_words(self) -> str:
        """The last line of its log."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return "it has no log"
        return lines[-1][:300] if lines else "it said nothing"


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def free_port() -> int:
    """A port that nobody listens on, outside the range that the system gives to connections."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def desk_command(workers: int = 1) -> list[str]:
    """`qabul run`, as installed."""
    return [sys.executable, "-m", "bot", "run", *(["--workers", str(workers)] if workers > 1 else [])]

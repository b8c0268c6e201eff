"""`qabul demo` in a process of its own, with a port and a data directory that nobody else uses."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from tests.end_to_end.desk import ROOT, free_port

__all__ = ["running_demo"]

START_SECONDS = 60.0
STOP_SECONDS = 30.0


@contextlib.asynccontextmanager
async def running_demo(settings: Mapping[str, str] | None = None) -> AsyncIterator[str]:
    """The address of a demo that has just begun, `http://127.0.0.1:PORT`; it ends by Ctrl-C and must end well.

    `settings`: QABUL_* variables besides; those of the caller's own environment never reach it.
    """
    # Short, so that the embedded Redis's socket fits.
    folder = Path(tempfile.mkdtemp(prefix="qabul-page-"))
    base = f"http://127.0.0.1:{free_port()}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
    with (folder / "demo.log").open("wb") as log:
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", base.rpartition(":")[2],
            cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), **(settings or {})},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log,
        )  # fmt: skip
    try:
        await _ready(demo, base, folder / "demo.log")
        yield base
        demo.send_signal(signal.SIGINT)
        status = await asyncio.wait_for(demo.wait(), STOP_SECONDS)
        assert status == 0, f"the demo ended with {status}:\n{_last_words(folder / 'demo.log')}"
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def _ready(demo: asyncio.subprocess.Process, base: str, log: Path) -> None:
    """Wait until it says where its page is."""
    assert demo.stdout is not None
    while True:
        line = (await asyncio.wait_for(demo.stdout.readline(), START_SECONDS)).decode()
        assert line, f"the demo ended before it said where its page is:\n{_last_words(log)}"
        if f"{base}/playground" in line:
            return


def _last_words(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-4000:]

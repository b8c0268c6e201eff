"""`qabul demo` as a newcomer meets it: one command, a page, a talk through the whole corridor, and Ctrl-C."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from tests.end_to_end.desk import ROOT, free_port

BOUND = 40.0


class Page:
    """What the playground's page sees and does."""

    def __init__(self, session: aiohttp.ClientSession, live: aiohttp.ClientWebSocketResponse, base: str) -> None:
        self._session = session
        self._live = live
        self._base = base
        self.scene: dict[str, Any] = {}
        self.chats: dict[str, dict[str, Any]] = {}

    async def act(self, **what: object) -> None:
        """Do what a person on the page does."""
        async with self._session.post(f"{self._base}/playground/act", json=what) as answer:
            told = await answer.json()
            assert told.get("ok", True), told

    async def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read what the page is told until its scene is as wanted."""
        deadline = time.monotonic() + BOUND
        while not (self.scene and holds(self.scene)):
            try:
                message = await asyncio.wait_for(self._live.receive(), deadline - time.monotonic())
            except TimeoutError:
                raise AssertionError(
                    f"the page never showed it: {json.dumps(self.scene, ensure_ascii=False)}"
                ) from None
            told = json.loads(message.data)
            self.scene = told.get("scene", self.scene)
        return self.scene


async def test_the_demo_carries_a_customer_to_the_staff_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
    log = (tmp_path / "demo.log").open("wb")
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(port),
        cwd=tmp_path, env={**kept, "PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log,
    )  # fmt: skip
    try:
        assert demo.stdout is not None
        while f"{base}/playground" not in (line := (await asyncio.wait_for(demo.stdout.readline(), BOUND)).decode()):
            assert line, f"the demo ended before it said where its page is: {(tmp_path / 'demo.log').read_text()}"
        async with aiohttp.ClientSession(headers={"Origin": base}) as session:
            async with session.get(f"{base}/playground") as page:
                assert page.status == 200
                assert "<html" in await page.text()
            async with session.ws_connect(f"{base}/playground/live") as live:
                seen = Page(session, live, base)
                customers = (await seen.until(lambda scene: len(scene["customers"]) == 4))["customers"]
                for customer in customers:
                    await seen.act(act="say", chat=customer["key"], text="operator")
                await seen.act(act="say", chat="manager", text="/queue")
                scene = await seen.until(
                    lambda scene: (
                        len(scene["topics"]) == 1 + len(customers)
                        and all(one["total"] >= 1 for one in scene["customers"])
                        and scene["manager_total"] >= 1
                    )
                )
        named = [topic["name"] for topic in scene["topics"]]
        assert all(any(name.startswith(one["name"]) for name in named) for one in customers)

        demo.send_signal(signal.SIGINT)
        status = await asyncio.wait_for(demo.wait(), 10.0)
    finally:
        if demo.returncode is None:
            demo.kill()
            await demo.wait()
        log.close()
    assert status == 0
    assert not left_running(tmp_path)


def left_running(folder: Path) -> list[str]:
    """Processes whose command line names the folder (the embedded Redis does)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in command:
            found.append(command)
    return found

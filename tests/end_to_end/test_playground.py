"""The whole playground with a real desk behind it: conversations are played to their end, the desk is killed, and
whatever ends the demo leaves no process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.end_to_end.desk import ROOT, free_port
from tests.end_to_end.test_demo import left_running

START_SECONDS = 60.0
SHOW_SECONDS = 150.0


class Watcher:
    """A page that looks at one customer and at what the desk decides for them."""

    def __init__(self, session: aiohttp.ClientSession, live: aiohttp.ClientWebSocketResponse, base: str) -> None:
        self._session, self._live, self.base = session, live, base
        self.scene: dict[str, Any] = {}
        self.decided: dict[str, Any] = {}

    async def act(self, **what: object) -> dict[str, Any]:
        async with self._session.post(f"{self.base}/playground/act", json=what) as answer:
            told: dict[str, Any] = await answer.json()
        assert told["ok"], told
        return told

    async def get(self, path: str) -> int:
        async with self._session.get(self.base + path) as answer:
            await answer.read()
            return answer.status

    async def look_at(self, key: str) -> None:
        await self._live.send_json({"watch": {key: 80}, "decide": key})

    async def until(self, holds: Callable[[], object], seconds: float = SHOW_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not (self.scene and holds()):
            try:
                message = await asyncio.wait_for(self._live.receive(), deadline - time.monotonic())
            except TimeoutError:
                behind = self.scene.get("backstage", {})
                raise AssertionError(f"never so: {json.dumps([behind, self.decided], ensure_ascii=False)}") from None
            told = json.loads(message.data)
            self.scene = told.get("scene", self.scene)
            self.decided = told.get("decided", self.decided)

    @property
    def behind(self) -> dict[str, Any]:
        found: dict[str, Any] = self.scene["backstage"]
        return found


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Watcher]]:
    """The demo in a process of its own; at the end it is gone with all that it started."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QABUL_", "LANG", "LC_"))}
    with (folder / "demo.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "demo", "--port", str(port),
            cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), "QABUL_DATA_DIR": str(folder / "d")},
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=log,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            while base not in (line := (await asyncio.wait_for(process.stdout.readline(), START_SECONDS)).decode()):
                assert line, (folder / "demo.log").read_text()
            async with (
                aiohttp.ClientSession(headers={"Origin": base}) as session,
                session.ws_connect(f"{base}/playground/live") as live,
            ):
                yield process, Watcher(session, live, base)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            async with asyncio.timeout(10):
                while left_running(folder):  # noqa: ASYNC110 - processes, not an event
                    await asyncio.sleep(0.05)


async def test_an_unhappy_customer_is_played_to_the_rating_though_the_desk_is_killed_in_between(tmp_path: Path) -> None:
    async with demo(tmp_path) as (process, page):
        assert [await page.get(path) for path in ("/playground", "/healthz", "/readyz", "/metrics")] == [200] * 4
        key = (await page.act(act="play", kind="unhappy", language="uz", speed="fast"))["key"]
        await page.look_at(key)
        await page.until(lambda: page.decided.get("segment") == "unhappy")
        assert (page.decided["key"], page.decided["heard"]["kind"]) == (key, "text")
        assert set(page.decided["reason"]) == {"en", "uz", "kk", "ru"}
        pid = page.behind["desk"]["pid"]
        await page.act(act="kill")
        await page.until(lambda: page.behind["desk"]["state"] == "dead")
        assert await page.get("/playground") == 200
        assert await page.get("/readyz") == 503
        await page.until(lambda: page.behind["show"]["state"] != "playing")
        assert page.behind["show"]["state"] == "done", page.behind
        await page.until(lambda: page.behind["kill"].get("state") == "settled")
        report = page.behind["kill"]
        assert (report["pid"], report["new_pid"]) == (pid, page.behind["desk"]["pid"])
        assert pid != report["new_pid"]
        now = report["now"]
        assert (now["lost"], now["on_the_way"], now["to_send"]) == (0, 0, 0)
        assert now["said"] == now["stored"] >= 1
        assert now["delivered"] == now["promised"] >= 1
        await page.until(lambda: page.decided.get("holder") == "closed" and not page.decided["waiting"])
        await page.until(lambda: next(one["kind"] for one in page.decided["happened"]) == "rated")
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 10.0) == 0


async def test_a_demo_that_is_killed_takes_its_desk_along(tmp_path: Path) -> None:
    async with demo(tmp_path) as (process, page):
        await page.until(lambda: page.behind["desk"]["state"] == "working")
        pid = int(page.behind["desk"]["pid"])
        process.kill()
        await process.wait()
        async with asyncio.timeout(10):
            while Path(f"/proc/{pid}").exists():  # noqa: ASYNC110 - a process, not an event
                await asyncio.sleep(0.02)


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "language"), [("new", "en"), ("hesitant", "kk"), ("repeat", "ru"), ("new", "uz_Cyrl"), ("hesitant", "uz")]
)
async def test_every_kind_is_played_to_its_rating(tmp_path: Path, kind: str, language: str) -> None:
    async with demo(tmp_path) as (_, page):
        key = (await page.act(act="play", kind=kind, language=language, speed="fast"))["key"]
        await page.look_at(key)
        segments: list[str] = []
        await page.until(
            lambda: segments.append(page.decided.get("segment", "")) or page.behind["show"].get("state") != "playing"
        )
        assert page.behind["show"]["state"] == "done", page.behind["show"]
        assert kind in segments
        await page.until(lambda: page.decided.get("happened", [{}])[0].get("kind") == "rated")
        assert page.decided["language"] == language


@pytest.mark.long
async def test_a_messenger_that_says_429_is_told_on_the_page_with_the_time_of_the_next_try(tmp_path: Path) -> None:
    async with demo(tmp_path) as (_, page):
        await page.until(lambda: page.scene["customers"])
        key = next(one["key"] for one in page.scene["customers"] if one["channel"] == "telegram")
        await page.look_at(key)
        await page.act(act="weather", name="busy", on=True)
        await page.act(act="say", chat=key, text="hello")
        await page.until(lambda: [one["why"] for one in page.decided.get("waiting", ())] == ["asked_to_wait"])
        assert page.decided["waiting"][0]["until"] > time.time() - 1
        await page.act(act="weather", name="busy", on=False)
        await page.until(lambda: page.decided["waiting"] == [])
        timer = next(one for one in page.decided["timers"] if one["for"] == "customer" and one["says"])
        await page.act(act="hurry", timer=timer["id"])
        await page.until(lambda: timer["id"] not in [one["id"] for one in page.decided["timers"]])

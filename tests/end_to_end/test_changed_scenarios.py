"""Scenarios are changed while two workers serve customers: talks go on, mistakes are told, the last good one stays."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.end_to_end.desk import ROOT, Storage, measured, until_async
from tests.end_to_end.scene import HELLO, Scene, scene
from tests.storage.shelves import change, po

NEWER = "What shall we do for you?"


def book(path: Path) -> Path:
    """The shipped scenarios in a folder of one's own."""
    path.mkdir()
    for file in (ROOT / "scenarios/book").glob("*.yaml"):
        (path / file.name).write_bytes(file.read_bytes())
    return path


def translate(path: Path, *texts: tuple[str, str]) -> None:
    """The folder's own translations."""
    (path / "translations").mkdir(exist_ok=True)
    for language in ("uz", "kk", "ru"):
        (path / "translations" / f"{language}.po").write_text(po(*texts), encoding="utf-8")


async def test_a_change_is_in_use_at_once_everywhere_and_a_mistake_is_told(
    postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    async with scene(Storage(postgres_url, redis_url), "webhook") as it:
        folder = book(tmp_path / "book")
        manager = int(it.telegram.add_user(first_name="Dilshod", language_code="en")["id"])
        it.desk.environment |= {"QABUL_MANAGER_IDS": str(manager), "QABUL_SCENARIOS_DIR": str(folder)}
        it.desk.workers = 2
        await it.desk.start()
        it.telegram.say(manager, "/start")
        (before,) = it.customers(1)
        before.says("Hello")
        await it.until(lambda: before.heard_about(HELLO), "a customer is asked")

        translate(folder, (NEWER, "…"))
        change(folder, "new", HELLO, NEWER)
        began = time.monotonic()
        await it.until(lambda: told(it, manager, "new.yaml"), "the manager is told that it is in use")
        measured(f"a change was in use and told after {time.monotonic() - began:.1f} s")
        rows = await it.desk.rows("SELECT scenario FROM scenario_changes WHERE who = 'folder' AND scenario = 'new'")
        assert len(rows) == 2, "the start and the change, each once, whichever worker saw it first"

        after = it.customers(6, first=1)

        async def everybody_is_asked_the_new_question() -> bool:
            fresh = it.customers(2, first=100 + len(it.telegram.calls))
            for one in fresh:
                one.says("Hello")
            await it.until(lambda: all(one.heard() for one in fresh), "they are answered")
            return all(one.heard_about(NEWER) for one in fresh)

        await until_async(everybody_is_asked_the_new_question, 20, "both workers follow", it.desk)
        before.taps("Fridge repair")
        await it.until(lambda: len(before.heard()) == 2, "the talk under way goes on with its old button")

        change(folder, "new", "start: hello", "start: helo")
        await it.until(lambda: told(it, manager, 'Did you mean "hello"?'), "the manager is told what is wrong")
        assert await it.desk.stop() == 0
        await it.desk.start()
        for one in after:
            one.says("Hello")
        await it.until(lambda: all(one.heard_about(NEWER) for one in after), "the last good version runs after a start")
        it.telegram.say(manager, "/versions")
        await it.until(lambda: told(it, manager, "hello: "), "the manager reads where talks stand")
        assert len(told(it, manager, 'Did you mean "hello"?')) == 1, "told once, by whichever worker, also at the start"
        assert await it.desk.stop() == 0


def told(it: Scene, manager: int, words: str) -> list[str]:
    """What the manager was written with these words."""
    return [text for m in it.telegram.messages(manager) if words in (text := str(m.get("text", "")))]


async def test_a_broken_folder_stops_the_first_start_alone(tmp_path: Path) -> None:
    async with scene(Storage(None, None)) as it:
        folder = book(tmp_path / "book")
        it.desk.environment["QABUL_SCENARIOS_DIR"] = str(folder)
        change(folder, "new", "start: hello", "start: helo")
        await it.desk.start(ready=False)
        assert it.desk.process is not None
        assert await asyncio.wait_for(it.desk.process.wait(), 30) == 2
        assert "new.yaml:" in it.desk.last_words()
        change(folder, "new", "start: helo", "start: hello")
        await it.desk.start()
        assert await it.desk.stop() == 0
        change(folder, "new", "start: hello", "start: helo")
        await it.desk.start()
        (customer,) = it.customers(1)
        customer.says("Hello")
        await it.until(lambda: customer.heard_about(HELLO), "the last good version answers")
        shown = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "scenario", "versions",
            cwd=it.desk.folder, env=it.desk.environment, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(shown.communicate(), 30)
        assert shown.returncode == 0
        assert "hello: 1" in out.decode(), out.decode()
        assert await it.desk.stop() == 0

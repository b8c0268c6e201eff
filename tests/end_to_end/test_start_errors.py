"""What stops a start: one line on stderr that says which, why and what to do; exit status 2; nothing left running."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.end_to_end.desk import ROOT, free_port

TELEGRAM = {
    "QABUL_TELEGRAM_TOKEN": "7000000001:AAlocal-telegram-of-the-playground0",
    "QABUL_TELEGRAM_API_URL": "http://127.0.0.1:9",
    "QABUL_STAFF_CHAT_ID": "-1001234567890",
}


async def test_a_start_that_cannot_be_says_why_in_one_line(tmp_path: Path) -> None:
    scenarios = tmp_path / "book"
    shutil.copytree(ROOT / "scenarios/book", scenarios)
    start = scenarios / "start.yaml"
    start.write_text(start.read_text(encoding="utf-8").replace("then: hesitant", "then: nowhere"), encoding="utf-8")
    business = tmp_path / "business.yaml"
    business.write_text("name: {uz: A\n", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        cases: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {
            "settings": ({"QABUL_STAFF_CHAT_ID": "42"}, ("QABUL_STAFF_CHAT_ID", "negative")),
            "database": (
                {"QABUL_DATABASE_URL": "postgresql+asyncpg://desk:hush-hush@127.0.0.1:1/desk"},
                ("QABUL_DATABASE_URL", "start it or correct the address"),
            ),
            "redis": (
                {"QABUL_REDIS_URL": "redis://:hush-hush@127.0.0.1:1/0"},
                ("QABUL_REDIS_URL", "start it or correct the address"),
            ),
            "scenarios": ({"QABUL_SCENARIOS_DIR": str(scenarios)}, ("start.yaml:", "nowhere")),
            "business": ({"QABUL_BUSINESS_FILE": str(business)}, ("business.yaml", "no YAML")),
            "port": ({"QABUL_HTTP_PORT": port}, ("QABUL_HTTP_PORT", "choose another port")),
            "no-messenger": (
                {"QABUL_TELEGRAM_TOKEN": "", "QABUL_STAFF_CHAT_ID": ""},
                ("QABUL_TELEGRAM_TOKEN", "qabul demo"),
            ),
        }
        # Two at a time, as many as the smallest machine has cores.
        places = asyncio.Semaphore(2)
        told = await asyncio.gather(
            *(_start(places, tmp_path / name, settings) for name, (settings, _) in cases.items())
        )
    for (name, (_, words)), (status, stderr) in zip(cases.items(), told, strict=True):
        assert status == 2, (name, status, stderr)
        assert stderr.count("\n") == 1, (name, stderr)
        assert all(word in stderr for word in words), (name, stderr)
        assert "hush-hush" not in stderr
        assert not _left(tmp_path / name), name


async def test_of_several_workers_one_says_why_in_one_line_and_none_stays(tmp_path: Path) -> None:
    business = tmp_path / "business.yaml"
    business.write_text("name: {uz: A\n", encoding="utf-8")
    nowhere = {"QABUL_DATABASE_URL": "postgresql+asyncpg://desk:hush-hush@127.0.0.1:1/desk"}
    redis = {"QABUL_REDIS_URL": "redis://127.0.0.1:1/0"}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        cases: dict[str, tuple[Mapping[str, str], str]] = {
            "database": ({}, "QABUL_DATABASE_URL"),
            "database-embedded": ({"QABUL_REDIS_URL": ""}, "QABUL_DATABASE_URL"),
            "business": ({"QABUL_BUSINESS_FILE": str(business)}, "business.yaml"),
            "port": ({"QABUL_HTTP_PORT": str(taken.getsockname()[1])}, "QABUL_HTTP_PORT"),
        }
        places = asyncio.Semaphore(2)
        told = await asyncio.gather(
            *(
                _start(places, tmp_path / name, {**nowhere, **redis, **settings}, "--workers", "3")
                for name, (settings, _) in cases.items()
            )
        )
    for (name, (_, word)), (status, stderr) in zip(cases.items(), told, strict=True):
        assert status == 2, (name, status, stderr)
        assert stderr.count("\n") == 1, (name, stderr)
        assert word in stderr, (name, stderr)
        assert "hush-hush" not in stderr
        assert not _left(tmp_path / name), name


async def _start(
    places: asyncio.Semaphore, folder: Path, settings: Mapping[str, str], *arguments: str
) -> tuple[int, str]:
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
    own = {"PYTHONPATH": str(ROOT), "QABUL_DATA_DIR": str(folder / "d"), "QABUL_HTTP_PORT": str(free_port())}
    async with places:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", *arguments,
            cwd=folder, env={**kept, **own, **TELEGRAM, **settings}, stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            _, stderr = await asyncio.wait_for(process.communicate(), 90)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert process.returncode is not None
    return process.returncode, stderr.decode()


def _left(folder: Path) -> list[str]:
    """Processes that work below the folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and str((entry / "cwd").readlink()).startswith(str(folder)):
                found.append(entry.name)
        except OSError:
            continue
    return found

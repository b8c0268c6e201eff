"""`qabul doctor` as people and machines meet it: in a process of its own, on installations that are well and not."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bot.commands.doctor import run_doctor
from bot.doctor.database import database_facts
from bot.doctor.examination import CHECKS
from bot.embedded.redis_server import RedisServer
from tests.doctor import cases_telegram, cases_whatsapp, test_book_checks, test_machine_checks
from tests.doctor.cases_telegram import setting
from tests.doctor.scene import Scene, names_of
from tests.end_to_end.desk import DeskProcess, Storage, free_port
from tests.house.test_command_line import ROOT

MANUAL = ROOT / "docs/doctor.md"
LONGEST_SECONDS = 15.0


async def doctor(scene: Scene, *arguments: str) -> tuple[int, str]:
    """Run it on the scene's settings; exit status and stdout. Nothing may be on stderr."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("QABUL_")}
    scene.environ.setdefault("QABUL_HTTP_PORT", str(free_port()))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "doctor", *arguments,
        cwd=scene.folder, env={**kept, "PYTHONPATH": str(ROOT), **scene.environ},
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        out, err = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert err == b""
    assert process.returncode is not None
    for secret in ("_TOKEN", "_APP_SECRET", "_WEBHOOK_SECRET"):
        for name, value in scene.environ.items():
            assert not (name.endswith(secret) and value and value.encode() in out), name
    assert scene.whatsapp.phone.encode() not in out
    return process.returncode, out.decode()


def lines_of(out: str) -> dict[str, dict[str, Any]]:
    """JSON lines by check."""
    lines = [json.loads(line) for line in out.splitlines()]
    assert all(set(line) == {"check", "state", "found", "todo"} for line in lines)
    return {line["check"]: line for line in lines}


async def test_an_installation_on_sqlite_is_all_well(scene: Scene) -> None:
    status, out = await doctor(scene)
    lines = out.splitlines()
    assert status == 0, out
    assert all(line.startswith("ok ") for line in lines[:-1]), out
    assert lines[-1] == f"All {len(lines) - 1} checks are well."
    assert "\x1b" not in out
    assert not (scene.folder / "data").exists()


async def test_an_installation_on_postgresql_and_redis_is_all_well(
    scene: Scene, postgres_url: str, own_redis: RedisServer
) -> None:
    # The tests' own server runs without fsync, for speed, and the doctor says so of it.
    is_durable = (await database_facts(postgres_url)).settings["fsync"] == "on"
    setting(DATABASE_URL=postgres_url, REDIS_URL=own_redis.url)(scene)
    status, out = await doctor(scene, "--json")
    lines = lines_of(out)
    not_well = {name: line for name, line in lines.items() if line["state"] != "ok"}
    assert status == 0, out
    assert set(not_well) == (set() if is_durable else {"database durability"}), out
    assert "by Telegram and Meta and the database" in lines["clock"]["found"]


async def test_a_desk_at_work_is_well_and_stays_at_work(scene: Scene) -> None:
    desk = DeskProcess(Storage(None, None), scene.environ | {"QABUL_DATA_DIR": str(scene.folder / "data")})
    scene.environ["QABUL_DATA_DIR"] = str(desk.data)
    scene.environ["QABUL_HTTP_PORT"] = str(desk.port)
    desk.environment["QABUL_DATA_DIR"] = str(desk.data)
    try:
        await desk.start()
        status, out = await doctor(scene, "--json")
        await desk.wait_ready()
    finally:
        await desk.end()
    lines = lines_of(out)
    assert (status, {line["state"] for line in lines.values()}) == (0, {"ok"}), out
    assert "running desk" in lines["data directory"]["found"]
    assert "a desk answers" in lines["http port"]["found"]
    assert "the embedded" in lines["redis"]["found"]
    assert "current" in lines["database schema"]["found"]


async def test_a_failure_is_exit_status_1_and_says_what_to_do_on_its_line(scene: Scene) -> None:
    scene.telegram.demote_bot(int(scene.environ["QABUL_STAFF_CHAT_ID"]))
    setting(MANAGER_IDS="")(scene)
    status, out = await doctor(scene)
    assert status == 1
    (failed, *_) = [line for line in out.splitlines() if line.startswith("failure")]
    assert re.fullmatch(r"failure +staff group rights +the bot is no administrator there .* → make it one .*", failed)
    assert out.splitlines()[-1].endswith("1 warning, 2 failures; docs/doctor.md explains them.")


async def test_settings_that_cannot_be_read_are_a_failure_and_not_wrong_use(scene: Scene) -> None:
    setting(TELEGRAM_TOKEN="123456789:short-secret")(scene)
    status, out = await doctor(scene)
    assert status == 1
    assert out.splitlines()[0].startswith(
        "failure  settings                QABUL_TELEGRAM_TOKEN is (hidden), but must be"
    )
    assert "short-secret" not in out


@pytest.mark.long
async def test_an_installation_whose_every_host_is_dead_is_told_in_time(scene: Scene) -> None:
    began = time.monotonic()
    await doctor(scene)
    # A busy machine starts a process slowly, and this is not what is promised.
    usual = time.monotonic() - began
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(64)
        port = silent.getsockname()[1]
        setting(
            TELEGRAM_API_URL=f"http://127.0.0.1:{port}",
            WHATSAPP_API_URL=f"http://127.0.0.1:{port}/v24.0",
            DATABASE_URL=f"postgresql+asyncpg://desk:hush-hush@127.0.0.1:{port}/desk",
            REDIS_URL=f"redis://127.0.0.1:{port}/0",
            HTTP_PORT=str(port),
        )(scene)
        began = time.monotonic()
        status, out = await doctor(scene, "--json")
        took = time.monotonic() - began
    lines = lines_of(out)
    assert status == 1
    for name in ("telegram token", "whatsapp token", "database", "redis", "http port"):
        assert lines[name]["state"] == "failure", out
    assert took < LONGEST_SECONDS + usual


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("no_color", "is_coloured"), [("", True), ("1", False)])
def test_colours_are_for_terminals_that_want_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_color: str, is_coloured: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    environ = {"QABUL_DATA_DIR": str(tmp_path / "data"), "NO_COLOR": no_color, "QABUL_HTTP_PORT": str(free_port())}
    assert run_doctor(False, environ, tmp_path / ".env", out) == 1
    assert ("\x1b[31mfailure \x1b[0m settings" in out.getvalue()) == is_coloured
    assert ("\x1b" in out.getvalue()) == is_coloured


def test_help_imports_nothing_that_costs_time() -> None:
    code = (
        "import sys\n"
        "from bot.__main__ import main\n"
        "try: main(['doctor', '--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'aiohttp', 'aiogram', 'sqlalchemy', 'redis', 'yaml', 'babel', 'structlog'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_check_can_go_wrong_in_a_test() -> None:
    tables = (
        cases_telegram.CASES,
        cases_whatsapp.CASES,
        test_book_checks.CASES,
        test_machine_checks.CLOCK,
        test_machine_checks.PLACES,
    )
    provoked = {name for table in tables for name in names_of(list(table.values()))}
    # These need a server or a file of their own, and have tests of their own.
    provoked |= {
        *("database", "database schema", "database durability", "redis", "redis memory", "redis persistence"),
        *("disk", "http port", "public address", "catalogs"),
    }
    assert provoked == {check.name for check in CHECKS}


def test_the_manual_explains_every_check_in_its_order() -> None:
    manual = MANUAL.read_text(encoding="utf-8")
    assert re.findall(r"^### (.+)$", manual, re.MULTILINE) == [check.name for check in CHECKS]
    for section in re.split(r"^### ", manual, flags=re.MULTILINE)[1:]:
        assert re.search(r"^- \*\*(failure|warning)\*\*", section, re.MULTILINE), section.splitlines()[0]

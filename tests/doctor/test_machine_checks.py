"""Data directory, disk, clock, port and public address: each trouble is made and seen."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web

from bot.doctor.installation import present
from bot.embedded.lock import lock_data_dir
from bot.settings import TELEGRAM_API_URL
from bot.web import make_web, serve
from tests.doctor.cases_telegram import setting
from tests.doctor.scene import Case, Scene

Usage = namedtuple("Usage", "total used free")
MEGABYTE = 1024**2


def silent(scene: Scene) -> None:
    setting(TELEGRAM_API_URL="http://127.0.0.1:9", WHATSAPP_API_URL="http://127.0.0.1:9/v24.0")(scene)


def file_in_the_way(scene: Scene) -> None:
    (scene.folder / "file").write_text("")
    scene.settings["data_dir"] = scene.folder / "file" / "data"


CLOCK = {
    "Telegram's clock a little ahead": Case(
        lambda scene: scene.telegram.set_date_ahead(20), "clock", "warning", "s behind, by Telegram's", "chrony"
    ),
    "Meta's clock far behind": Case(
        lambda scene: scene.whatsapp.set_date_ahead(-300), "clock", "failure", "s ahead, by Meta's", "chrony"
    ),
    "nobody tells the time": Case(silent, "clock", "warning", "nobody could be asked", "by hand"),
    "right": Case(lambda _: None, "clock", "ok", "right by Telegram and Meta"),
}
PLACES = {
    "a file in the way": Case(file_in_the_way, "data directory", "failure", "cannot be written to", "QABUL_DATA_DIR"),
    "not made yet": Case(lambda _: None, "data directory", "ok", "will be made"),
    "polled": Case(lambda _: None, "public address", "ok", "polled"),
}


@pytest.mark.parametrize("name", CLOCK)
async def test_the_doctor_compares_the_clock(scene: Scene, name: str) -> None:
    await CLOCK[name].holds(scene)


async def test_the_doctor_compares_the_clock_with_the_databases(scene: Scene, postgres_url: str) -> None:
    setting(DATABASE_URL=postgres_url)(scene)
    silent(scene)
    assert (await scene.ask("clock"))["clock"].found == "right by the database"
    scene.now = lambda: present() + timedelta(minutes=3)
    finding = (await scene.ask("clock"))["clock"]
    assert finding.state == "failure"
    assert "s ahead, by the database's clock" in finding.found


@pytest.mark.parametrize("name", PLACES)
async def test_the_doctor_looks_at_the_place(scene: Scene, name: str) -> None:
    await PLACES[name].holds(scene)


async def test_a_running_desks_lock_is_no_trouble(scene: Scene) -> None:
    with lock_data_dir(scene.folder / "data"):
        finding = (await scene.ask("data directory"))["data directory"]
        # Looking does not take the lock away.
        again = (await scene.ask("data directory"))["data directory"]
    assert (finding.state, "running desk (process" in finding.found) == ("ok", True)
    assert finding == again
    assert "can be written to" in (await scene.ask("data directory"))["data directory"].found


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (100, 50_000, "failure"),
        (199, 1_000, "failure"),
        (900, 5_000, "warning"),
        (5_000, 100_000, "warning"),
        (20_000, 100_000, "ok"),
    ],
)
async def test_the_doctor_looks_at_the_disk(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, free: int, total: int, state: str
) -> None:
    usage = Usage(total * MEGABYTE, (total - free) * MEGABYTE, free * MEGABYTE)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    finding = (await scene.ask("disk"))["disk"]
    assert finding.state == state
    assert "make room" in finding.todo or state == "ok"


async def test_a_port_is_free_or_a_desks_or_somebody_elses(scene: Scene) -> None:
    async def not_ready() -> str:
        return "starting"

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    other = web.Application()
    other.add_routes([web.get("/healthz", page)])
    for application, state, found in (
        (make_web(not_ready, []), "ok", "a desk answers"),
        (other, "failure", "not answered as a desk answers (HTTP 200 for /healthz)"),
    ):
        runner = await serve(application, "127.0.0.1", 0)
        setting(HTTP_PORT=str(runner.addresses[0][1]))(scene)
        finding = (await scene.ask("http port"))["http port"]
        await runner.cleanup()
        assert (finding.state, found in finding.found) == (state, True), finding
        assert "QABUL_HTTP_PORT" in finding.todo or state == "ok"
    assert "is free" in (await scene.ask("http port"))["http port"].found


async def test_a_port_of_something_that_speaks_no_http_is_used(scene: Scene) -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    setting(HTTP_PORT=str(server.sockets[0].getsockname()[1]))(scene)
    finding = (await scene.ask("http port"))["http port"]
    server.close()
    assert (finding.state, "not answered as a desk" in finding.found) == ("failure", True)


async def test_a_port_that_is_bound_and_silent_or_an_address_that_is_not_ours(scene: Scene) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        setting(HTTP_PORT=str(bound.getsockname()[1]))(scene)
        finding = (await scene.ask("http port"))["http port"]
    assert (finding.state, "cannot listen" in finding.found, "QABUL_HTTP_PORT" in finding.todo) == (
        "failure",
        True,
        True,
    )
    setting(HTTP_HOST="192.0.2.1")(scene)
    finding = (await scene.ask("http port"))["http port"]
    assert (finding.state, "QABUL_HTTP_HOST" in finding.todo) == ("failure", True)


@pytest.mark.parametrize(
    ("address", "state"),
    [
        ("https://10.0.0.5", "failure"),
        ("https://localhost:8443", "failure"),
        ("https://desk.local", "failure"),
        ("https://[fd00::1]", "failure"),
        ("https://desk.example.uz:8443/base", "ok"),
    ],
)
async def test_telegrams_own_server_needs_an_address_of_the_internet(scene: Scene, address: str, state: str) -> None:
    setting(TELEGRAM_WEBHOOK_URL=address, TELEGRAM_WEBHOOK_SECRET="word", TELEGRAM_API_URL=TELEGRAM_API_URL)(scene)
    # Only this check is asked, which asks nobody.
    finding = (await scene.ask("public address"))["public address"]
    assert finding.state == state
    assert "QABUL_TELEGRAM_WEBHOOK_URL" in finding.todo or state == "ok"


async def test_a_server_of_ones_own_may_reach_any_address(scene: Scene, tmp_path: Path) -> None:
    setting(TELEGRAM_WEBHOOK_URL="http://10.0.0.5:8080", TELEGRAM_WEBHOOK_SECRET="word")(scene)
    assert (await scene.ask("public address"))["public address"].state == "ok"
    assert not (tmp_path / "data").exists()

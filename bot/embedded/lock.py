"""Who uses a data directory.

Rule: a lock is the kernel's (flock), so it ends with the process that holds it, also after `kill -9`; what
the file says is only for people.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


class DirectoryInUse(Exception):
    """Somebody else holds the lock; the text is one line that says who and what to do."""


class Lock:
    """A lock on a file, held until `release` or the end of every process that has `fd`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    @property
    def fd(self) -> int:
        """The open file; only while held."""
        if self._fd is None:
            raise RuntimeError(f"{self.path} is not locked")
        return self._fd

    def acquire(self) -> bool:
        """Takes the lock if nobody has it, and says whether we have it. OSError: the file cannot be made."""
        if self._fd is not None:
            return True
        fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            os.close(fd)
            return False
        except OSError:
            os.close(fd)
            raise
        self._fd = fd
        return True

    def release(self) -> None:
        """Lets go of our end; a process that was given `fd` keeps the lock until it ends."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def holder(self) -> str:
        """The process that wrote its number into the file last, in words."""
        with contextlib.suppress(OSError, ValueError):
            return f"process {int(self.path.read_text(encoding='ascii'))}"
        return "another process"


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock on a file, without taking it away from anybody or making the file."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        # Shared and let go at once: others who only look do not see each other.
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


@contextlib.contextmanager
def lock_data_dir(path: Path) -> Iterator[None]:
    """Makes the data directory if need be and keeps every other process out of it.

    For SQLite, which one process at a time may use. Raises DirectoryInUse.
    """
    path.mkdir(parents=True, exist_ok=True)
    lock = Lock(path / "qabul.lock")
    if not lock.acquire():
        raise DirectoryInUse(
            f"the data directory {path} is in use by {lock.holder()}: stop that one, or set QABUL_DATA_DIR to another"
        )
    try:
        yield
    finally:
        lock.release()

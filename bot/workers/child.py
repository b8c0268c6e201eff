"""A process that is forked: it begins with everything that is imported already, and hears when its parent is gone.

Rule: the parent has one thread and no event loop when it forks. Each child has one end of a line, a pair of sockets: a
byte from the child says that it is ready, and the end of the line says that the other side does not live any more.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["READY", "Child", "Work", "fork", "how_it_ended"]

READY = b"1"
"""What a child sends once it is at work."""

Work = Callable[[socket.socket], int]
"""What a child does, given its end of the line; its exit status."""

_HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


@dataclass(slots=True)
class Child:
    """A running child and our end of its line."""

    pid: int
    line: socket.socket
    began: float = field(default_factory=time.monotonic)
    ready: float | None = None
    """When it said so (monotonic seconds)."""

    def tell(self, number: signal.Signals) -> None:
        """Send a signal. Only for a child that was not waited for yet, so that its number is still its own."""
        os.kill(self.pid, number)

    def ended(self) -> int | None:
        """Its status as `os.waitstatus_to_exitcode` has it, None while it lives. Waited for: ask no more then."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None


def fork(name: str, work: Work, others: Iterable[socket.socket]) -> Child:
    """Start a child, called `name` among the processes. `others` are our ends of its brothers' lines, which it must not
    keep open."""
    ours, theirs = socket.socketpair()
    sys.stdout.flush()
    sys.stderr.flush()
    # A signal that comes before the child has forgotten our handlers would be lost in them.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    try:
        pid = os.fork()
        if pid == 0:
            _live(name, work, theirs, [ours, *others], before)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    ours.setblocking(False)
    return Child(pid, ours)


def _live(name: str, work: Work, line: socket.socket, foreign: Iterable[socket.socket], mask: Iterable[int]) -> None:
    """The child's whole life."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in _HANDLED:
            signal.signal(number, signal.SIG_DFL)
        # Ctrl-C in a terminal reaches the parent alone, who decides the order of the end.
        os.setpgid(0, 0)
        with contextlib.suppress(OSError):
            # Linux only: what `ps` and `top` show.
            Path("/proc/self/comm").write_text(f"qabul {name}", encoding="ascii")
        for one in foreign:
            one.close()
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        status = work(line)
    except BaseException:  # noqa: BLE001 - the last one who can tell: nothing of the parent's may run in the child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def how_it_ended(status: int) -> str:
    """A status in words: `killed by SIGKILL`, `exit status 1`."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"killed by signal {-status}"

"""Log lines on their way out: gathered without waiting, written by a thread.

While a desk is at work whoever logs only appends to a bounded queue, and a thread writes what has gathered every 50 ms,
an error at once. A reader of stderr that is slow or stuck never holds up a message: beyond the bound lines are dropped,
counted, and the next line that fits says how many. What is queued when the desk stops is written before it has
stopped; a process that is killed may lose the last 50 ms. Before and after, and in a supervisor, which must have no
thread when it forks, each line is written as it is said.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["Lines"]

MOST_WAITING = 20_000
"""Lines (about 6 MB): several seconds of the busiest desk."""

PAUSE_SECONDS = 0.05
CLOSE_SECONDS = 5.0
PIECE_BYTES = 4096
"""What several processes write into one pipe stays whole up to this size (PIPE_BUF, Linux)."""


class Lines:
    """Writes lines to a file descriptor; `lost` makes the line that tells how many were dropped."""

    def __init__(self, descriptor: int, lost: Callable[[int], bytes], most: int = MOST_WAITING) -> None:
        self._descriptor = descriptor
        self._lost_line = lost
        self._most = most
        self._waiting: deque[bytes] = deque()
        self._lost = 0
        self._there = threading.Event()
        self._hurry = threading.Event()
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._behind = False

    def begin(self) -> None:
        """From now on nobody waits for a line to be written."""
        if self._thread is None:
            self._behind = True
            self._thread = threading.Thread(target=self._run, name="log", daemon=True)
            self._thread.start()

    def add(self, line: bytes, at_once: bool = False) -> None:
        """One line, its end included; never fails, and never waits between `begin` and `end`."""
        if not self._behind:
            self._write(line, time.monotonic() + PAUSE_SECONDS)
            return
        if len(self._waiting) >= self._most:
            self._lost += 1
            return
        self._waiting.append(line)
        if not self._there.is_set():
            self._there.set()
        if at_once:
            self._hurry.set()

    def end(self) -> None:
        """Write what waits; returns once it is written, or after 5 s when nobody reads."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._behind = False
        self._there.set()
        self._hurry.set()
        thread.join(CLOSE_SECONDS)
        if not thread.is_alive():
            # What was added between the thread's last look and its end.
            self._write_all(time.monotonic() + CLOSE_SECONDS)

    def _run(self) -> None:
        while self._behind:
            self._there.wait()
            self._hurry.wait(PAUSE_SECONDS)
            self._hurry.clear()
            # Cleared before the queue is emptied: what comes meanwhile sets it again.
            self._there.clear()
            self._write_all(None)

    def _write_all(self, until: float | None) -> None:
        with self._writing:
            while self._waiting or self._lost:
                piece = self._waiting.popleft() if self._waiting else b""
                while self._waiting and len(piece) + len(self._waiting[0]) <= PIECE_BYTES:
                    piece += self._waiting.popleft()
                if self._lost and len(self._waiting) < self._most:
                    lost, self._lost = self._lost, 0
                    piece += self._lost_line(lost)
                if not self._write(piece, until):
                    return

    def _write(self, data: bytes, until: float | None) -> bool:
        """Write it all, waiting for a slow reader (no longer than `until`); False when there is no reader any more."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._descriptor, view) :]
            except BlockingIOError:
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    return False
                select.select([], [self._descriptor], [], left)
            except OSError:
                return False
        return True

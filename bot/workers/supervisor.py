"""The supervisor: starts children in order, puts another into the seat of one that died, and ends them together.

Rule: one thread, no event loop, nothing but children and signals, so that it may fork at any time and hardly anything
can go wrong in it. What a dead worker held is not its business: the other workers take that over by themselves.
"""

from __future__ import annotations

import contextlib
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import FrameType

import structlog

from bot.workers.child import READY, Child, Work, fork, how_it_ended

__all__ = ["Seat", "Supervisor"]

WORKERS_SECONDS = 8.5
LAST_SECONDS = 9.5
"""How long after the word to stop workers, and then what they stand on, have before they are killed: ten in all."""

STEADY_SECONDS = 2.0
"""A child that was at work for so long has started well: should it die, another comes at once."""
FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0
KILLED_PAUSE = 1.0
"""The longest pause after a child that was killed from outside, which says little about the next one."""

LOOK_AGAIN = 60.0

_log = structlog.get_logger()


@dataclass(slots=True)
class Seat:
    """Where one child sits. `stage`: a stage begins when everybody of the one before was ready once. `once`: not again
    after it has done its work (status 0). `below`: what the others stand on, so it ends after them."""

    name: str
    work: Work
    stage: int
    once: bool = False
    below: bool = False
    child: Child | None = None
    was_ready: bool = False
    done: bool = False
    deaths: int = 0
    """In a row, each without having been at work for long."""
    not_before: float = 0.0

    def after_death(self, status: int, now: float) -> float:
        """The pause before the next child, in seconds, given how the one that just died did."""
        assert self.child is not None
        steady = self.child.ready is not None and now - self.child.ready >= STEADY_SECONDS
        self.child.line.close()
        self.child = None
        self.deaths = 0 if steady else self.deaths + 1
        longest = KILLED_PAUSE if status == -signal.SIGKILL else LONGEST_PAUSE
        pause = min(longest, FIRST_PAUSE * 2 ** (self.deaths - 2)) if self.deaths > 1 else 0.0
        self.not_before = now + pause
        return pause


class Supervisor:
    """Keeps seats filled until told to stop. `buried` is told the number of each process that is gone; `refusal` is
    the exit status with which a child says that it cannot start as things are; before the last stage has begun, that
    ends everything."""

    def __init__(self, seats: Sequence[Seat], buried: Callable[[int], None], refusal: int) -> None:
        self._seats = seats
        self._buried = buried
        self._refusal = refusal
        self._last_stage = max(seat.stage for seat in seats)
        self._told = False
        self._refused = False
        self._selector = selectors.DefaultSelector()

    def run(self) -> int:
        """Until SIGTERM or Ctrl-C: 0. `refusal` at once when a start is refused before the desk was ready once."""
        with self._signals():
            while not self._told and not self._refused:
                self._fill()
                self._look(self._patience())
            return self._end()

    # -- at work ---------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        now = time.monotonic()
        open_stage = min((p.stage for p in self._seats if not p.was_ready), default=None)
        for seat in self._seats:
            begun = open_stage is None or seat.stage <= open_stage
            if begun and seat.child is None and not seat.done and seat.not_before <= now:
                others = [p.child.line for p in self._seats if p.child is not None]
                seat.child = fork(seat.name, seat.work, others)
                self._selector.register(seat.child.line, selectors.EVENT_READ, seat)

    def _patience(self) -> float:
        """Seconds until somebody may be started."""
        waiting = [p.not_before for p in self._seats if p.child is None and not p.done]
        now = time.monotonic()
        return min((max(0.0, at - now) for at in waiting if at > now), default=LOOK_AGAIN)

    def _look(self, seconds: float) -> None:
        """Wait for something to happen, and take note of it."""
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, Seat):
                self._hear(key.data)
            else:
                assert isinstance(key.fileobj, socket.socket)
                with contextlib.suppress(BlockingIOError):
                    key.fileobj.recv(4096)
        for seat in self._seats:
            status = seat.child.ended() if seat.child is not None else None
            if status is not None:
                self._bury(seat, status)

    def _hear(self, seat: Seat) -> None:
        assert seat.child is not None
        try:
            heard = seat.child.line.recv(16)
        except (BlockingIOError, ConnectionError):
            heard = b""
        if heard == READY:
            seat.child.ready = time.monotonic()
            seat.was_ready = True
        else:
            # The line is over: its process ends, and is found by its signal.
            self._selector.unregister(seat.child.line)

    def _bury(self, seat: Seat, status: int) -> None:
        assert seat.child is not None
        pid = seat.child.pid
        with contextlib.suppress(KeyError):
            self._selector.unregister(seat.child.line)
        pause = seat.after_death(status, time.monotonic())
        self._buried(pid)
        if seat.once and status == 0:
            seat.done = seat.was_ready = True
        elif status == self._refusal and seat.stage < self._last_stage and not seat.was_ready:
            self._refused = True
        elif not self._told and not self._refused:
            how, pause = how_it_ended(status), round(pause, 2)
            _log.warning("a process ended, another takes its seat", seat=seat.name, pid=pid, how=how, pause=pause)

    # -- the end -----------------------------------------------------------------------------------------------------

    def _end(self) -> int:
        began = time.monotonic()
        in_time = self._dismiss([p for p in self._seats if not p.below], began + WORKERS_SECONDS)
        in_time = self._dismiss([p for p in self._seats if p.below], began + LAST_SECONDS) and in_time
        if not in_time:
            _log.warning("not everybody ended in time; what was under way may be sent twice")
        if self._refused:
            # Whoever refused has said why.
            return self._refusal
        _log.info("all ended", seconds=round(time.monotonic() - began, 1))
        return 0

    def _dismiss(self, seats: Sequence[Seat], deadline: float) -> bool:
        """Tell them to end, side by side, and wait; whether nobody had to be killed."""
        for seat in seats:
            if seat.child is not None:
                seat.child.tell(signal.SIGTERM)
        while left := [p.child for p in seats if p.child is not None]:
            seconds = deadline - time.monotonic()
            if seconds <= 0:
                break
            self._look(seconds)
        for child in left:
            child.tell(signal.SIGKILL)
        while any(p.child is not None for p in seats):
            self._look(LOOK_AGAIN)
        return not left

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        """Signals wake the selector; those that tell us to stop are remembered."""
        hears, tells = socket.socketpair()
        hears.setblocking(False)
        tells.setblocking(False)
        self._selector.register(hears, selectors.EVENT_READ)

        def told(number: int, _: FrameType | None) -> None:
            self._told = self._told or number != signal.SIGCHLD

        numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)
        before = {number: signal.signal(number, told) for number in numbers}
        waker = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(waker)
            for number, handler in before.items():
                signal.signal(number, handler)
            self._selector.close()
            hears.close()
            tells.close()

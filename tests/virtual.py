"""Virtual time: a loop whose clock jumps to the next timer instead of waiting, so hours of pauses take no time.

Only for tests without servers: what answers over a socket would seem to take for ever.
"""

from __future__ import annotations

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
LONGEST = 30 * 24 * 3600.0


class _Selector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    """Passes the time by jumping."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        # Nothing to wait for but a thread or a signal: those are real.
        if timeout is None:
            return list(super().select(30))
        ready = list(super().select(0))
        if not ready and timeout > 0:
            self.loop.passed += timeout
            if self.loop.passed > LONGEST:
                raise RuntimeError("a month of virtual time has passed: something waits for ever")
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time."""

    def __init__(self) -> None:
        self.passed = 0.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """Seconds of virtual time."""
        return self.passed


def seconds() -> float:
    """Virtual seconds since the test began."""
    return asyncio.get_running_loop().time()


def now() -> datetime:
    """The virtual time."""
    return START + timedelta(seconds=seconds())


def in_virtual_time(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that runs on virtual time."""

    @functools.wraps(test)
    def run(*args: object, **named: object) -> None:
        with asyncio.Runner(loop_factory=VirtualLoop) as runner:
            runner.run(test(*args, **named))

    return run

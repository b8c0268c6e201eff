"""The clock: timers that came due become events of their contacts.

A timer is a row until the turn it fires in takes it away, so one that a dying process had fired is fired again, and two
processes that see the same one harm nobody: the event's id is the timer's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog

from handlers.lanes import Busy
from handlers.ports import Store
from scenarios.engine.events import Event, TimerFired
from scenarios.engine.records import TimerRow

__all__ = ["Clock"]

TICK_SECONDS = 0.25
MOST_AT_ONCE = 200
_log = structlog.get_logger()


class Clock:
    """Fires timers within a second of their time."""

    def __init__(
        self, store: Store, receive: Callable[[Event], Awaitable[object]], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._receive = receive
        self._now = now
        self._under_way: set[str] = set()
        self._fired: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                for timer in await self._store.due_timers(self._now(), MOST_AT_ONCE):
                    if timer.id not in self._under_way:
                        self._under_way.add(timer.id)
                        task = asyncio.create_task(self._fire(timer), name="timer")
                        self._fired.add(task)
                        task.add_done_callback(self._fired.discard)
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("timers could not be read", error=type(error).__name__)
            await asyncio.sleep(TICK_SECONDS)

    async def _fire(self, timer: TimerRow) -> None:
        try:
            await self._receive(
                TimerFired(f"timer:{timer.id}", self._now(), timer.contact, timer.key, dict(timer.data))
            )
        except Busy:
            _log.info("a timer waits for the desk")
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            _log.warning("a timer could not be fired, it is tried again", error=type(error).__name__)
            await asyncio.sleep(1.0)
        finally:
            self._under_way.discard(timer.id)

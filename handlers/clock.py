"""The clock: timers that came due become events of their contacts.

A timer is a row until the turn it fires in takes it away, so one that a dying process had fired is fired again, and two
processes that see the same one harm nobody: the event's id is the timer's. Each process fires its share, and another's
only when that one does not come to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from handlers.lanes import Busy
from handlers.ports import Store
from scenarios.engine.events import Event, TimerFired
from scenarios.engine.records import TimerRow

__all__ = ["Clock"]

TICK_SECONDS = 0.25
MOST_AT_ONCE = 200
ANOTHERS_SECONDS = 3.0
"""How long a timer that another process should fire is left to it."""

_log = structlog.get_logger()


class Clock:
    """Fires timers within a second of their time."""

    def __init__(
        self,
        store: Store,
        receive: Callable[[Event], Awaitable[object]],
        now: Callable[[], datetime],
        mine: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._store = store
        self._receive = receive
        self._now = now
        self._mine = mine
        self._anothers: dict[str, float] = {}
        self._under_way: set[str] = set()
        self._fired: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                for timer in self._ours(await self._store.due_timers(self._now(), MOST_AT_ONCE)):
                    if timer.id not in self._under_way:
                        self._under_way.add(timer.id)
                        task = asyncio.create_task(self._fire(timer), name="timer")
                        self._fired.add(task)
                        task.add_done_callback(self._fired.discard)
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("timers could not be read", error=type(error).__name__)
            await asyncio.sleep(TICK_SECONDS)

    def _ours(self, due: Sequence[TimerRow]) -> Sequence[TimerRow]:
        """This process's share, and what was left to another one for long enough."""
        now = asyncio.get_running_loop().time()
        self._anothers = {x.id: self._anothers.get(x.id, now) for x in due if not self._mine(x.id)}
        return [x for x in due if now - self._anothers.get(x.id, -ANOTHERS_SECONDS) >= ANOTHERS_SECONDS]

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

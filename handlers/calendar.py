"""The times that are booked, as this process last read them: seldom enough to cost nothing, often enough to be right.

Who chooses a time that another process has just given away is told so by the action itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from handlers.visit_port import Visits
from scenarios.engine.visits import Span

__all__ = ["Calendar"]

AGAIN_SECONDS = 3.0
AHEAD = timedelta(days=62)
"""The farthest that the business file lets visits be booked, with a little more."""

LONGEST = timedelta(days=1)
_log = structlog.get_logger()


class Calendar:
    """Holds the booked times."""

    def __init__(self, visits: Visits, now: Callable[[], datetime]) -> None:
        self._visits = visits
        self._now = now
        self.taken: Sequence[Span] = ()

    async def refresh(self) -> None:
        """Read them. Raises what the database raises."""
        now = self._now()
        taken = tuple(await self._visits.taken(now, now + AHEAD, LONGEST))
        if taken != self.taken:
            # The same object while nothing changed: what was worked out from it is still true.
            self.taken = taken

    async def run(self) -> None:
        """Read them again and again, until cancelled."""
        while True:
            try:
                await self.refresh()
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("booked visits could not be read", error=type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

"""`kill -9` of the desk by a button, and what can honestly be said about it afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from bot.playground.desk_process import DeskProcess
from bot.playground.stage import Stage
from bot.playground.telegram.refusals import Json

__all__ = ["Kills"]

COUNT_SECONDS = 0.4
QUIET_COUNTS = 3
"""So many counts alike, with nothing under way, before "nothing was lost" is said."""
PATIENCE = 120.0


class Kills:
    """The last kill: before, while it is dead, after. `tally` counts, None while it cannot."""

    def __init__(
        self, stage: Stage, desk: DeskProcess, tally: Callable[[], Awaitable[Json | None]], told: Callable[[], None]
    ) -> None:
        self._stage, self._desk, self._tally, self._told = stage, desk, tally, told
        self._report: Json = {}
        self._task: asyncio.Task[None] | None = None
        self._kills = 0

    def shown(self) -> Json:
        """The report, for the page; empty before the first kill."""
        return self._report

    async def strike(self) -> bool:
        """Kill the desk now; False when there is none at work."""
        if self._desk.state != "working":
            return False
        before = await self._tally()
        pid = self._desk.pid
        if before is None or not self._desk.kill():
            return False
        self._kills += 1
        await self.close()
        self._report = {
            "number": self._kills, "pid": pid, "at": time.time(), "before": before, "now": before, "state": "dead",
            "down": 0.0,
        }  # fmt: skip
        self._told()
        self._task = asyncio.create_task(self._follow(self._desk.starts), name="kill")
        return True

    async def close(self) -> None:
        """Count no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _follow(self, starts: int) -> None:
        """Count until the desk is back and nothing is under way."""
        deadline = time.monotonic() + PATIENCE
        quiet = 0
        while quiet < QUIET_COUNTS and time.monotonic() < deadline:
            await asyncio.sleep(COUNT_SECONDS)
            now = await self._tally()
            back = self._desk.state == "working" and self._desk.starts > starts
            if now is None:
                continue
            quiet = quiet + 1 if back and now["settled"] else 0
            state = "settled" if quiet == QUIET_COUNTS else "back" if back else "dead"
            changes: Json = {"now": now, "state": state, "new_pid": self._desk.pid if back else 0}
            if back:
                changes["down"] = round(self._desk.ready_at - self._report["at"], 2)
            self._report = {**self._report, **changes}
            self._told()

"""Behind the stage: the desk's process, trouble made on purpose, prepared conversations, the look into the desk.

Rule: everything here stands outside the desk. It reads the desk's database and Redis from a process of its own, and
only while somebody looks; what it changes (a timer that is skipped) the desk's own clock then carries out.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.playground.desk_process import DeskProcess
from bot.playground.kills import Kills
from bot.playground.shows import Show
from bot.playground.stage import Customer, Stage
from bot.playground.telegram.refusals import Json
from bot.playground.weather import Weather

if TYPE_CHECKING:
    from bot.playground.window import Window

__all__ = ["Backstage"]

LOOK_SECONDS = 0.15
AGAIN_SECONDS = 1.0
_log = structlog.get_logger()


class Backstage:
    """What the page may ask for besides what people do. `folder` is the desk's data directory."""

    def __init__(self, stage: Stage, desk: DeskProcess, folder: Path) -> None:
        self.stage, self.desk, self._folder = stage, desk, folder
        self.weather = Weather(stage)
        self.show = Show(stage, self._thread_of, self._skip, self.changed)
        self.kills = Kills(stage, desk, self._tally, self.changed)
        desk.told = self.changed
        self._listeners: list[Callable[[], None]] = []
        self._window: Window | None = None
        self._opening = asyncio.Lock()
        self._watcher: asyncio.Task[None] | None = None

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener()` when something behind the stage changed, the desk's database too; returns what ends it."""
        self._listeners.append(listener)
        if self._watcher is None:
            self._watcher = asyncio.create_task(self._watch(), name="desk-watch")

        def end() -> None:
            self._listeners.remove(listener)
            if not self._listeners and self._watcher is not None:
                self._watcher.cancel()
                self._watcher = None

        return end

    def changed(self) -> None:
        """Tell the listeners."""
        for listener in tuple(self._listeners):
            listener()

    def shown(self) -> Json:
        """The state behind the stage, for every page."""
        desk = self.desk
        return {
            "desk": {"state": desk.state, "pid": desk.pid, "starts": desk.starts},
            "weather": self.weather.shown(),
            "show": self.show.shown(),
            "kill": self.kills.shown(),
        }

    async def decided(self, key: str) -> Json:
        """What the desk decided for a customer, `{"key": key}` alone when it never heard of them."""
        try:
            customer = self.stage.customer(key)
        except LookupError:
            return {"key": key}
        window = await self._open()
        found = (
            None if window is None else await window.decided(self._addresses(customer), self.desk.state == "working")
        )
        return {"key": key, **(found or {})}

    async def retold(self, key: str) -> Json:
        """The talk of a customer as a transcript test, `{"test": text}`, or `{"why": reason}` where there is none.
        Raises LookupError for a customer that is not there."""
        # Imported when somebody asks: the demo's start does not wait for it.
        from bot.playground.retelling import CannotRetell
        from bot.rehearsal.cases import Given

        customer = self.stage.customer(key)
        window = await self._open()
        if window is None:
            return {"why": "nothing"}
        phone = f"+{customer.phone}" if customer.channel == "whatsapp" else None
        given = Given(customer.channel, customer.language, customer.name, phone)
        try:
            return {"test": await window.retold(self._addresses(customer), given)}
        except CannotRetell as cannot:
            return {"why": cannot.reason}

    async def versions(self) -> Json | None:
        """Which versions of the scenarios are in use and where talks stand on them; None while the desk has none."""
        window = await self._open()
        return None if window is None else await window.versions()

    async def graph(self, scenario: str, version: str, language: str) -> str | None:
        """The picture of a version of one of the desk's scenarios as SVG; None when there is none."""
        window = await self._open()
        return None if window is None else await window.graph(scenario, version, language)

    async def hurry(self, timer: str) -> bool:
        """Skip the wait of a timer; False when it is not there (any more)."""
        window = await self._open()
        return window is not None and await window.decisions.hurry(timer, datetime.now(UTC))

    async def close(self) -> None:
        """End everything that goes on here."""
        await self.show.close()
        await self.kills.close()
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        if self._window is not None:
            await self._window.close()

    def _addresses(self, customer: Customer) -> tuple[str, ...]:
        if isinstance(customer.ref, str):
            return (f"whatsapp:{self.stage.whatsapp.phone_number_id}:p:{customer.phone}",)
        return (f"telegram:{self.stage.telegram.bot['id']}:{customer.ref}",)

    async def _open(self) -> Window | None:
        """The look into the desk; None while the desk has not made its database yet."""
        async with self._opening:
            if self._window is None and self.desk.ready_at:
                # Imported when somebody looks, so that the demo's start does not wait for it.
                from bot.playground.window import Window

                self._window = await asyncio.to_thread(Window, self._folder, self.stage.group_id)
                await self._window.open()
        return self._window

    async def _watch(self) -> None:
        while True:
            window = await self._open()
            if window is None:
                await asyncio.sleep(LOOK_SECONDS)
                continue
            try:
                async for _ in window.decisions.changes(LOOK_SECONDS):
                    self.changed()
            except Exception as error:  # noqa: BLE001 - whatever it was, the page looks again a moment later
                _log.warning("the desk's database cannot be watched now", error=type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)

    async def _thread_of(self, customer: Customer) -> int:
        found = await self.decided(customer.key)
        return int(found.get("thread", 0))

    async def _skip(self, customer: Customer, whom: str) -> bool:
        found = await self.decided(customer.key)
        wanted = [one["id"] for one in found.get("timers", ()) if one["for"] == whom and not one["over"]]
        return bool(wanted) and await self.hurry(str(wanted[0]))

    async def _tally(self) -> Json | None:
        window = await self._open()
        if window is None:
            return None
        with contextlib.suppress(OSError):
            return {**(await window.tally(self.stage)).shown(), "at": time.time()}
        return None

"""Changed scenarios in a desk at work: the folder is looked at, what is good is published, and every process follows
the journal of what runs.

Rule: nothing here can stop the desk. Whatever is wrong with a folder is told to the managers, and the last good version
goes on.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from bot.folder import FOLDER, Print, print_of, read_folder
from bot.ground import Ground
from bot.trouble import Trouble
from handlers.library import Library
from handlers.managers.changes import in_use_text, refused_text
from handlers.publishing import Publisher, Refused
from handlers.texts import Texts
from scenarios.engine.events import Event, TimerFired
from scenarios.engine.lapsed import LONGEST
from scenarios.engine.model import Book
from scenarios.engine.moving import stays
from scenarios.engine.reading.issues import Issue
from scenarios.engine.records import Letter
from scenarios.engine.rollouts import Change
from storage.versions import Versions

__all__ = ["Reload"]

LOOK_SECONDS = 0.4
"""How often the folder is looked at; what was written has to look the same twice before it is read."""

FOLLOW_SECONDS = 0.5
LAPSED_SECONDS = 3_600.0
TURN_SECONDS = 30.0
"""How often a process asks whether it is the one that looks for talks that nobody came back to."""

MOST_LAPSED = 500

_log = structlog.get_logger()


@dataclass(slots=True)
class Reload:
    """Looks and follows. `handled` is how the folder looked when it was read at the start, `refused` what managers were
    not told of it yet; `shared` says whether this process does what one is enough for."""

    library: Library
    publisher: Publisher
    versions: Versions
    folder: Path | None
    trouble: Trouble
    texts: Texts
    receive: Callable[[Event], Awaitable[object]]
    shared: Callable[[], bool]
    now: Callable[[], datetime]
    handled: Print | None = None
    refused: Sequence[Issue] = ()
    _before: Print | None = field(default=None, init=False)

    @classmethod
    def open(
        cls,
        folder: Path | None,
        ground: Ground,
        trouble: Trouble,
        receive: Callable[[Event], Awaitable[object]],
        shared: Callable[[], bool],
        now: Callable[[], datetime],
    ) -> Reload:
        """The reload of this desk."""
        return cls(
            ground.library,
            ground.publisher,
            ground.versions,
            folder,
            trouble,
            ground.texts,
            receive,
            shared,
            now,
            ground.looked,
            ground.refused,
        )

    def works(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What runs until the desk stops."""
        works = {"scenarios": self._follow(), "lapsed": self._sweep()}
        if self.folder is not None:
            works["scenario folder"] = self._watch(self.folder)
        return works

    async def look(self, folder: Path) -> None:
        """Look at the folder once; what looks the same as the last time, and other than what was handled, is read."""
        seen = await asyncio.to_thread(print_of, folder)
        settled, self._before = seen == self._before, seen
        if seen == self.handled or not settled:
            return
        found = await asyncio.to_thread(read_folder, folder)
        if await asyncio.to_thread(print_of, folder) != seen:
            return
        try:
            changes = await self.publisher.publish(found, FOLDER, self._told)
        except Refused as refused:
            await self.tell_refused(refused.issues)
        else:
            if changes:
                _log.info("scenarios changed", files=sorted({one.scenario for one in changes}))
                await self.trouble.wake(self.trouble.chats)
        self.handled = seen

    async def tell_refused(self, issues: Sequence[Issue]) -> None:
        """Tell every manager why, once for these reasons."""
        reasons = "\n".join(map(str, issues))
        kind = f"scenarios:{hashlib.sha256(reasons.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
        _log.warning("changed scenarios were refused", problems=len(issues), first=issues[0].code)
        await self.trouble.begin(kind, lambda language: refused_text(issues, self.texts, language))

    async def lapse(self) -> int:
        """Close the talks that nobody came back to; how many there were."""
        now = self.now()
        contacts = await self.versions.stale(now - LONGEST, MOST_LAPSED)
        for contact in contacts:
            await self.receive(TimerFired(f"lapsed:{contact}:{now.isoformat()}", now, contact, "lapsed", {}))
        return len(contacts)

    async def _told(self, changes: Sequence[Change], book: Book) -> Sequence[Letter]:
        """The letters that tell managers of a change; counted once, before anybody has moved."""
        old, changed = self.library.newest, {change.scenario for change in changes}
        finishing = {
            (one.scenario, one.step): one.count
            for one in await self.versions.live()
            if one.book == old.version and one.scenario in changed and stays(old, book, one.scenario, one.step)
        }
        number = f"scenarios:{self.library.seen}"
        return await self.trouble.letters(number, lambda lang: in_use_text(changes, finishing, self.texts, lang))

    async def _watch(self, folder: Path) -> None:
        await self._again_and_again(lambda: self.look(folder), LOOK_SECONDS, "the folder of scenarios")

    async def _follow(self) -> None:
        async def once() -> None:
            if self.refused:
                await self.tell_refused(self.refused)
                self.refused = ()
            await self.library.refresh()

        await self._again_and_again(once, FOLLOW_SECONDS, "the journal of scenarios")

    async def _sweep(self) -> None:
        swept = -LAPSED_SECONDS

        async def once() -> None:
            nonlocal swept
            now = asyncio.get_running_loop().time()
            if self.shared() and now - swept >= LAPSED_SECONDS:
                await self.lapse()
                swept = now

        await self._again_and_again(once, TURN_SECONDS, "old talks")

    async def _again_and_again(self, work: Callable[[], Awaitable[object]], seconds: float, what: str) -> None:
        failing = ""
        while True:
            try:
                await work()
                failing = ""
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                # Said once and not twice a second while a database is away.
                if failing != (failing := type(error).__name__):
                    _log.warning("scenarios could not be looked after", what=what, error=failing)
            await asyncio.sleep(seconds)

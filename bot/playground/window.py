"""The window into a desk at work: its SQLite file and its Redis socket, opened from another process."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from redis.exceptions import RedisError

from bot.book import BookKeeper
from bot.embedded.redis import EmbeddedRedis
from bot.playground.business import BUSINESS
from bot.playground.decided import Budget, Reader
from bot.playground.retelling import MOST_EVENTS, CannotRetell, retell
from bot.playground.stage import Stage
from bot.playground.standing import scenario_of, shown_versions
from bot.playground.tally import Tally, take
from bot.playground.telegram.refusals import Json
from bot.rehearsal.cases import Given
from bot.rehearsal.ground import Ground
from handlers.business import read_business
from handlers.library import Library
from handlers.texts import Texts, read_catalogs
from storage.cache import open_redis
from storage.database import open_database
from storage.decisions import Decisions
from storage.rates import tokens_left
from storage.reckoning import Reckoning
from storage.schema import desk_name
from storage.stories import Stories
from storage.versions import Versions

__all__ = ["Window"]


class Window:
    """Reads a desk of the demo; `folder` is its data directory. Making one reads files: do it in a thread."""

    def __init__(self, folder: Path, group: int) -> None:
        locales = Path(str(files("locales")))
        source = (folder / BUSINESS).read_text("utf-8")
        # Texts alone are read here, and they know no time.
        self._business = read_business(BUSINESS, source, ZoneInfo("UTC"))
        self._shipped = BookKeeper(None, self._business, locales).book
        catalogs = read_catalogs(locales)
        texts = Texts(catalogs)
        self._ground = Ground(self._shipped, texts, self._business)
        self._reader = Reader(texts, self._business)
        self._group = group
        self._database = open_database(f"sqlite+aiosqlite:///{folder / 'qabul.db'}")
        self._redis = open_redis(EmbeddedRedis(folder).url)
        self._desk = ""
        self.decisions, self._reckoning = Decisions(self._database), Reckoning(self._database)
        self._stories = Stories(self._database)
        self._library = Library(Versions(self._database), texts, catalogs, self._business.own_types)

    async def open(self) -> None:
        """Learn the desk's name."""
        self._desk = await desk_name(self._database)

    async def close(self) -> None:
        """Close file and socket."""
        await self._redis.aclose()
        await self._database.close()

    async def decided(self, addresses: tuple[str, ...], working: bool) -> Json | None:
        """A contact by its addresses, for the page."""
        contact = await self.decisions.contact_of(addresses)
        found = None if contact is None else await self.decisions.of(contact)
        if found is None:
            return None
        await self._library.look()
        on = found.context.book
        # Who is on nothing that could be read goes on by what runs, as the desk itself does.
        book = (await self._library.load(on) if on else None) or self._shipped
        version = (await self._library.made_of(on)).get(found.context.scenario, "") if on else ""
        return self._reader.read(found, book, version, await self._budget(), working, datetime.now(UTC))

    async def versions(self) -> Json:
        """Which versions of the scenarios are in use, and where talks stand on them, for the page."""
        return await shown_versions(self._library)

    async def retold(self, addresses: tuple[str, ...], given: Given) -> str:
        """The talk that a customer had, as a transcript test. Raises CannotRetell."""
        contact = await self.decisions.contact_of(addresses)
        if contact is None:
            raise CannotRetell("nothing")
        story = await self._stories.of(contact, MOST_EVENTS)
        return await asyncio.to_thread(retell, self._ground, story, given)

    async def graph(self, name: str, version: str, language: str) -> str | None:
        """A version of a scenario as SVG for the page; None when there is none or no picture could show it."""
        scenario = await scenario_of(self._library, name, version, self._business.own_types)
        return None if scenario is None else await asyncio.to_thread(self._reader.graph, scenario, language)

    async def tally(self, stage: Stage) -> Tally:
        """Is anything lost or doubled."""
        return await take(stage, self._reckoning)

    async def _budget(self) -> Budget | None:
        """None while the desk's Redis is away, with the desk that was killed."""
        business = self._business
        with contextlib.suppress(RedisError, OSError):
            return await tokens_left(
                self._redis, self._desk, f"group:{self._group}", business.burst, business.calls_per_minute / 60
            )
        return None

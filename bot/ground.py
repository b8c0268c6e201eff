"""What a desk stands on: its texts, business and scenarios, the database and Redis, opened and checked at the start.

Whatever cannot be used is refused here, in one line: which part, why, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.book import BookError
from bot.embedded.lock import lock_data_dir
from bot.embedded.redis import EmbeddedRedis
from bot.folder import Print, print_of, read_folder, who
from bot.settings import Settings
from handlers.business import Business, read_business
from handlers.library import Library
from handlers.publishing import Found, Publisher, Refused
from handlers.texts import Texts, read_catalogs
from scenarios.engine.reading.issues import Issue
from storage.cache import RedisCache, open_redis
from storage.database import Database, open_database
from storage.schema import desk_name, upgrade
from storage.versions import Versions

__all__ = ["Ground", "StartError", "open_ground", "read_settings_business"]


class StartError(Exception):
    """The desk cannot start; the text is one line: which part, why, what to do."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything below the corridor, at work. `looked` is how the folder of scenarios looked when it was read,
    `refused` why that could not be used: then the last good version runs."""

    texts: Texts
    business: Business
    versions: Versions
    library: Library
    publisher: Publisher
    database: Database
    cache: RedisCache
    looked: Print | None
    refused: Sequence[Issue]


async def open_ground(settings: Settings, stack: AsyncExitStack) -> Ground:
    """Open everything; `stack` closes it. Raises StartError, BookError, BusinessError, DirectoryInUse or
    RedisUnavailable, each one line."""
    locales = Path(str(files("locales")))
    business = read_settings_business(settings)
    folder = settings.scenarios_dir
    looked = None if folder is None else print_of(folder)
    found = read_folder(folder)
    if settings.is_on_sqlite or settings.redis_url is None:
        stack.enter_context(lock_data_dir(settings.data_dir))
    redis_url = await _redis_url(settings, stack)
    database = await _database(settings, stack)
    cache = RedisCache(open_redis(redis_url), await desk_name(database))
    stack.push_async_callback(cache.close)
    try:
        await cache.ping()
    except Exception as error:  # noqa: BLE001 - whatever Redis says, it cannot be used
        raise StartError(
            f"QABUL_REDIS_URL: Redis does not answer ({type(error).__name__}); start it or correct the address"
        ) from None
    catalogs = read_catalogs(locales)
    texts, versions = Texts(catalogs), Versions(database)
    library = Library(versions, texts, catalogs, business.own_types)
    publisher = Publisher(library, business, catalogs, lambda: datetime.now(UTC))
    refused = await _published(library, publisher, found, who(folder))
    return Ground(texts, business, versions, library, publisher, database, cache, looked, refused)


async def _published(library: Library, publisher: Publisher, found: Found, whose: str) -> Sequence[Issue]:
    """Put what was found to use; why it could not be, when something that ran before can go on. Raises BookError."""
    try:
        await publisher.publish(found, whose)
    except Refused as refused:
        if library.is_open:
            return refused.issues
        more = f" (and {len(refused.issues) - 1} more; run `qabul scenario check`)" if len(refused.issues) > 1 else ""
        raise BookError(f"the scenarios are wrong: {refused.issues[0]}{more}") from None
    return ()


def read_settings_business(settings: Settings) -> Business:
    """The business of the settings' file, or the shipped example. Raises BusinessError, or StartError for a file that
    cannot be read."""
    source = settings.business_file
    if source is None:
        source, text = Path("bot/business/example.yaml"), (files("bot") / "business/example.yaml").read_text("utf-8")
    else:
        try:
            text = source.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is no UTF-8 text"
            raise StartError(f"QABUL_BUSINESS_FILE: {source} cannot be read ({why})") from None
    return read_business(str(source), text, ZoneInfo(settings.timezone))


async def _redis_url(settings: Settings, stack: AsyncExitStack) -> str:
    if settings.redis_url is not None:
        return settings.redis_url.reveal()
    redis = await stack.enter_async_context(EmbeddedRedis(settings.data_dir))
    return redis.url


async def _database(settings: Settings, stack: AsyncExitStack) -> Database:
    if settings.is_on_sqlite:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database_url.reveal())
    stack.push_async_callback(database.close)
    try:
        await upgrade(database)
    except Exception as error:  # noqa: BLE001 - whatever the database says, it cannot be used
        raise StartError(
            f"QABUL_DATABASE_URL: the database cannot be used ({type(error).__name__}: {_first_line(error)}); "
            "start it or correct the address"
        ) from None
    return database


def _first_line(error: Exception) -> str:
    """The first line of an error, without the statement and the address that SQLAlchemy adds."""
    told = str(getattr(error, "orig", None) or error).strip()
    return told.splitlines()[0][:200] if told else "it says nothing"

"""Where the parts meet: the one place that makes the real storage, the channels and the corridor and joins them.

`Desk` is a whole desk in one process: `async with Desk(settings)` has it at work, leaving it stops cleanly (no new
work, turns finished, the outbox flushed or left recorded).
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from aiohttp import web

from bot.book import BookKeeper
from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.send import TelegramChannel
from bot.channels.telegram.staff import TelegramStaff
from bot.channels.whatsapp.send import WhatsAppChannel
from bot.embedded.lock import lock_data_dir
from bot.embedded.redis import EmbeddedRedis
from bot.inlets import telegram_inlet, whatsapp_inlet
from bot.reception import Reception
from bot.settings import Settings
from bot.store import DeskStore
from bot.trouble import Trouble
from bot.web import make_web, serve
from handlers.budget import Budget
from handlers.business import Business, read_business
from handlers.clock import Clock
from handlers.corridor import Corridor
from handlers.managers.desk import ManagerDesk
from handlers.outbox import Outbox
from handlers.ports import Channel
from handlers.post import FileDesk, Post
from handlers.texts import Texts, read_catalogs
from handlers.topics import TopicDesk
from handlers.world import Moment
from scenarios.engine.hours import told_wait
from scenarios.engine.matching import hears
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Receipt, Result
from scenarios.engine.understanding import understand
from storage.cache import RedisCache, open_redis
from storage.database import Database, open_database
from storage.media import Files
from storage.outbox import Outbox as OutboxRows
from storage.owners import Owner
from storage.receipts import Receipts
from storage.schema import desk_name, newest_version, present_version, upgrade
from storage.topics import TopicRows
from storage.transcripts import Transcripts

__all__ = ["Desk", "StartError", "read_shipped_business"]

FLUSH_SECONDS = 6.0
"""How long a stopping desk waits for what is being sent; the rest is recorded and sent by the next process."""

FIGURES_SECONDS = 30.0
RECENT_ANSWERS = 50
_log = structlog.get_logger()


class StartError(Exception):
    """The desk cannot start; the text is one line: which part, why, what to do."""


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


def read_shipped_business(settings: Settings) -> Business:
    """The business of the settings' file, or the shipped example. Raises BusinessError or OSError."""
    if settings.business_file is None:
        source, text = "bot/business/example.yaml", (files("bot") / "business/example.yaml").read_text(encoding="utf-8")
    else:
        source, text = str(settings.business_file), settings.business_file.read_text(encoding="utf-8")
    return read_business(source, text, ZoneInfo(settings.timezone))


class Desk:
    """One desk at work. `mount` may put further pages into its web application."""

    def __init__(self, settings: Settings, mount: Callable[[web.Application], None] | None = None) -> None:
        self.settings = settings
        self._mount = mount
        self._stack = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._recent: Sequence[float] = ()
        self._ready = False
        self.reception: Reception | None = None

    async def __aenter__(self) -> Desk:
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._ready = False
        await self._stack.aclose()
        _log.info("stopped")

    # -- starting ------------------------------------------------------------------------------------------------

    async def _start(self) -> None:
        settings = self.settings
        self._texts = Texts(read_catalogs(Path(str(files("locales")))))
        self._business = read_shipped_business(settings)
        self._book = BookKeeper(settings.scenarios_dir, set(self._business.desks), Path(str(files("locales"))))
        if settings.is_on_sqlite or settings.redis_url is None:
            self._stack.enter_context(lock_data_dir(settings.data_dir))
        redis_url = await self._redis_url()
        self._db = await self._open_database()
        self._cache = RedisCache(open_redis(redis_url), await desk_name(self._db))
        self._stack.push_async_callback(self._cache.close)
        try:
            await self._cache.ping()
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            raise StartError(
                f"QABUL_REDIS_URL: Redis does not answer ({type(error).__name__}); start it or correct the address"
            ) from None
        await self._compose()
        self._warm_up()
        gc.collect()
        gc.freeze()
        # Catalogs, scenarios and libraries live as long as the process: the collector need not walk over them.
        gc.set_threshold(50_000, 20, 100)
        self._ready = True
        _log.info(
            "ready", address=f"http://{settings.http_host}:{settings.http_port}", book=self._book.book.version[:8]
        )

    def _warm_up(self) -> None:
        """What the first message would otherwise wait for: word lists, and every text that a customer may type."""
        moment = self._world(now())
        for word in ("salom", "сәлем"):
            understand(word)
        for detour in self._book.book.always:
            hears("?", Phrase(detour.hears.id, detour.hears.context), moment)

    async def _redis_url(self) -> str:
        if self.settings.redis_url is not None:
            return self.settings.redis_url.reveal()
        redis = await self._stack.enter_async_context(EmbeddedRedis(self.settings.data_dir))
        return redis.url

    async def _open_database(self) -> Database:
        if self.settings.is_on_sqlite:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        database = open_database(self.settings.database_url.reveal())
        self._stack.push_async_callback(database.close)
        try:
            await upgrade(database)
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            raise StartError(
                f"QABUL_DATABASE_URL: the database cannot be used ({type(error).__name__}: {_first_line(error)}); "
                "start it or correct the address"
            ) from None
        return database

    async def _compose(self) -> None:
        settings, db, texts, business = self.settings, self._db, self._texts, self._business
        zone = ZoneInfo(settings.timezone)
        media = Files(db, settings.data_dir / "media")
        store, rows, topic_rows = DeskStore(db), OutboxRows(db), TopicRows(db)
        transcripts, receipts = Transcripts(db), Receipts(db)
        owner = Owner(db, rows)
        await owner.arrive()
        self._stack.push_async_callback(owner.leave)
        self._owner = owner

        channels: dict[str, Channel] = {}
        staff: TelegramStaff | None = None
        api: TelegramApi | None = None
        telegram: TelegramChannel | None = None
        if settings.telegram_token is not None:
            session = await self._stack.enter_async_context(
                aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=128, keepalive_timeout=30))
            )
            api = TelegramApi(session, settings.telegram_api_url, settings.telegram_token)
            channels["telegram"] = telegram = TelegramChannel(api, media.path)
            staff = TelegramStaff(api, media.path)
        whatsapp: WhatsAppChannel | None = None
        if settings.whatsapp_token is not None and settings.whatsapp_phone_number_id is not None:
            whatsapp = WhatsAppChannel(
                settings.whatsapp_token, settings.whatsapp_phone_number_id, settings.whatsapp_api_url, media.path
            )
            self._stack.push_async_callback(whatsapp.close)
            channels["whatsapp"] = whatsapp

        file_desk = FileDesk(media, channels)
        budget = Budget(self._cache, business.burst, business.calls_per_minute / 60)
        trouble = Trouble(db, settings.manager_ids, api.bot_id if api else 0, texts, settings.language, now)
        topics: TopicDesk | None = None
        if staff is not None and settings.staff_chat_id is not None:
            topics = TopicDesk(
                staff=staff,
                topics=topic_rows,
                store=store,
                transcripts=transcripts,
                fetched=file_desk.kept,
                budget=budget,
                texts=texts,
                business=business,
                zone=zone,
                staff_chat=settings.staff_chat_id,
                folder=settings.data_dir / "papers",
                now=now,
                trouble=trouble.group,
            )
        post = Post(channels, staff, rows, topics, file_desk, now)
        outbox = Outbox(rows, self._cache, post, lambda: owner.name, now, self._refused, self._early_receipts)
        corridor = Corridor(
            store=store,
            cache=self._cache,
            texts=texts,
            book=lambda: self._book.book,
            world=self._world,
            wake=outbox.wake,
            channels=channels,
            staff_language=business.staff_language,
            staff_chat=settings.staff_chat_id or 0,
            desk_name=texts.render(business.name, settings.language),
        )
        managers = ManagerDesk(
            store=store,
            transcripts=transcripts,
            texts=texts,
            business=business,
            zone=zone,
            folder=settings.data_dir / "papers",
        )
        self.reception = Reception(
            corridor,
            managers,
            store.contacts,
            receipts,
            topic_rows,
            topics,
            texts,
            business.staff_language,
            now,
            trouble,
        )
        trouble.wake = outbox.wake
        self._store, self._outbox, self._corridor = store, outbox, corridor
        await self._figures()
        outbox.start()
        self._stack.push_async_callback(outbox.stop, FLUSH_SECONDS)
        self._run(Clock(store, corridor.receive, now).run(), "clock")
        self._run(self._watch_figures(), "figures")
        self._run(self._watch_owner(), "owner")
        self._stack.push_async_callback(self.reception.idle)
        self._stack.push_async_callback(corridor.idle)
        await self._listen(api, telegram, whatsapp)

    async def _listen(
        self, api: TelegramApi | None, telegram: TelegramChannel | None, whatsapp: WhatsAppChannel | None
    ) -> None:
        assert self.reception is not None
        routes: list[web.AbstractRouteDef] = []
        if whatsapp is not None:
            routes += whatsapp_inlet(self.settings, whatsapp, self.reception)
        works: dict[str, Coroutine[Any, Any, None]] = {}
        if api is not None and telegram is not None:
            inlet = telegram_inlet(
                self.settings, api, telegram, self.reception, self._cache, self._owner, self._stopping
            )
            routes += inlet.routes
            works = inlet.works
        application = make_web(self._why_not_ready, routes)
        if self._mount is not None:
            self._mount(application)
        try:
            runner = await serve(application, self.settings.http_host, self.settings.http_port)
        except OSError as error:
            for work in works.values():
                work.close()
            why = os.strerror(error.errno) if error.errno else str(error)
            raise StartError(
                f"QABUL_HTTP_PORT: cannot listen on {self.settings.http_host}:{self.settings.http_port} "
                f"({why}); stop what uses it or choose another port"
            ) from None
        self._stack.push_async_callback(runner.cleanup)
        for name, work in works.items():
            self._run(work, name)

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.append(task)

        async def end() -> None:
            self._stopping.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self._stack.push_async_callback(end)

    # -- while at work ---------------------------------------------------------------------------------------------

    def _world(self, at: datetime) -> Moment:
        wait = told_wait(self._recent, self._business.wait_minutes)
        return Moment(at, self._business, self._texts, self.settings.language, wait)

    async def _figures(self) -> None:
        self._recent = await self._store.first_response_seconds(RECENT_ANSWERS)

    async def _watch_figures(self) -> None:
        while True:
            await asyncio.sleep(FIGURES_SECONDS)
            try:
                await self._figures()
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("the desk's own figures could not be read", error=type(error).__name__)

    async def _watch_owner(self) -> None:
        """Free what dead processes held; take a new name when ours was lost with its connection."""
        while True:
            await asyncio.sleep(1.0)
            try:
                held = await self._owner.still_here()
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("this process's name as a sender is taken anew", error=type(error).__name__)
                held = False
            if not held:
                await self._again()
                continue
            try:
                await self._owner.bury()
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("what dead processes held could not be freed", error=type(error).__name__)

    async def _again(self) -> None:
        try:
            await self._owner.leave()
            await self._owner.arrive()
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            _log.warning("the database does not answer", error=type(error).__name__)

    def _refused(self, result: Result) -> None:
        assert self.reception is not None
        self.reception.refused(result)

    def _early_receipts(self, receipts: Sequence[Receipt]) -> None:
        assert self.reception is not None
        self.reception.early(receipts)

    async def _why_not_ready(self) -> str:
        if not self._ready:
            return "starting or stopping"
        try:
            async with asyncio.timeout(2.0):
                if await present_version(self._db) != newest_version():
                    return "the database needs `qabul migrate`"
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            return f"the database does not answer ({type(error).__name__})"
        try:
            async with asyncio.timeout(2.0):
                await self._cache.ping()
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            return f"Redis does not answer ({type(error).__name__})"
        return ""


def _first_line(error: Exception) -> str:
    """The first line of an error, without the statement and the address that SQLAlchemy adds."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0][:200] if str(error).strip() else ""

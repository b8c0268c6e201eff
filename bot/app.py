"""Where the parts meet: the one place that puts real storage and channels into the corridor.

`Desk` is a whole desk in one process: `async with Desk(settings)` has it at work, leaving it stops cleanly (no new
work, turns finished, the outbox flushed or left recorded).
"""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web

from bot.ground import StartError, open_ground
from bot.inlets import telegram_inlet, whatsapp_inlet
from bot.logs import begin_logs, end_logs
from bot.manager_desk import open_managers
from bot.measured import clock_letters, clock_redis
from bot.messengers import Messengers, open_messengers
from bot.night import Night
from bot.readiness import why_not_ready
from bot.reception import Reception
from bot.reload import Reload
from bot.settings import Settings
from bot.store import DeskStore
from bot.trouble import Trouble
from bot.web import make_web, serve
from handlers.actions import ActionDesk
from handlers.budget import Budget
from handlers.calendar import Calendar
from handlers.clock import Clock
from handlers.corridor import Corridor
from handlers.documents import Documents
from handlers.leftovers import Leftovers
from handlers.notices import Notices
from handlers.outbox import CLAIM, Outbox
from handlers.paced import PacedStaff
from handlers.post import FileDesk, Post
from handlers.topics import TopicDesk
from handlers.world import Moment
from scenarios.engine.events import Event
from scenarios.engine.hours import told_wait
from scenarios.engine.records import Receipt, Result
from scenarios.engine.understanding import understand
from scenarios.engine.understanding.matching import first_heard
from scenarios.engine.wording import plain
from storage.media import Files
from storage.outbox import Outbox as OutboxRows
from storage.owners import Owner
from storage.posting import Claimer
from storage.receipts import Receipts
from storage.refusals import Refusals
from storage.topics import TopicRows
from storage.transcripts import Transcripts
from storage.troubles import Troubles
from storage.visits import Visits

__all__ = ["Desk", "StartError"]

FLUSH_SECONDS = 5.0
"""How long a stopping desk waits for what is being sent; the rest is recorded and sent by the next process."""

IDLE_SECONDS = 1.5
FIGURES_SECONDS = 30.0
RECEIPTS_SECONDS = 5.0
RECENT_ANSWERS = 50
_log = structlog.get_logger()


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


class Desk:
    """One desk at work. `doors`: listening sockets that it shares with other workers; the one who opened them also sets
    up the messengers."""

    def __init__(self, settings: Settings, doors: Sequence[socket.socket] = ()) -> None:
        self.settings = settings
        self._doors = doors
        self._stack = AsyncExitStack()
        self._stopping = asyncio.Event()
        self._recent: Sequence[float] = ()
        self._ready = False

    async def __aenter__(self) -> Desk:
        begin_logs()
        self._stack.callback(end_logs)
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
        self._ground = await open_ground(settings, self._stack)
        media = Files(self._ground.database, settings.data_dir / "media")
        messengers = await open_messengers(settings, media.path, self._stack)
        self._owner = Owner(self._ground.database, rows := OutboxRows(self._ground.database))
        self._ground.cache.processes = lambda: self._owner.processes
        await self._owner.arrive()
        self._stack.push_async_callback(self._owner.leave)
        self._join(messengers, media, rows)
        self._warm_up()
        await self._work()
        await self._listen(messengers)
        gc.collect()
        gc.freeze()
        # Catalogs, scenarios and libraries live as long as the process: the collector need not walk over them.
        gc.set_threshold(50_000, 20, 100)
        self._ready = True
        address = f"http://{settings.http_host}:{settings.http_port}"
        _log.info("ready", address=address, book=self._ground.library.newest.version[:8])

    def _join(self, messengers: Messengers, media: Files, rows: OutboxRows) -> None:
        """Put storage and channels into the corridor; here mypy sees that they fit its ports."""
        settings, ground = self.settings, self._ground
        db, cache, texts, business = ground.database, ground.cache, ground.texts, ground.business
        zone, papers = ZoneInfo(settings.timezone), settings.data_dir / "papers"
        clock_redis(cache)
        clock_letters(rows)
        claimer = Claimer(lambda: self._owner.name, now, CLAIM)
        store, topic_rows, transcripts = DeskStore(db, claimer), TopicRows(db), Transcripts(db)
        file_desk = FileDesk(media, messengers.channels)
        bot = messengers.api.bot_id if messengers.api else 0
        trouble = Trouble(Troubles(db), settings.manager_ids, bot, texts, settings.language, now)
        topics: TopicDesk | None = None
        budget: Budget | None = None
        if messengers.staff is not None and settings.staff_chat_id is not None:
            budget = Budget(cache, business.burst, business.calls_per_minute / 60)
            room = PacedStaff(messengers.staff, budget)
            topics = TopicDesk(
                staff=room,
                topics=topic_rows,
                store=store,
                transcripts=transcripts,
                documents=Documents(room, store, transcripts, budget, texts, business, zone, papers, now),
                leftovers=Leftovers(room, budget, settings.staff_chat_id),
                fetched=file_desk.kept,
                budget=budget,
                texts=texts,
                business=business,
                zone=zone,
                staff_chat=settings.staff_chat_id,
                now=now,
                trouble=trouble.group,
                notices=Notices(room, topic_rows, budget, business, texts, now, settings.manager_ids),
            )
        visits = Visits(db)
        self._calendar = Calendar(visits, now)
        actions = ActionDesk(visits, store, business, now, self._receive, self._calendar.refresh)
        post = Post(messengers.channels, messengers.staff, rows, topics, file_desk, now, actions)
        self._outbox = Outbox(
            rows,
            cache,
            post,
            lambda: self._owner.name,
            now,
            self._refused,
            self._early_receipts,
            trouble.account,
        )
        self._corridor = Corridor(
            store=store,
            cache=cache,
            texts=texts,
            book_for=ground.library.book_for,
            world=self._world,
            take=self._outbox.take,
            wake=self._outbox.wake,
            channels=messengers.channels,
            staff_language=business.staff_language,
            staff_chat=settings.staff_chat_id or 0,
            desk_name=texts.render(business.name, settings.language),
            leads=[f"telegram:{bot}:{who}" for who in sorted(settings.manager_ids)] if bot else (),
        )
        managers = open_managers(ground, store, self._corridor, messengers.channels, papers, zone, now)
        self._receipts, self._refusals = Receipts(db), Refusals(db, self._owner.mine)
        self._reception = Reception(
            self._corridor,
            managers,
            store.contacts,
            self._receipts,
            topic_rows,
            topics,
            texts,
            business.staff_language,
            now,
            trouble,
        )
        trouble.wake = self._outbox.wake
        self._reload = Reload.open(
            settings.scenarios_dir, ground, trouble, self._corridor.receive, lambda: self._night.lease.ours, now
        )
        self._store = store
        self._night = Night.open(
            settings, ground, messengers, self._owner, self._corridor, budget, trouble, self._why_not_ready, now
        )

    def _warm_up(self) -> None:
        """What the first message would otherwise wait for: word lists, and every text that a customer may type."""
        moment = self._world(now())
        for word in ("salom", "сәлем"):
            understand(word)
        first_heard("?", [plain(detour.hears) for detour in self._ground.library.newest.always], moment)

    async def _work(self) -> None:
        """Begin to send and to fire timers. What is pushed last ends first."""
        await self._figures()
        self._stack.push_async_callback(self._reception.idle, IDLE_SECONDS)
        self._outbox.start()
        self._stack.push_async_callback(self._outbox.stop, FLUSH_SECONDS)
        self._run(Clock(self._store, self._corridor.receive, now, self._owner.mine).run(), "clock")
        self._run(self._watch_figures(), "figures")
        self._run(self._calendar.run(), "calendar")
        self._run(self._watch_owner(), "owner")
        self._run(self._watch_receipts(), "receipts")
        self._stack.push_async_callback(self._night.lease.end)
        for name, work in (self._night.works() | self._reload.works()).items():
            self._run(work, name)
        self._stack.push_async_callback(self._corridor.idle)

    async def _listen(self, messengers: Messengers) -> None:
        settings, routes = self.settings, list[web.AbstractRouteDef]()
        works: dict[str, Coroutine[Any, Any, None]] = {}
        if messengers.whatsapp is not None:
            routes += whatsapp_inlet(settings, messengers.whatsapp, self._reception)
        if messengers.api is not None and messengers.telegram is not None:
            inlet = telegram_inlet(
                settings,
                messengers.api,
                messengers.telegram,
                self._reception,
                self._ground.cache,
                self._owner,
                self._stopping,
                sets_up=not self._doors,
            )
            routes += inlet.routes
            works = inlet.works
        application = make_web(self._why_not_ready, routes)
        try:
            runner = await serve(application, settings.http_host, settings.http_port, self._doors)
        except OSError as error:
            for work in works.values():
                work.close()
            why = os.strerror(error.errno) if error.errno else str(error)
            raise StartError(
                f"QABUL_HTTP_PORT: cannot listen on {settings.http_host}:{settings.http_port} ({why}); "
                "stop what uses it or choose another port"
            ) from None
        self._stack.push_async_callback(runner.cleanup)
        for name, work in works.items():
            self._run(work, name)

    def _run(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)

        async def end() -> None:
            self._stopping.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        self._stack.push_async_callback(end)

    # -- while at work ---------------------------------------------------------------------------------------------

    def _world(self, at: datetime) -> Moment:
        business = self._ground.business
        wait = told_wait(self._recent, business.wait_minutes)
        return Moment(at, business, self._ground.texts, self.settings.language, wait, self._calendar.taken)

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

    async def _watch_receipts(self) -> None:
        while True:
            await asyncio.sleep(RECEIPTS_SECONDS)
            try:
                self._reception.early(await self._receipts.match(now()))
                self._reception.tell(await self._refusals.untold(now()))
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("early receipts could not be matched", error=type(error).__name__)

    async def _again(self) -> None:
        try:
            await self._owner.leave()
            await self._owner.arrive()
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            _log.warning("the database does not answer", error=type(error).__name__)

    async def _receive(self, event: Event) -> None:
        await self._corridor.receive(event)

    def _refused(self, result: Result) -> None:
        self._reception.refused(result)

    def _early_receipts(self, receipts: Sequence[Receipt]) -> None:
        self._reception.early(receipts)

    async def _why_not_ready(self) -> str:
        return await why_not_ready(self._ground) if self._ready else "starting or stopping"

"""The watchdog: looks whether the desk is deaf, late or losing its right to speak, and tells managers.

It only gathers and tells; what counts as trouble is decided in `handlers/watch.py` and `scenarios/engine/silence.py`.
One process watches (the pulse's lease); the ledger of what was told sees to it that nothing is told twice even when two
of them do.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.facts import group_facts, webhook_facts
from bot.channels.whatsapp.facts import number_facts
from bot.channels.whatsapp.graph import Graph
from bot.trouble import ACCOUNT, GROUP, Trouble
from handlers import measures, watch
from handlers.budget import Budget
from handlers.ports import GroupMoved, Rejected, SendError, Unreachable
from handlers.tracing import masked
from scenarios.engine import silence
from scenarios.engine.hours import Hours
from storage.hearing import Hearing
from storage.waiting import Waiting

__all__ = ["Outlook", "Watchdog"]

LOOK_SECONDS = 30.0
SELDOM_SECONDS = 300.0
"""How often Meta is asked for the number's standing, which it changes by the day, and silence is looked for."""

_log = structlog.get_logger()


@dataclass(slots=True)
class Outlook:
    """What one kind of looking found: the kinds that could be looked at, and the symptoms."""

    asked: list[str] = field(default_factory=list)
    symptoms: list[watch.Symptom] = field(default_factory=list)

    def add(self, other: Outlook) -> None:
        """Both together."""
        self.asked += other.asked
        self.symptoms += other.symptoms


@dataclass(slots=True)
class Watchdog:
    """Looks and tells. `wanted` is the webhook's address that Telegram should have ("" for polling); `api`, `graph` and
    `staff_chat` are None for what is off."""

    trouble: Trouble
    waiting: Waiting
    hearing: Hearing
    hours: Hours
    ours: Callable[[], bool]
    now: Callable[[], datetime]
    api: TelegramApi | None = None
    graph: Graph | None = None
    wanted: str = ""
    staff_chat: int | None = None
    budget: Budget | None = None
    calls_per_minute: float = 20.0
    _watch: watch.Watch = field(default_factory=watch.Watch, init=False)
    _looked: bool = field(default=False, init=False)

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        next_seldom = 0.0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not self.ours():
                self._yield_to_another()
                continue
            seldom = time.monotonic() >= next_seldom
            if seldom:
                next_seldom = time.monotonic() + SELDOM_SECONDS
            try:
                await self.look(seldom)
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("the watch could not look", error=type(error).__name__)

    def _yield_to_another(self) -> None:
        """Another process looks: what this one shows and remembers of its looks is old from now on."""
        if self._looked:
            self._watch, self._looked = watch.Watch(), False
            for kind in watch.KINDS:
                measures.TROUBLE.labels(kind).set(0)

    async def look(self, seldom: bool = True) -> None:
        """One look at everything, and what follows from it. Raises what the database raises."""
        self._looked = True
        found = Outlook()
        views: list[Callable[[], Awaitable[Outlook]]] = [self._outbox]
        if self.api is not None:
            views += [self._telegram, self._group]
        if seldom:
            views.append(self._silence)
            if self.graph is not None:
                views.append(self._number)
        for view in views:
            found.add(await view())
        judged = self._watch.judge(found.asked, found.symptoms)
        for kind in found.asked:
            measures.TROUBLE.labels(kind).set(1 if kind in judged.seen else 0)
        measures.LOOKED.set(self.now().timestamp())
        for symptom in judged.tell:
            await self.trouble.begin(symptom.kind, symptom.told)
        for kind in judged.over:
            await self.trouble.end(kind)

    # -- looking -----------------------------------------------------------------------------------------------

    async def _outbox(self) -> Outlook:
        now = self.now()
        lanes, _ = await self.waiting.look(now, now - watch.LATE)
        facts = [watch.LaneFacts(lane.lane, lane.late, lane.oldest) for lane in lanes]
        short = self.budget is not None and self.budget.short
        symptoms = watch.late(facts, now, short, round(self.calls_per_minute))
        return Outlook(["late_telegram", "late_whatsapp", "late_staff", "group_budget"], symptoms)

    async def _telegram(self) -> Outlook:
        assert self.api is not None
        kinds = ["deaf_telegram_address", "deaf_telegram_errors", "deaf_telegram_pending"]
        try:
            told = await webhook_facts(self.api)
        except SendError as error:
            return _refused(error, "telegram")
        heard = await self.hearing.last("telegram")
        words = masked(told.last_error)
        facts = watch.TelegramFacts(told.url, self.wanted, told.pending, words, told.last_error_at, heard)
        return Outlook([*kinds, "account_telegram"], watch.deaf_telegram(facts, self.now()))

    async def _group(self) -> Outlook:
        assert self.api is not None
        if self.staff_chat is None:
            return Outlook()
        try:
            told = await group_facts(self.api, self.staff_chat)
            facts = watch.GroupFacts(told.standing, told.manages_topics, told.is_forum)
        except GroupMoved:
            # The outbox follows it and tells the new id.
            return Outlook()
        except Unreachable:
            facts = watch.GroupFacts("left", topics_right=False, forum=False)
        except SendError:
            return Outlook()
        return Outlook(["group"], watch.group_trouble(facts, GROUP))

    async def _number(self) -> Outlook:
        assert self.graph is not None
        try:
            told = await number_facts(self.graph)
        except SendError as error:
            return _refused(error, "whatsapp")
        # Blocked is said of the number, its account or its business, whatever the number's own status is.
        facts = watch.NumberFacts(told.quality, "BLOCKED" if told.health == "BLOCKED" else told.status)
        return Outlook(["number_quality", "number_status", "account_whatsapp"], watch.number_trouble(facts))

    async def _silence(self) -> Outlook:
        found = Outlook()
        for channel, on in (("telegram", self.api), ("whatsapp", self.graph)):
            if on is not None:
                found.asked.append(f"silent_{channel}")
                found.symptoms += await self._silent(channel)
        return found

    async def _silent(self, channel: str) -> list[watch.Symptom]:
        now, since = self.now(), await self.hearing.first()
        heard = await self.hearing.last(channel)
        for minutes in silence.STRETCHES:
            if since is None or (heard is not None and now - heard < timedelta(minutes=minutes)):
                # Who wrote within this stretch wrote within the longer ones too.
                return []
            if silence.is_ordinary_day(now, minutes, self.hours):
                stretches = silence.same_stretches(now, minutes, self.hours, since)
                this, *earlier = await self.hearing.opened(
                    channel, [(now - timedelta(minutes=minutes), now), *stretches]
                )
                if not this and silence.is_unusual(earlier):
                    return [watch.silent(channel, minutes, round(statistics.median(earlier)))]
        return []


def _refused(error: SendError, channel: str) -> Outlook:
    """A messenger that does not answer tells nothing; one that refuses the account does."""
    if not isinstance(error, Rejected) or not error.account:
        return Outlook()
    kind = f"account_{channel}"
    told = ACCOUNT.having(channel=watch.CHANNELS.get(channel, channel), what=masked(error.code))
    return Outlook([kind], [watch.Symptom(kind, told, 2)])

"""The corridor: receive → lane → load → step → record → Redis → outbox, straight through.

When `receive` returns, the event is committed and may be acknowledged. When it raises, nothing was written and the
messenger must deliver again. A process may be killed between any two lines here: before the commit nothing happened,
after it everything that was decided is in the database, and the outbox finds it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import structlog

from handlers import measures
from handlers.batching import Batch
from handlers.lanes import Busy, Lanes
from handlers.ports import Cache, Channel, Store
from handlers.texts import Texts
from handlers.tracing import VIA, trace
from handlers.turns import write
from scenarios.engine.context import Context
from scenarios.engine.events import (
    AddressChanged,
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    AgentUnheard,
    ButtonPressed,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Event,
    OwnerSaid,
    Target,
    TrialCommanded,
    address_of,
)
from scenarios.engine.model import Book
from scenarios.engine.records import Held, Letter, Outcome, Recorded, Turn
from scenarios.engine.step import step
from scenarios.engine.world import World

__all__ = ["Corridor"]

MOST_IN_A_GROUP = 100
"""Turns per commit: under load a commit takes what is there, and hardly longer than for fifty."""

MOST_TRIES = 5
TYPING_AFTER = 1.0
"""Seconds after which a turn that is still under way shows that an answer is coming."""

_log = structlog.get_logger()
_CUSTOMER = (CustomerSaid, ButtonPressed, CustomerEdited, CustomerReacted, AddressChanged, OwnerSaid, TrialCommanded)
_STAFF = (AgentSaid, AgentCommanded, AgentEdited, AgentUnheard)


class Corridor:
    """Takes events, one turn each."""

    def __init__(
        self,
        store: Store,
        cache: Cache,
        texts: Texts,
        book_for: Callable[[Context, Event], Awaitable[tuple[Book, Context]]],
        world: Callable[[datetime], World],
        take: Callable[[Sequence[Letter]], None],
        wake: Callable[[Sequence[str]], Awaitable[None]],
        channels: dict[str, Channel],
        staff_language: str,
        staff_chat: int,
        desk_name: str,
        leads: Sequence[str] = (),
    ) -> None:
        self._store = store
        self._cache = cache
        self._texts = texts
        self._book_for = book_for
        self._world = world
        self._take = take
        self._wake = wake
        self._channels = channels
        self._staff_language = staff_language
        self._staff_chat = staff_chat
        self._desk_name = desk_name
        self._leads = leads
        self._lanes = Lanes()
        self._copy: Batch[str, Held | None] = Batch(cache.get, MOST_IN_A_GROUP)
        self._record: Batch[Turn, Recorded | Exception] = Batch(self._group, MOST_IN_A_GROUP)

    @property
    def under_way(self) -> int:
        """Turns under way now."""
        return self._lanes.under_way

    @property
    def inside(self) -> int:
        """Events that are under way or wait for their turn."""
        return self._lanes.inside

    async def receive(self, event: Event) -> Outcome | None:
        """Carry an event to its commit. None when it belongs to no contact (a topic that nobody's is).

        Raises Busy when the desk has too much to do, and whatever the database raises when it is down.
        """
        staff = isinstance(event, _STAFF)
        # The sender's own lane first: two messages of a new customer keep their order while the contact is made.
        ours = not isinstance(event, _CUSTOMER)
        with self._lanes.door(ours):
            async with self._lanes.lane(_lane_of(event)), self._lanes.place(ours), self._typing(event):
                outcome = Outcome.STALE
                while outcome is Outcome.STALE:
                    contact = await self._contact(event)
                    if contact is None:
                        return None
                    async with self._lanes.lane(contact):
                        event = await self._resolved(event, contact)
                        outcome = await self._turn(event, contact)
        if outcome is Outcome.MOVED and staff:
            _log.warning("a staff message was not relayed, its topic changed hands", kind=type(event).__name__)
        return outcome

    async def record_alone(self, turn: Turn) -> Outcome:
        """Record a turn without a contact: a manager's command, something unreadable."""
        return await self._recorded(turn)

    async def _turn(self, event: Event, contact: str) -> Outcome:
        began = time.perf_counter()
        held = await self._copy(contact) or await self._store.load(contact)
        for _ in range(MOST_TRIES):
            book, before = await self._book_for(held.context, event)
            context, effects = step(book, before, event, self._world(event.at))
            turn = write(
                event,
                held,
                context,
                list(effects),
                self._texts,
                self._staff_language,
                self._staff_chat,
                self._desk_name,
                self._leads,
            )
            outcome = await self._recorded(turn)
            if outcome is not Outcome.STALE:
                break
            if isinstance(event, _CUSTOMER):
                self._store.forget(event.sender)
            held, whose = await asyncio.gather(self._store.load(contact), self._contact(event))
            if whose != contact:
                # Another process has learned that the customer's name means somebody else.
                return outcome
        else:
            raise Busy("another process kept changing this contact's conversation")
        if outcome is Outcome.RECORDED:
            took = time.perf_counter() - began
            measures.turned(turn.kind, took)
            _log.info("turn", trace=trace(event.id), via=VIA.get(), **_told(turn, before, context, took))
        else:
            _log.info("no turn", trace=trace(event.id), via=VIA.get(), kind=turn.kind, outcome=outcome.value)
        return outcome

    async def _recorded(self, turn: Turn) -> Outcome:
        recorded = await self._record(turn)
        if isinstance(recorded, Exception):
            raise recorded
        return recorded.outcome

    async def _group(self, turns: Sequence[Turn]) -> Sequence[Recorded | Exception]:
        try:
            found = await self._store.record(turns)
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            # It may be committed all the same, its answer lost: then nobody else knows of these letters.
            await self._wake([letter.destination for turn in turns for letter in turn.letters])
            if len(turns) == 1:
                return [error]
            _log.warning(
                "a group could not be committed, each turn goes alone", turns=len(turns), error=type(error).__name__
            )
            # One bad turn must not harm the others of its group.
            return [(await self._group([turn]))[0] for turn in turns]
        done = [(turn, one) for turn, one in zip(turns, found, strict=True) if one.outcome is Outcome.RECORDED]
        ours = {letter.id: letter for _, one in done for letter in one.letters}
        self._take(list(ours.values()))
        await self._wake([x.destination for turn, _ in done for x in turn.letters if x.id not in ours])
        await self._cache.put([Held(turn.context, turn.version + 1) for turn, _ in done if turn.context is not None])
        return found

    async def _contact(self, event: Event) -> str | None:
        if isinstance(event, _CUSTOMER):
            return await self._store.find_contact(event.sender, event.at)
        if isinstance(event, _STAFF):
            return await self._store.contact_of_topic(event.topic.chat, event.topic.thread)
        return event.contact

    async def _resolved(self, event: Event, contact: str) -> Event:
        """The event with the messages it refers to looked up."""
        match event:
            case CustomerEdited():
                return replace(event, target=await self._store.target(address_of(event.sender), event.message))
            case AgentEdited():
                return replace(event, target=await self._store.target(str(event.topic.chat), event.message))
            case AgentSaid() if event.reply_to:
                return replace(event, reply=await self._store.target(str(event.topic.chat), event.reply_to))
            case AgentCommanded():
                reply = await self._store.target(str(event.topic.chat), event.reply_to) if event.reply_to else None
                if event.name.casefold() == "undo" and (reply is None or reply.kind != "relayed"):
                    last = await self._store.last_relayed(contact, event.agent.id)
                    reply = Target(last, "relayed", event.agent.id) if last else None
                return replace(event, reply=reply)
        return event

    @asynccontextmanager
    async def _typing(self, event: Event) -> AsyncIterator[None]:
        if not isinstance(event, CustomerSaid | ButtonPressed) or event.sender.channel not in self._channels:
            yield
            return
        name, account, key = address_of(event.sender).split(":", 2)
        channel = self._channels.get(f"{name}:{account}") or self._channels[name]
        loop = asyncio.get_running_loop()
        shown: list[asyncio.Task[None]] = []
        timer = loop.call_later(TYPING_AFTER, lambda: shown.append(loop.create_task(channel.typing(key))))
        try:
            yield
        finally:
            timer.cancel()
            for task in shown:
                task.cancel()

    async def idle(self) -> None:
        """Wait until the turns under way are committed."""
        while self._lanes.under_way:  # noqa: ASYNC110 - asked once, when the desk stops
            await asyncio.sleep(0.01)
        await self._record.idle()


def _told(turn: Turn, before: Context, after: Context, seconds: float) -> dict[str, object]:
    """What a log line says of a turn."""
    return {
        "kind": turn.kind,
        "channel": after.channel,
        "contact": after.contact,
        "scenario": after.scenario,
        "before": f"{before.holder}:{before.step}",
        "after": f"{after.holder}:{after.step}",
        "letters": len(turn.letters),
        "ms": round(seconds * 1000, 1),
    }


def _lane_of(event: Event) -> str:
    """Where an event's order is kept before its contact is known."""
    if isinstance(event, _CUSTOMER):
        return f"@{address_of(event.sender)}"
    if isinstance(event, _STAFF):
        return f"@{event.topic.chat}:{event.topic.thread}"
    return f"@{event.contact}"

"""The named actions that a scenario may `do`: a letter asks for one, its outcome comes back as an event.

The letter counts as sent only once the event is recorded. A process may die between any two lines here: the letter is
then carried out again, the storage answers the same, and an event that was recorded already changes nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import structlog

from handlers.business import Business
from handlers.lanes import Busy
from handlers.ports import Store, Throttled
from handlers.tracing import trace_of_row
from handlers.visit_port import Visits
from scenarios.engine.actions import FAILED
from scenarios.engine.events import ActionDone, Event
from scenarios.engine.orders import usual_service
from scenarios.engine.records import Letter, Result
from scenarios.engine.visits import Done, Span, Visit, VisitRules, has_room, may_begin, order_of

__all__ = ["ActionDesk", "Unfit"]

LATEST = timedelta(minutes=1)
"""After so long the talk has gone to a person (see `doing`); what was asked for is not done behind their back."""

BUSY_SECONDS = 1.0
LONGEST_WORDS = 500
_log = structlog.get_logger()


class Unfit(Exception):
    """An action was asked for with values it cannot work with; the text says which."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One action as it was asked for."""

    letter: Letter
    values: Mapping[str, str]
    rules: VisitRules
    now: datetime
    trial: bool

    @property
    def contact(self) -> str:
        return self.letter.contact

    @property
    def earliest(self) -> datetime:
        """A visit that begins before this can be neither booked nor changed any more."""
        return self.now + self.rules.notice


class ActionDesk:
    """Carries out actions. `receive` takes the event of what came of one, and returns when it is recorded; `refresh`
    reads anew what is free, so that who hears that a time is gone is not offered it again."""

    def __init__(
        self,
        visits: Visits,
        store: Store,
        business: Business,
        now: Callable[[], datetime],
        receive: Callable[[Event], Awaitable[object]],
        refresh: Callable[[], Awaitable[None]],
    ) -> None:
        self._visits = visits
        self._store = store
        self._business = business
        self._now = now
        self._receive = receive
        self._refresh = refresh
        self._actions: Mapping[str, Callable[[Asked], Awaitable[Done]]] = {
            "book_visit": self._book,
            "cancel_visit": self._cancel,
            "move_visit": self._move,
        }

    async def carry_out(self, letter: Letter) -> Result:
        """Carry out what the letter asks for and have its outcome recorded. Raises what the database raises, and
        Throttled when the desk is too busy to hear of it; then the letter has to come again."""
        action, data = str(letter.payload["action"]), dict(letter.payload["data"])
        done = await self._done(letter, action)
        await self._refresh()
        values: dict[str, Any] = {"order": order_of(done.visit)} if done.visit is not None else {}
        try:
            await self._receive(
                ActionDone(f"done:{letter.id}", self._now(), letter.contact, action, done.outcome, data, values)
            )
        except Busy as busy:
            raise Throttled(str(busy), BUSY_SECONDS) from None
        return Result(letter, "sent", self._now())

    async def _done(self, letter: Letter, action: str) -> Done:
        known = await self._visits.result(letter.id)
        if known is not None:
            return known
        now, rules = self._now(), self._business.visits
        carry_out = self._actions.get(action)
        try:
            if now - letter.at > LATEST:
                raise Unfit("it comes too late")
            if carry_out is None:
                raise Unfit("nobody knows how")
            if rules is None:
                raise Unfit("the business file has no visits")
            values = {str(name): str(value) for name, value in letter.payload["values"].items()}
            return await carry_out(Asked(letter, values, rules, now, bool(letter.payload.get("trial"))))
        except Unfit as why:
            _log.warning(
                "an action could not be carried out", trace=trace_of_row(letter.id), action=action, why=str(why)
            )
            return await self._visits.settle(letter.id, FAILED, now)

    # -- one action each ---------------------------------------------------------------------------------

    async def _book(self, asked: Asked) -> Done:
        span = self._span(asked)
        service = asked.values.get("service") or usual_service((await self._store.load(asked.contact)).context)
        if self._business.service(service or "") is None or service is None:
            raise Unfit("{service} is none of the business")
        visit = Visit(
            id=f"v{sha256(asked.letter.id.encode()).hexdigest()[:12]}",
            contact=asked.contact,
            service=service,
            begins=span[0],
            ends=span[1],
            place=asked.values.get("where", "")[:LONGEST_WORDS],
            need=asked.values.get("need", "")[:LONGEST_WORDS],
        )
        if not may_begin(span[0], asked.now, asked.rules, self._business.hours):
            return await self._visits.settle(asked.letter.id, "taken", asked.now)
        if asked.trial:
            # A manager tries a scenario: all is as for a customer, but no hand is kept for it.
            around = await self._visits.taken(span[0], span[1], timedelta(days=1))
            free = has_room(span, around, asked.rules.capacity)
            done = await self._visits.settle(asked.letter.id, "booked" if free else "taken", asked.now)
            return Done(done.outcome, visit if done.outcome == "booked" else None)
        return await self._visits.book(asked.letter.id, visit, asked.rules.capacity, asked.now)

    async def _cancel(self, asked: Asked) -> Done:
        order = await self._order(asked)
        return await self._visits.cancel(asked.letter.id, asked.contact, order, asked.earliest, asked.now)

    async def _move(self, asked: Asked) -> Done:
        span, order = self._span(asked), await self._order(asked)
        if not may_begin(span[0], asked.now, asked.rules, self._business.hours):
            return await self._visits.settle(asked.letter.id, "taken", asked.now)
        return await self._visits.move(
            asked.letter.id, asked.contact, order, span, asked.rules.capacity, asked.earliest, asked.now
        )

    # -- what it is asked with ------------------------------------------------------------------------------

    def _span(self, asked: Asked) -> Span:
        try:
            day = date.fromisoformat(asked.values.get("day", ""))
            hour = time.fromisoformat(asked.values.get("hour", ""))
        except ValueError:
            raise Unfit("{day} or {hour} is no day or no time") from None
        if hour.tzinfo is not None:
            raise Unfit("{hour} is no time of the business's clock")
        # Both ends in UTC: an hour that the clock leaves out or repeats is one moment there.
        begins = datetime.combine(day, hour, self._business.hours.zone).astimezone(asked.now.tzinfo)
        return begins, begins + asked.rules.length

    async def _order(self, asked: Asked) -> str:
        order = asked.values.get("order", "")
        if not order:
            visit = await self._visits.next_of(asked.contact, asked.now)
            if visit is None:
                raise Unfit("there is no visit ahead")
            order = visit.id
        return order

"""What scenarios may say and ask of visits: free days and times, the contact's own orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.business import Business
from handlers.days import day_option, moment_words, short_words, time_option
from handlers.kept import Kept
from handlers.texts import Texts
from scenarios.engine import orders
from scenarios.engine.context import Context
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.visits import Span, free_times, is_free
from scenarios.engine.world import Fact, Option

__all__ = ["VISIT_FACTS", "VisitFacts"]

VISIT = Phrase("{service}, {when}", "a visit")
BOOKED = Phrase("{service}: {when}. We are coming.", "order status")
CANCELLED = Phrase("{service}, {when}: cancelled.", "order status")
DONE = Phrase("{service}, {when}: done.", "order status")

VISIT_FACTS = frozenset(
    {
        "booked",
        "free_days",
        "free_times",
        "has_orders",
        "last_place",
        "last_service",
        "next_visit",
        "order_status",
        "orders",
        "usual",
    }
)
NO_MORE = 60

_days: Kept[tuple[Option, ...]] = Kept(8)
_times: Kept[tuple[Option, ...]] = Kept(64)


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """Visits at one moment; `taken` are the times that others have, as this process last read them, in the order in
    which they begin."""

    at: datetime
    business: Business
    texts: Texts
    taken: Sequence[Span]

    def fact(self, name: str, context: Context) -> Fact | None:
        """What is known under one of VISIT_FACTS for this contact; None for what is not known."""
        match name:
            case "free_days":
                return self._days() or None
            case "free_times":
                return self._times(context) or None
        ahead = orders.ahead(context, self.at)
        match name:
            case "orders":
                return tuple(self._option(order) for order in ahead) or None
            case "booked" | "has_orders":
                return bool(ahead)
            case "next_visit":
                return VISIT.having(**self._values(ahead[0])) if ahead else None
            case "order_status":
                return self._status(orders.named(context, self.at))
            case "usual":
                return self._service(orders.usual_service(context))
        done = orders.done(context, self.at)
        if name == "last_place":
            return next((str(order["place"]) for order in reversed(done) if order.get("place")), None)
        return self._service(str(done[-1]["service"]) if done else context.last_service)

    @property
    def _today(self) -> date:
        return self.at.astimezone(self.business.hours.zone).date()

    def _days(self) -> tuple[Option, ...]:
        rules = self.business.visits
        if rules is None:
            return ()
        today, made_of = self._today, (self.taken, self.business, self.texts)

        def free() -> tuple[Option, ...]:
            days = (today + timedelta(days=ahead) for ahead in range(min(rules.ahead_days, NO_MORE) + 1))
            open_days = (day for day in days if is_free(day, self.at, self.taken, rules, self.business.hours))
            return tuple(day_option(day, today, self.texts) for day in open_days)

        return _days.get((self._minute,), made_of, free)

    def _times(self, context: Context) -> tuple[Option, ...]:
        rules, slot = self.business.visits, context.slots.get("day")
        if rules is None or slot is None:
            return ()
        try:
            day = date.fromisoformat(str(slot["key"]))
        except ValueError:
            return ()

        def free() -> tuple[Option, ...]:
            times = free_times(day, self.at, self.taken, rules, self.business.hours)
            return tuple(time_option(clock, times) for clock in times)

        return _times.get((self._minute, day), (self.taken, self.business, self.texts), free)

    @property
    def _minute(self) -> int:
        return int(self.at.timestamp()) // 60

    def _option(self, order: orders.Order) -> Option:
        service = self.business.service(str(order["service"]))
        said = " | ".join(dict.fromkeys(service.name.texts.values())) if service and service.name.texts else ""
        words = " | ".join(filter(None, [said, service.words if service else ""]))
        return Option(str(order["id"]), short_words(self._local(order)), words)

    def _status(self, order: orders.Order | None) -> Phrase | None:
        if order is None:
            return None
        if order["status"] != "booked":
            return CANCELLED.having(**self._values(order))
        return (BOOKED if orders.begins(order) > self.at else DONE).having(**self._values(order))

    def _values(self, order: orders.Order) -> dict[str, Phrase]:
        service = self._service(str(order["service"])) or verbatim(str(order["service"]))
        return {"service": service, "when": moment_words(self._local(order), self._today, self.texts)}

    def _local(self, order: orders.Order) -> datetime:
        return orders.begins(order).astimezone(self.business.hours.zone)

    def _service(self, key: str | None) -> Phrase | None:
        service = self.business.service(key or "")
        return service.name if service is not None else None

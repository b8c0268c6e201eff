"""What a contact has ordered, newest last: the visits of `context.orders`, and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from scenarios.engine.context import Context

__all__ = ["MOST_KEPT", "Order", "ahead", "begins", "done", "keep", "named", "usual_service"]

Order: TypeAlias = Mapping[str, Any]
"""{"id", "service" (its key), "at" (when it begins, UTC, ISO 8601), "status" (booked or cancelled), "place"}."""

MOST_KEPT = 30
"""Orders that a context remembers; older ones are in the database."""


def begins(order: Order) -> datetime:
    """When a visit begins."""
    return datetime.fromisoformat(str(order["at"]))


def ahead(context: Context, at: datetime) -> list[Order]:
    """The visits that are still to come, the next one first."""
    return sorted((x for x in context.orders if x["status"] == "booked" and begins(x) > at), key=begins)


def done(context: Context, at: datetime) -> list[Order]:
    """The visits that have been, the last one last."""
    return sorted((x for x in context.orders if x["status"] == "booked" and begins(x) <= at), key=begins)


def named(context: Context, at: datetime) -> Order | None:
    """The order that the talk is about: the chosen one, else the next visit, else the newest."""
    chosen = context.slots.get("order")
    if chosen is not None:
        return next((one for one in context.orders if one["id"] == chosen["key"]), None)
    return next(iter([*ahead(context, at), *reversed(context.orders)]), None)


def keep(context: Context, order: Mapping[str, Any]) -> None:
    """Remember an order, in place of what was known of it."""
    context.orders = [*(one for one in context.orders if one["id"] != order["id"]), dict(order)][-MOST_KEPT:]


def usual_service(context: Context) -> str | None:
    """The key of the service that this contact orders most often, of equals the latest; None for a new one."""
    counted = Counter(str(one["service"]) for one in context.orders if one["status"] == "booked")
    most = max(counted.values(), default=0)
    latest = [str(one["service"]) for one in reversed(context.orders) if counted[str(one["service"])] == most > 0]
    return latest[0] if latest else context.last_service or None

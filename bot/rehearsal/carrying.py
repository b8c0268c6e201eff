"""What an action of the desk would have found, had it been carried out: a test says only how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from handlers.business import Business
from scenarios.engine import orders
from scenarios.engine.context import Context

__all__ = ["found_by"]


def found_by(
    outcome: str, context: Context, values: Mapping[str, str], business: Business, at: datetime
) -> dict[str, Any]:
    """The values of an outcome as `handlers.actions` gives them, as far as the answers so far allow; {} for an outcome
    that changes nothing."""
    moment = _moment(values, business)
    if outcome == "booked" and moment is not None:
        service = values.get("service") or orders.usual_service(context)
        number = len(context.orders) + 1
        order = {"id": f"v{number}", "service": service or "", "at": moment, "status": "booked"}
        return {"order": {**order, "place": values.get("where", "")}}
    known = orders.named(context, at)
    if outcome == "cancelled" and known is not None:
        return {"order": {**known, "status": "cancelled"}}
    if outcome == "moved" and known is not None and moment is not None:
        return {"order": {**known, "at": moment}}
    return {}


def _moment(values: Mapping[str, str], business: Business) -> str | None:
    try:
        day, hour = date.fromisoformat(values.get("day", "")), time.fromisoformat(values.get("hour", ""))
    except ValueError:
        return None
    return datetime.combine(day, hour, business.hours.zone).astimezone(UTC).isoformat()

"""The names under which the desk itself knows something, wherever it runs; a business's own facts have other names."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["DESK_FACTS"]

DESK_FACTS: Mapping[str, str] = {
    "name": "text",
    "segment": "text",
    "channel": "text",
    "language": "text",
    "languages": "choices",
    "phone": "text",
    "visits": "number",
    "nps_due": "yes_no",
    "last_service": "text",
    "last_place": "text",
    "usual": "text",
    "recommended": "text",
    "recommended_price": "text",
    "orders": "choices",
    "has_orders": "yes_no",
    "booked": "yes_no",
    "next_visit": "text",
    "order_status": "text",
    "free_days": "choices",
    "free_times": "choices",
    "business": "text",
    "address": "text",
    "business_phone": "text",
    "link": "text",
    "hours": "text",
    "open_now": "yes_no",
    "opens_at": "text",
    "wait_minutes": "number",
    "services": "choices",
    "service_price": "text",
    "service_includes": "text",
    "service_duration": "text",
    "prices": "text",
    "price_rule": "text",
    "warranty": "text",
    "payment": "text",
}
"""Name -> type, as in `facts.yaml`."""

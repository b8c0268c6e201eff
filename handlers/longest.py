"""How long what the business says of itself can become, for the check of messages against the messengers' limits."""

from __future__ import annotations

from handlers.business import Business
from scenarios.engine.phrases import Phrase, Value

__all__ = ["fact_lengths"]

FIRST_NAME = 64
"""Letters of a first name on Telegram (Bot API, 2026-01)."""


def fact_lengths(business: Business) -> dict[str, int]:
    """Letters of the longest value of each fact that the business file decides, whatever the language."""
    names = [_letters(one.name) for one in business.services]
    prices = [_letters(price) for one in business.services if (price := business.price(one)) is not None]
    found = {name: _letters(fact) for name, fact in business.facts.items() if isinstance(fact, Phrase)}
    found |= {"name": FIRST_NAME, "business": _letters(business.name)}
    found |= {
        "service_duration": max((_letters(one.duration) for one in business.services if one.duration), default=0),
        "service_includes": max((_letters(one.includes) for one in business.services if one.includes), default=0),
    }
    if names:
        found |= dict.fromkeys(("services", "last_service", "usual"), max(names))
        # The list has one service on a line: "name: price".
        found["prices"] = sum(names) + len(names) * (max(prices, default=0) + len(": \n"))
    if prices:
        found["service_price"] = max(prices)
    return found


def _letters(value: Value) -> int:
    if not isinstance(value, Phrase):
        return len(str(value))
    longest = max(map(len, (value.texts or {}).values()), default=len(value.id))
    return longest + sum(_letters(one) for one in value.values.values())

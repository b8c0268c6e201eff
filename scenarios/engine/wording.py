"""A scenario's texts become phrases: what stands in braces is looked up in the answers, then among the facts."""

from __future__ import annotations

import re
from functools import lru_cache

from scenarios.engine.context import Context
from scenarios.engine.model import Text
from scenarios.engine.phrases import Phrase, Value, verbatim
from scenarios.engine.slots import said
from scenarios.engine.world import World

__all__ = ["plain", "tells_price", "worded", "worded_value"]

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PRICES = frozenset({"price", "prices", "service_price"})


def plain(text: Text) -> Phrase:
    """The phrase of a text without its values: to recognise it, not to say it."""
    return _phrase(text.id, text.context, text.plural, text.count)


def worded(text: Text, context: Context, world: World, missing: str = "") -> Phrase:
    """The phrase of a text with its values; `missing` stands for what is not known."""
    names, phrase = _names(text), plain(text)
    if not names:
        return phrase
    return phrase.having(**{name: worded_value(name, context, world, missing) for name in names})


def tells_price(text: Text) -> bool:
    """Whether the customer reads a price in this text."""
    return not _PRICES.isdisjoint(_names(text))


def _names(text: Text) -> frozenset[str]:
    return _named(text.id, text.plural, text.count)


# A book's texts are few and said with every message.
_phrase = lru_cache(maxsize=16_384)(Phrase)


@lru_cache(maxsize=16_384)
def _named(msgid: str, plural: str | None, count: str | None) -> frozenset[str]:
    return frozenset([*_PLACEHOLDER.findall(msgid + (plural or "")), *([count] if count else [])])


def worded_value(name: str, context: Context, world: World, missing: str = "") -> Value:
    """What is known under a name, as it is said; `missing` where nothing is."""
    slot = context.slots.get(name)
    if slot is not None:
        if "id" in slot:
            return Phrase(slot["id"], slot.get("context"), texts=slot.get("texts"))
        value = said(slot) if "type" in slot else None
        return str(slot["key"]) if value is None else value
    fact = world.fact(name, context)
    if isinstance(fact, tuple):
        return verbatim(", ".join(option.key for option in fact))
    if fact is None or fact == "":
        return missing
    return fact

"""Values out of a vendor's JSON, checked one by one.

Rule: a field is absent, or of the right type and size, or the whole update is `Malformed`; nothing else is
raised here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

__all__ = [
    "Json",
    "Malformed",
    "box",
    "clean",
    "integer",
    "moment",
    "needed",
    "number",
    "raw_json",
    "text",
    "truth",
]

Json: TypeAlias = Mapping[str, Any]

MOST_INTEGER: Final = 2**63 - 1
"""Telegram's ids need up to 52 bits (Bot API, November 2026); a database column holds 64."""
LAST_SECOND: Final = 4102444800
"""The year 2100: a later date is no date."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


class Malformed(ValueError):
    """An update that does not look as Telegram's description says."""


def clean(words: str) -> str:
    """The text with NUL and lone surrogates, which no database keeps, replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", words)


def box(parent: Json, name: str) -> Json:
    """An object inside another; empty when it is absent."""
    value = parent.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Malformed(f"{name} is no object")
    return value


def text(parent: Json, name: str, most: int = 65_536) -> str:
    """A cleaned string, cut after `most` characters; empty when it is absent."""
    value = parent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"{name} is no string")
    return clean(value[:most])


def integer(parent: Json, name: str, low: int = 0, default: int | None = 0) -> int:
    """A whole number of 64 bits, not below `low`; the default when it is absent, which None forbids."""
    value = parent.get(name)
    if value is None and default is not None:
        return default
    if type(value) is not int or not low <= value <= MOST_INTEGER:
        raise Malformed(f"{name} is no number from {low} up")
    return value


def needed(parent: Json, name: str, low: int = 1) -> int:
    """A whole number of 64 bits that has to be there."""
    return integer(parent, name, low, None)


def number(parent: Json, name: str, most: float) -> float:
    """A number between -most and most that has to be there."""
    value = parent.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        raise Malformed(f"{name} is no number up to {most}")
    return float(value)


def truth(parent: Json, name: str) -> bool:
    """Whether a flag is set."""
    return parent.get(name) is True


def moment(seconds: int) -> datetime:
    """A vendor's time, given in seconds since 1970, in UTC."""
    if not 0 < seconds < LAST_SECOND:
        raise Malformed("a date outside of 1970 to 2100")
    return datetime.fromtimestamp(seconds, UTC)


def raw_json(update: Json) -> str:
    """The update as it came, as text a database can keep."""
    try:
        words = json.dumps(update, ensure_ascii=False, default=str)
    except (RecursionError, TypeError, ValueError):
        words = json.dumps({"fields": [str(name)[:64] for name in list(update)[:64]], "lost": "nested too deeply"})
    return clean(_ESCAPED.sub("\\1\ufffd", words))

"""Reading values out of vendor JSON whatever their types are.

Rule: nothing here raises for any JSON value; what is missing or of a wrong type is empty. Every text that
leaves has U+FFFD in the place of NUL and lone surrogates, which databases and encoders refuse.
"""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

__all__ = ["code_in", "digest", "digits", "items", "moment", "number", "part", "raw_json", "text"]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NUL_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_EARLIEST, _LATEST = 1_230_768_000, 4_102_444_800  # 2009, when WhatsApp began, to 2100


def part(value: Any, key: str) -> dict[str, Any]:
    """The object under `key`, or an empty one."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def items(value: Any, key: str) -> list[dict[str, Any]]:
    """The objects in the list under `key`; what is no object is left out."""
    found = value.get(key) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text(value: Any, key: str) -> str:
    """The text under `key`, fit to be stored; a whole number counts as its digits."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**18:
        return str(found)
    return _UNSTORABLE.sub("\ufffd", found) if isinstance(found, str) else ""


def number(value: Any, key: str) -> float | None:
    """The finite number under `key`, also when it is written as text."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    try:
        read = float(found)
    except (ValueError, OverflowError):
        return None
    return read if math.isfinite(read) else None


def digits(phone: str) -> str:
    """The digits of a phone number, or nothing when it cannot be one (E.164: at most 15)."""
    stripped = re.sub(r"[\s().+-]", "", phone)
    return stripped if stripped.isascii() and stripped.isdigit() and 5 <= len(stripped) <= 15 else ""


def moment(value: Any, key: str, otherwise: datetime) -> datetime:
    """The Unix seconds under `key`, as text or number, in UTC; `otherwise` when they are no time WhatsApp can
    mean."""
    seconds = number(value, key)
    if seconds is None or not _EARLIEST <= seconds <= _LATEST:
        return otherwise
    return datetime.fromtimestamp(seconds, UTC)


def code_in(value: Any) -> int:
    """The error code of an error object; -1 when it carries none."""
    found = number(value, "code")
    return int(found) if found is not None and abs(found) < 10**9 else -1


def raw_json(value: Any) -> str:
    """The value as storable JSON text with sorted keys, the same for the same value."""
    try:
        written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (RecursionError, ValueError, TypeError):
        # Nested deeper than Python goes, or a number longer than it writes: the body reader lets neither
        # through.
        written = json.dumps({"unwritable": sorted(map(str, value)) if isinstance(value, dict) else ""})
    return _UNSTORABLE.sub("\ufffd", _NUL_ESCAPE.sub("\\1\ufffd", written))


def digest(raw: str) -> str:
    """A short name for something that has no id of its own."""
    return sha256(raw.encode()).hexdigest()[:32]

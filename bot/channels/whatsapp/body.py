"""The raw bytes of a webhook: whose signature they bear and what JSON they hold.

Rule: the signature is checked over the bytes as they came, before anything looks into them; reading them
raises for no bytes at all. Values that Python cannot hold or write again are made harmless instead of losing
the whole body.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, Final

from bot.channels.deep import shallow

__all__ = ["is_signed", "read_body"]

_LONGEST_NUMBER: Final = 300


def is_signed(raw: bytes, header: str, app_secret: str) -> bool:
    """Whether `header` (X-Hub-Signature-256) is the body's HMAC under our app secret; compared in constant
    time."""
    right = "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right.encode(), header.encode("utf-8", "surrogateescape"))


def read_body(raw: bytes) -> dict[str, Any] | None:
    """The JSON of a notification for a WhatsApp account; None when it is none: no JSON, another `object`, no
    list `entry`."""
    try:
        found = _loads(raw)
    except RecursionError:
        try:
            found = _loads(shallow(raw))
        except ValueError:
            return None
    except ValueError:
        return None
    if not isinstance(found, dict) or found.get("object") != "whatsapp_business_account":
        return None
    return found if isinstance(found.get("entry"), list) else None


def _loads(raw: bytes) -> Any:
    return json.loads(raw.decode(), parse_int=_integer, parse_float=_float, parse_constant=str)


def _integer(written: str) -> int | str:
    """Longer ones stay text: Python neither reads nor writes more than 4300 digits."""
    return int(written) if len(written) <= _LONGEST_NUMBER else written


def _float(written: str) -> float | str:
    read = float(written)
    return read if abs(read) != float("inf") else written

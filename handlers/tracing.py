"""What a log line may say of an event: enough to follow it, nothing that names a person.

Vendors put phone numbers into their ids (a WhatsApp message id carries the customer's), so ids are logged as digests.
"""

from __future__ import annotations

import re
from hashlib import blake2b

__all__ = ["masked", "trace"]

_DIGITS = re.compile(r"\d{7,}")


def trace(id: str) -> str:
    """A short digest of an event's or a letter's id; rows that derive from one event keep its digest and number."""
    event, _, number = id.rpartition(":")
    if not number.isdigit() or len(number) > 4:
        event, number = id, ""
    digest = blake2b(event.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"{digest}:{number}" if number else digest


def masked(words: str) -> str:
    """A vendor's words without long runs of digits, at most 80 letters."""
    return _DIGITS.sub("…", words)[:80]

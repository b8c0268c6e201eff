"""What a log line may say of an event: enough to follow it, nothing that names a person.

One message has one trace, from its arrival to the receipts of the answer: a digest of its event's id. Whatever follows
from the event keeps it: the ids of letters, lines and timers are the event's with a number behind, and the events that
a timer, a refused letter or a failed line begins carry the row's id behind a word. Vendors put phone numbers into their
ids (a WhatsApp message id carries the customer's), so an id itself is never logged.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from hashlib import blake2b

__all__ = ["VIA", "masked", "trace", "trace_of_row"]

VIA: ContextVar[str] = ContextVar("via", default="desk")
"""How the arrival under way came in: webhook or polling; desk for what the desk does of itself."""

_DERIVED = ("timer:", "refused:", "failed:")
_DIGITS = re.compile(r"\d{7,}")


def trace(event: str) -> str:
    """The trace of an event by its id."""
    while event.startswith(_DERIVED):
        event = event.partition(":")[2].rpartition(":")[0]
    return blake2b(event.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def trace_of_row(row: str) -> str:
    """The trace of a letter, a line or a timer by its id: that of the event it comes from."""
    return trace(row.rpartition(":")[0])


def masked(words: str) -> str:
    """A vendor's words without long runs of digits, at most 80 letters."""
    return _DIGITS.sub("…", words)[:80]

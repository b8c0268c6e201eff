"""What one webhook body can tell us: events of the engine, and the facts only WhatsApp has.

Rule: small frozen values; each has an id that is the same when Meta delivers it again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from scenarios.engine.events import (
    ButtonPressed,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Sender,
)

__all__ = ["CHANNEL", "Arrival", "NumberChanged", "OwnReply", "Receipt", "Unread", "keys_of"]

CHANNEL = "whatsapp"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message we sent: `status` is sent, delivered, read, played or failed.

    `at` is Meta's time of it. A failed one carries Meta's `code`, our `reason` (the words of handlers.ports'
    errors) and Meta's own `details`. `keys` are the recipient's as far as told.
    """

    id: str
    at: datetime
    message: str
    status: str
    keys: tuple[str, ...] = ()
    code: str = ""
    reason: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True)
class OwnReply:
    """The business answered from its own phone (coexistence). `edits` is the earlier message that this one
    changes or, with unread "deleted", takes back."""

    id: str
    at: datetime
    customer: Sender
    content: Content
    message: str
    sent_at: datetime
    edits: str = ""


@dataclass(frozen=True, slots=True)
class NumberChanged:
    """A customer moved to another number or got another user id: `before` and `after` are the same person."""

    id: str
    at: datetime
    before: Sender
    after: Sender


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that is no message of a known person or that we cannot read; `raw` is its JSON."""

    id: str
    at: datetime
    kind: str
    raw: str


Arrival: TypeAlias = (
    CustomerSaid | ButtonPressed | CustomerEdited | CustomerReacted | Receipt | OwnReply | NumberChanged | Unread
)


def keys_of(arrival: Arrival) -> tuple[str, ...]:
    """The keys of the person an arrival is about: arrivals that share one must be handled in their order."""
    match arrival:
        case Receipt():
            return (f"m:{arrival.message}",)
        case OwnReply():
            return arrival.customer.keys
        case NumberChanged():
            return arrival.before.keys + arrival.after.keys
        case Unread():
            return (f"r:{arrival.id}",)
        case _:
            return arrival.sender.keys

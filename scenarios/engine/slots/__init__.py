"""The customer's words, file or place as a value of a question's type."""

from __future__ import annotations

from datetime import datetime

from scenarios.engine.context import Slot
from scenarios.engine.events import Content
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.phones import phone_in

__all__ = ["read"]

LONGEST = 500


def read(kind: str, content: Content, now: datetime, language: str) -> Slot | Phrase | None:  # noqa: ARG001
    """The value that a message is for a question of the type `kind`, None when it is none; a phrase says why not. `now`
    is the moment by the business's clock."""
    if kind == "phone":
        key = phone_in(content.contact.phone if content.contact else content.text)
    elif content.spot is not None:
        key = content.spot.title or f"{content.spot.latitude:.5f}, {content.spot.longitude:.5f}"
    else:
        key = content.text.strip()[:LONGEST] or None
    return {"key": key, "type": kind} if key else None

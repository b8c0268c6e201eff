"""Typed answers: a customer's words, file or place as a value of a question's type, and how such a value is said."""

from __future__ import annotations

from datetime import datetime

from scenarios.engine.context import Slot
from scenarios.engine.events import Content
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.moments import read_date, read_time
from scenarios.engine.slots.phones import phone_in, read_phone
from scenarios.engine.slots.photos import read_photo
from scenarios.engine.slots.places import LONGEST, read_place
from scenarios.engine.slots.quantities import read_number
from scenarios.engine.slots.saying import said
from scenarios.engine.slots.scores import read_nps, read_rating
from scenarios.engine.slots.yes_no import read_yes_no

__all__ = ["phone_in", "read", "said"]


def read(kind: str, content: Content, now: datetime, language: str) -> Slot | Phrase | None:
    """The value that a message is for a question of the type `kind`: {"key": canonical text, "type": kind, …}. A phrase
    says, in words for the customer, why it cannot be; None when it is not understood.

    `now` is the moment by the business's clock, `language` the code that the conversation is held in.
    """
    text = content.text
    match kind:
        case "phone":
            return read_phone(content)
        case "place":
            return read_place(content)
        case "photo":
            return read_photo(content)
        case "yes_no":
            return read_yes_no(text)
        case "number":
            return read_number(text, language)
        case "date":
            return read_date(text, now, language)
        case "time":
            return read_time(text, now, language)
        case "rating":
            return read_rating(text, language)
        case "nps":
            return read_nps(text, language)
        case _:
            return _read_text(content)


def _read_text(content: Content) -> Slot | None:
    """Free words; a place on the map by its title or its degrees."""
    spot = content.spot
    point = (spot.title or f"{spot.latitude:.5f}, {spot.longitude:.5f}") if spot is not None else ""
    key = (point or content.text.strip())[:LONGEST]
    return {"key": key, "type": "text"} if key else None

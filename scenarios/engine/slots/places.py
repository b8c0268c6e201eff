"""Where something is: a point on the map, or an address in words."""

from __future__ import annotations

import re

from scenarios.engine.context import Slot
from scenarios.engine.events import Content
from scenarios.engine.slots.chunks import lexicon
from scenarios.engine.understanding.folding import words

__all__ = ["LONGEST", "read_place", "spoken_place"]

LONGEST = 500
"""Letters of an answer in words that are kept."""

_POINT = re.compile(r"(?<![\d.])(-?\d{1,3}\.\d{3,}),\s?(-?\d{1,3}\.\d{3,})(?![\d.])")
"""Two coordinates in degrees, alone or in a link to a map."""
_NO_ADDRESS = frozenset({"yes", "no", "unsure", "filler", "greeting"})


def read_place(content: Content) -> Slot | None:
    """{"key": "41.31000,69.24000", "title": …} for a point, else the words; None where nothing is of an address."""
    if content.spot is not None:
        return _point(content.spot.latitude, content.spot.longitude, content.spot.title)
    text = content.text.strip()[:LONGEST]
    if (found := _POINT.search(text)) is not None:
        latitude, longitude = float(found.group(1)), float(found.group(2))
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return _point(latitude, longitude, "")
    return {"key": text, "type": "place"} if _tells(text) else None


def spoken_place(slot: Slot) -> str:
    """The title of a point where it has one, else what is remembered."""
    return str(slot.get("title") or slot["key"])


def _point(latitude: float, longitude: float, title: str) -> Slot:
    slot: Slot = {"key": f"{latitude:.5f},{longitude:.5f}", "type": "place"}
    return {**slot, "title": title[:LONGEST]} if title else slot


def _tells(text: str) -> bool:
    """Whether a text has a word that may be of an address, and not only "yes", "please", "I do not know"."""
    said = words(text)
    if not any(word.isalpha() and len(word) > 1 for word in said):
        return False
    other = {
        at for found in lexicon().find(said) if found.section in _NO_ADDRESS for at in range(found.first, found.after)
    }
    return len(other) < len(said)

"""What the desk knows of one contact while it talks with them: the only state a step sees.

It lives in SQL with a version and in Redis as a copy; `pack` and `unpack` are its stored form (JSON). A field that an
older desk did not have takes its default; one that a newer desk wrote is refused loudly rather than dropped.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from scenarios.engine.plain import to_json

__all__ = ["Context", "Holder", "Slot", "pack", "unpack"]

Holder: TypeAlias = Literal["bot", "waiting", "staffed", "closed"]

Slot: TypeAlias = dict[str, Any]
"""A remembered value: {"key": …} plus, for a choice, "id" and "context" of its label or "texts" by language."""


@dataclass(slots=True)
class Context:
    """One contact's working context.

    `conversation` counts the contact's conversations, 0 before the first; `holder` is who has it; `epoch` grows with
    each change of hands; `book` is the version of the scenarios it is on; `question` numbers the questions asked, for
    buttons and timers; `tries` counts the misses of the present question, `asked_at` is when its step was entered;
    `offered` are the answers it offered. `stack` holds (scenario, step) to come back to.
    `trial` marks a manager who tries the desk; `trial_reader` is their language while they do, empty afterwards.
    """

    contact: str
    name: str = ""
    channel: str = ""
    address: str = ""
    language: str = ""
    language_chosen: bool = False
    phone: str = ""
    source: str = ""

    conversation: int = 0
    holder: Holder = "closed"
    epoch: int = 0
    agent: str = ""
    agent_name: str = ""
    desk: str = ""
    segment: str = ""
    segment_reason: str = ""
    segment_word: str = ""
    opened_at: datetime | None = None
    handed_off_at: datetime | None = None
    replied_at: datetime | None = None
    heard_at: datetime | None = None

    book: str = ""
    scenario: str = ""
    step: str = ""
    trail: list[list[str]] = field(default_factory=list)
    page: int = 0
    asked_at: datetime | None = None
    stack: list[list[str]] = field(default_factory=list)
    question: int = 0
    tries: int = 0
    offered: list[str] = field(default_factory=list)
    tapped: str = ""
    tapped_at: datetime | None = None
    slots: dict[str, Slot] = field(default_factory=dict)
    albums: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    orders: list[dict[str, Any]] = field(default_factory=list)
    resolved: int = 0
    last_service: str = ""
    last_rating: int | None = None
    complaint: bool = False
    price_told: bool = False
    hesitated: bool = False
    opted_out: bool = False
    reachable: bool = True
    has_topic: bool = False
    nps_asked_at: datetime | None = None
    followed_up_at: datetime | None = None
    followed_up: int = 0
    trial: bool = False
    trial_reader: str = ""

    def copy(self) -> Context:
        """A context that can be changed without touching this one."""
        copy = Context(*_values_of(self))
        # Most of them are empty, and a comprehension costs more than asking.
        copy.stack = [list(frame) for frame in self.stack] if self.stack else []
        copy.trail = [list(frame) for frame in self.trail] if self.trail else []
        copy.orders = [dict(order) for order in self.orders] if self.orders else []
        copy.offered = list(self.offered)
        copy.slots = {name: dict(slot) for name, slot in self.slots.items()} if self.slots else {}
        copy.albums = (
            {album: [dict(item) for item in items] for album, items in self.albums.items()} if self.albums else {}
        )
        return copy


_values_of = attrgetter(*(f.name for f in fields(Context)))
_DEFAULTS = {f.name: f.default for f in fields(Context)}
_TIMES = tuple(name for name in _DEFAULTS if name.endswith("_at"))


def pack(context: Context) -> str:
    """The stored form: JSON, defaults left out."""
    kept = {}
    for name, default in _DEFAULTS.items():
        value = getattr(context, name)
        # An empty list or map is what its factory makes.
        if value != default and (value or default is not MISSING):
            kept[name] = value.isoformat() if isinstance(value, datetime) else value
    return to_json(kept)


def unpack(data: str) -> Context:
    """The context of a stored form. Raises ValueError when it has a field this version does not know."""
    kept = json.loads(data)
    unknown = kept.keys() - _DEFAULTS.keys()
    if unknown:
        raise ValueError(f"a stored context has fields this version does not know: {sorted(unknown)}")
    for name in _TIMES:
        if kept.get(name):
            kept[name] = datetime.fromisoformat(kept[name])
    return Context(**kept)

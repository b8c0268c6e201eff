"""A transcript test as read: what is given, and line by line what people do and what must come of it.

Rule: every line keeps its place, so that a failure names the line of the test that it happened at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from scenarios.engine.context import Slot
from scenarios.engine.model import Place
from scenarios.engine.world import Fact

__all__ = [
    "Agent",
    "Bot",
    "Case",
    "Closes",
    "Customer",
    "Does",
    "Ends",
    "Facts",
    "Given",
    "Line",
    "Notify",
    "Remembers",
    "Shares",
    "Staff",
    "Taps",
    "Wait",
]


@dataclass(frozen=True, slots=True)
class Given:
    """What holds when a talk begins. `phone` is what the messenger tells (WhatsApp does, Telegram does not), `at` the
    moment by the business's clock, None for its first open hour on a Monday noon; `facts` replace what the desk would
    know, `slots` are answers that were given before."""

    channel: str = "telegram"
    language: str = "en"
    name: str = "Aziza"
    phone: str | None = None
    at: datetime | None = None
    facts: Mapping[str, Fact | None] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bot:
    """The bot says one message that has each of `texts`: names of steps, or words."""

    place: Place
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Customer:
    """The customer writes."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Taps:
    """The customer taps a button by its label or the key of its answer; `of` is the step whose older message has it."""

    place: Place
    label: str
    of: str = ""


@dataclass(frozen=True, slots=True)
class Shares:
    """The customer sends something that is no words. `what` is contact (their own phone), other_contact, place, a kind
    of media or unread; `value` the number, the place or the caption."""

    place: Place
    what: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Time goes by."""

    place: Place
    span: timedelta


@dataclass(frozen=True, slots=True)
class Facts:
    """From here on something else is known from outside."""

    place: Place
    facts: Mapping[str, Fact | None]


@dataclass(frozen=True, slots=True)
class Remembers:
    """What is remembered now: name -> canonical value, None for nothing."""

    place: Place
    slots: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Staff:
    """The conversation came to the people of `desk`, who read `summary`."""

    place: Place
    desk: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Notify:
    """A line went to the group of `desk`."""

    place: Place
    desk: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Does:
    """An action of the desk is at work; with an `outcome` that is what comes of it, and `finds` what it found."""

    place: Place
    action: str
    outcome: str = ""
    finds: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agent:
    """A person of the staff writes in the customer's topic."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Closes:
    """The staff close the conversation."""

    place: Place
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """Nobody waits for anything any more."""

    place: Place


Line: TypeAlias = (
    Bot | Customer | Taps | Shares | Wait | Facts | Remembers | Staff | Notify | Does | Agent | Closes | Ends
)


@dataclass(frozen=True, slots=True)
class Case:
    """One test. With a `scenario` the talk stands at its beginning, without one the first words decide."""

    name: str
    place: Place
    scenario: str
    given: Given
    chat: tuple[Line, ...]

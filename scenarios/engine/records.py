"""What a turn leaves behind: rows as values, the common tongue of the corridor and the storage.

Ids derive from the event's id (`event:n`), so the same turn always writes the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from scenarios.engine.context import Context
from scenarios.engine.events import Content, Topic

__all__ = [
    "AgentSeen",
    "AuditRow",
    "Happening",
    "Held",
    "Letter",
    "Line",
    "Live",
    "Mark",
    "Outcome",
    "Receipt",
    "Recorded",
    "Result",
    "Standing",
    "TimerRow",
    "TopicRow",
    "Turn",
    "Version",
    "WaitingRow",
]


@dataclass(frozen=True, slots=True)
class Held:
    """A context with the version it was loaded at."""

    context: Context
    version: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a contact's transcript.

    `author` is customer, bot, agent, note or desk. `chat` and `message` are the vendor's ids of the message it came
    as or went as, `source` the agent's message in the topic. `status` is "", sent, delivered, read or failed.
    `seq` orders the lines of a contact and is given by the storage.
    """

    id: str
    contact: str
    conversation: int
    at: datetime
    channel: str
    author: str
    name: str
    content: Content
    agent: str = ""
    chat: str = ""
    message: str = ""
    tapped: bool = False
    seq: int = 0
    status: str = ""
    reason: str = ""
    versions: tuple[Version, ...] = ()
    deleted: bool = False
    event: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """How many talks under way wait at a step of a version of the scenarios, and when the oldest of them began. `book`
    is empty for those that began before versions were kept."""

    book: str
    scenario: str
    step: str
    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """A changed text of a line, and when it was changed."""

    line: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be sent. `destination` keeps the order: an address ("telegram:ACCOUNT:KEY"), a contact's topic
    ("topic:CONTACT"), its reactions and card edits ("extra:CONTACT"), a manager's chat, or ("media:…") a file to fetch.

    `op` says what to do, `payload` with what (plain JSON). Bot letters carry the `epoch` after their step: once people
    hold the conversation, older ones are refused. `attempts` counts the tries so far.
    """

    id: str
    contact: str
    destination: str
    op: str
    payload: Mapping[str, Any]
    speaker: str
    epoch: int
    at: datetime
    line: str = ""
    seq: int = 0
    attempts: int = 0
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class TimerRow:
    """A timer of a contact."""

    id: str
    contact: str
    key: str
    due: datetime
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact that figures are computed from."""

    kind: str
    contact: str
    conversation: int
    at: datetime
    channel: str
    segment: str
    value: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a message in a staff group is: kind is note, relayed, heard, card or other."""

    chat: int
    message: str
    contact: str
    kind: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class AgentSeen:
    """A staff member was heard in a group."""

    id: str
    chat: int
    name: str
    username: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did or tried what."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A contact's topic. `thread` is None before it is made and after it was deleted; `making` since when a process
    is about to make it; `card` is the card's message, `card_text` what it shows."""

    contact: str
    chat: int
    thread: int | None
    name: str = ""
    closed: bool = False
    card: str = ""
    card_text: str = ""
    making: datetime | None = None
    times_made: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything one event changes, written in one transaction or not at all.

    `context` None is an event without a contact (a manager's command, something unreadable). `topic` is the topic a
    staff message came from: if it belongs to another contact by now, the turn is refused. `address` is what the vendor
    calls the customer it came from ("channel:account:key"): if that means another contact by now, the turn is stale.
    """

    event: str
    kind: str
    at: datetime
    contact: str = ""
    version: int = 0
    context: Context | None = None
    topic: Topic | None = None
    address: str = ""
    raw: str = ""
    lines: tuple[Line, ...] = ()
    versions: tuple[Version, ...] = ()
    letters: tuple[Letter, ...] = ()
    timers: tuple[TimerRow, ...] = ()
    cancels: tuple[str, ...] = ()
    happenings: tuple[Happening, ...] = ()
    marks: tuple[Mark, ...] = ()
    audit: tuple[AuditRow, ...] = ()
    agent: AgentSeen | None = None
    rewrites: tuple[Version, ...] = ()
    withdrawn: tuple[str, ...] = ()
    timer_done: str = ""


class Outcome(Enum):
    """What became of a turn: written; already there; the context was newer; the topic belongs to another contact."""

    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    STALE = "stale"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a turn, and those of its letters that this process may send at once: it holds their destination
    and nothing older waits there. The outbox has to look for the others."""

    outcome: Outcome
    letters: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a letter: `status` sent, failed, dropped or queued (again at `due`).

    `chat` and `message` are the vendor's ids of what was sent, `text` what it said, `kind` what its mark in a staff
    group is to be. `reason` is the kind of refusal, `code` the vendor's word.
    """

    letter: Letter
    status: str
    at: datetime
    chat: str = ""
    message: str = ""
    text: str = ""
    kind: str = ""
    due: datetime | None = None
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a letter stands just before it is sent: its status and payload now, who holds the conversation, the epoch,
    and who has the claim on its destination."""

    status: str
    payload: Mapping[str, Any]
    holder: str
    epoch: int
    owner: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt changed: a letter's line, who spoke, its channel and its rank now. `source` is the agent's
    message in the topic."""

    contact: str
    line: str
    speaker: str
    channel: str
    status: str
    source: str
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A conversation that people have, or are waited for."""

    contact: str
    name: str
    holder: str
    agent: str
    desk: str
    channel: str
    segment: str
    since: datetime

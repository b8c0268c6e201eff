"""What can happen to the desk: small frozen values, past tense.

Every event has an `id` that is the same when a vendor delivers it again, and `at`, the UTC time we received it.
Channels make events; nothing else in the engine knows a vendor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

__all__ = [
    "ActionDone",
    "AddressChanged",
    "Agent",
    "AgentCommanded",
    "AgentEdited",
    "AgentSaid",
    "AgentUnheard",
    "ButtonPressed",
    "Content",
    "CustomerEdited",
    "CustomerEvent",
    "CustomerReacted",
    "CustomerSaid",
    "Event",
    "Media",
    "NotDelivered",
    "OwnerSaid",
    "Sender",
    "SharedContact",
    "Spot",
    "StaffEvent",
    "Target",
    "TimerFired",
    "Topic",
    "TrialCommanded",
    "address_of",
]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote on which channel account, and what the vendor told of them.

    `keys` are the ways the vendor names this person, best first (WhatsApp: business-scoped user id, then phone);
    each is unique within channel and account.
    """

    channel: str
    account: str
    keys: tuple[str, ...]
    name: str = ""
    username: str = ""
    language_code: str = ""
    phone: str = ""


def address_of(sender: Sender) -> str:
    """Where answers to this sender go: "channel:account:key". A visible phone is preferred for sending, since every
    kind of message may be sent to it (Meta, June 2026: some templates refuse a user id)."""
    key = next((one for one in sender.keys if one.startswith("p:")), sender.keys[0])
    return f"{sender.channel}:{sender.account}:{key}"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that came or goes: `kind` is photo, video, voice, audio, video_note, animation, document or sticker;
    `ref` is the vendor's handle on `channel`; `hash` our own, once the bytes are kept. Sizes in bytes."""

    kind: str
    channel: str
    ref: str
    name: str = ""
    mime: str = ""
    size: int = 0
    hash: str = ""


@dataclass(frozen=True, slots=True)
class SharedContact:
    """A contact card. `own` only if the vendor proves that it is the sender's own phone."""

    phone: str
    name: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map, in degrees."""

    latitude: float
    longitude: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What one message carries. `unread` names a kind we cannot read (a poll, a newer kind of message)."""

    text: str = ""
    media: Media | None = None
    contact: SharedContact | None = None
    spot: Spot | None = None
    unread: str = ""

    @property
    def kind(self) -> str:
        """text, the media's kind, contact, place or unread."""
        if self.media:
            return self.media.kind
        if self.contact:
            return "contact"
        if self.spot:
            return "place"
        return "unread" if self.unread else "text"


@dataclass(frozen=True, slots=True)
class Target:
    """A message of ours that an event refers to: its line in the transcript and what it was: heard (a customer's),
    said (the bot's), relayed (an agent's to the customer), note, or other."""

    line: str
    kind: str
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A forum topic of a staff group; `thread` 0 is the General topic."""

    chat: int
    thread: int


@dataclass(frozen=True, slots=True)
class Agent:
    """A staff member as the messenger names them."""

    id: str
    name: str
    username: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class CustomerSaid:
    """A customer wrote. `message` is the vendor's id of the message, `sent_at` the vendor's time, `album` groups the
    items of one album."""

    id: str
    at: datetime
    sender: Sender
    content: Content
    message: str
    sent_at: datetime
    album: str = ""
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """A customer tapped. `data` is what we had put on the button, `label` what they saw (may be empty)."""

    id: str
    at: datetime
    sender: Sender
    data: str
    label: str
    message: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerEdited:
    """A customer changed a message; `target` is its line where we know it."""

    id: str
    at: datetime
    sender: Sender
    content: Content
    message: str
    sent_at: datetime
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class CustomerReacted:
    """A customer put an emoji on a message, or took it off (`emoji` empty)."""

    id: str
    at: datetime
    sender: Sender
    emoji: str
    message: str


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """A customer blocked us (`reachable` false) or let us in again."""

    id: str
    at: datetime
    sender: Sender
    reachable: bool


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """An agent wrote in a topic. `reply` is the line their message answers to, where it is one of ours."""

    id: str
    at: datetime
    topic: Topic
    agent: Agent
    content: Content
    message: str
    album: str = ""
    reply: Target | None = None
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class AgentCommanded:
    """An agent wrote a command: `name` without the slash, `rest` what follows."""

    id: str
    at: datetime
    topic: Topic
    agent: Agent
    name: str
    rest: str
    message: str
    text: str = ""
    reply: Target | None = None
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class AgentEdited:
    """An agent changed a message in a topic; `target` is the line it had become."""

    id: str
    at: datetime
    topic: Topic
    agent: Agent
    content: Content
    message: str
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class OwnerSaid:
    """The business answered the customer from its own phone, past the desk. `sender` is the customer."""

    id: str
    at: datetime
    sender: Sender
    content: Content
    message: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class AgentUnheard:
    """Something in a topic that no agent can be named for (another bot, an anonymous admin, a linked channel)."""

    id: str
    at: datetime
    topic: Topic
    who: str
    message: str


@dataclass(frozen=True, slots=True)
class TimerFired:
    """A timer came due. `key` and `data` are what was set."""

    id: str
    at: datetime
    contact: str
    key: str
    data: dict[str, str]


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """A message was refused for good. `reason` is the kind of refusal, `code` the vendor's own word for it."""

    id: str
    at: datetime
    contact: str
    line: str
    reason: str
    code: str
    speaker: str
    channel: str


@dataclass(frozen=True, slots=True)
class ActionDone:
    """An action of the desk was carried out: `outcome` is one of those its name promises (`actions.ACTIONS`), `data`
    what was given with it, `values` what it found (kept as slots; "order" is added to the contact's orders)."""

    id: str
    at: datetime
    contact: str
    action: str
    outcome: str
    data: dict[str, str]
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrialCommanded:
    """A manager tries the desk as a customer would. `sender` is who they are in the trial; `command` is begin, end or
    close (as staff would); `reader` is the language they read as a manager, `book` the version of the scenarios that is
    tried (empty: what runs)."""

    id: str
    at: datetime
    sender: Sender
    command: str
    reader: str = ""
    book: str = ""
    rest: str = ""


CustomerEvent: TypeAlias = CustomerSaid | ButtonPressed | CustomerEdited | CustomerReacted | AddressChanged
StaffEvent: TypeAlias = AgentSaid | AgentCommanded | AgentEdited | AgentUnheard
Event: TypeAlias = CustomerEvent | StaffEvent | OwnerSaid | TimerFired | NotDelivered | ActionDone | TrialCommanded

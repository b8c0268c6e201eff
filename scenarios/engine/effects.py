"""What a step decides: small frozen values, in the imperative.

The engine orders; the handlers carry out. An effect carries phrases, never finished sentences.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from scenarios.engine.events import Content
from scenarios.engine.phrases import Phrase, Value
from scenarios.engine.templates import TemplateForm

__all__ = [
    "Ask",
    "CancelTimers",
    "ChangeSent",
    "Choice",
    "CloseTopic",
    "Do",
    "Effect",
    "Happen",
    "Hear",
    "KeepDeleted",
    "KeepReply",
    "KeepVersion",
    "Mirror",
    "Note",
    "Notify",
    "OpenHandoff",
    "OpenTopic",
    "Relay",
    "Say",
    "SendHistory",
    "SetTimer",
    "TakeBack",
    "TellTopic",
    "Template",
    "UpdateCard",
    "Watch",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the customer may tap: `data` goes on the button, `label` is shown."""

    data: str
    label: Phrase


@dataclass(frozen=True, slots=True)
class Ask:
    """How a message may be answered: its choices, or (`contact`) the customer's own phone shared by a tap."""

    choices: tuple[Choice, ...] = ()
    contact: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """An approved WhatsApp template: its `name` and its `form` in the business file (None when it is not there, so that
    none can be sent), and the values it shows."""

    name: str
    form: TemplateForm | None = None
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """The bot says `parts` (paragraphs of one message) to the customer; `template` goes instead where only one may."""

    parts: tuple[Phrase, ...]
    ask: Ask = Ask()
    template: Template | None = None


@dataclass(frozen=True, slots=True)
class Do:
    """Carry out a named action of the desk with these values; what came of it comes back as ActionDone with `data`."""

    action: str
    values: Mapping[str, str]
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Notify:
    """A line to the group of a desk, or to those who lead, about this contact."""

    desk: str
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Hear:
    """Keep what the customer said in the transcript; `label` is what they tapped, when the vendor did not tell it."""

    content: Content
    message: str
    sent_at: datetime
    tapped: bool = False
    label: Phrase | None = None


@dataclass(frozen=True, slots=True)
class KeepVersion:
    """Keep a changed text of a line beside its older versions."""

    line: str
    text: str


@dataclass(frozen=True, slots=True)
class KeepDeleted:
    """A customer took a message back: it stays in the transcript, marked."""

    line: str


@dataclass(frozen=True, slots=True)
class Mirror:
    """Show in the contact's topic what the customer said in this event."""

    content: Content
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Relay:
    """Send an agent's words to the customer; `message` is the agent's message in the topic."""

    content: Content
    agent: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class ChangeSent:
    """Change a line that was relayed to the customer."""

    line: str
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Delete at the customer's a line that was relayed."""

    line: str
    message: str


@dataclass(frozen=True, slots=True)
class KeepReply:
    """Keep in the transcript what the business answered past the desk, and show it in the topic."""

    content: Content
    name: str
    message: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """Keep an agent's words inside."""

    content: Content
    agent: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class TellTopic:
    """A line of the desk itself in the contact's topic; `mention` calls the agents on duty."""

    phrase: Phrase
    mention: bool = False
    reply_to: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class OpenHandoff:
    """The conversation comes to a desk: topic, card, summary, last messages, history document."""

    desk: str
    summary: Phrase | None
    again: bool


@dataclass(frozen=True, slots=True)
class SendHistory:
    """The whole history up to this event as a document into the topic."""


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """The contact's topic is open again: people talk with the customer."""


@dataclass(frozen=True, slots=True)
class CloseTopic:
    """The contact's topic is closed (its messages stay)."""


@dataclass(frozen=True, slots=True)
class UpdateCard:
    """The contact's card shows the context as it is now."""


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Wake this contact at `due` with `key` and `data`; a timer of the same key is replaced."""

    key: str
    due: datetime
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CancelTimers:
    """Timers whose key begins with `prefix` are not wanted any more."""

    prefix: str


@dataclass(frozen=True, slots=True)
class Happen:
    """Something that figures are computed from: opened, ended, handed_off, taken, replied, closed, asked_rating,
    rated, complained, opted_out, missed, followed_up, walked. `value` is a score, a reason or empty;
    of `opened` the version of the book it began with, of `walked` the scenario."""

    kind: str
    value: str = ""
    segment: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """Written to the audit log: who did or tried what."""

    who: str
    what: str


Effect: TypeAlias = (
    Say
    | Hear
    | KeepDeleted
    | KeepReply
    | KeepVersion
    | Mirror
    | Relay
    | ChangeSent
    | TakeBack
    | Note
    | Notify
    | Do
    | TellTopic
    | OpenHandoff
    | OpenTopic
    | SendHistory
    | CloseTopic
    | UpdateCard
    | SetTimer
    | CancelTimers
    | Happen
    | Watch
)

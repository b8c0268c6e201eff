"""What one Telegram update can mean to the desk.

Rule: an event of the engine where a contact is concerned; otherwise one of the small values here, each with
the `id` that is the same when Telegram delivers the update again and the UTC time `at` which we received it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from scenarios.engine.events import Agent, ButtonPressed, CustomerEvent, CustomerSaid, StaffEvent

__all__ = [
    "ALLOWED_UPDATES",
    "CHANNEL",
    "Arrival",
    "BotRights",
    "ChatMigrated",
    "GeneralCommand",
    "ManagerPressed",
    "ManagerSaid",
    "StaffSeen",
    "TopicMade",
    "Unread",
]

CHANNEL: Final = "telegram"
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "message_reaction", "my_chat_member")
"""What we ask Telegram for; message_reaction has to be named to arrive at all (Bot API, November 2026)."""


@dataclass(frozen=True, slots=True)
class ManagerSaid:
    """A manager wrote in the private chat with the bot. `said` is the same message as a customer's would be,
    for a manager who tries the desk as a customer would."""

    id: str
    at: datetime
    user: str
    name: str
    language: str
    text: str
    message: str
    chat: str
    said: CustomerSaid


@dataclass(frozen=True, slots=True)
class ManagerPressed:
    """A manager pressed a button in the private chat with the bot. `pressed` is the same press as a customer's would
    be."""

    id: str
    at: datetime
    user: str
    name: str
    language: str
    data: str
    chat: str
    pressed: ButtonPressed


@dataclass(frozen=True, slots=True)
class TopicMade:
    """The bot itself made a topic: adopts one that was made just before a crash."""

    id: str
    at: datetime
    chat: int
    thread: int
    name: str


@dataclass(frozen=True, slots=True)
class ChatMigrated:
    """A staff group got another id."""

    id: str
    at: datetime
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class BotRights:
    """The bot's standing in a group changed: creator, administrator, member, restricted, left or kicked.
    `topics` and `pins` say whether it may manage topics and pin messages."""

    id: str
    at: datetime
    chat: int
    status: str
    topics: bool = False
    pins: bool = False


@dataclass(frozen=True, slots=True)
class StaffSeen:
    """A person wrote in a staff group's General topic: somebody is there."""

    id: str
    at: datetime
    chat: int
    agent: Agent


@dataclass(frozen=True, slots=True)
class GeneralCommand:
    """A command outside of any contact's topic: in the General topic of a staff group or, by a manager only,
    in another group (`staff` false), which may become a desk's."""

    id: str
    at: datetime
    chat: int
    agent: Agent
    name: str
    rest: str
    message: str
    staff: bool = True


@dataclass(frozen=True, slots=True)
class Unread:
    """An update we do not know or cannot read; `raw` is its JSON."""

    id: str
    at: datetime
    kind: str
    raw: str


Arrival: TypeAlias = (
    CustomerEvent
    | StaffEvent
    | ManagerSaid
    | ManagerPressed
    | TopicMade
    | ChatMigrated
    | BotRights
    | StaffSeen
    | GeneralCommand
    | Unread
)

"""The doors of this room: what the corridor needs of storage, Redis and the messengers.

`bot/app.py` is where the real ones are put in, and where mypy sees that they fit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handlers.template_message import TemplateMessage
from scenarios.engine.events import Content, Media, Sender, Target
from scenarios.engine.kpi import CaseRow
from scenarios.engine.records import (
    Held,
    Letter,
    Line,
    Receipt,
    Recorded,
    Result,
    Standing,
    TimerRow,
    TopicRow,
    Turn,
    WaitingRow,
)

__all__ = [
    "Cache",
    "Channel",
    "ChannelDown",
    "GroupMoved",
    "Letters",
    "MediaStore",
    "Outgoing",
    "Rejected",
    "SendError",
    "Sent",
    "StaffRoom",
    "Store",
    "Throttled",
    "TopicGone",
    "Topics",
    "Transcripts",
    "Unreachable",
    "WindowClosed",
]


class SendError(Exception):
    """A messenger did not take a message. `reason` names the kind, `code` is the vendor's own word."""

    reason = "rejected"

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Throttled(SendError):
    """Slow down: try again after `retry_after` seconds. `scope` is chat (this destination) or account (all of it)."""

    reason = "throttled"

    def __init__(self, code: str, retry_after: float, scope: str = "chat") -> None:
        super().__init__(code)
        self.retry_after = retry_after
        self.scope = scope


class ChannelDown(SendError):
    """The messenger is down or does not answer: try again with growing pauses."""

    reason = "gave_up"


class WindowClosed(SendError):
    """WhatsApp's 24-hour window is closed: only a template would arrive."""

    reason = "window"


class Unreachable(SendError):
    """This person cannot be reached at this address (blocked us, no such number)."""

    reason = "unreachable"

    def __init__(self, code: str, blocked: bool = False) -> None:
        super().__init__(code)
        self.reason = "blocked" if blocked else "unreachable"


class Rejected(SendError):
    """The messenger will never take this message as it is."""

    def __init__(self, code: str, too_big: bool = False, account: bool = False) -> None:
        super().__init__(code)
        self.reason = "too_big" if too_big else "rejected"
        self.account = account


class TopicGone(SendError):
    """The topic was deleted: it must be made again."""

    reason = "topic_gone"


class GroupMoved(SendError):
    """The staff group got another id: it is `chat` from now on."""

    reason = "moved"

    def __init__(self, code: str, chat: int) -> None:
        super().__init__(code)
        self.chat = chat


@dataclass(frozen=True, slots=True)
class Sent:
    """The vendor's ids of what was sent."""

    chat: str
    message: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a customer, channel-neutral: text, choices as (data, label), a file, or a request for the phone.

    `share_label` is the label of the button that shares the customer's own phone; `list_label` opens a list;
    `pick` is the sentence that asks to answer with a number when neither buttons nor a list can carry the choices.
    `template` goes in place of all of it.
    """

    content: Content
    choices: tuple[tuple[str, str], ...] = ()
    share_label: str = ""
    list_label: str = ""
    pick: str = ""
    template: TemplateMessage | None = None


class Channel(Protocol):
    """A messenger towards customers. Every method raises only SendError kinds for what the vendor answers. `window` is
    how long after a customer's last message one may write freely; later only a template arrives."""

    name: str
    can_edit: bool
    can_delete: bool
    window: timedelta | None

    async def send(self, key: str, message: Outgoing) -> Sent: ...

    async def edit(self, key: str, message: str, text: str, caption: bool) -> None: ...

    async def delete(self, key: str, message: str) -> None: ...

    async def typing(self, key: str) -> None:
        """Show that an answer is coming; best effort, never raises for a vendor's refusal."""
        ...

    def fetch(self, media: Media) -> AsyncIterator[bytes]:
        """The bytes of a file that a customer or an agent sent on this channel."""
        ...


class StaffRoom(Protocol):
    """The staff's forum group. Raises SendError kinds; TopicGone when the thread does not exist any more."""

    async def create_topic(self, chat: int, name: str) -> int: ...

    async def post(
        self, chat: int, thread: int, text: str, mentions: Sequence[tuple[str, str, str]] = (), reply_to: str = ""
    ) -> str:
        """A text; `mentions` are (agent id, name, username) appended as a last line that really notifies them."""
        ...

    async def post_content(self, chat: int, thread: int, content: Content) -> str: ...

    async def post_document(self, chat: int, thread: int, path: str, name: str, caption: str) -> str: ...

    async def post_picture(self, chat: int, thread: int, path: str, caption: str) -> str: ...

    async def edit_text(self, chat: int, message: str, text: str) -> None: ...

    async def pin(self, chat: int, message: str) -> None: ...

    async def react(self, chat: int, message: str, emoji: str) -> None: ...

    async def close_topic(self, chat: int, thread: int) -> None: ...

    async def reopen_topic(self, chat: int, thread: int) -> None: ...

    async def admins(self, chat: int) -> Sequence[tuple[str, str, str]]:
        """(id, name, username) of the people who administer the group, bots left out."""
        ...


class Store(Protocol):
    """Contexts, contacts and turns in SQL."""

    async def find_contact(self, sender: Sender, at: datetime) -> str:
        """The contact of this sender, made at the first sight of them."""
        ...

    def forget(self, sender: Sender) -> None:
        """Do not answer from memory whose sender this is the next time: another process may have changed it."""
        ...

    async def contact_of_topic(self, chat: int, thread: int) -> str | None: ...

    async def target(self, chat: str, message: str) -> Target | None:
        """What a vendor's message is to us: a line that was heard, said, relayed or noted."""
        ...

    async def last_relayed(self, contact: str, agent: str) -> str | None:
        """The line of the agent's newest message to this customer that was not taken back."""
        ...

    async def load(self, contact: str) -> Held: ...

    async def record(self, turns: Sequence[Turn]) -> Sequence[Recorded]:
        """Write the turns in one transaction. Raises whatever the database raises; then nothing was written."""
        ...

    async def due_timers(self, now: datetime, most: int) -> Sequence[TimerRow]: ...

    async def first_response_seconds(self, most: int) -> Sequence[float]:
        """How long the most recent handoffs waited for a person's first words, newest first."""
        ...


class Letters(Protocol):
    """The outbox's table."""

    async def claim(self, destinations: Sequence[str], owner: str, now: datetime, until: datetime) -> Sequence[str]:
        """Those of the destinations that are ours now."""
        ...

    async def release(self, destinations: Sequence[str], owner: str) -> None: ...

    async def retire(self, destinations: Sequence[str], owner: str, until: datetime) -> Sequence[str]:
        """Free those destinations where no letter waits and whose claim does not last longer; which ones."""
        ...

    async def renew(self, owner: str, until: datetime) -> Sequence[str]:
        """Make all claims of the owner last longer; which ones there are."""
        ...

    async def unsent(self, destinations: Mapping[str, int], most: int) -> Sequence[Letter]:
        """Queued letters of the destinations in order, newer than the `seq` given for each."""
        ...

    async def waiting(self, now: datetime, most: int) -> Sequence[str]:
        """Destinations with letters due that nobody holds."""
        ...

    async def standing(self, letters: Sequence[str], owner: str) -> Mapping[str, Standing]:
        """How letters stand just before they are sent. Those that are not here wait as they were recorded, at a
        destination of the owner's, and no person holds their conversation."""
        ...

    async def mark(self, results: Sequence[Result], owner: str) -> Sequence[Receipt]:
        """Record what became of letters whose destination is still ours; receipts that had come too early."""
        ...

    async def wake_account(self, prefix: str, now: datetime) -> Sequence[str]:
        """Make the waiting letters of an account due now; their destinations."""
        ...

    async def sent_as(self, line: str) -> tuple[str, str, str, str, str, bool] | None:
        """(status, destination, chat, message, text, with a file) of the letter that carried a line to the customer."""
        ...


class Topics(Protocol):
    """Which thread of which group is whose, and who works there."""

    async def topic(self, contact: str) -> TopicRow | None: ...

    async def keep_topic(self, topic: TopicRow) -> None: ...

    async def lose_topic(self, contact: str, thread: int) -> None: ...

    async def move_group(self, old: int, new: int) -> None: ...

    async def agents_on_duty(self, chat: int, since: datetime, most: int) -> Sequence[tuple[str, str, str]]: ...


class Transcripts(Protocol):
    """Reading what was said."""

    def lines(self, contact: str, until_event: str = "", until_line: str = "") -> AsyncIterator[Line]:
        """A contact's lines of all channels in order, read in portions; up to and with an event, or before a line."""
        ...

    async def last_lines(self, contact: str, most: int, until_event: str) -> Sequence[Line]: ...

    async def find(self, words: str, most: int) -> Sequence[str]:
        """Contacts whose name, phone or id fits."""
        ...

    async def waiting_now(self) -> Sequence[WaitingRow]: ...

    async def cases(self, since: datetime, until: datetime) -> Sequence[CaseRow]: ...


class MediaStore(Protocol):
    """Files, kept once by the hash of their content."""

    async def keep(self, stream: AsyncIterator[bytes], most: int) -> tuple[str, int]:
        """Store a stream; (hash, size). Raises ValueError when it is larger than `most` bytes."""
        ...

    def path(self, hash: str) -> str: ...

    async def known(self, channel: str, ref: str) -> str | None: ...

    async def remember(self, channel: str, ref: str, hash: str, size: int, mime: str) -> None: ...


class Cache(Protocol):
    """Redis: copies, wake-ups, shared rates. Every method copes with a Redis that is down or empty."""

    async def get(self, contacts: Sequence[str]) -> Sequence[Held | None]: ...

    async def put(self, copies: Sequence[Held]) -> None: ...

    async def wake(self, destinations: Sequence[str]) -> None: ...

    def wakes(self) -> AsyncIterator[Sequence[str]]: ...

    async def take(self, bucket: str, capacity: float, per_second: float, reserve: float = 0.0) -> float:
        """Take a token of a shared bucket: 0.0 if taken, else the seconds until one is there."""
        ...

    async def pause(self, bucket: str, seconds: float) -> None:
        """Nobody takes from this bucket for so long (the vendor said so)."""
        ...

    async def paused(self, bucket: str) -> float:
        """For how many seconds yet nobody takes from this bucket, whichever process was told so."""
        ...

    async def lease(self, name: str, owner: str, seconds: float) -> bool: ...

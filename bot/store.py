"""The storage as the corridor sees it: contacts, turns, timers and receipts behind one door.

Here mypy sees that storage fits the ports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.measured import counted_turns, timed
from handlers.batching import Batch
from handlers.measures import DATABASE
from scenarios.engine.events import Sender, Target
from scenarios.engine.records import Held, Recorded, TimerRow, Turn
from storage.clock import Timers
from storage.contacts import Contacts
from storage.database import Database
from storage.posting import Claimer
from storage.recording import Recording

__all__ = ["DeskStore"]

TOGETHER = 100
"""Look-ups in one query."""


class DeskStore:
    """handlers.ports.Store over the database."""

    def __init__(self, database: Database, claimer: Claimer | None = None) -> None:
        self.contacts = Contacts(database)
        self._find: Batch[tuple[Sender, datetime], str] = Batch(
            timed(self.contacts.find_contacts, DATABASE, "find_contact"), TOGETHER
        )
        self._load: Batch[str, Held | None] = Batch(timed(self.contacts.load_many, DATABASE, "load"), TOGETHER)
        self._record = counted_turns(timed(Recording(database, claimer).record, DATABASE, "record"))
        self._timers = Timers(database)
        self._due_timers = timed(self._timers.due_timers, DATABASE, "timers")

    async def find_contact(self, sender: Sender, at: datetime) -> str:
        """The contact of this sender, made at the first sight of them."""
        return self.contacts.known(sender) or await self._find((sender, at))

    def forget(self, sender: Sender) -> None:
        """This sender is looked up in the database the next time."""
        self.contacts.forget(sender)

    async def contact_of_topic(self, chat: int, thread: int) -> str | None:
        """Whose topic this is."""
        return await self.contacts.contact_of_topic(chat, thread)

    async def target(self, chat: str, message: str) -> Target | None:
        """What a vendor's message is to us."""
        return await self.contacts.target(chat, message)

    async def last_relayed(self, contact: str, agent: str) -> str | None:
        """The agent's newest line to this customer."""
        return await self.contacts.last_relayed(contact, agent)

    async def load(self, contact: str) -> Held:
        """The context from the database. Raises LookupError for a contact that does not exist."""
        held = await self._load(contact)
        if held is None:
            raise LookupError(f"contact {contact} is not in the database")
        return held

    async def record(self, turns: Sequence[Turn]) -> Sequence[Recorded]:
        """Write turns in one transaction."""
        return await self._record(turns)

    async def due_timers(self, now: datetime, most: int) -> Sequence[TimerRow]:
        """Timers due."""
        return await self._due_timers(now, most)

    async def first_response_seconds(self, most: int) -> Sequence[float]:
        """How long recent handoffs waited."""
        return await self._timers.first_response_seconds(most)

"""Which thread of which staff group is whose, and who works there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from scenarios.engine.records import TopicRow
from storage import tables as t
from storage.database import Database
from storage.tables import micros

__all__ = ["TopicRows"]


class TopicRows:
    """The map contact ↔ topic. A deleted topic's row stays, without its thread, until it is made again."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def topic(self, contact: str) -> TopicRow | None:
        """The contact's topic as last known."""
        async with self._db.reading() as connection:
            row = (await connection.execute(select(t.topics).where(t.topics.c.contact == contact))).first()
        return None if row is None else TopicRow(**row._mapping)

    async def keep_topic(self, topic: TopicRow) -> None:
        """Write the topic's row as it is now."""
        row = {
            "contact": topic.contact,
            "chat": topic.chat,
            "thread": topic.thread,
            "name": topic.name,
            "closed": topic.closed,
            "card": topic.card,
            "card_text": topic.card_text,
            "making": None if topic.making is None else micros(topic.making),
            "times_made": topic.times_made,
        }
        changes = ", ".join(f"{name} = excluded.{name}" for name in row if name != "contact")
        async with self._db.writing() as connection:
            await self._db.insert(connection, t.topics, [row], f"ON CONFLICT (contact) DO UPDATE SET {changes}")

    async def lose_topic(self, contact: str, thread: int) -> None:
        """The thread does not exist any more."""
        async with self._db.writing() as connection:
            gone = update(t.topics).where(t.topics.c.contact == contact, t.topics.c.thread == thread)
            await connection.execute(gone.values(thread=None, card="", card_text="", closed=False, making=None))

    async def move_group(self, old: int, new: int) -> None:
        """A group became a supergroup: its topics are in the new chat."""
        async with self._db.writing() as connection:
            await connection.execute(update(t.topics).where(t.topics.c.chat == old).values(chat=new))
            there = select(t.agents.c.id).where(t.agents.c.chat == new)
            gone = delete(t.agents).where(t.agents.c.chat == old, t.agents.c.id.in_(there))
            await connection.execute(gone)
            await connection.execute(update(t.agents).where(t.agents.c.chat == old).values(chat=new))

    async def agents_on_duty(self, chat: int, since: datetime, most: int) -> Sequence[tuple[str, str, str]]:
        """(id, name, username) of those who were heard in the group lately, the most recent first."""
        query = (
            select(t.agents.c.id, t.agents.c.name, t.agents.c.username)
            .where(t.agents.c.chat == chat, t.agents.c.seen_at >= since)
            .order_by(t.agents.c.seen_at.desc())
            .limit(most)
        )
        async with self._db.reading() as connection:
            return [(row.id, row.name, row.username) for row in await connection.execute(query)]

"""Everything that happened with one contact, event by event, for who wants to tell it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scenarios.engine.contents import content_from
from scenarios.engine.records import Line
from storage import tables as t
from storage.database import Database

__all__ = ["Happened", "Stories"]


@dataclass(frozen=True, slots=True)
class Happened:
    """One event: its kind (the name of its class), the transcript lines that it made, and, of what has no line, whether
    people closed the conversation (`closed` is their reason) or one of them took it."""

    kind: str
    at: datetime
    lines: Sequence[Line]
    closed: str | None
    taken: bool


class Stories:
    """Reads what happened; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of(self, contact: str, most: int) -> list[Happened]:
        """The events of a contact from the first on, `most` of them at most."""
        async with self._db.reading() as connection:
            query = select(t.events).where(t.events.c.contact == contact).order_by(t.events.c.at, t.events.c.id)
            events = (await connection.execute(query.limit(most))).all()
            query = select(t.lines).where(t.lines.c.contact == contact).order_by(t.lines.c.seq)
            lines = (await connection.execute(query)).all()
            query = select(t.happenings).where(
                t.happenings.c.contact == contact, t.happenings.c.kind.in_(("closed", "taken"))
            )
            happenings = (await connection.execute(query)).all()
        by_event: dict[str, list[Line]] = {}
        for row in lines:
            line = Line(
                id=row.id,
                contact=row.contact,
                conversation=row.conversation,
                at=row.at,
                channel=row.channel,
                author=row.author,
                name=row.name,
                content=content_from(json.loads(row.content)),
                agent=row.agent,
                tapped=bool(row.tapped),
                seq=row.seq,
            )
            by_event.setdefault(row.event, []).append(line)
        closed = {row.at: str(row.value) for row in happenings if row.kind == "closed"}
        taken = {row.at for row in happenings if row.kind == "taken"}
        return [
            Happened(
                row.kind,
                row.at,
                tuple(by_event.get(row.id, ())),
                closed.get(row.at) if row.kind == "AgentCommanded" else None,
                row.kind == "AgentCommanded" and row.at in taken,
            )
            for row in events
        ]

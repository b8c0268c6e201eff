"""Refusals that nobody was told of yet: the process died between recording one and telling it.

Telling is an event like any other, with an id that derives from the letter or the line, so that whoever finds a refusal
untold may tell it, and it is told once. Each process looks for its share, and tells another's only when it finds it
again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row

from scenarios.engine.events import NotDelivered
from storage.database import Database
from storage.tables import micros

__all__ = ["Refusals"]

LOOK_BACK = timedelta(days=3)
"""Older ones are not told any more: a process that was down for longer has other news."""

MOST = 100


class Refusals:
    """Finds what was refused and not told."""

    def __init__(self, database: Database, mine: Callable[[str], bool] = lambda _: True) -> None:
        self._db = database
        self._mine = mine
        self._anothers: frozenset[str] = frozenset()

    async def untold(self, now: datetime) -> Sequence[NotDelivered]:
        """The events that tell them: letters that failed, and sent messages that were called failed later."""
        letters = self._db.statement(
            "SELECT l.id, l.contact, l.line, l.op, l.speaker, l.destination, l.reason, l.code FROM letters l "
            "WHERE l.status = 'failed' AND l.op IN ('say', 'edit', 'delete') AND l.contact <> '' AND l.at >= :since "
            "AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = 'refused:' || l.id) ORDER BY l.seq LIMIT :most"
        )
        lines = self._db.statement(
            "SELECT n.id, n.contact, n.reason, n.channel, l.speaker FROM lines n JOIN letters l ON l.line = n.id "
            "AND l.op = 'say' AND l.status = 'sent' WHERE n.status = 'failed' AND n.at >= :since "
            "AND NOT EXISTS (SELECT 1 FROM events e WHERE e.id = 'failed:' || n.id) ORDER BY n.seq LIMIT :most"
        )
        values = {"since": micros(now - LOOK_BACK), "most": MOST}
        async with self._db.reading() as connection:
            found = [_of_letter(row, now) for row in await connection.execute(letters, values)]
            found += [_of_line(row, now) for row in await connection.execute(lines, values)]
        left, self._anothers = self._anothers, frozenset(one.id for one in found if not self._mine(one.id))
        return [one for one in found if one.id not in self._anothers or one.id in left]


def _of_letter(row: Row[tuple[object, ...]], now: datetime) -> NotDelivered:
    speaker = "agent" if row.op in ("edit", "delete") else row.speaker
    channel = row.destination.split(":", 1)[0]
    return NotDelivered(f"refused:{row.id}", now, row.contact, row.line, row.reason, row.code, speaker, channel)


def _of_line(row: Row[tuple[object, ...]], now: datetime) -> NotDelivered:
    return NotDelivered(f"failed:{row.id}", now, row.contact, row.id, row.reason, "", row.speaker, row.channel)

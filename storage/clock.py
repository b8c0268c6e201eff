"""Timers that came due, and the recent past that waiting times are told from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from scenarios.engine.records import TimerRow
from storage.database import Database
from storage.tables import micros, moment

__all__ = ["Timers"]


class Timers:
    """Reading timers; firing one is a turn like any other, so two processes that see it harm nobody."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def due_timers(self, now: datetime, most: int) -> Sequence[TimerRow]:
        """Timers due, the oldest first."""
        sql = self._db.statement(
            "SELECT id, contact, key, due, data FROM timers WHERE due <= :now ORDER BY due LIMIT :most"
        )
        async with self._db.reading() as connection:
            rows = await connection.execute(sql, {"now": micros(now), "most": most})
            return [TimerRow(row.id, row.contact, row.key, moment(row.due), json.loads(row.data)) for row in rows]

    async def next_of(self, contact: str) -> TimerRow | None:
        """The timer of a contact that comes due first; albums that are still gathering are none to wait for."""
        sql = self._db.statement(
            "SELECT id, contact, key, due, data FROM timers WHERE contact = :contact AND key NOT LIKE 'album:%' "
            "ORDER BY due, key LIMIT 1"
        )
        async with self._db.reading() as connection:
            row = (await connection.execute(sql, {"contact": contact})).first()
        return TimerRow(row.id, row.contact, row.key, moment(row.due), json.loads(row.data)) if row else None

    async def first_response_seconds(self, most: int) -> Sequence[float]:
        """How long the most recent handoffs waited for a person's first words, newest first."""
        sql = self._db.statement(
            "SELECT r.at - h.at AS waited FROM happenings r JOIN happenings h ON h.contact = r.contact "
            "AND h.conversation = r.conversation AND h.kind = 'handed_off' "
            "WHERE r.kind = 'replied' AND r.at >= h.at ORDER BY r.at DESC LIMIT :most"
        )
        async with self._db.reading() as connection:
            return [row.waited / 1_000_000 for row in await connection.execute(sql, {"most": most})]

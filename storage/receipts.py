"""Receipts: a sent message was delivered, read, or refused after all. Ranks only rise.

One that comes before its message is known is kept and matched when the message's id is recorded.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.records import Receipt
from storage.database import Database, packed, storable
from storage.tables import micros

__all__ = ["RANK", "Receipts", "apply_early"]

RANK = {"": 0, "queued": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": 5}
"""sent < delivered < read < played (Meta, read without delivered happens); failed is told whenever it comes."""


KEPT = timedelta(days=31)
"""How long a receipt waits for its message: WhatsApp tries to deliver for 30 days (Meta, 2026)."""


class Receipts:
    """Raises the rank of sent lines."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def raise_status(
        self, channel: str, message: str, status: str, at: datetime, reason: str, code: str
    ) -> Receipt | None:
        """The receipt's effect, None when it changes nothing or its message is not known yet (it is kept then)."""
        message, reason, code = storable(message), storable(reason), storable(code)
        async with self._db.writing() as connection:
            receipt, known = await _raise(self._db, connection, channel, message, status, reason, code)
            if not known:
                sql = self._db.statement(
                    "INSERT INTO early_receipts (channel, message, status, at, reason, code) "
                    "VALUES (:channel, :message, :status, :at, :reason, :code) ON CONFLICT DO NOTHING"
                )
                values = {
                    "channel": channel,
                    "message": message,
                    "status": status,
                    "at": micros(at),
                    "reason": reason,
                    "code": code,
                }
                await connection.execute(sql, values)
            return receipt

    async def match(self, now: datetime) -> list[Receipt]:
        """Receipts that were being kept in the very moment in which their message was recorded; what no message of
        ours will ever match is forgotten."""
        async with self._db.writing() as connection:
            old = self._db.statement("DELETE FROM early_receipts WHERE at < :old")
            await connection.execute(old, {"old": micros(now - KEPT)})
            known = self._db.statement(
                "SELECT DISTINCT e.message FROM early_receipts e JOIN letters l ON l.message = e.message LIMIT 500"
            )
            messages = [row[0] for row in await connection.execute(known)]
            return await apply_early(self._db, connection, messages)


async def apply_early(db: Database, connection: AsyncConnection, messages: Sequence[str]) -> list[Receipt]:
    """The kept receipts of messages whose ids are recorded by now."""
    if not messages:
        return []
    sql = (
        "DELETE FROM early_receipts WHERE message IN "
        f"(SELECT message FROM {db.rows({'message': 'text'})} AS r) RETURNING channel, message, status, reason, code"
    )
    rows = await connection.execute(db.statement(sql), {"rows": packed([{"message": one} for one in messages])})
    found = []
    for channel, message, status, reason, code in sorted(rows.all(), key=lambda row: RANK.get(row[2], 0)):
        receipt, _ = await _raise(db, connection, channel, message, status, reason, code)
        if receipt is not None:
            found.append(receipt)
    return found


async def _raise(
    db: Database, connection: AsyncConnection, channel: str, message: str, status: str, reason: str, code: str
) -> tuple[Receipt | None, bool]:
    find = db.statement(
        "SELECT letters.contact, letters.line, letters.speaker, letters.payload, lines.status FROM letters "
        "JOIN lines ON lines.id = letters.line "
        "WHERE letters.message = :message AND letters.op = 'say' "
        "AND substr(letters.destination, 1, length(CAST(:channel AS text))) = :channel"
    )
    row = (await connection.execute(find, {"message": message, "channel": channel})).first()
    if row is None:
        return None, False
    if RANK.get(status, 0) <= RANK.get(row.status, 0):
        return None, True
    raise_it = db.statement("UPDATE lines SET status = :status, reason = :reason WHERE id = :line")
    await connection.execute(raise_it, {"status": status, "reason": reason, "line": row.line})
    source = str(json.loads(row.payload).get("source", ""))
    return Receipt(row.contact, row.line, row.speaker, channel, status, source, reason, code), True

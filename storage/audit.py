"""Reading the audit log: who did or tried what."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from scenarios.engine.records import AuditRow
from storage import tables as t
from storage.database import Database

__all__ = ["Audit"]

TRIED = "tried /"


class Audit:
    """The reading side; rows are written with what they tell of."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def tried(self, most: int) -> Sequence[AuditRow]:
        """Who tried a manager's command without being one, the newest first; `what` is the command."""
        query = select(t.audit).where(t.audit.c.what.startswith(TRIED)).order_by(t.audit.c.id.desc()).limit(most)
        async with self._db.reading() as connection:
            return [AuditRow(row.at, row.who, row.what.removeprefix(TRIED)) for row in await connection.execute(query)]

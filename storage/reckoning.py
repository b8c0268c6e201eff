"""Sums for whoever holds the desk against what the messengers say: which events are stored, what became of letters.

It reads everything there is, so it is for a small desk that is looked at closely, not for a busy one.
"""

from __future__ import annotations

from dataclasses import dataclass

from storage.database import Database

__all__ = ["Posted", "Reckoning"]

MOST = 50_000


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter: `status` queued, sent, failed or dropped; `chat` and `message` where the messenger put it."""

    destination: str
    op: str
    status: str
    chat: str
    message: str


class Reckoning:
    """Reads the sums."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def events(self) -> set[str]:
        """The ids of all stored events."""
        async with self._db.reading() as connection:
            found = await connection.execute(self._db.statement(f"SELECT id FROM events LIMIT {MOST}"))
            return {row[0] for row in found}

    async def letters(self) -> list[Posted]:
        """All letters, the oldest first."""
        sql = f"SELECT destination, op, status, chat, message FROM letters ORDER BY seq LIMIT {MOST}"
        async with self._db.reading() as connection:
            return [Posted(*row) for row in await connection.execute(self._db.statement(sql))]

    async def timers(self) -> int:
        """How many timers are set."""
        async with self._db.reading() as connection:
            return int((await connection.execute(self._db.statement("SELECT count(*) FROM timers"))).scalar_one())

"""When customers were heard: the last time on a channel, and how many began a conversation in a stretch of the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scenarios.engine.trial import ACCOUNT as TRIAL
from storage.database import Database
from storage.tables import micros, moment

__all__ = ["Hearing"]

LOOK_BACK = 2_000
"""Of the newest lines: whoever was not heard in so many was not heard lately."""


class Hearing:
    """Reads lines and happenings by their indexes."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def last(self, channel: str) -> datetime | None:
        """When a customer of this channel last wrote, as far as the newest lines tell; None when in none of them."""
        sql = self._db.statement(
            "SELECT max(at) FROM (SELECT at, channel, author, chat FROM lines ORDER BY seq DESC LIMIT :most) AS newest "
            "WHERE author = 'customer' AND channel = :channel AND chat NOT LIKE :trial"
        )
        # A manager who plays a customer came by no such channel, and not at that time.
        values = {"most": LOOK_BACK, "channel": channel, "trial": f"{channel}:{TRIAL}:%"}
        async with self._db.reading() as connection:
            found = (await connection.execute(sql, values)).scalar_one()
        return None if found is None else moment(found)

    async def first(self) -> datetime | None:
        """When the desk's first conversation began."""
        sql = self._db.statement("SELECT min(at) FROM happenings WHERE kind = 'opened'")
        async with self._db.reading() as connection:
            found = (await connection.execute(sql)).scalar_one()
        return None if found is None else moment(found)

    async def opened(self, channel: str, stretches: Sequence[tuple[datetime, datetime]]) -> list[int]:
        """How many conversations began on a channel in each stretch (from, until before)."""
        sql = self._db.statement(
            "SELECT count(*) FROM happenings "
            "WHERE kind = 'opened' AND at >= :start AND at < :end AND channel = :channel"
        )
        counts = []
        async with self._db.reading() as connection:
            for start, end in stretches:
                values = {"start": micros(start), "end": micros(end), "channel": channel}
                counts.append(int((await connection.execute(sql, values)).scalar_one()))
        return counts

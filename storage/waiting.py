"""What waits, in figures: unsent letters by lane and how old the oldest is, and timers that are late.

Asked by one process every few seconds. The rows that are read are those that wait (partial index `ix_letters_queued`),
however many were sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.database import Database
from storage.tables import micros, moment

__all__ = ["LaneWaiting", "Waiting"]

LETTERS = (
    "SELECT lane, count(*), min(CASE WHEN since <= :now THEN since END), "
    "sum(CASE WHEN since <= :late THEN 1 ELSE 0 END) "
    "FROM (SELECT CASE WHEN destination LIKE 'topic:%' THEN 'topic' WHEN destination LIKE 'extra:%' THEN 'extra' "
    "WHEN destination LIKE 'media:%' THEN 'media' WHEN contact = '' THEN 'manager' "
    "WHEN destination LIKE 'telegram:%' THEN 'customer_telegram' WHEN destination LIKE 'whatsapp:%' "
    "THEN 'customer_whatsapp' ELSE 'other' END AS lane, "
    "CASE WHEN attempts = 0 THEN due ELSE at END AS since FROM letters WHERE status = 'queued') AS q GROUP BY lane"
)
"""A letter that was never tried may go from its due time on; one that was tried waits since it was written."""

TIMERS = "SELECT min(due) FROM timers"


@dataclass(frozen=True, slots=True)
class LaneWaiting:
    """The unsent letters of one lane: how many, since when the oldest that may go waits, how many of those are late."""

    lane: str
    letters: int
    oldest: datetime | None
    late: int


class Waiting:
    """Reads what waits."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def look(self, now: datetime, late: datetime) -> tuple[Sequence[LaneWaiting], datetime | None]:
        """The lanes in which letters wait, those since before `late` counted as late; the due time of the oldest timer,
        None when it is still to come or there is none."""
        async with self._db.reading() as connection:
            rows = await connection.execute(self._db.statement(LETTERS), {"now": micros(now), "late": micros(late)})
            lanes = [LaneWaiting(lane, count, _moment(oldest), int(behind)) for lane, count, oldest, behind in rows]
            due = _moment((await connection.execute(self._db.statement(TIMERS))).scalar_one())
        return lanes, due if due is not None and due <= now else None

    async def answers(self) -> None:
        """Raises what the database raises when it does not answer."""
        async with self._db.reading() as connection:
            await connection.execute(self._db.statement("SELECT 1"))


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)

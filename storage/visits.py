"""Visits in SQL: booked, moved and cancelled once per letter, never more at once than there are hands.

Every action's outcome is written in the transaction that carried it out, under the letter's id: the same letter,
carried out again after a crash, gets the same answer and changes nothing. Who wants to write takes one lock for all
visits, so that of two customers who want the last free time only one gets it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.visits import Done, Span, Visit, has_room
from storage.database import Database, storable
from storage.visit_tables import actions, visits

__all__ = ["Visits"]

BOOKING = 0x71AE
"""The advisory lock under which one process changes visits while the others wait."""

_VISIT = (
    visits.c.id,
    visits.c.contact,
    visits.c.service,
    visits.c.begins,
    visits.c.ends,
    visits.c.status,
    visits.c.place,
    visits.c.need,
)
_Work = Callable[[AsyncConnection], Awaitable[Done]]


class Visits:
    """handlers.ports.Visits over the database. `letter` is everywhere the id of the letter that asks for the action."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def result(self, letter: str) -> Done | None:
        """What became of an action that was carried out already."""
        async with self._db.reading() as connection:
            return await self._known(connection, letter)

    async def settle(self, letter: str, outcome: str, at: datetime) -> Done:
        """Write down an outcome that changes no visit."""

        async def work(_: AsyncConnection) -> Done:
            return Done(outcome)

        return await self._once(letter, at, work)

    async def book(self, letter: str, visit: Visit, capacity: int, at: datetime) -> Done:
        """`booked` if there is room for the visit, else `taken`."""

        async def work(connection: AsyncConnection) -> Done:
            if not await self._room(connection, (visit.begins, visit.ends), capacity):
                return Done("taken")
            row = {column.name: getattr(visit, column.name) for column in _VISIT}
            row |= {"place": storable(visit.place), "need": storable(visit.need)}
            await connection.execute(insert(visits).values(**row, made_at=at))
            return Done("booked", visit)

        return await self._once(letter, at, work)

    async def move(
        self, letter: str, contact: str, order: str, span: Span, capacity: int, earliest: datetime, at: datetime
    ) -> Done:
        """`moved` to another time, `taken` when there is no room, `too_late` when it begins before `earliest` or is no
        visit ahead of this contact."""

        async def work(connection: AsyncConnection) -> Done:
            visit = await self._mine(connection, contact, order)
            if visit is None or visit.status != "booked" or visit.begins < earliest:
                return Done("too_late", visit)
            if not await self._room(connection, span, capacity, but=order):
                return Done("taken", visit)
            found = visits.c.id == order
            await connection.execute(update(visits).where(found).values(begins=span[0], ends=span[1]))
            return Done("moved", await self._mine(connection, contact, order))

        return await self._once(letter, at, work)

    async def cancel(self, letter: str, contact: str, order: str, earliest: datetime, at: datetime) -> Done:
        """`cancelled` (also when it was already), `too_late` when it begins before `earliest` or is no visit of this
        contact."""

        async def work(connection: AsyncConnection) -> Done:
            visit = await self._mine(connection, contact, order)
            if visit is None or (visit.status == "booked" and visit.begins < earliest):
                return Done("too_late", visit)
            await connection.execute(update(visits).where(visits.c.id == order).values(status="cancelled"))
            return Done("cancelled", await self._mine(connection, contact, order))

        return await self._once(letter, at, work)

    async def next_of(self, contact: str, at: datetime) -> Visit | None:
        """The contact's next visit."""
        asked = select(*_VISIT).where(
            visits.c.contact == contact, visits.c.begins > at, visits.c.status == "booked"
        )  # fmt: skip
        async with self._db.reading() as connection:
            row = (await connection.execute(asked.order_by(visits.c.begins).limit(1))).first()
        return None if row is None else _visit(row)

    async def taken(self, since: datetime, until: datetime, longest: timedelta) -> Sequence[Span]:
        """The times of all visits booked that begin in this span, or at most `longest` before it."""
        asked = select(visits.c.begins, visits.c.ends).where(
            visits.c.status == "booked", visits.c.begins > since - longest, visits.c.begins < until
        )
        async with self._db.reading() as connection:
            return [(row.begins, row.ends) for row in await connection.execute(asked.order_by(visits.c.begins))]

    async def _once(self, letter: str, at: datetime, work: _Work) -> Done:
        async def carried_out(connection: AsyncConnection) -> Done:
            if self._db.postgres:
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({BOOKING})"))
            known = await self._known(connection, letter)
            if known is not None:
                return known
            done = await work(connection)
            about = done.visit.id if done.visit is not None else ""
            await connection.execute(insert(actions).values(id=letter, outcome=done.outcome, visit=about, at=at))
            return done

        return await self._db.write(carried_out)

    async def _known(self, connection: AsyncConnection, letter: str) -> Done | None:
        asked = select(actions.c.outcome, actions.c.visit).where(actions.c.id == letter)
        row = (await connection.execute(asked)).first()
        if row is None:
            return None
        found = (await connection.execute(select(*_VISIT).where(visits.c.id == row.visit))).first()
        return Done(row.outcome, None if found is None else _visit(found))

    async def _mine(self, connection: AsyncConnection, contact: str, order: str) -> Visit | None:
        asked = select(*_VISIT).where(visits.c.id == order, visits.c.contact == contact)
        row = (await connection.execute(asked)).first()
        return None if row is None else _visit(row)

    async def _room(self, connection: AsyncConnection, span: Span, capacity: int, but: str = "") -> bool:
        # A visit that began longer ago than a day is over, whatever the rules say now.
        asked = select(visits.c.begins, visits.c.ends).where(
            visits.c.status == "booked",
            visits.c.begins > span[0] - timedelta(days=1),
            visits.c.begins < span[1],
            visits.c.id != but,
        )
        return has_room(span, [(row.begins, row.ends) for row in await connection.execute(asked)], capacity)


def _visit(row: Any) -> Visit:
    return Visit(**row._mapping)

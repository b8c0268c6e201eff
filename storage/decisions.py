"""What the desk knows and intends for one contact at this moment, for whoever wants to watch it at work.

Rule: looking costs the desk nothing. Everything here reads what the corridor has written anyway, from a connection of
its own; nothing in the desk calls it, waits for it or writes for it. `hurry` alone changes something, and only when.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scenarios.engine.contents import content_from
from scenarios.engine.context import Context, unpack
from scenarios.engine.events import Content
from scenarios.engine.records import Letter, TimerRow
from storage.database import Database
from storage.tables import micros, moment

__all__ = ["Decided", "Decisions", "Waiting"]

LETTERS_SHOWN = 12
HAPPENINGS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter that was not sent yet. `reason` and `code` say why its last try failed, both empty before the first;
    `held` says that a process has its destination in hands."""

    letter: Letter
    reason: str
    code: str
    held: bool


@dataclass(frozen=True, slots=True)
class Decided:
    """A contact as the last turn left it. `version` counts the turns that changed the context; `heard` is the
    customer's newest line, `tapped` that it was a button; `happened` are (kind, value, time), the newest first."""

    context: Context
    version: int
    heard: Content | None = None
    tapped: bool = False
    heard_at: datetime | None = None
    waiting: Sequence[Waiting] = ()
    waiting_in_all: int = 0
    timers: Sequence[TimerRow] = ()
    thread: int = 0
    """The contact's topic in the staff group, 0 before there is one."""
    happened: Sequence[tuple[str, str, datetime]] = field(default=())


class Decisions:
    """Looks into a desk's database from outside."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def contact_of(self, addresses: Sequence[str]) -> str | None:
        """The contact with one of these addresses ("telegram:ACCOUNT:KEY"); None when the desk never heard of it."""
        sql = "SELECT contact FROM addresses WHERE key = :key"
        async with self._db.reading() as connection:
            for key in addresses:
                row = (await connection.execute(self._db.statement(sql), {"key": key})).first()
                if row is not None:
                    return str(row[0])
        return None

    async def of(self, contact: str) -> Decided | None:
        """Everything about a contact; None when there is none."""
        who: Mapping[str, object] = {"contact": contact}
        statement = self._db.statement
        async with self._db.reading() as connection:
            sql = "SELECT data, version FROM contexts WHERE contact = :contact"
            row = (await connection.execute(statement(sql), who)).first()
            if row is None:
                return None
            sql = (
                "SELECT content, tapped, at FROM lines WHERE contact = :contact AND author = 'customer' "
                "ORDER BY seq DESC LIMIT 1"
            )
            heard = (await connection.execute(statement(sql), who)).first()
            sql = (
                "SELECT l.seq, l.id, l.contact, l.destination, l.op, l.payload, l.speaker, l.epoch, l.line, l.at, "
                "l.due, l.attempts, l.reason, l.code, d.owner FROM letters l "
                "LEFT JOIN destinations d ON d.key = l.destination "
                "WHERE l.contact = :contact AND l.status = 'queued' ORDER BY l.seq"
            )
            letters = (await connection.execute(statement(sql), who)).all()
            sql = "SELECT thread FROM topics WHERE contact = :contact"
            topic = (await connection.execute(statement(sql), who)).first()
            sql = "SELECT id, contact, key, due, data FROM timers WHERE contact = :contact ORDER BY due"
            timers = (await connection.execute(statement(sql), who)).all()
            sql = (
                "SELECT kind, value, at FROM happenings WHERE contact = :contact AND conversation = "
                "(SELECT max(conversation) FROM happenings WHERE contact = :contact) ORDER BY id DESC "
                f"LIMIT {HAPPENINGS_SHOWN}"
            )
            happened = (await connection.execute(statement(sql), who)).all()
        return Decided(
            context=unpack(row.data),
            version=row.version,
            heard=None if heard is None else content_from(json.loads(heard.content)),
            tapped=heard is not None and bool(heard.tapped),
            heard_at=None if heard is None else moment(heard.at),
            waiting=[
                Waiting(
                    Letter(
                        one.id, one.contact, one.destination, one.op, json.loads(one.payload), one.speaker, one.epoch,
                        moment(one.at), one.line, one.seq, one.attempts, moment(one.due),
                    ),
                    one.reason, one.code, one.owner is not None,
                )
                for one in letters[:LETTERS_SHOWN]
            ],
            waiting_in_all=len(letters),
            timers=[TimerRow(one.id, one.contact, one.key, moment(one.due), json.loads(one.data)) for one in timers],
            thread=int(topic.thread or 0) if topic is not None else 0,
            happened=[(one.kind, one.value, moment(one.at)) for one in happened],
        )  # fmt: skip

    async def hurry(self, timer: str, now: datetime) -> bool:
        """A timer that would fire later is due now, and the desk's own clock fires it; False when it is not there."""
        sql = "UPDATE timers SET due = :now WHERE id = :id AND due > :now"
        async with self._db.writing() as connection:
            result = await connection.execute(self._db.statement(sql), {"id": timer, "now": micros(now)})
            return result.rowcount == 1

    async def changes(self, every: float) -> AsyncGenerator[int, None]:
        """A number at once and again whenever something may have been written, looked at each `every` seconds.

        SQLite tells without reading anything whether another connection has committed; elsewhere each look counts.
        """
        looks, before = 0, -1
        async with self._db.reading() as connection:
            while True:
                if self._db.postgres:
                    seen = looks
                else:
                    # Outside a transaction the answer is the present one.
                    seen = int((await connection.exec_driver_sql("PRAGMA data_version")).scalar_one())
                    await connection.rollback()
                if seen != before:
                    before = seen
                    yield seen
                looks += 1
                await asyncio.sleep(every)

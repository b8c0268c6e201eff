"""Who is alive: a process holds a name, and what dead processes held is free at once.

On PostgreSQL the name is an advisory lock of a connection that is kept open: the server frees it the moment the process
dies. On SQLite the data directory's lock already says that this process is the only one.
"""

from __future__ import annotations

import secrets
import zlib

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.outbox import Outbox

__all__ = ["Owner"]

LOCK_CLASS = 0x71AB
"""The first half of our advisory locks, so that other users of the database do not collide with them."""


class Owner:
    """This process's name as a sender."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._db = database
        self._outbox = outbox
        self._number = 0
        self._connection: AsyncConnection | None = None
        self._living: list[str] = []

    @property
    def name(self) -> str:
        """The name that claims are made in."""
        return str(self._number)

    async def arrive(self) -> None:
        """Take a name and free what the dead held; after a lost connection the same name again, since letters may be
        under way in it. Raises LookupError while the database still holds it for the lost connection."""
        self._number = self._number or secrets.randbelow(2**31 - 2) + 1
        if self._db.postgres:
            connection = await self._db.engine.connect()
            try:
                sql = f"SELECT pg_try_advisory_lock({LOCK_CLASS}, {self._number})"
                taken = (await connection.exec_driver_sql(sql)).scalar_one()
                await connection.commit()
                if not taken:
                    raise LookupError(f"the name {self._number} is still held")
            except BaseException:
                await connection.close()
                raise
            self._connection = connection
        await self.bury()

    async def still_here(self) -> bool:
        """Whether the name is still ours (its connection answers); a lost name must be taken anew."""
        if self._connection is None:
            return not self._db.postgres
        await self._connection.exec_driver_sql("SELECT 1")
        await self._connection.commit()
        return True

    async def alive(self) -> set[str]:
        """The names of the senders that live, ours among them."""
        names = {self.name}
        if self._db.postgres:
            # A server has many databases, and other desks in them.
            sql = (
                f"SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = {LOCK_CLASS} AND granted "
                "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            async with self._db.reading() as connection:
                names |= {str(row[0]) for row in await connection.exec_driver_sql(sql)}
        return names

    async def bury(self) -> int:
        """Free what senders hold that are not alive; how many destinations that were."""
        # Holders first: whoever arrives while this looks around lives already when the living are counted.
        holders, living = await self._outbox.owners(), await self.alive()
        self._living = sorted(living)
        dead = holders - living
        return await self._outbox.bury(sorted(dead)) if dead else 0

    @property
    def processes(self) -> int:
        """How many live, by the last look around (`bury`)."""
        return max(1, len(self._living))

    def mine(self, work: str) -> bool:
        """Whether this process is the one to do what all of them could do and one is enough for; by the last look
        around, so for a moment it may be nobody's or two processes', which must harm nobody."""
        living = self._living or [self.name]
        return living[zlib.crc32(work.encode()) % len(living)] == self.name

    async def leave(self) -> None:
        """Give the name and everything held back."""
        connection, self._connection = self._connection, None
        if connection is not None:
            # Not back into the pool, where it would go on holding the name.
            await connection.invalidate()
            await connection.close()

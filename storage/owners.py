"""Who is alive: a process holds a name, and what dead processes held is free at once.

On PostgreSQL the name is an advisory lock of a connection that is kept open: the server frees it the moment the process
dies. On SQLite the data directory's lock already says that this process is the only one.
"""

from __future__ import annotations

import secrets

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

    @property
    def name(self) -> str:
        """The name that claims are made in."""
        return str(self._number)

    async def arrive(self) -> None:
        """Take a name and free what the dead held."""
        self._number = secrets.randbelow(2**31 - 2) + 1
        if self._db.postgres:
            self._connection = await self._db.engine.connect()
            await self._connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK_CLASS}, {self._number})")
            await self._connection.commit()
        await self.bury()

    async def still_here(self) -> bool:
        """Whether the name is still ours (its connection answers); a lost name must be taken anew."""
        if self._connection is None:
            return not self._db.postgres
        await self._connection.exec_driver_sql("SELECT 1")
        await self._connection.commit()
        return True

    async def bury(self) -> int:
        """Free what senders hold that are not alive; how many destinations that were."""
        alive = [self.name]
        if self._db.postgres:
            sql = f"SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = {LOCK_CLASS} AND granted"
            async with self._db.reading() as connection:
                alive += [str(row[0]) for row in await connection.exec_driver_sql(sql)]
        return await self._outbox.bury(alive)

    async def leave(self) -> None:
        """Give the name and everything held back."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

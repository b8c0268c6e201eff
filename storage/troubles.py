"""Which troubles managers were told of: one ledger for all processes, so that each is told once, and its end too."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.records import Letter
from storage import tables as t
from storage.database import Database, as_json, packed
from storage.posting import letter_row
from storage.tables import micros, moment

__all__ = ["AGAIN", "RELAPSE", "Troubles"]

AGAIN = timedelta(hours=1)
"""How long a trouble that goes on is not told again."""

RELAPSE = timedelta(minutes=10)
"""How long one that was called over is not told again, when it comes back."""

_KEY = "told:"


class Troubles:
    """The ledger, and the letters that tell managers, in one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def begin(self, kind: str, letters: Sequence[Letter], now: datetime) -> bool:
        """Tell of a trouble, unless it was told lately; whether the letters were written."""
        async with self._db.writing() as connection:
            told, is_open = await self._entry(connection, kind)
            if told is not None and now - told < (AGAIN if is_open else RELAPSE):
                return False
            await self._write(connection, letters)
            await self._keep(connection, kind, now, is_open=True)
        return True

    async def end(self, kind: str, letters: Sequence[Letter]) -> bool:
        """Tell that a trouble is over, if it was told and is not over yet; whether the letters were written."""
        async with self._db.writing() as connection:
            told, is_open = await self._entry(connection, kind)
            if told is None or not is_open:
                return False
            await self._write(connection, letters)
            await self._keep(connection, kind, told, is_open=False)
        return True

    async def open(self) -> set[str]:
        """The troubles that were told and are not over."""
        sql = self._db.statement("SELECT key, value FROM meta WHERE key LIKE 'told:%'")
        async with self._db.reading() as connection:
            rows = await connection.execute(sql)
            return {key.removeprefix(_KEY) for key, value in rows if json.loads(value)["open"]}

    async def languages(self, managers: Collection[int]) -> dict[int, str]:
        """The language code of each manager who was seen, as their messenger last told it."""
        sql = f"SELECT a.id, a.language FROM {self._db.rows({'id': 'text'})} AS r JOIN agents a ON a.id = r.id"
        asked = packed([{"id": str(who)} for who in managers])
        async with self._db.reading() as connection:
            rows = await connection.execute(self._db.statement(f"{sql} ORDER BY a.seen_at"), {"rows": asked})
            return {int(row.id): row.language for row in rows if row.language}

    async def _entry(self, connection: AsyncConnection, kind: str) -> tuple[datetime | None, bool]:
        """When a trouble was last told, and whether it still is one; the row is ours until the transaction ends."""
        made = self._db.statement("INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO NOTHING")
        await connection.execute(made, {"key": _KEY + kind, "value": as_json({"told": None, "open": False})})
        lock = " FOR UPDATE" if self._db.postgres else ""
        sql = self._db.statement(f"SELECT value FROM meta WHERE key = :key{lock}")
        entry = json.loads((await connection.execute(sql, {"key": _KEY + kind})).scalar_one())
        return None if entry["told"] is None else moment(entry["told"]), bool(entry["open"])

    async def _keep(self, connection: AsyncConnection, kind: str, told: datetime, *, is_open: bool) -> None:
        sql = self._db.statement("UPDATE meta SET value = :value WHERE key = :key")
        value = as_json({"told": micros(told), "open": is_open})
        await connection.execute(sql, {"key": _KEY + kind, "value": value})

    async def _write(self, connection: AsyncConnection, letters: Sequence[Letter]) -> None:
        rows = [letter_row(one) for one in letters]
        await self._db.insert(connection, t.letters, rows, "ON CONFLICT DO NOTHING")

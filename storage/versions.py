"""Versions of the scenario files, the books made of them, and the journal of what runs.

Rule: the journal only grows, and only by `publish`, which knows the row that its change was decided upon: of two who
change something at once, one is told to look again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.records import AuditRow, Letter, Live
from scenarios.engine.rollouts import Change, Forms, StoredFile
from storage import tables as t
from storage.database import Database, as_json, packed, storable
from storage.posting import letter_row
from storage.tables import micros, moment

__all__ = ["Versions"]

PUBLISHING = 0x71AD
"""The advisory lock under which one process writes into the journal while the others wait."""

_NO_TEXTS = "{}"
_CHANGE = "id, at, who, kind, scenario, version, percent, undoes"


class Versions:
    """What storage keeps of scenarios."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def newest(self) -> int:
        """The number of the newest change, 0 before the first."""
        async with self._db.reading() as connection:
            return await self._newest(connection)

    async def changes(self, after: int = 0) -> list[Change]:
        """The changes after that number, the oldest first."""
        sql = self._db.statement(f"SELECT {_CHANGE} FROM scenario_changes WHERE id > :after ORDER BY id")
        async with self._db.reading() as connection:
            rows = (await connection.execute(sql, {"after": after})).all()
        return [
            Change(row.id, moment(row.at), row.who, row.kind, row.scenario, row.version, row.percent, row.undoes)
            for row in rows
        ]

    async def publish(
        self,
        seen: int,
        files: Sequence[StoredFile],
        books: Mapping[str, Mapping[str, str]],
        changes: Sequence[Change],
        at: datetime,
        letters: Sequence[Letter] = (),
        audit: Sequence[AuditRow] = (),
    ) -> bool:
        """Write changes with the files and books they speak of, and who is told, in one transaction. False, and nothing
        was written, when `seen` is not the newest change any more: somebody else was faster."""
        async with self._db.writing() as connection:
            if self._db.postgres:
                await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({PUBLISHING})")
            if await self._newest(connection) != seen:
                return False
            await self._keep(connection, files, at)
            await self._keep_books(connection, books)
            await self._db.insert(connection, t.scenario_changes, [_change_row(change) for change in changes])
            await self._db.insert(connection, t.letters, [letter_row(one) for one in letters], "ON CONFLICT DO NOTHING")
            rows = [{"at": micros(one.at), "who": storable(one.who), "what": storable(one.what)} for one in audit]
            await self._db.insert(connection, t.audit, rows)
        return True

    async def keep(self, files: Sequence[StoredFile], at: datetime) -> None:
        """Keep versions of files that nothing runs."""
        async with self._db.writing() as connection:
            await self._keep(connection, files, at)

    async def keep_book(self, version: str, files: Mapping[str, str]) -> None:
        """Keep which versions of which files a book is made of."""
        async with self._db.writing() as connection:
            await self._keep_books(connection, {version: files})

    async def book(self, version: str) -> dict[str, str] | None:
        """The versions of the files that a book is made of, by name; None when there never was such a book."""
        async with self._db.reading() as connection:
            query = select(t.scenario_books.c.files).where(t.scenario_books.c.version == version)
            found = (await connection.execute(query)).scalar_one_or_none()
        return None if found is None else dict(json.loads(found))

    async def files(self, versions: Mapping[str, str]) -> list[StoredFile]:
        """Those versions (name -> version) of files; one that was never kept is left out."""
        asked = packed([{"name": name, "version": version} for name, version in versions.items()])
        sql = (
            f"SELECT f.name, f.version, f.source, f.texts FROM {self._db.rows({'name': 'text', 'version': 'text'})} "
            "AS r JOIN scenario_files f ON f.name = r.name AND f.version = r.version ORDER BY f.name"
        )
        async with self._db.reading() as connection:
            rows = (await connection.execute(self._db.statement(sql), {"rows": asked})).all()
        return [StoredFile(row.name, row.version, row.source, _texts_from(row.texts)) for row in rows]

    async def texts(self) -> list[StoredFile]:
        """All versions of all files without their sources, for their translations; what was kept last at the end."""
        sql = "SELECT name, version, texts FROM scenario_files ORDER BY kept_at, name, version"
        async with self._db.reading() as connection:
            rows = (await connection.execute(self._db.statement(sql))).all()
        return [StoredFile(row.name, row.version, "", _texts_from(row.texts)) for row in rows]

    async def live(self) -> list[Live]:
        """Where the talks stand that are under way, trials left out, the most frequent first. It reads every context:
        for people who ask, not for turns."""
        pick = "data::jsonb ->> '{}'" if self._db.postgres else "json_extract(data, '$.{}')"
        columns = {name: pick.format(name) for name in ("book", "scenario", "step", "opened_at", "trial")}
        sql = (
            "SELECT book, scenario, step, count(*) AS number, min(opened_at) AS oldest FROM (SELECT "
            + ", ".join(f"{source} AS {name}" for name, source in columns.items())
            # What a context has by default is not written, so most need not be taken apart.
            + """ FROM contexts WHERE data LIKE '%"step":"%') AS q WHERE step <> '' AND trial IS NULL """
            "GROUP BY book, scenario, step ORDER BY number DESC, scenario, step"
        )
        async with self._db.reading() as connection:
            rows = (await connection.execute(self._db.statement(sql))).all()
        return [
            Live(
                row.book or "", row.scenario or "", row.step, row.number,
                datetime.fromisoformat(row.oldest) if row.oldest else None,
            )
            for row in rows
        ]  # fmt: skip

    async def stale(self, before: datetime, most: int) -> list[str]:
        """Contacts whose talk with the bot has stood still since before that time."""
        pick = "data::jsonb ->> '{}'" if self._db.postgres else "json_extract(data, '$.{}')"
        last = ", ".join(f"coalesce({pick.format(name)}, '')" for name in ("asked_at", "heard_at", "opened_at"))
        newest = f"greatest({last})" if self._db.postgres else f"max({last})"
        sql = (
            f"SELECT contact FROM contexts WHERE (holder = 'bot' OR (holder = 'closed' AND data LIKE '%\"step\":\"%')) "
            f"AND {newest} < :before AND {newest} <> '' LIMIT {most}"
        )
        async with self._db.reading() as connection:
            rows = await connection.execute(self._db.statement(sql), {"before": before.isoformat()})
            return [row.contact for row in rows]

    async def _newest(self, connection: AsyncConnection) -> int:
        sql = self._db.statement("SELECT max(id) FROM scenario_changes")
        return int((await connection.execute(sql)).scalar_one() or 0)

    async def _keep(self, connection: AsyncConnection, files: Sequence[StoredFile], at: datetime) -> None:
        rows = [
            {
                "name": one.name,
                "version": one.version,
                "source": storable(one.source),
                "texts": as_json(one.texts) if one.texts else _NO_TEXTS,
                "kept_at": micros(at),
            }
            for one in sorted(files, key=lambda one: (one.name, one.version))
        ]
        # What a version says never changes; how that is translated may.
        conflict = (
            "ON CONFLICT (name, version) DO UPDATE SET texts = excluded.texts, kept_at = excluded.kept_at "
            f"WHERE excluded.texts <> '{_NO_TEXTS}'"
        )
        await self._db.insert(connection, t.scenario_files, rows, conflict)

    async def _keep_books(self, connection: AsyncConnection, books: Mapping[str, Mapping[str, str]]) -> None:
        rows = [{"version": version, "files": as_json(dict(files))} for version, files in sorted(books.items())]
        await self._db.insert(connection, t.scenario_books, rows, "ON CONFLICT DO NOTHING")


def _change_row(change: Change) -> dict[str, Any]:
    return {
        "at": micros(change.at),
        "who": storable(change.who),
        "kind": change.kind,
        "scenario": change.scenario,
        "version": change.version,
        "percent": change.percent,
        "undoes": change.undoes,
    }


def _texts_from(stored: str) -> dict[str, list[Forms]]:
    return {
        language: [(context, source, tuple(forms)) for context, source, forms in texts]
        for language, texts in json.loads(stored).items()
    }

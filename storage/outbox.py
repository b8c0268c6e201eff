"""The outbox's rows: who may send to a destination, what waits there, what became of it.

The unsent letters of one destination are sent by one owner at a time (a claim that expires), so their order holds
across processes. A result counts only while the claim under which it was sent is still the sender's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.contents import content_to
from scenarios.engine.events import Content
from scenarios.engine.records import Letter, Receipt, Result, Standing
from storage import tables as t
from storage.database import Database, as_json, packed
from storage.posting import CLAIM_SQL
from storage.receipts import apply_early
from storage.tables import micros, moment

__all__ = ["Outbox"]

_LETTER = "seq, id, contact, destination, op, payload, speaker, epoch, line, at, due, attempts"


class Outbox:
    """Claims, waiting letters, results."""

    def __init__(self, database: Database) -> None:
        self._db = database
        # One order for all, so that two transactions never wait for each other in a circle.
        self._in_order = 'ORDER BY d.key COLLATE "C" FOR UPDATE OF d' if database.postgres else ""

    async def claim(self, destinations: Sequence[str], owner: str, now: datetime, until: datetime) -> list[str]:
        """Those of the destinations that are the owner's now."""
        sql = CLAIM_SQL.format(rows=self._db.rows({"key": "text"}))
        values = {
            "rows": packed([{"key": key} for key in sorted(set(destinations))]),
            "owner": owner,
            "until": micros(until),
            "now": micros(now),
        }
        return await self._db.write(lambda connection: self._keys(connection, sql, values))

    async def release(self, destinations: Sequence[str], owner: str) -> None:
        """These destinations are free for anybody again."""
        await self._free(destinations, owner, "")

    async def retire(self, destinations: Sequence[str], owner: str, until: datetime) -> list[str]:
        """Free those destinations where no letter waits and whose claim does not last longer (it was not made anew
        while we looked); which ones."""
        idle = (
            "AND d.until <= :until AND NOT EXISTS "
            "(SELECT 1 FROM letters l WHERE l.destination = d.key AND l.status = 'queued')"
        )
        return await self._free(destinations, owner, idle, until=micros(until))

    async def _free(self, destinations: Sequence[str], owner: str, which: str, **values: int) -> list[str]:
        sql = (
            f"DELETE FROM destinations WHERE key IN (SELECT d.key FROM {self._db.rows({'key': 'text'})} AS r "
            f"JOIN destinations d ON d.key = r.key WHERE d.owner = :owner {which} {self._in_order}) RETURNING key"
        )
        asked = {"rows": packed([{"key": key} for key in destinations]), "owner": owner, **values}
        return await self._db.write(lambda connection: self._keys(connection, sql, asked))

    async def _keys(self, connection: AsyncConnection, sql: str, values: Mapping[str, object]) -> list[str]:
        return [row[0] for row in await connection.execute(self._db.statement(sql), values)]

    async def renew(self, owner: str, until: datetime) -> list[str]:
        """All claims of the owner last longer; which ones there are."""
        sql = (
            "UPDATE destinations SET until = :until WHERE key IN "
            f"(SELECT d.key FROM destinations d WHERE d.owner = :owner {self._in_order}) RETURNING key"
        )
        values = {"owner": owner, "until": micros(until)}
        return await self._db.write(lambda connection: self._keys(connection, sql, values))

    async def owners(self) -> set[str]:
        """Who holds destinations."""
        async with self._db.reading() as connection:
            sql = self._db.statement("SELECT DISTINCT owner FROM destinations")
            return {row[0] for row in await connection.execute(sql)}

    async def bury(self, dead: Sequence[str]) -> int:
        """Free what these owners hold, who are not alive any more; how many destinations that were."""
        sql = f"DELETE FROM destinations WHERE owner IN (SELECT key FROM {self._db.rows({'key': 'text'})} AS r)"
        async with self._db.writing() as connection:
            result = await connection.execute(self._db.statement(sql), {"rows": packed([{"key": one} for one in dead])})
            return result.rowcount

    async def unsent(self, destinations: Mapping[str, int], most: int) -> list[Letter]:
        """Queued letters of the destinations in order, newer than the `seq` given for each."""
        sql = (
            f"SELECT {', '.join('l.' + name for name in _LETTER.split(', '))} FROM letters l JOIN "
            f"{self._db.rows({'key': 'text', 'after': 'bigint'})} AS r ON l.destination = r.key AND l.seq > r.after "
            "WHERE l.status = 'queued' ORDER BY l.seq LIMIT :most"
        )
        values = {
            "rows": packed([{"key": key, "after": after} for key, after in destinations.items()]),
            "most": most,
        }

        async def found(connection: AsyncConnection) -> list[Letter]:
            return [_letter(row) for row in await connection.execute(self._db.statement(sql), values)]

        return await self._db.read(found)

    async def waiting(self, now: datetime, most: int) -> list[str]:
        """Destinations with a letter due that nobody holds."""
        sql = (
            "SELECT DISTINCT l.destination FROM letters l WHERE l.status = 'queued' AND l.due <= :now AND NOT EXISTS "
            "(SELECT 1 FROM destinations d WHERE d.key = l.destination AND d.until >= :now) LIMIT :most"
        )
        async with self._db.reading() as connection:
            result = await connection.execute(self._db.statement(sql), {"now": micros(now), "most": most})
            return [row[0] for row in result]

    async def standing(self, letters: Sequence[str], owner: str) -> dict[str, Standing]:
        """How letters stand just before they are sent. Those that are not here wait as they were recorded, at a
        destination of the owner's, and no person holds their conversation. (A queued letter with a
        `text` was changed.)"""
        sql = (
            "SELECT r.id, l.status, l.payload, c.holder, c.epoch, d.owner "
            f"FROM {self._db.rows({'id': 'text'})} AS r LEFT JOIN letters l ON l.id = r.id "
            "LEFT JOIN contexts c ON c.contact = l.contact LEFT JOIN destinations d ON d.key = l.destination "
            "WHERE l.id IS NULL OR l.status <> 'queued' OR l.text <> '' OR d.owner IS NULL OR d.owner <> :owner "
            "OR c.holder = 'staffed'"
        )
        values = {"rows": packed([{"id": one} for one in letters]), "owner": owner}

        async def found(connection: AsyncConnection) -> dict[str, Standing]:
            return {
                row[0]: Standing(row[1] or "gone", json.loads(row[2] or "{}"), row[3] or "", row[4] or 0, row[5] or "")
                for row in await connection.execute(self._db.statement(sql), values)
            }

        return await self._db.read(found)

    async def mark(self, results: Sequence[Result], owner: str) -> list[Receipt]:
        """Record what became of letters: what was sent is sent, all else counts only while the destination is still the
        owner's. A message that was taken back while it was under way is there, so that it can be deleted.

        Receipts that had come before their message was known are matched now and returned.
        """
        return await self._db.write(lambda connection: self._mark(connection, results, owner))

    async def _mark(self, connection: AsyncConnection, results: Sequence[Result], owner: str) -> list[Receipt]:
        columns = {
            "id": "text",
            "status": "text",
            "at": "bigint",
            "due": "bigint",
            "chat": "text",
            "message": "text",
            "text": "text",
            "reason": "text",
            "code": "text",
        }
        sql = (
            "UPDATE letters SET status = r.status, due = r.due, attempts = letters.attempts + 1, "
            "sent_at = CASE WHEN r.status = 'sent' THEN r.at END, chat = r.chat, message = r.message, "
            "text = CASE WHEN r.status = 'queued' THEN letters.text ELSE r.text END, "
            f"reason = r.reason, code = r.code FROM {self._db.rows(columns)} AS r "
            "WHERE letters.id = r.id AND (r.status = 'sent' AND letters.status IN ('queued', 'dropped') "
            "OR letters.status = 'queued' AND EXISTS "
            "(SELECT 1 FROM destinations d WHERE d.key = letters.destination AND d.owner = :owner)) "
            "RETURNING letters.id"
        )
        rows = [
            {
                "id": result.letter.id,
                "status": result.status,
                "at": micros(result.at),
                "due": micros(result.due or result.at),
                "chat": result.chat,
                "message": result.message,
                "text": result.text,
                "reason": result.reason,
                "code": result.code[:300],
            }
            for result in results
        ]
        values = {"rows": packed(rows), "owner": owner}
        kept = {row[0] for row in await connection.execute(self._db.statement(sql), values)}
        done = [x for x in results if x.letter.id in kept and x.status in ("sent", "failed")]
        said = [x for x in done if x.letter.op == "say" and x.letter.line]
        if said:
            columns = dict.fromkeys(("line", "status", "chat", "message", "reason"), "text")
            lines = (
                "UPDATE lines SET status = r.status, chat = r.chat, message = r.message, reason = r.reason "
                f"FROM {self._db.rows(columns)} AS r "
                "WHERE lines.id = r.line"
            )
            rows = [
                {
                    "line": x.letter.line,
                    "status": x.status,
                    "chat": x.chat,
                    "message": x.message,
                    "reason": x.reason,
                }
                for x in said
            ]
            await connection.execute(self._db.statement(lines), {"rows": packed(rows)})
        instead = [x for x in said if x.status == "sent" and "template" in x.letter.payload]
        if instead:
            # What the customer read is the template's text: so does the history.
            contents = (
                f"UPDATE lines SET content = r.content FROM {self._db.rows({'line': 'text', 'content': 'text'})} AS r "
                "WHERE lines.id = r.line"
            )
            rows = [{"line": x.letter.line, "content": as_json(content_to(Content(text=x.text)))} for x in instead]
            await connection.execute(self._db.statement(contents), {"rows": packed(rows)})
        changed = [{"line": str(x.letter.payload["line"]), "text": x.text} for x in done if x.text and _edited(x)]
        if changed:
            texts = (
                f"UPDATE letters SET text = r.text FROM {self._db.rows({'line': 'text', 'text': 'text'})} AS r "
                "WHERE letters.line = r.line AND letters.op = 'say'"
            )
            await connection.execute(self._db.statement(texts), {"rows": packed(changed)})
        posted = [
            {
                "chat": int(x.chat),
                "message": x.message,
                "contact": x.letter.contact,
                "kind": x.kind,
                "line": x.letter.line,
            }
            for x in done
            if x.kind and x.message and x.chat.lstrip("-").isdigit()
        ]
        if posted:
            conflict = "ON CONFLICT (chat, message) DO NOTHING"
            await self._db.insert(connection, t.topic_messages, posted, conflict)
        return await apply_early(self._db, connection, [x.message for x in said if x.status == "sent"])

    async def wake_account(self, prefix: str, now: datetime) -> list[str]:
        """Letters of an account that wait because it did not answer are due now, not those that were told to wait;
        their destinations."""
        sql = self._db.statement(
            "UPDATE letters SET due = :now WHERE status = 'queued' AND due > :now AND reason = 'gave_up' "
            "AND substr(destination, 1, length(CAST(:prefix AS text))) = :prefix RETURNING destination"
        )
        async with self._db.writing() as connection:
            return [row[0] for row in await connection.execute(sql, {"now": micros(now), "prefix": prefix})]

    async def sent_as(self, line: str) -> tuple[str, str, str, str, str, bool] | None:
        """(status, destination, chat, message, text, with a file) of the letter that carried a line to the customer."""
        sql = self._db.statement(
            "SELECT status, destination, chat, message, text, payload FROM letters WHERE line = :line AND op = 'say'"
        )
        async with self._db.reading() as connection:
            row = (await connection.execute(sql, {"line": line})).first()
        if row is None:
            return None
        return row[0], row[1], row[2], row[3], row[4], "media" in json.loads(row[5])

    async def depth(self) -> tuple[int, datetime | None]:
        """How many letters wait, and since when the oldest does."""
        sql = self._db.statement("SELECT count(*), min(at) FROM letters WHERE status = 'queued'")
        async with self._db.reading() as connection:
            row = (await connection.execute(sql)).one()
        return row[0], None if row[1] is None else moment(row[1])


def _edited(result: Result) -> bool:
    """Whether a line that the customer has says something else from now on."""
    return result.letter.op == "edit" and result.status == "sent" and "line" in result.letter.payload


def _letter(row: Row[tuple[object, ...]]) -> Letter:
    return Letter(
        id=row.id,
        contact=row.contact,
        destination=row.destination,
        op=row.op,
        payload=json.loads(row.payload),
        speaker=row.speaker,
        epoch=row.epoch,
        at=moment(row.at),
        line=row.line,
        seq=row.seq,
        attempts=row.attempts,
        due=moment(row.due),
    )

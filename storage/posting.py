"""New letters: their rows, and in the same transaction the claim on where they go.

A letter to a destination that nobody holds and where nothing older waits may be sent at once by the process that
recorded it, without asking the database again; all others are looked for as what a dead process left is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.records import Letter
from storage import tables as t
from storage.database import Database, as_json, packed
from storage.tables import micros

__all__ = ["CLAIM_SQL", "Claimer", "letter_row", "post"]

CLAIM_SQL = (
    "INSERT INTO destinations (key, owner, until) SELECT key, CAST(:owner AS text), CAST(:until AS bigint) FROM {rows} "
    "AS r WHERE true ON CONFLICT (key) DO UPDATE SET owner = excluded.owner, until = excluded.until "
    "WHERE destinations.owner = excluded.owner OR destinations.until < :now RETURNING key"
)
"""Take the destinations of `rows` that are free, ours, or held by somebody whose time is over."""

_OLDEST = ", (SELECT min(seq) FROM letters l WHERE l.destination = destinations.key AND l.status = 'queued') AS oldest"


@dataclass(frozen=True, slots=True)
class Claimer:
    """In whose name this process claims destinations, and for how long."""

    owner: Callable[[], str]
    now: Callable[[], datetime]
    lasts: timedelta


async def post(
    db: Database, connection: AsyncConnection, letters: Sequence[Letter], claimer: Claimer | None
) -> list[Letter]:
    """Write new letters; those that this process may send at once, as they are stored."""
    rows = [letter_row(letter) for letter in letters]
    if claimer is None:
        await db.insert(connection, t.letters, rows)
        return []
    written = await db.insert_returning(connection, t.letters, rows, "id, seq")
    seq = {row.id: row.seq for row in written}
    first: dict[str, int] = {}
    for letter in letters:
        first[letter.destination] = min(seq[letter.id], first.get(letter.destination, seq[letter.id]))
    now = claimer.now()
    values = {
        "rows": packed([{"key": key} for key in sorted(first)]),
        "owner": claimer.owner(),
        "now": micros(now),
        "until": micros(now + claimer.lasts),
    }
    claim = CLAIM_SQL.format(rows=db.rows({"key": "text"})) + _OLDEST
    held = {row.key: row.oldest for row in await connection.execute(db.statement(claim), values)}
    return [
        replace(x, seq=seq[x.id], due=x.due or x.at, payload=json.loads(row["payload"]))
        for x, row in zip(letters, rows, strict=True)
        if held.get(x.destination) == first[x.destination]
    ]


def letter_row(letter: Letter) -> dict[str, Any]:
    """A new letter's row."""
    return {
        "id": letter.id,
        "contact": letter.contact,
        "destination": letter.destination,
        "op": letter.op,
        "payload": as_json(dict(letter.payload)),
        "speaker": letter.speaker,
        "epoch": letter.epoch,
        "line": letter.line,
        "at": micros(letter.at),
        "status": "queued",
        "due": micros(letter.due or letter.at),
        "attempts": 0,
        "chat": "",
        "message": "",
        "text": "",
        "reason": "",
        "code": "",
    }

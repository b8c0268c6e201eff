"""Rows for the storage's tests: contacts, turns, letters with nothing in them that the test does not name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from scenarios.engine.context import Context
from scenarios.engine.events import Content, Sender
from scenarios.engine.records import Held, Letter, Line, Outcome, Turn
from storage.contacts import Contacts
from storage.database import Database
from storage.recording import Recording

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)


def later(seconds: float) -> datetime:
    """A moment after NOW."""
    return NOW + timedelta(seconds=seconds)


def sender(*keys: str, channel: str = "telegram", account: str = "1", name: str = "Aziza", phone: str = "") -> Sender:
    """A sender by the vendor's names for them."""
    return Sender(channel, account, keys or ("7",), name=name, phone=phone)


async def contact(db: Database, key: str = "7", name: str = "Aziza", phone: str = "") -> str:
    """A contact that exists."""
    return await Contacts(db).find_contact(sender(key, name=name, phone=phone), NOW)


def letter(id: str, contact: str = "C", destination: str = "telegram:1:7", op: str = "say", **more: Any) -> Letter:
    """A letter; by default it says its own id to one chat."""
    kept: dict[str, Any] = {"payload": {"text": id}, "speaker": "bot", "epoch": 0, "at": NOW, **more}
    return Letter(id, contact, destination, op, **kept)


def line(id: str, contact: str = "C", words: str = "", author: str = "customer", **more: Any) -> Line:
    """A transcript line."""
    kept: dict[str, Any] = {"conversation": 1, "at": NOW, "channel": "telegram", "name": "Aziza", **more}
    return Line(id=id, contact=contact, author=author, content=kept.pop("content", Content(text=words or id)), **kept)


def turn(event: str, held: Held | None = None, **more: Any) -> Turn:
    """A turn of a contact as it was loaded, or of nobody; `change` is what its context changes."""
    change: Mapping[str, Any] = more.pop("change", {})
    kept: dict[str, Any] = {"kind": "CustomerSaid", "at": NOW, **more}
    if held is None:
        return Turn(event=event, **kept)
    context = replace(held.context, **change)
    return Turn(event=event, contact=context.contact, version=held.version, context=context, **kept)


async def recorded(db: Database, *turns: Turn) -> list[Outcome]:
    """What became of the turns."""
    return [one.outcome for one in await Recording(db).record(turns)]


async def said(db: Database, who: str, count: int, first: int = 0) -> None:
    """So many lines of a contact, L0, L1, …, each of its own event E0, E1, …, in one go."""
    turns = [turn(f"E{n:05}", lines=(line(f"L{n:05}", who, words=f"words {n}"),)) for n in range(first, first + count)]
    assert set(await recorded(db, *turns)) == {Outcome.RECORDED}


async def post(db: Database, *letters: Letter, lines: Sequence[Line] = ()) -> None:
    """Letters that wait in the outbox."""
    assert await recorded(db, turn(f"post:{letters[0].id}", letters=letters, lines=tuple(lines))) == [Outcome.RECORDED]


async def count(db: Database, table: str) -> int:
    """How many rows a table has."""
    async with db.reading() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def counts(db: Database) -> dict[str, int]:
    """How many rows each table has that a turn writes into."""
    tables = (
        "events",
        "lines",
        "line_versions",
        "letters",
        "timers",
        "happenings",
        "topic_messages",
        "audit",
        "agents",
    )
    return {table: await count(db, table) for table in tables}


async def context_of(db: Database, who: str) -> Context:
    """The stored context."""
    return (await Contacts(db).load(who)).context

"""Reading what was said: transcripts in portions, search, who waits, the cases that figures are computed from."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Row, Select, func, or_, select

from scenarios.engine.contents import content_from
from scenarios.engine.context import unpack
from scenarios.engine.kpi import CaseRow
from scenarios.engine.records import Line, Version, WaitingRow
from storage import tables as t
from storage.database import Database, storable
from storage.tables import micros, moment

__all__ = ["Transcripts"]

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
PORTION = 100
"""Lines read at a time: a history of 30,000 lines never stands in memory whole, and a portion is read in a few
milliseconds."""


class Transcripts:
    """The reading side; nothing here changes a row."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def lines(self, contact: str, until_event: str = "", until_line: str = "") -> AsyncIterator[Line]:
        """A contact's lines in order: up to and with what an event wrote, or before a line, or all."""
        after, last = 0, await self._last(contact, until_event, until_line)
        while True:
            query = (
                select(t.lines)
                .where(t.lines.c.contact == contact, t.lines.c.seq > after)
                .order_by(t.lines.c.seq)
                .limit(PORTION)
            )
            if last is not None:
                query = query.where(t.lines.c.seq <= last)
            portion = await self._read(query)
            for line in portion:
                yield line
            if len(portion) < PORTION:
                return
            after = portion[-1].seq

    async def last_lines(self, contact: str, most: int, until_event: str) -> Sequence[Line]:
        """The newest lines that customers and staff have seen, in order, up to and with an event."""
        last = await self._last(contact, until_event, "")
        query = (
            select(t.lines)
            .where(t.lines.c.contact == contact, t.lines.c.author.in_(("customer", "bot", "agent")))
            .order_by(t.lines.c.seq.desc())
            .limit(most)
        )
        if last is not None:
            query = query.where(t.lines.c.seq <= last)
        return (await self._read(query))[::-1]

    async def _last(self, contact: str, until_event: str, until_line: str) -> int | None:
        if not until_event and not until_line:
            return None
        async with self._db.reading() as connection:
            if until_line:
                query = select(t.lines.c.seq).where(t.lines.c.id == until_line)
                found = (await connection.execute(query)).scalar_one_or_none()
                return None if found is None else found - 1
            query = select(func.max(t.lines.c.seq)).where(t.lines.c.contact == contact, t.lines.c.event == until_event)
            return (await connection.execute(query)).scalar_one_or_none()

    async def _read(self, query: Select[tuple[object, ...]]) -> list[Line]:
        async with self._db.reading() as connection:
            found = [_line(row) for row in await connection.execute(query)]
            if not found:
                return []
            ids = [line.id for line in found]
            changed: dict[str, list[Version]] = {}
            rows = await connection.execute(
                select(t.line_versions).where(t.line_versions.c.line.in_(ids)).order_by(t.line_versions.c.id)
            )
            for row in rows:
                changed.setdefault(row.line, []).append(Version(row.line, row.text, row.at))
        return [replace(line, versions=tuple(changed[line.id])) if line.id in changed else line for line in found]

    async def find(self, words: str, most: int) -> Sequence[str]:
        """Contacts whose id is the words, whose phone has their digits or whose name contains them."""
        words = storable(words).strip()
        digits = "".join(ch for ch in words if ch.isdigit())
        fits = [t.contacts.c.id == words.upper(), t.contacts.c.name.icontains(words, autoescape=True)]
        if len(digits) >= 5:
            fits.append(t.contacts.c.phone.contains(digits, autoescape=True))
        query = select(t.contacts.c.id).where(or_(*fits)).order_by(t.contacts.c.made_at.desc()).limit(most)
        async with self._db.reading() as connection:
            return [row.id for row in await connection.execute(query)]

    async def waiting_now(self) -> Sequence[WaitingRow]:
        """Conversations that wait for people or that people hold, the longest first."""
        query = select(t.contexts.c.data).where(t.contexts.c.holder.in_(("waiting", "staffed")))
        async with self._db.reading() as connection:
            contexts = [unpack(row.data) for row in await connection.execute(query)]
        rows = [
            WaitingRow(
                c.contact,
                c.name,
                c.holder,
                c.agent_name,
                c.desk,
                c.channel,
                c.segment,
                c.handed_off_at or c.opened_at or _NEVER,
            )
            for c in contexts
            if not c.trial
        ]
        return sorted(rows, key=lambda row: row.since)

    async def cases(self, since: datetime, until: datetime) -> Sequence[CaseRow]:
        """Conversations opened in [since, until), as their happenings tell them."""
        sql = self._db.statement(
            "SELECT o.contact, o.conversation, o.channel, o.segment, o.at AS opened, "
            "h.kind, h.at, h.value, h.segment AS later, h.agent "
            "FROM happenings o JOIN happenings h ON h.contact = o.contact AND h.conversation = o.conversation "
            "WHERE o.kind = 'opened' AND o.at >= :since AND o.at < :until ORDER BY o.id, h.id"
        )
        found: dict[tuple[str, int], CaseRow] = {}
        async with self._db.reading() as connection:
            rows = await connection.execute(sql, {"since": micros(since), "until": micros(until)})
            for row in rows:
                key = (row.contact, row.conversation)
                case = found.get(key) or CaseRow(*key, row.channel, row.segment, moment(row.opened))
                found[key] = _told(case, row.kind, moment(row.at), row.value, row.later, row.agent)
        return list(found.values())


def _told(case: CaseRow, kind: str, at: datetime, value: str, segment: str, agent: str) -> CaseRow:
    """A case with one more happening."""
    case = replace(case, segment=segment or case.segment)
    match kind:
        case "handed_off":
            return replace(case, handed_off_at=case.handed_off_at or at)
        case "replied":
            return replace(case, replied_at=case.replied_at or at, agent=agent)
        case "taken":
            if case.handed_off_at is None:
                return replace(case, handed_off_at=at, agent=agent, stepped_in=True)
            return replace(case, agent=agent)
        case "closed":
            return replace(case, closed_at=at, agent=agent or case.agent)
        case "opened":
            return replace(case, book=value)
        case "walked":
            return replace(case, walked=case.walked | {value})
        case "ended":
            return replace(case, ended_at=at, ended_by=value)
        case "asked_rating":
            return replace(case, asked_rating=True)
        case "rated":
            return replace(case, rating=int(value))
        case "recommended":
            return replace(case, recommends=int(value))
    return case


def _line(row: Row[tuple[object, ...]]) -> Line:
    return Line(
        id=row.id,
        contact=row.contact,
        conversation=row.conversation,
        at=row.at,
        channel=row.channel,
        author=row.author,
        name=row.name,
        content=content_from(json.loads(row.content)),
        agent=row.agent,
        chat=row.chat,
        message=row.message,
        tapped=row.tapped,
        seq=row.seq,
        status=row.status,
        reason=row.reason,
        deleted=row.deleted,
        event=row.event,
    )

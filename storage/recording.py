"""A group of turns in one transaction: all of a turn or nothing of it.

Events first (a known id changes nothing), then the contexts where the version is still the loaded one, then the effects
of those that won. What lost is taken out again and stepped anew by the corridor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from scenarios.engine.contents import content_to
from scenarios.engine.context import pack
from scenarios.engine.records import AgentSeen, Letter, Line, Outcome, Recorded, Turn
from storage import tables as t
from storage.database import Database, as_json, packed, storable, storable_json
from storage.posting import Claimer, post
from storage.tables import micros

__all__ = ["Recording", "content_text"]


def content_text(line: Line) -> str:
    """A line's content as stored."""
    return as_json(content_to(line.content))


class Recording:
    """Writes turns; with a claimer, what may be sent at once is claimed on the way."""

    def __init__(self, database: Database, claimer: Claimer | None = None) -> None:
        self._db = database
        self._claimer = claimer

    async def record(self, turns: Sequence[Turn]) -> list[Recorded]:
        """What became of each turn. Raises what the database raises; then nothing was written."""
        # One order for all processes, so that two transactions never wait for each other in a circle.
        ordered = sorted(turns, key=lambda turn: (turn.contact, turn.event))
        outcomes, ours = await self._db.write(lambda connection: self._write(connection, ordered))
        return [Recorded(outcomes[x.event], tuple(ours[y.id] for y in x.letters if y.id in ours)) for x in turns]

    async def _write(
        self, connection: AsyncConnection, turns: Sequence[Turn]
    ) -> tuple[dict[str, Outcome], dict[str, Letter]]:
        outcomes = await self._outcomes(connection, turns)
        done = [turn for turn in turns if outcomes[turn.event] is Outcome.RECORDED]
        await self._effects(connection, done)
        letters = [letter for turn in done for letter in turn.letters]
        ours = await post(self._db, connection, letters, self._claimer) if letters else []
        return outcomes, {letter.id: letter for letter in ours}

    async def _outcomes(self, connection: AsyncConnection, turns: Sequence[Turn]) -> dict[str, Outcome]:
        outcomes = {turn.event: Outcome.DUPLICATE for turn in turns}
        rows = [{"id": x.event, "contact": x.contact, "kind": x.kind, "at": micros(x.at), "raw": x.raw} for x in turns]
        new = await self._db.insert_new(connection, t.events, rows, "id")
        fresh = [turn for turn in turns if turn.event in new]
        lost: list[str] = []
        for turn in fresh:
            outcomes[turn.event] = Outcome.RECORDED
            if turn.topic is not None and await self._owner(connection, turn) != turn.contact:
                outcomes[turn.event] = Outcome.MOVED
                lost.append(turn.event)
        changing = [x for x in fresh if x.context is not None and outcomes[x.event] is Outcome.RECORDED]
        # Of two turns upon one context only one can win, even in the same group.
        first = {turn.contact: turn for turn in reversed(changing)}
        held = await self._contexts(connection, list(first.values()))
        for turn in changing:
            if turn.contact not in held or first[turn.contact] is not turn:
                outcomes[turn.event] = Outcome.STALE
                lost.append(turn.event)
        if lost:
            sql = f"DELETE FROM events WHERE id IN (SELECT id FROM {self._db.rows({'id': 'text'})} AS r)"
            await connection.execute(self._db.statement(sql), {"rows": packed([{"id": one} for one in lost])})
        return outcomes

    async def _owner(self, connection: AsyncConnection, turn: Turn) -> str:
        assert turn.topic is not None
        lock = " FOR SHARE" if self._db.postgres else ""
        sql = self._db.statement(f"SELECT contact FROM topics WHERE chat = :chat AND thread = :thread{lock}")
        row = (await connection.execute(sql, {"chat": turn.topic.chat, "thread": turn.topic.thread})).first()
        return str(row[0]) if row else ""

    async def _contexts(self, connection: AsyncConnection, turns: Sequence[Turn]) -> set[str]:
        if not turns:
            return set()
        kinds = {"contact": "text", "address": "text", "version": "bigint", "holder": "text", "epoch": "bigint"}
        columns = {**kinds, "data": "text"}
        # Which contact a name means is remembered by every process, and another one may have changed it meanwhile.
        sql = (
            "UPDATE contexts SET version = contexts.version + 1, holder = r.holder, epoch = r.epoch, data = r.data "
            f"FROM {self._db.rows(columns)} AS r "
            "WHERE contexts.contact = r.contact AND contexts.version = r.version AND NOT EXISTS "
            "(SELECT 1 FROM addresses a WHERE a.key = r.address AND a.contact <> r.contact) RETURNING contexts.contact"
        )
        rows = [
            {
                "contact": turn.contact,
                "address": turn.address,
                "version": turn.version,
                "holder": turn.context.holder,
                "epoch": turn.context.epoch,
                "data": storable_json(pack(turn.context)),
            }
            for turn in turns
            if turn.context is not None
        ]
        held = {row[0] for row in await connection.execute(self._db.statement(sql), {"rows": packed(rows)})}
        named = [
            {"id": turn.contact, "name": turn.context.name, "phone": turn.context.phone}
            for turn in turns
            if turn.context is not None and turn.contact in held
        ]
        if named:
            columns = {"id": "text", "name": "text", "phone": "text"}
            names = (
                f"UPDATE contacts SET name = r.name, phone = r.phone FROM {self._db.rows(columns)} AS r "
                "WHERE contacts.id = r.id AND (contacts.name <> r.name OR contacts.phone <> r.phone)"
            )
            await connection.execute(self._db.statement(names), {"rows": packed(named)})
        return held

    async def _effects(self, connection: AsyncConnection, turns: Sequence[Turn]) -> None:
        db = self._db
        await db.insert(connection, t.lines, [_line(line, x.event) for x in turns for line in x.lines])
        versions = [v for x in turns for v in x.versions]
        await db.insert(
            connection, t.line_versions, [{"line": v.line, "text": v.text, "at": micros(v.at)} for v in versions]
        )
        for turn in turns:
            await self._rewrite(connection, turn)
        await self._timers(connection, turns)
        happened = [h for x in turns for h in x.happenings]
        await db.insert(
            connection,
            t.happenings,
            [
                {
                    "kind": h.kind,
                    "contact": h.contact,
                    "conversation": h.conversation,
                    "at": micros(h.at),
                    "channel": h.channel,
                    "segment": h.segment,
                    "value": h.value,
                    "agent": h.agent,
                }
                for h in happened
            ],
        )
        marks = [m for x in turns for m in x.marks]
        await db.insert(
            connection,
            t.topic_messages,
            [
                {"chat": m.chat, "message": m.message, "contact": m.contact, "kind": m.kind, "line": m.line}
                for m in marks
            ],
            "ON CONFLICT (chat, message) DO UPDATE SET kind = excluded.kind WHERE excluded.kind = 'note'",
        )
        audit = [a for x in turns for a in x.audit]
        await db.insert(connection, t.audit, [{"at": micros(a.at), "who": a.who, "what": a.what} for a in audit])
        seen = {(x.agent.id, x.agent.chat): x.agent for x in turns if x.agent is not None}
        await db.insert(
            connection,
            t.agents,
            [_agent(seen[key]) for key in sorted(seen)],
            "ON CONFLICT (id, chat) DO UPDATE SET name = excluded.name, username = excluded.username, "
            "language = excluded.language, seen_at = excluded.seen_at",
        )

    async def _rewrite(self, connection: AsyncConnection, turn: Turn) -> None:
        """Edits: what was not sent yet changes in its row; what was taken back before it was sent is not sent."""
        for rewrite in turn.rewrites:
            path = "jsonb_set(payload::jsonb, '{text}', to_jsonb(CAST(:text AS text)))::text"
            change = path if self._db.postgres else "json_set(payload, '$.text', :text)"
            # A text before the letter is sent tells the sender that it changed; it is never what was sent.
            sql = (
                f"UPDATE letters SET payload = {change}, text = ' ' || CAST(:text AS text) "
                "WHERE line = :line AND op = 'say' AND status = 'queued'"
            )
            await connection.execute(self._db.statement(sql), {"line": rewrite.line, "text": storable(rewrite.text)})
        for line in turn.withdrawn:
            await connection.execute(
                self._db.statement(
                    "UPDATE letters SET status = 'dropped' WHERE line = :line AND op = 'say' AND status = 'queued'"
                ),
                {"line": line},
            )
            await connection.execute(
                self._db.statement("UPDATE lines SET deleted = :yes WHERE id = :line"), {"line": line, "yes": True}
            )

    async def _timers(self, connection: AsyncConnection, turns: Sequence[Turn]) -> None:
        done = [{"id": turn.timer_done} for turn in turns if turn.timer_done]
        if done:
            sql = f"DELETE FROM timers WHERE id IN (SELECT id FROM {self._db.rows({'id': 'text'})} AS r)"
            await connection.execute(self._db.statement(sql), {"rows": packed(done)})
        cancels = [{"contact": turn.contact, "prefix": prefix} for turn in turns for prefix in turn.cancels]
        if cancels:
            named = self._db.rows({"contact": "text", "prefix": "text"})
            # From the cancels to the timers of their contacts: the other way round every timer there is would be read.
            sql = (
                f"DELETE FROM timers WHERE id IN (SELECT t.id FROM {named} AS r JOIN timers t ON t.contact = r.contact "
                "WHERE substr(t.key, 1, length(r.prefix)) = r.prefix)"
            )
            await connection.execute(self._db.statement(sql), {"rows": packed(cancels)})
        rows = [
            {
                "id": timer.id,
                "contact": timer.contact,
                "key": timer.key,
                "due": micros(timer.due),
                "data": as_json(dict(timer.data)),
            }
            for turn in turns
            for timer in turn.timers
        ]
        conflict = "ON CONFLICT (contact, key) DO UPDATE SET id = excluded.id, due = excluded.due, data = excluded.data"
        await self._db.insert(connection, t.timers, rows, conflict)


def _line(line: Line, event: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "contact": line.contact,
        "conversation": line.conversation,
        "event": event,
        "at": micros(line.at),
        "channel": line.channel,
        "author": line.author,
        "name": line.name,
        "agent": line.agent,
        "content": content_text(line),
        "tapped": line.tapped,
        "chat": line.chat,
        "message": line.message,
        "status": "",
        "reason": "",
        "deleted": False,
    }


def _agent(agent: AgentSeen) -> dict[str, Any]:
    return {
        "id": agent.id,
        "chat": agent.chat,
        "name": agent.name,
        "username": agent.username,
        "language": agent.language,
        "seen_at": micros(agent.at),
    }

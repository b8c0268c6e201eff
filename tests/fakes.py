"""Recorders for the last plank: messengers, Redis, the outbox's table and the topics in memory, with scripted trouble.

`calls` says what was asked for, in order; `trouble` holds errors to raise at the next calls of a method or for a key.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from handlers.ports import Outgoing, Sent, TopicGone
from scenarios.engine.context import Context
from scenarios.engine.events import Content, Media, Sender, Target
from scenarios.engine.records import (
    Held,
    Letter,
    Line,
    Outcome,
    Receipt,
    Recorded,
    Result,
    Standing,
    TimerRow,
    TopicRow,
    Turn,
)
from tests.virtual import seconds


class Trouble:
    """Errors by name: one entry is raised once, an exception outside a list for ever."""

    def __init__(self) -> None:
        self._by: dict[str, list[BaseException] | BaseException] = {}

    def __setitem__(self, name: str, errors: list[BaseException] | BaseException) -> None:
        self._by[name] = errors

    def __delitem__(self, name: str) -> None:
        del self._by[name]

    def meet(self, *names: str) -> None:
        """Raise what was planned for one of the names."""
        for name in names:
            planned = self._by.get(name)
            if isinstance(planned, BaseException):
                raise planned
            if planned:
                raise planned.pop(0)


@dataclass
class FakeChannel:
    """A messenger towards customers; every call takes `takes` seconds."""

    name: str = "telegram"
    can_edit: bool = True
    can_delete: bool = True
    window: timedelta | None = None
    takes: float = 0.1
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    sent: list[Outgoing] = field(default_factory=list)
    tried: int = 0
    under_way: int = 0
    most_under_way: int = 0
    trouble: Trouble = field(default_factory=Trouble)
    content: bytes = b"file"

    async def _call(self, what: str, key: str, *more: Any) -> None:
        self.under_way += 1
        self.tried += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.takes)
            self.trouble.meet(what, key, "all")
        finally:
            self.under_way -= 1
        self.calls.append((what, key, *more))
        self.at.append(seconds())

    async def send(self, key: str, message: Outgoing) -> Sent:
        await self._call("send", key, message.content.text)
        self.sent.append(message)
        return Sent(f"chat{key}", str(len(self.calls)))

    async def edit(self, key: str, message: str, text: str, caption: bool) -> None:
        await self._call("edit", key, message, text, caption)

    async def delete(self, key: str, message: str) -> None:
        await self._call("delete", key, message)

    async def typing(self, key: str) -> None:
        self.calls.append(("typing", key))

    async def fetch(self, media: Media) -> AsyncIterator[bytes]:
        self.trouble.meet("fetch")
        self.calls.append(("fetch", media.ref))
        yield self.content

    def texts(self, key: str = "") -> list[str]:
        """The texts that were sent, in order."""
        return [call[2] for call in self.calls if call[0] == "send" and key in ("", call[1])]


@dataclass
class FakeStaff:
    """A forum group: threads can be deleted, the group can refuse."""

    takes: float = 0.1
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    threads: set[int] = field(default_factory=set)
    trouble: Trouble = field(default_factory=Trouble)
    count: int = 100

    async def _call(self, what: str, *more: Any, thread: int = 0) -> str:
        await asyncio.sleep(self.takes)
        self.trouble.meet(what, "all")
        if thread and thread not in self.threads:
            raise TopicGone("Bad Request: message thread not found")
        self.calls.append((what, *more))
        self.at.append(seconds())
        self.count += 1
        return str(self.count)

    async def create_topic(self, chat: int, name: str) -> int:
        thread = int(await self._call("create", chat, name))
        self.threads.add(thread)
        return thread

    async def post(
        self, chat: int, thread: int, text: str, mentions: Sequence[tuple[str, str, str]] = (), reply_to: str = ""
    ) -> str:
        return await self._call("post", chat, thread, text, list(mentions), thread=thread)

    async def post_content(self, chat: int, thread: int, content: Content) -> str:
        return await self._call("content", chat, thread, content, thread=thread)

    async def post_document(self, chat: int, thread: int, path: str, name: str, caption: str) -> str:
        return await self._call("document", chat, thread, name, caption, thread=thread)

    async def post_picture(self, chat: int, thread: int, path: str, caption: str) -> str:
        return await self._call("picture", chat, thread, path, caption, thread=thread)

    async def edit_text(self, chat: int, message: str, text: str) -> None:
        await self._call("edit", chat, message, text)

    async def pin(self, chat: int, message: str) -> None:
        await self._call("pin", chat, message)

    async def react(self, chat: int, message: str, emoji: str) -> None:
        await self._call("react", chat, message, emoji)

    async def close_topic(self, chat: int, thread: int) -> None:
        await self._call("close", chat, thread, thread=thread)

    async def reopen_topic(self, chat: int, thread: int) -> None:
        await self._call("reopen", chat, thread, thread=thread)

    async def admins(self, chat: int) -> Sequence[tuple[str, str, str]]:
        self.trouble.meet("admins")
        return [("1", "Boss", "boss")]

    def did(self, what: str) -> list[tuple[Any, ...]]:
        """The calls of one kind."""
        return [call[1:] for call in self.calls if call[0] == what]


class FakeLetters:
    """The outbox's table in memory: claims, order, results."""

    def __init__(self) -> None:
        self.rows: dict[str, Letter] = {}
        self.status: dict[str, str] = {}
        self.results: list[Result] = []
        self.claims: dict[str, tuple[str, datetime]] = {}
        self.holders: dict[str, tuple[str, int]] = {}
        self.early: list[Receipt] = []
        self.changed: set[str] = set()
        self.trouble = Trouble()
        self.asked: dict[str, int] = defaultdict(int)

    def add(self, *letters: Letter) -> list[str]:
        """New letters; their destinations."""
        for letter in letters:
            self.rows[letter.id] = replace(letter, seq=len(self.rows) + 1, due=letter.due or letter.at)
            self.status[letter.id] = "queued"
        return [letter.destination for letter in letters]

    def _met(self, name: str) -> None:
        self.asked[name] += 1
        self.trouble.meet(name)

    async def claim(self, destinations: Sequence[str], owner: str, now: datetime, until: datetime) -> Sequence[str]:
        self._met("claim")
        won = []
        for key in destinations:
            holder, end = self.claims.get(key, ("", now))
            if holder in ("", owner) or end < now:
                self.claims[key] = (owner, until)
                won.append(key)
        return won

    async def release(self, destinations: Sequence[str], owner: str) -> None:
        self._met("release")
        for key in destinations:
            if self.claims.get(key, ("",))[0] == owner:
                del self.claims[key]

    async def retire(self, destinations: Sequence[str], owner: str, until: datetime) -> Sequence[str]:
        self._met("release")
        waits = {x.destination for x in self.rows.values() if self.status[x.id] == "queued"}
        freed = [
            key for key in destinations
            if key not in waits and key in self.claims and self.claims[key][0] == owner and self.claims[key][1] <= until
        ]  # fmt: skip
        for key in freed:
            del self.claims[key]
        return freed

    async def renew(self, owner: str, until: datetime) -> Sequence[str]:
        self._met("renew")
        self.claims = {key: (who, until if who == owner else end) for key, (who, end) in self.claims.items()}
        return [key for key, (who, _) in self.claims.items() if who == owner]

    async def unsent(self, destinations: Mapping[str, int], most: int) -> Sequence[Letter]:
        self._met("unsent")
        await asyncio.sleep(0.001)
        found = [
            x for x in self.rows.values()
            if self.status[x.id] == "queued" and x.seq > destinations.get(x.destination, 10**9)
        ]  # fmt: skip
        return sorted(found, key=lambda x: x.seq)[:most]

    async def waiting(self, now: datetime, most: int) -> Sequence[str]:
        self._met("waiting")
        found = [
            x.destination for x in self.rows.values()
            if self.status[x.id] == "queued" and x.due is not None and x.due <= now
            and self.claims.get(x.destination, ("", now))[1] <= now
        ]  # fmt: skip
        return list(dict.fromkeys(found))[:most]

    async def standing(self, letters: Sequence[str], owner: str) -> Mapping[str, Standing]:
        self._met("standing")
        await asyncio.sleep(0.001)
        found = {
            one: Standing(
                self.status[one],
                self.rows[one].payload,
                *self.holders.get(self.rows[one].contact, ("bot", 0)),
                self.claims.get(self.rows[one].destination, ("",))[0],
            )
            for one in letters
        }
        return {
            one: x for one, x in found.items()
            if x.status != "queued" or x.owner != owner or x.holder == "staffed" or one in self.changed
        }  # fmt: skip

    async def mark(self, results: Sequence[Result], owner: str) -> Sequence[Receipt]:
        self._met("mark")
        await asyncio.sleep(0.001)
        for result in results:
            letter = self.rows[result.letter.id]
            if self.status[letter.id] != "queued" or self.claims.get(letter.destination, ("",))[0] != owner:
                continue
            self.results.append(result)
            self.status[letter.id] = result.status
            due = result.due or result.at
            self.rows[letter.id] = replace(letter, due=due, attempts=letter.attempts + 1)
        early, self.early = self.early, []
        return early

    async def wake_account(self, prefix: str, now: datetime) -> Sequence[str]:
        self._met("wake_account")
        woken = []
        for one, letter in self.rows.items():
            last = next((x for x in self.results[::-1] if x.letter.id == one), None)
            tried = last is not None and last.reason == "gave_up" and letter.due is not None and letter.due > now
            if tried and self.status[one] == "queued" and letter.destination.startswith(prefix):
                self.rows[one] = replace(letter, due=now)
                woken.append(letter.destination)
        return woken

    async def sent_as(self, line: str) -> tuple[str, str, str, str, str, bool] | None:
        self._met("sent_as")
        for letter in self.rows.values():
            if letter.line == line and letter.op == "say":
                last = next((x for x in self.results[::-1] if x.letter.id == letter.id), None)
                chat, message, text = (last.chat, last.message, last.text) if last else ("", "", "")
                return self.status[letter.id], letter.destination, chat, message, text, "media" in letter.payload
        return None


class FakeCache:
    """Redis in memory, its buckets on virtual time."""

    def __init__(self) -> None:
        self.copies: dict[str, Held] = {}
        self.heard: list[asyncio.Queue[Sequence[str]]] = []
        self.buckets: dict[str, tuple[float, float]] = {}
        self.paused_until: dict[str, float] = {}
        self.taken: list[tuple[str, float]] = []

    async def get(self, contacts: Sequence[str]) -> Sequence[Held | None]:
        return [self.copies.get(contact) for contact in contacts]

    async def put(self, copies: Sequence[Held]) -> None:
        self.copies.update({held.context.contact: held for held in copies})

    async def wake(self, destinations: Sequence[str]) -> None:
        for queue in self.heard:
            queue.put_nowait(list(destinations))

    async def wakes(self) -> AsyncIterator[Sequence[str]]:
        queue: asyncio.Queue[Sequence[str]] = asyncio.Queue()
        self.heard.append(queue)
        while True:
            yield await queue.get()

    async def take(self, bucket: str, capacity: float, per_second: float, reserve: float = 0.0) -> float:
        now = seconds()
        if self.paused_until.get(bucket, 0.0) > now:
            return self.paused_until[bucket] - now
        tokens, at = self.buckets.get(bucket, (capacity, now))
        tokens = min(capacity, tokens + (now - at) * per_second)
        enough = tokens >= 1 + reserve - 1e-9
        self.buckets[bucket] = (tokens - 1 if enough else tokens, now)
        if enough:
            self.taken.append((bucket, now))
        return 0.0 if enough else (1 + reserve - tokens) / per_second

    async def pause(self, bucket: str, seconds_: float) -> None:
        self.paused_until[bucket] = seconds() + seconds_
        self.buckets[bucket] = (0.0, self.paused_until[bucket])

    async def paused(self, bucket: str) -> float:
        return max(0.0, self.paused_until.get(bucket, 0.0) - seconds())

    async def lease(self, name: str, owner: str, seconds: float) -> bool:
        return True


class FakeTopics:
    """The map of topics in memory."""

    def __init__(self) -> None:
        self.rows: dict[str, TopicRow] = {}
        self.kept: list[TopicRow] = []
        self.moved: list[tuple[int, int]] = []
        self.on_duty: list[tuple[str, str, str]] = []

    async def topic(self, contact: str) -> TopicRow | None:
        await asyncio.sleep(0.001)
        return self.rows.get(contact)

    async def keep_topic(self, topic: TopicRow) -> None:
        await asyncio.sleep(0.001)
        self.rows[topic.contact] = topic
        self.kept.append(topic)

    async def lose_topic(self, contact: str, thread: int) -> None:
        row = self.rows[contact]
        if row.thread == thread:
            self.rows[contact] = replace(row, thread=None, card="", card_text="", closed=False, making=None)

    async def move_group(self, old: int, new: int) -> None:
        self.moved.append((old, new))
        self.rows = {key: replace(row, chat=new if row.chat == old else row.chat) for key, row in self.rows.items()}

    async def agents_on_duty(self, chat: int, since: datetime, most: int) -> Sequence[tuple[str, str, str]]:
        return self.on_duty[:most]


class FakeTranscripts:
    """Lines in memory."""

    def __init__(self) -> None:
        self.kept: list[Line] = []
        self.asked: list[tuple[str, str, str]] = []

    async def lines(self, contact: str, until_event: str = "", until_line: str = "") -> AsyncIterator[Line]:
        self.asked.append((contact, until_event, until_line))
        for line in self.kept:
            yield line

    async def last_lines(self, contact: str, most: int, until_event: str) -> Sequence[Line]:
        return self.kept[-most:]

    async def find(self, words: str, most: int) -> Sequence[str]:
        return []

    async def waiting_now(self) -> Sequence[Any]:
        return []

    async def cases(self, since: datetime, until: datetime) -> Sequence[Any]:
        return []


class FakeStore:
    """Contexts, contacts and turns in memory; `record` behaves as the database does."""

    def __init__(self) -> None:
        self.contexts: dict[str, Held] = {}
        self.addresses: dict[str, str] = {}
        self.known: dict[str, str] = {}
        self.events: list[str] = []
        self.turns: list[Turn] = []
        self.groups: list[int] = []
        self.topics: dict[tuple[int, int], str] = {}
        self.targets: dict[tuple[str, str], Target] = {}
        self.relayed: dict[tuple[str, str], str] = {}
        self.timers: list[TimerRow] = []
        self.bad: set[str] = set()
        self.stale: dict[str, int] = {}
        self.takes = 0.01
        self.loads = 0
        self.elsewhere: set[str] = set()

    def know(self, contact: str, **context: Any) -> Context:
        """A contact with this context."""
        self.contexts[contact] = Held(Context(contact, **context), 0)
        return self.contexts[contact].context

    async def find_contact(self, sender: Sender, at: datetime) -> str:
        await asyncio.sleep(0.001)
        contact = self.known.setdefault(sender.keys[0], self.addresses.get(sender.keys[0], f"C{sender.keys[0]}"))
        if contact not in self.contexts:
            self.know(contact, name=sender.name)
        return contact

    def forget(self, sender: Sender) -> None:
        self.known.pop(sender.keys[0], None)

    async def contact_of_topic(self, chat: int, thread: int) -> str | None:
        return self.topics.get((chat, thread))

    async def target(self, chat: str, message: str) -> Target | None:
        return self.targets.get((chat, message))

    async def last_relayed(self, contact: str, agent: str) -> str | None:
        return self.relayed.get((contact, agent))

    async def load(self, contact: str) -> Held:
        self.loads += 1
        await asyncio.sleep(0.001)
        if contact not in self.contexts:
            self.know(contact, name="Aziza")
        return self.contexts[contact]

    async def record(self, turns: Sequence[Turn]) -> Sequence[Recorded]:
        self.groups.append(len(turns))
        await asyncio.sleep(self.takes)
        if any(turn.event in self.bad for turn in turns):
            raise OSError("the database refused a row")
        return [self._recorded(turn) for turn in turns]

    def _recorded(self, turn: Turn) -> Recorded:
        outcome = self._one(turn)
        free = [letter for letter in turn.letters if letter.destination not in self.elsewhere]
        return Recorded(outcome, tuple(free) if outcome is Outcome.RECORDED else ())

    def _one(self, turn: Turn) -> Outcome:
        if turn.event in self.events:
            return Outcome.DUPLICATE
        if turn.topic is not None and self.topics.get((turn.topic.chat, turn.topic.thread)) != turn.contact:
            return Outcome.MOVED
        if turn.context is not None:
            if self.stale.get(turn.event, 0) > 0:
                self.stale[turn.event] -= 1
                held = self.contexts[turn.contact]
                self.contexts[turn.contact] = Held(held.context, held.version + 1)
                return Outcome.STALE
            if self.addresses.get(turn.address.rpartition(":")[2], turn.contact) != turn.contact:
                return Outcome.STALE
            if self.contexts[turn.contact].version != turn.version:
                return Outcome.STALE
            self.contexts[turn.contact] = Held(turn.context, turn.version + 1)
        self.events.append(turn.event)
        self.turns.append(turn)
        return Outcome.RECORDED

    async def due_timers(self, now: datetime, most: int) -> Sequence[TimerRow]:
        return [x for x in self.timers if x.due <= now and f"timer:{x.id}" not in self.events][:most]

    async def first_response_seconds(self, most: int) -> Sequence[float]:
        return []


class FakeFiles:
    """Kept files in memory."""

    def __init__(self) -> None:
        self.refs: dict[tuple[str, str], str] = {}
        self.kept = 0

    async def keep(self, stream: AsyncIterator[bytes], most: int) -> tuple[str, int]:
        data = b"".join([chunk async for chunk in stream])
        if len(data) > most:
            raise ValueError(most)
        self.kept += 1
        return f"hash-{len(data)}", len(data)

    def path(self, hash: str) -> str:
        return f"/files/{hash}"

    async def known(self, channel: str, ref: str) -> str | None:
        return self.refs.get((channel, ref))

    async def remember(self, channel: str, ref: str, hash: str, size: int, mime: str) -> None:
        self.refs[channel, ref] = hash

"""An outbox on virtual time with recorders around it, for the tests of what is sent when."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handlers.budget import Budget
from handlers.business import Business, read_business
from handlers.documents import Documents
from handlers.leftovers import Leftovers
from handlers.notices import Notices
from handlers.outbox import Outbox
from handlers.post import FileDesk, Post
from handlers.texts import Texts, read_catalogs
from handlers.topics import TopicDesk
from scenarios.engine.records import Letter, Receipt, Result
from tests.fakes import (
    FakeCache,
    FakeChannel,
    FakeFiles,
    FakeLetters,
    FakeStaff,
    FakeStore,
    FakeTopics,
    FakeTranscripts,
)
from tests.virtual import START, now, seconds

__all__ = ["CHAT", "Around", "business", "letter"]

ROOT = Path(__file__).parents[2]
CHAT = -1001
TEXTS = Texts(read_catalogs(ROOT / "locales"))


def business() -> Business:
    """The shipped example."""
    path = ROOT / "bot/business/example.yaml"
    return read_business("example.yaml", path.read_text(encoding="utf-8"), ZoneInfo("Asia/Tashkent"))


def letter(id: str, destination: str = "telegram:1:7", op: str = "say", contact: str = "C", **more: Any) -> Letter:
    """A letter that says its own id, by the desk unless a speaker is named."""
    kept = {"payload": {"text": id}, "speaker": "desk", "epoch": 0, "at": START, **more}
    return Letter(id, contact, destination, op, **kept)


@dataclass
class Around:
    """Everything around the outboxes; `outbox` makes one as a process has it."""

    folder: Path
    letters: FakeLetters = field(default_factory=FakeLetters)
    cache: FakeCache = field(default_factory=FakeCache)
    telegram: FakeChannel = field(default_factory=FakeChannel)
    whatsapp: FakeChannel = field(default_factory=lambda: FakeChannel("whatsapp", can_edit=False, can_delete=False))
    staff: FakeStaff = field(default_factory=FakeStaff)
    topics: FakeTopics = field(default_factory=FakeTopics)
    store: FakeStore = field(default_factory=FakeStore)
    transcripts: FakeTranscripts = field(default_factory=FakeTranscripts)
    files: FakeFiles = field(default_factory=FakeFiles)
    refused: list[Result] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def desk(self, burst: float = 20, per_minute: float = 20) -> TopicDesk:
        """A process's topic desk."""
        budget, zone = Budget(self.cache, burst, per_minute / 60), ZoneInfo("Asia/Tashkent")
        return TopicDesk(
            staff=self.staff,
            topics=self.topics,
            store=self.store,
            transcripts=self.transcripts,
            documents=Documents(
                self.staff, self.store, self.transcripts, budget, TEXTS, business(), zone, self.folder, now
            ),
            leftovers=Leftovers(self.staff, budget, CHAT),
            fetched=self.file_desk().kept,
            budget=budget,
            texts=TEXTS,
            business=business(),
            zone=zone,
            staff_chat=CHAT,
            now=now,
            notices=Notices(self.staff, self.topics, budget, business(), TEXTS, now, frozenset({1, 70})),
            trouble=lambda what: self.troubles.append(what if isinstance(what, str) else TEXTS.render(what, "en")),
        )

    def file_desk(self) -> FileDesk:
        """A process's files."""
        return FileDesk(self.files, {"telegram": self.telegram, "whatsapp": self.whatsapp})

    def post(self, desk: TopicDesk | None = None) -> Post:
        """A process's post."""
        channels = {"telegram": self.telegram, "whatsapp": self.whatsapp}
        return Post(channels, self.staff, self.letters, desk or self.desk(), self.file_desk(), now)

    def make(self, owner: str = "1", desk: TopicDesk | None = None) -> Outbox:
        """A process's outbox, not started."""
        return Outbox(
            self.letters,
            self.cache,
            self.post(desk),
            lambda: owner,
            now,
            self.refused.append,
            self.receipts.extend,
            lambda channel, code: self.troubles.append(f"{channel}: {code}"),
        )

    @asynccontextmanager
    async def outbox(self, owner: str = "1", desk: TopicDesk | None = None) -> AsyncIterator[Outbox]:
        """A process's outbox at work."""
        made = self.make(owner, desk)
        made.start()
        try:
            yield made
        finally:
            await made.stop(5)

    async def until(self, true: Callable[[], bool], longest: float = 3600) -> float:
        """Wait until something is true; how many seconds that took."""
        began = seconds()
        while not true():
            assert seconds() - began < longest, f"not within {longest} s"
            await asyncio.sleep(0.05)
        return seconds() - began

    def all_done(self) -> bool:
        """Whether no letter waits."""
        return "queued" not in self.letters.status.values()

    async def sent(self, outbox: Outbox, *letters: Letter, longest: float = 3600) -> float:
        """Add letters, wake the outbox, wait until none waits; the seconds it took."""
        await outbox.wake(self.letters.add(*letters))
        return await self.until(self.all_done, longest)

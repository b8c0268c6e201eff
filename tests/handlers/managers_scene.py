"""A managers' scenario desk with the shipped book, in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from handlers.library import Library
from handlers.managers.answers import Answer, Text
from handlers.managers.changing import Changes, Manager
from handlers.managers.scenario_desk import ScenarioDesk
from handlers.managers.sent import SentFiles
from handlers.publishing import Found, Publisher
from handlers.texts import Texts
from scenarios.book import shipped_files
from scenarios.engine.kpi import CaseRow
from scenarios.engine.model import Scenario
from scenarios.engine.records import AuditRow
from tests.fakes import FakeTranscripts
from tests.shelf import FakeShelf
from tests.shipped import business, catalogs

__all__ = ["NEW", "NOW", "RUSTAM", "Managers", "buttons", "text_of"]

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
RUSTAM, DILNOZA = Manager("5", "Rustam"), Manager("6", "Dilnoza")
NEW = shipped_files()["new.yaml"]
HELLO = "What can we help you with?"


class Figures(FakeTranscripts):
    """Conversations that a test puts in."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[CaseRow] = []

    async def cases(self, since: datetime, until: datetime) -> Sequence[CaseRow]:
        return [row for row in self.rows if since <= row.opened_at < until]


class Tries:
    """The audit log's tries."""

    def __init__(self) -> None:
        self.rows: list[AuditRow] = []

    async def tried(self, most: int) -> Sequence[AuditRow]:
        return self.rows[:most]


class Managers:
    """The desk, its shelf and its clock."""

    def __init__(self, folder: Path) -> None:
        self.now = NOW
        self.folder = folder
        self.shelf = FakeShelf()
        self.texts = Texts(catalogs())
        self.library = Library(self.shelf, self.texts, catalogs(), business().own_types)
        self.publisher = Publisher(self.library, business(), catalogs(), lambda: self.now)
        self.changes = Changes(self.library, self.publisher)
        self.figures, self.tries = Figures(), Tries()
        sent = SentFiles(self.changes, self.texts, self._draw, asyncio.Lock(), folder)
        zone = ZoneInfo("Asia/Tashkent")
        self.desk = ScenarioDesk(self.changes, sent, self.tries, self.figures, self.texts, zone)

    async def opens(self) -> Managers:
        """The shipped book runs."""
        await self.publisher.publish(Found(shipped_files()), "release")
        return self

    async def sends(self, *files: tuple[str, str | bytes], language: str = "en", who: Manager = RUSTAM) -> list[Answer]:
        """A manager sends files."""
        self.now += timedelta(minutes=1)
        read = {name: data.encode() if isinstance(data, str) else data for name, data in files}
        return await self.desk.take(read, who, language, self.now)

    async def presses(self, data: str, who: Manager = RUSTAM, language: str = "en") -> Text:
        """A manager presses a button."""
        self.now += timedelta(minutes=1)
        (answer,) = await self.desk.pressed(data, who, language, self.now)
        assert isinstance(answer, Text)
        return answer

    async def rolls_out(self, words: str, who: Manager = RUSTAM, language: str = "en") -> Text:
        """A manager writes /rollout."""
        self.now += timedelta(minutes=1)
        (answer,) = await self.desk.rollout(words, who, language, self.now)
        assert isinstance(answer, Text)
        return answer

    async def has_sent(self, extra: str = "# a comment") -> str:
        """A version of `new` that is ready to be given was sent; its version."""
        changed = NEW.replace("after: 2 hours", "after: 3 hours") + extra
        assert changed != NEW
        await self.sends(("new.yaml", changed))
        return self.shelf.journal[-1].version

    def _draw(self, scenario: Scenario, texts: Texts, language: str, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{scenario.name}.png"
        path.write_bytes(b"drawn")
        return path


def text_of(answers: Sequence[Answer]) -> str:
    """What the texts among answers say."""
    return "\n".join(answer.text for answer in answers if isinstance(answer, Text))


def buttons(answers: Sequence[Answer]) -> dict[str, str]:
    """Label -> data of the buttons of answers."""
    return {label: data for answer in answers if isinstance(answer, Text) for data, label in answer.buttons}

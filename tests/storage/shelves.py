"""A folder of scenarios, and processes of a desk that publish it and follow its journal, without messengers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from bot.folder import FOLDER, read_folder
from bot.reload import Reload
from bot.trouble import Trouble
from handlers.library import Library
from handlers.publishing import Publisher
from handlers.texts import Texts
from scenarios.engine.context import Context
from scenarios.engine.events import Content, CustomerSaid, Event, Sender, TimerFired
from scenarios.engine.rollouts import Change
from storage.database import Database
from storage.troubles import Troubles
from storage.versions import Versions
from tests.shipped import business
from tests.storage.rows import NOW

TALK = """\
scenario: new
about: A talk to be changed
start: first
person: to_people
remember: {want: choice, need: text}
steps:
  first:
    ask: What would you like?
    save: want
    answers: {red: Red, green: Green}
    silent: [{after: 2 hours, go: end}]
    go: second
  second:
    ask: Tell me more.
    save: need
    silent: [{after: 2 hours, go: end}]
    go: to_people
  to_people:
    handoff: sales
    silent: [{after: 15 minutes, say: You are next.}]
    go: end
"""
PRICES = """\
scenario: prices
about: Said at any moment
start: tell
steps:
  tell:
    say: It costs little.
    go: end
"""
ALWAYS = 'always:\n  - {hears: "price | cost", run: prices}\n'
START = "start: [{else: new}]\n"

MANAGERS = frozenset({7, 8})
LATER = """\
  to_people:
    say: I will ask again tomorrow.
    later: {in: 1 day, go: second}
    go: people
  people:
"""


def folder(path: Path) -> Path:
    """A folder of scenarios."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in {"new": TALK, "prices": PRICES, "always": ALWAYS, "start": START}.items():
        (path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return path


def change(path: Path, name: str, before: str, after: str) -> None:
    """Other words in a file, saved as an editor does: written beside it and renamed."""
    file = path / f"{name}.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    beside = path / f".{name}.yaml.tmp"
    beside.write_text(text.replace(before, after), encoding="utf-8")
    beside.rename(file)


def po(*texts: tuple[str, str], labels: Mapping[str, str] | None = None) -> str:
    """A .po file with these translations of sentences, and of labels of the first question."""
    head = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    )
    sentences = "".join(f'\nmsgid "{source}"\nmsgstr "{said}"\n' for source, said in texts)
    named = (f'\nmsgctxt "new.first"\nmsgid "{label}"\nmsgstr "{said}"\n' for label, said in (labels or {}).items())
    return head + sentences + "".join(named)


class Process:
    """One process of a desk: its library, and what looks after it."""

    def __init__(self, db: Database, path: Path) -> None:
        self.path = path
        self.now = NOW
        self.texts = Texts({})
        self.versions = Versions(db)
        self.library = Library(self.versions, self.texts, {}, business().own_types)
        self.publisher = Publisher(self.library, business(), {}, self._time)
        self.woken: list[str] = []
        self.received: list[Event] = []
        trouble = Trouble(Troubles(db), MANAGERS, 1, self.texts, "en", self._time)
        trouble.wake = self._wake
        now, texts = self._time, self.texts
        self.reload = Reload(
            self.library, self.publisher, self.versions, path, trouble, texts, self._receive, lambda: True, now
        )

    async def starts(self) -> None:
        """What lies in the folder is put to use, as at a start."""
        await self.publisher.publish(read_folder(self.path), FOLDER)

    async def looks(self, times: int = 2) -> None:
        """So many looks at the folder; what was written has to look the same twice."""
        for _ in range(times):
            await self.reload.look(self.path)

    async def rolls_out(self, name: str, text: str, percent: int) -> str:
        """A manager gives a version of a file to a share of the new conversations; its number."""
        sent = await self.publisher.check({f"{name}.yaml": text})
        assert sent.book is not None, sent.issues
        version = sent.made_of[name]
        rows = [
            Change(0, self.now, "7", "sent", name, version),
            Change(0, self.now, "7", "rollout", name, version, percent),
        ]
        assert await self.versions.publish(self.library.seen, sent.stored, {}, rows, self.now)
        await self.library.refresh()
        return version

    def says(self, text: str = "hello") -> CustomerSaid:
        """A customer's message."""
        return CustomerSaid("E", self.now, Sender("telegram", "1", ("7",)), Content(text), "m", self.now)

    async def opened(self, contact: str) -> Context:
        """A contact whose new conversation waits at its first question."""
        _, context = await self.library.book_for(Context(contact), self.says())
        context.holder, context.scenario, context.step, context.conversation = "bot", "new", "first", 1
        return context

    def fired(self, contact: str, key: str, data: dict[str, str]) -> TimerFired:
        """A timer that came due."""
        return TimerFired("timer:1", self.now + timedelta(days=1), contact, key, data)

    def _time(self) -> datetime:
        return self.now

    async def _wake(self, destinations: object) -> None:
        self.woken += list(destinations)  # type: ignore[call-overload]

    async def _receive(self, event: Event) -> None:
        self.received.append(event)

"""A desk that books visits: a small scenario, the real corridor and database, a process that dies where one likes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from bot.store import DeskStore
from handlers.actions import ActionDesk
from handlers.calendar import Calendar
from handlers.corridor import Corridor
from handlers.world import Moment
from scenarios.engine.context import Context
from scenarios.engine.events import Content, CustomerSaid, Event, Sender, TimerFired
from scenarios.engine.model import Book
from scenarios.engine.reading import read_files
from scenarios.engine.records import Letter
from storage.clock import Timers
from storage.database import Database
from storage.outbox import Outbox
from storage.transcripts import Transcripts
from storage.visits import Visits
from tests.fakes import FakeCache
from tests.shipped import MONDAY_NOON, business, texts

__all__ = ["BOOK", "FILES", "Killed", "Process", "said_of"]

BOOK = """
scenario: new
about: Books a visit
texts: en
start: service
person: to_person
steps:
  service:
    ask: What can we help you with?
    save: service
    answers: {from: services}
    go: day
  day:
    ask: Which day?
    save: day
    answers: {from: free_days}
    go: hour
  hour:
    ask: What time?
    save: hour
    answers: {from: free_times}
    go: book
  book:
    do: book_visit
    go: {booked: done, taken: again}
  again:
    say: Somebody was faster.
    go: hour
  done:
    say: "Booked: {next_visit}"
    ask: Is that right?
    answers: {fine: It is, cancel: Call it off, move: Another time}
    go: {fine: end, cancel: cancel, move: other}
  other:
    ask: What time then?
    save: hour
    answers: {from: free_times}
    go: move
  move:
    do: move_visit
    go: {moved: done, taken: again, too_late: to_person}
  cancel:
    do: cancel_visit
    go: {cancelled: called_off, too_late: to_person}
  called_off:
    say: "{order_status}"
    go: end
  to_person:
    say: A colleague comes.
    handoff: sales
    go: end
"""
FACTS = "facts: {}\n"
START = "start: [{else: new}]\n"
ALWAYS = "always: [{hears: what does it cost, run: prices}]\n"
PRICES = """
scenario: prices
about: What it costs
texts: en
start: list
steps:
  list:
    say: It costs nothing today.
    go: end
"""
NOON = MONDAY_NOON


FILES = {"new.yaml": BOOK, "prices.yaml": PRICES, "facts.yaml": FACTS, "start.yaml": START, "always.yaml": ALWAYS}


@cache
def book() -> Book:
    """The small book, as read."""
    reading = read_files(FILES)
    assert not reading.issues, reading.issues
    return reading.book


async def _book_for(context: Context, _: Event) -> tuple[Book, Context]:
    return book(), context


class Killed(BaseException):
    """The process is gone."""


class _Dying:
    """Passes calls through, and dies before or after the one that it was told."""

    def __init__(self, real: Any, process: Process) -> None:
        self._real = real
        self._process = process

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._real, name)

        async def call(*args: Any) -> Any:
            self._process.reached(f"before {name}")
            result = await real(*args)
            self._process.reached(f"after {name}")
            return result

        return call


class Process:
    """One process of the desk on a database; `dies` is the number of the place where it is killed, 0 for never."""

    def __init__(self, database: Database, at: datetime = NOON, dies: int = 0) -> None:
        self.now = at
        self.dies = dies
        self.places: list[str] = []
        self.store = DeskStore(database)
        self.visits = Visits(database)
        self.calendar = Calendar(self.visits, lambda: self.now)
        self.letters = Outbox(database)
        self.timers = Timers(database)
        self.transcripts = Transcripts(database)
        self.corridor = Corridor(
            store=self.store,
            cache=FakeCache(),
            texts=texts(),
            book_for=_book_for,
            world=lambda at: Moment(at, business(), texts(), "en", 15, self.calendar.taken),
            take=lambda _: None,
            wake=self._wake,
            channels={},
            staff_language="en",
            staff_chat=-1001,
            desk_name="Ozoda Uy",
        )
        self.actions = ActionDesk(
            _Dying(self.visits, self),
            self.store,
            business(),
            lambda: self.now,
            _Dying(self.corridor, self).receive,
            self.calendar.refresh,
        )
        self.count = 0

    def reached(self, place: str) -> None:
        """The process came to a place between two lines."""
        self.places.append(place)
        if len(self.places) == self.dies:
            raise Killed(place)

    async def _wake(self, destinations: Sequence[str]) -> None:
        """Nobody sleeps here."""

    async def hears(self, words: str, key: str = "p:1") -> Context:
        """The customer writes; what the desk knows of them then."""
        self.count += 1
        sender = Sender("telegram", "1", (key,), name="Aziza", language_code="en")
        name = f"tg:1:{key}:{self.now.timestamp()}:{self.count}"
        await self.corridor.receive(CustomerSaid(name, self.now, sender, Content(text=words), name, self.now))
        return await self.knows(key)

    async def fires(self, key: str, contact: str) -> None:
        """A timer of the contact comes due."""
        due = await self.timers.due_timers(self.now + timedelta(days=30), 100)
        for timer in due:
            if timer.key == key and timer.contact == contact:
                await self.happens(TimerFired(f"timer:{timer.id}", self.now, contact, key, dict(timer.data)))

    async def happens(self, event: Event) -> None:
        """Something comes in."""
        await self.corridor.receive(event)

    async def knows(self, key: str = "p:1") -> Context:
        """What the desk knows of a customer."""
        sender = Sender("telegram", "1", (key,), name="Aziza")
        contact = await self.store.find_contact(sender, self.now)
        return (await self.store.load(contact)).context

    async def asked(self, contact: str) -> Sequence[Letter]:
        """The letters that ask for an action and are not done."""
        return await self.letters.unsent({f"do:{contact}": 0}, 100)

    async def works(self, contact: str) -> None:
        """The outbox carries out what is asked for."""
        for letter in await self.asked(contact):
            result = await self.actions.carry_out(letter)
            await self.letters.claim([letter.destination], "me", self.now, self.now + timedelta(seconds=30))
            await self.letters.mark([result], "me")

    async def to_the_hour(self, key: str = "p:1", hour: str = "15:00") -> str:
        """A customer walks up to the time and chooses it; the contact's id."""
        await self.calendar.refresh()
        for words in ("hello", "Fridge repair", "tomorrow", hour):
            context = await self.hears(words, key)
        return context.contact

    async def said(self, contact: str) -> list[str]:
        """What the bot said to the contact."""
        return [line.content.text async for line in self.transcripts.lines(contact) if line.author == "bot"]


def said_of(context: Context) -> list[tuple[str, str]]:
    """The orders that a context knows: (service, status)."""
    return [(str(order["service"]), str(order["status"])) for order in context.orders]

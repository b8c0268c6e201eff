"""The books that talks are on: the newest one, those of a share that tries something out, and every older one that a
context still names.

Rule: a turn is given its book and its context already on it, so that the step stays pure. With a context on what runs
now that costs a look into a table; an older book is read from storage once.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import product
from typing import Protocol

import structlog

from handlers.layers import layered
from handlers.texts import Catalog, Texts
from scenarios.engine.context import Context
from scenarios.engine.events import Event, TimerFired
from scenarios.engine.model import Book
from scenarios.engine.moving import adopted, continued, successor
from scenarios.engine.reading import read_files
from scenarios.engine.records import AuditRow, Letter, Live
from scenarios.engine.rollouts import Change, Running, StoredFile, composition, falls, fold
from scenarios.engine.silences import FOLLOW_UP

__all__ = ["Library", "Shelf", "Unreadable"]

MOST_BOOKS = 64
"""Books in memory; a large one takes a few hundred kilobytes."""

MOST_TRIED = 4
"""Files that are tried out at once whose combinations are made before anybody asks for them."""

_log = structlog.get_logger()


class Unreadable(LookupError):
    """Files that were never kept, or that this desk cannot read; `versions` are theirs, by name."""

    def __init__(self, why: str, versions: Mapping[str, str]) -> None:
        super().__init__(why)
        self.versions = versions


class Shelf(Protocol):
    """What the library needs of storage: versions of files, the books made of them, the journal."""

    async def newest(self) -> int: ...

    async def changes(self, after: int = 0) -> Sequence[Change]: ...

    async def publish(
        self,
        seen: int,
        files: Sequence[StoredFile],
        books: Mapping[str, Mapping[str, str]],
        changes: Sequence[Change],
        at: datetime,
        letters: Sequence[Letter] = (),
        audit: Sequence[AuditRow] = (),
    ) -> bool:
        """Write changes in one transaction; False, and nothing is written, when `seen` is not the newest any more."""
        ...

    async def keep_book(self, version: str, files: Mapping[str, str]) -> None: ...

    async def book(self, version: str) -> Mapping[str, str] | None: ...

    async def files(self, versions: Mapping[str, str]) -> Sequence[StoredFile]: ...

    async def texts(self) -> Sequence[StoredFile]: ...

    async def live(self) -> Sequence[Live]: ...


class Library:
    """Knows the book of every talk. `refresh` has to have succeeded once before `newest` is asked for. `facts` are the
    types of what the business file adds to the facts."""

    def __init__(
        self, shelf: Shelf, texts: Texts, shipped: Mapping[str, Catalog], facts: Mapping[str, str] | None = None
    ) -> None:
        self.shelf = shelf
        self._facts = facts
        self.changes: Sequence[Change] = ()
        self.state: Mapping[str, Running] = {}
        self._texts = texts
        self._shipped = shipped
        self._seen = self._looked = 0
        self._newest: Book | None = None
        self._present: Mapping[str, Book] = {}
        self._books: OrderedDict[str, Book] = OrderedDict()
        self._made_of: dict[str, Mapping[str, str]] = {}
        self._composed: dict[frozenset[tuple[str, str]], str] = {}
        self._unreadable: set[tuple[str, str]] = set()
        self._tried: tuple[str, ...] = ()
        self._refreshing = asyncio.Lock()

    @property
    def newest(self) -> Book:
        """The book that a new conversation gets when it is in no share."""
        if self._newest is None:
            raise LookupError("no scenarios were published yet")
        return self._newest

    @property
    def is_open(self) -> bool:
        """Whether there is a book to run."""
        return self._newest is not None

    @property
    def seen(self) -> int:
        """The number of the newest change this process knows."""
        return self._seen

    async def refresh(self) -> bool:
        """Look into the journal; whether there was something new, which is in use from here on. Raises LookupError when
        what runs cannot be read, and what the database raises: then everything stays as it was."""
        if await self.shelf.newest() == self._seen:
            return False
        async with self._refreshing:
            more = await self.shelf.changes(self._seen)
            if not more:
                return False
            changes = (*self.changes, *more)
            try:
                state, newest, present = await self._books_of(changes)
            except Unreadable as error:
                if self._newest is not None:
                    raise
                # What an older release ran cannot be read by this one; what is published next can.
                _log.error("what ran last cannot be read", error=str(error))
                self.changes, self.state, self._seen = changes, self.after(changes), more[-1].id
                return True
            tried = tuple(name for name, one in state.items() if one.candidate)
            self._texts.use(_said(await self.shelf.texts(), changes, state, self._shipped))
            self.changes, self.state, self._seen = changes, state, more[-1].id
            self._newest, self._present, self._tried = newest, present, tried
        return True

    def after(self, changes: Sequence[Change]) -> dict[str, Running]:
        """What runs after these changes. What this desk cannot read does not: a share gets nothing else, and where a
        manager's version ran for all the folder's does."""
        return {name: self._readable(name, one) for name, one in fold(changes).items()}

    async def look(self) -> None:
        """Read the journal and what its versions say in each language, for who asks what runs and runs nothing; nothing
        is written."""
        if await self.shelf.newest() == self._looked:
            return
        changes = tuple(await self.shelf.changes())
        state = self.after(changes)
        self._texts.use(_said(await self.shelf.texts(), changes, state, self._shipped))
        self.changes, self.state, self._looked = changes, state, changes[-1].id

    async def book_for(self, context: Context, event: Event) -> tuple[Book, Context]:
        """The book that this event is decided by, and the context on it (`context.book` is its version)."""
        if not context.trial and context.step:
            present = self._present.get(context.book)
            return (present, context) if present is not None else await self._older(context)
        if context.trial and context.book:
            book = await self.load(context.book)
            return (book, context) if book is not None else (self.newest, adopted(context, self.newest))
        book = self.newest
        if self._tried and not context.trial:
            book = await self._chosen(context.contact)
        if event.__class__ is TimerFired:
            assert isinstance(event, TimerFired)
            book = await self._of_follow_up(event, book)
        return book, context if context.book == book.version else _on(context, book)

    async def load(self, version: str) -> Book | None:
        """The book of that version, whenever it was made; None when there is none that could be read."""
        found = self._present.get(version) or self._books.get(version)
        if found is None:
            files = await self.made_of(version)
            try:
                found = replace(await self._read(files), version=version) if files else None
            except LookupError as error:
                _log.error("an older version of the scenarios cannot be read", book=version[:8], error=str(error))
            if found is not None:
                self._keep(found)
        return found

    async def made_of(self, version: str) -> Mapping[str, str]:
        """The versions of the files of a book, by name; empty when there never was such a book."""
        found = self._made_of.get(version)
        if found is None:
            found = await self.shelf.book(version) or {}
            if found:
                self._made_of[version] = found
        return found

    async def compose(self, files: Mapping[str, str]) -> Book:
        """The book of those versions of files, which a context may name from here on. Raises Unreadable (a LookupError)
        when one of them was never kept or cannot be read."""
        key = frozenset(files.items())
        found = await self.load(self._composed[key]) if key in self._composed else None
        if found is None:
            found = await self._read(files)
            await self.shelf.keep_book(found.version, files)
            self._composed[key] = found.version
            self._made_of[found.version] = dict(files)
            self._keep(found)
        return found

    async def _read(self, files: Mapping[str, str]) -> Book:
        stored = await self.shelf.files(files)
        if missing := sorted(files.keys() - {file.name for file in stored}):
            told = f"these files were never kept: {', '.join(missing)}"
            raise Unreadable(told, {name: files[name] for name in missing})
        sources = {f"{file.name}.yaml": file.source for file in stored}
        # The loop goes on meanwhile: customers do not wait for a book that others need.
        reading = await asyncio.to_thread(read_files, sources, self._facts)
        if errors := [issue for issue in reading.issues if issue.is_error]:
            wrong = {issue.place.file.removesuffix(".yaml") for issue in errors}
            raise Unreadable(str(errors[0]), {name: files[name] for name in sorted(wrong & files.keys())})
        return reading.book

    async def _books_of(self, changes: Sequence[Change]) -> tuple[Mapping[str, Running], Book, Mapping[str, Book]]:
        """What runs after these changes: the state, the newest book, and by version all that conversations may get.
        Raises Unreadable when this desk can read neither what runs nor what the folder has; a desk at work stays with
        what it has rather than go back to the folder's."""
        while True:
            state = self.after(changes)
            tried = tuple(name for name, one in state.items() if one.candidate)
            base = composition(state)
            ways = _combinations(state, tried if len(tried) <= MOST_TRIED else ())
            if len(tried) > MOST_TRIED:
                ways = [base | {name: state[name].candidate for name in tried}]
            try:
                newest, *others = [await self.compose(one) for one in (base, *ways)]
            except Unreadable as error:
                found = set(error.versions.items())
                if found <= self._unreadable or (self._newest is not None and found & set(base.items())):
                    raise
                names = ", ".join(f"{name} {version[:8]}" for name, version in sorted(found))
                _log.error("versions that this desk cannot read are left out", files=names, error=str(error))
                self._unreadable |= found
            else:
                return state, newest, {book.version: book for book in (newest, *others)}

    def _readable(self, name: str, one: Running) -> Running:
        if (name, one.candidate) in self._unreadable:
            one = replace(one, candidate="", percent=0)
        return replace(one, current=one.folder) if one.folder and (name, one.current) in self._unreadable else one

    async def _older(self, context: Context) -> tuple[Book, Context]:
        """For a talk under way that is not on what runs now: it moves there if it can."""
        if context.book not in self._books:
            # Another process may have published it a moment ago: then it is the newer one. What only a newer desk can
            # read is none of this one's, which says so where it follows the journal.
            with suppress(Unreadable):
                await self.refresh()
            if (present := self._present.get(context.book)) is not None:
                return present, context
        old = await self.load(context.book) if context.book else None
        if old is None:
            if context.book:
                _log.warning("a talk was on scenarios that are not kept", book=context.book[:8])
            return self.newest, adopted(context, self.newest)
        held = await self.made_of(context.book)
        target = await self.compose(composition(self.state, context.contact, held))
        moved = continued(context, old, target)
        return (target, moved) if moved is not None else (old, context)

    async def _chosen(self, contact: str) -> Book:
        """What a new conversation of this contact gets while something is tried out."""
        if not any(falls(contact, name, self.state[name].percent) for name in self._tried):
            return self.newest
        return await self.compose(composition(self.state, contact))

    async def _of_follow_up(self, event: TimerFired, book: Book) -> Book:
        """A follow-up whose step is gone is finished by the version that promised it."""
        before = event.data.get("book", "") if event.key.startswith(FOLLOW_UP) else ""
        if not before or before == book.version or _has_later(book, event):
            return book
        old = await self.load(before)
        return old if old is not None and _has_later(old, event) else book

    def _keep(self, book: Book) -> None:
        self._books[book.version] = book
        self._books.move_to_end(book.version)
        while len(self._books) > MOST_BOOKS:
            self._books.popitem(last=False)


def _combinations(state: Mapping[str, Running], tried: Sequence[str]) -> list[dict[str, str]]:
    """All ways in which a conversation may be in the shares of some files and not of others."""
    base = composition(state)
    return [
        base | {name: state[name].candidate for name, yes in zip(tried, choice, strict=True) if yes}
        for choice in product((False, True), repeat=len(tried))
        if any(choice)
    ]


def _said(
    stored: Sequence[StoredFile],
    changes: Sequence[Change],
    state: Mapping[str, Running],
    shipped: Mapping[str, Catalog],
) -> dict[str, Catalog]:
    """What every version says, in every language. What runs is said as it was translated last, and what was only tried
    changes nothing of that."""
    published = {(change.scenario, change.version) for change in changes if change.kind != "sent"}
    runs = {(name, version) for name, one in state.items() for version in (one.current, one.candidate)}
    ever = sorted((x for x in stored if (x.name, x.version) in published), key=lambda x: (x.name, x.version) in runs)
    return layered(shipped, ever, [x for x in stored if (x.name, x.version) not in published])


def _has_later(book: Book, event: TimerFired) -> bool:
    scenario = book.scenarios.get(event.data.get("scenario", ""))
    name = successor(scenario, event.data.get("step", "")) if scenario is not None else None
    return scenario is not None and name is not None and scenario.steps[name].later is not None


def _on(context: Context, book: Book) -> Context:
    moved = context.copy()
    moved.book = book.version
    return moved

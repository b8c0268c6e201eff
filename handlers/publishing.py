"""From files to what runs: read, checked against all that they will run beside, written into the journal.

Rule: what is published was checked as it will run. A wrong file changes nothing, and of two processes that see the same
files one writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from handlers.business import Business
from handlers.checking import check_for
from handlers.layers import over, to_check, translations
from handlers.library import Library
from handlers.texts import Catalog
from scenarios.engine.model import Book, Place
from scenarios.engine.reading import file_versions, read_files
from scenarios.engine.reading.issues import Issue, issue
from scenarios.engine.records import Letter, Live
from scenarios.engine.rollouts import Change, Running, StoredFile, composition

__all__ = ["Found", "Publisher", "Refused", "Sent", "live_counts"]

Tell: TypeAlias = "Callable[[Sequence[Change], Book], Awaitable[Sequence[Letter]]]"
"""Who is told of changes, once they are known and before they are written: the letters go into the same transaction."""

MOST_TRIES = 20
"""How often a change is decided anew because somebody else was faster."""

NEEDED = ("start", "new", "hesitant", "unhappy")
"""Files that the desk itself goes to: one that was there may not be taken out."""

SHARED = ("always", "facts")
"""Files that all scenarios share: nobody takes them out by deleting them, only by a folder that never had them."""


class Refused(Exception):
    """Files that cannot be used; `issues` say why."""

    def __init__(self, issues: Sequence[Issue]) -> None:
        super().__init__(str(issues[0]))
        self.issues = issues


@dataclass(frozen=True, slots=True)
class Found:
    """A folder as it was found: the texts of its files by name ("new.yaml"), its translations by language, and what of
    it could not be read."""

    files: Mapping[str, str]
    translations: Mapping[str, Catalog] = field(default_factory=dict)
    issues: Sequence[Issue] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """Files put in the place of those that run, read and checked together: the book, None when it cannot be used; what
    the book is made of, by name; the files as they would be kept."""

    book: Book | None
    issues: Sequence[Issue]
    made_of: Mapping[str, str]
    stored: Sequence[StoredFile]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What would be written."""

    changes: Sequence[Change]
    stored: Sequence[StoredFile]
    books: Mapping[str, Mapping[str, str]]
    book: Book


class Publisher:
    """Publishes files. They are checked against the business; `shipped` are the desk's own catalogs."""

    def __init__(
        self, library: Library, business: Business, shipped: Mapping[str, Catalog], now: Callable[[], datetime]
    ) -> None:
        self._library = library
        self._business = business
        self._shipped = shipped
        self._now = now

    async def publish(self, found: Found, who: str, letters: Tell | None = None) -> Sequence[Change]:
        """Put a folder's files to use, and tell who is to be told; the changes that this process wrote, none when all
        of it runs already. Raises Refused, and what the database raises."""
        for _ in range(MOST_TRIES):
            await self._library.refresh()
            seen = self._library.seen
            plan = await self._plan(found, who)
            if plan is None:
                return ()
            told = await letters(plan.changes, plan.book) if letters is not None else ()
            if await self._library.shelf.publish(seen, plan.stored, plan.books, plan.changes, self._now(), told):
                await self._library.refresh()
                return plan.changes
        raise RuntimeError("others kept changing the scenarios")

    async def check(
        self, files: Mapping[str, str], translated: Mapping[str, Catalog] | None = None, tried: bool = False
    ) -> Sent:
        """Files ("new.yaml" -> text) in the place of those that run, or beside them, as they would run; `tried`: for a
        conversation that is in the share of everything that is tried out."""
        state = self._library.state
        made_of = composition(state)
        if tried:
            made_of |= {name: one.candidate for name, one in state.items() if one.candidate}
        return await self._checked(made_of, files, over(self._shipped, translated or {}))

    async def _plan(self, found: Found, who: str) -> _Plan | None:
        if found.issues:
            raise Refused(found.issues)
        state, catalogs = self._library.state, over(self._shipped, found.translations)
        gone = [name for name, one in state.items() if one.folder and f"{name}.yaml" not in found.files]
        last = {one.scenario: one.who for one in self._library.changes if one.kind == "folder"}
        _may_go([name for name in gone if name in NEEDED or (name in SHARED and last[name] == who)])
        book = await self._book(found.files, catalogs)
        versions = file_versions(book, found.files)
        changed = await self._changed(versions, state)
        at = self._now()
        changes = [Change(0, at, who, "folder", name, version) for name, version in changed.items()]
        changes += [Change(0, at, who, "folder", name) for name in gone]
        stored = [
            StoredFile(name, version, found.files[f"{name}.yaml"], translations(_part(book, name), catalogs))
            for name, version in versions.items()
        ]
        known = {(one.name, one.version): one for one in await self._library.shelf.files(versions)}
        reworded = [x for x in stored if x.name not in changed and _retranslated(known.get((x.name, x.version)), x)]
        changes += [Change(0, at, who, "texts", one.name, one.version) for one in reworded]
        if not changes:
            return None
        written = [one for one in stored if one.name in changed] + reworded
        books = await self._as_it_runs(book, versions, changes, found, catalogs)
        return _Plan(changes, written, books, book)

    async def _changed(self, versions: Mapping[str, str], state: Mapping[str, Running]) -> dict[str, str]:
        """The files that are others than the folder had last."""
        had = {name: one.folder for name, one in state.items() if one.folder}
        changed = {name: version for name, version in versions.items() if had.get(name) != version}
        if changed and had:
            # A newer desk may number the same words otherwise: they are no change, and undo nobody's roll-out.
            stored = await self._library.shelf.files(had)
            sources = {f"{one.name}.yaml": one.source for one in stored}
            before = file_versions(
                (await asyncio.to_thread(read_files, sources, self._business.own_types)).book, sources
            )
            changed = {name: version for name, version in changed.items() if before.get(name) != version}
        return changed

    async def _as_it_runs(
        self,
        book: Book,
        versions: Mapping[str, str],
        changes: Sequence[Change],
        found: Found,
        catalogs: Mapping[str, Catalog],
    ) -> dict[str, Mapping[str, str]]:
        """The book that will run after the changes, checked: what was rolled out stands beside the folder's files."""
        last = self._library.seen
        numbered = [
            Change(last + n, one.at, one.who, one.kind, one.scenario, one.version) for n, one in enumerate(changes, 1)
        ]
        state = self._library.after([*self._library.changes, *numbered])
        files = {name: found.files[f"{name}.yaml"] for name in versions}
        books = {book.version: versions}
        everyone = composition(state)
        tried = everyone | {name: one.candidate for name, one in state.items() if one.candidate}
        for made_of in (everyone, tried):
            if made_of != versions:
                ours = {f"{name}.yaml": files[name] for name, v in made_of.items() if versions.get(name) == v}
                sent = await self._checked(made_of, ours, catalogs)
                if sent.book is None:
                    raise Refused(_errors(sent.issues))
                books[sent.book.version] = made_of
        return books

    async def _checked(
        self, made_of: Mapping[str, str], files: Mapping[str, str], catalogs: Mapping[str, Catalog]
    ) -> Sent:
        """Those versions, with `files` ("new.yaml" -> text) in their place."""
        rest = {name: version for name, version in made_of.items() if f"{name}.yaml" not in files}
        others = await self._library.shelf.files(rest)
        sources = {f"{one.name}.yaml": one.source for one in others} | dict(files)
        catalogs = over(_said_so_far(others), catalogs)
        book, issues = await asyncio.to_thread(self._check, sources, catalogs)
        read = (
            book if book is not None else (await asyncio.to_thread(read_files, sources, self._business.own_types)).book
        )
        versions = file_versions(read, sources)
        stored = [
            StoredFile(name, version, files[f"{name}.yaml"], translations(_part(read, name), catalogs))
            for name, version in versions.items()
            if f"{name}.yaml" in files
        ]
        kept = {name: made_of.get(name, version) for name, version in versions.items()}
        return Sent(book, issues, kept | {one.name: one.version for one in stored}, stored)

    async def _book(self, files: Mapping[str, str], catalogs: Mapping[str, Catalog]) -> Book:
        book, issues = await asyncio.to_thread(self._check, files, catalogs)
        if book is None:
            # Who has to mend it hears of the talks as well that would be left behind.
            live = live_counts(await self._library.shelf.live())
            _, issues = await asyncio.to_thread(self._check, files, catalogs, live)
            raise Refused([*_errors(issues), *(one for one in issues if one.code == "E70")])
        return book

    def _check(
        self,
        files: Mapping[str, str],
        catalogs: Mapping[str, Catalog],
        live: Mapping[tuple[str, str], int] | None = None,
    ) -> tuple[Book | None, Sequence[Issue]]:
        return check_for(self._business, files, to_check(catalogs), live)


def live_counts(live: Sequence[Live]) -> dict[tuple[str, str], int]:
    """How many talks wait at each (scenario, step), whatever their version."""
    found: dict[tuple[str, str], int] = {}
    for one in live:
        found[one.scenario, one.step] = found.get((one.scenario, one.step), 0) + one.count
    return found


def _said_so_far(files: Sequence[StoredFile]) -> dict[str, Catalog]:
    found: dict[str, Catalog] = {}
    for file in files:
        for language, texts in file.texts.items():
            found.setdefault(language, Catalog()).forms.update(((c, source), forms) for c, source, forms in texts)
    return found


def _part(book: Book, name: str) -> object:
    """What a file says."""
    return book.always if name == "always" else book.scenarios.get(name)


def _retranslated(before: StoredFile | None, now: StoredFile) -> bool:
    return before is not None and {k: list(v) for k, v in before.texts.items()} != now.texts


def _errors(issues: Sequence[Issue]) -> Sequence[Issue]:
    return [one for one in issues if one.is_error]


def _may_go(gone: Sequence[str]) -> None:
    """Raises Refused for files that the desk cannot do without."""
    if gone:
        why = "this file is gone, and the desk needs it; put it back"
        raise Refused([issue("E02", Place(f"{name}.yaml", 1, 1), why) for name in gone])

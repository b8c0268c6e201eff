"""The library's shelf in memory, for tests without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from scenarios.engine.records import AuditRow, Letter, Live
from scenarios.engine.rollouts import Change, StoredFile

__all__ = ["FakeShelf"]


class FakeShelf:
    """Versions of scenario files and their journal, in memory; `standing` is where talks stand."""

    def __init__(self) -> None:
        self.journal: list[Change] = []
        self.kept: dict[tuple[str, str], StoredFile] = {}
        self.books: dict[str, Mapping[str, str]] = {}
        self.standing: list[Live] = []
        self.letters: list[Letter] = []
        self.audit: list[AuditRow] = []

    async def newest(self) -> int:
        return self.journal[-1].id if self.journal else 0

    async def changes(self, after: int = 0) -> Sequence[Change]:
        return [one for one in self.journal if one.id > after]

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
        if await self.newest() != seen:
            return False
        self.kept |= {(one.name, one.version): one for one in files}
        self.books |= books
        self.journal += [replace(one, id=seen + number) for number, one in enumerate(changes, 1)]
        self.letters += letters
        self.audit += audit
        return True

    async def keep_book(self, version: str, files: Mapping[str, str]) -> None:
        self.books[version] = files

    async def book(self, version: str) -> Mapping[str, str] | None:
        return self.books.get(version)

    async def files(self, versions: Mapping[str, str]) -> Sequence[StoredFile]:
        return [self.kept[one] for one in versions.items() if one in self.kept]

    async def texts(self) -> Sequence[StoredFile]:
        return list(self.kept.values())

    async def live(self) -> Sequence[Live]:
        return self.standing

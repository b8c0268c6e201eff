"""Changing what runs: a version is given to a share of new conversations, to everybody, or taken back.

Rule: every change is decided upon the newest state and written only if that is still the newest. Of two managers who
change something at once the second is answered by what the first has done.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from handlers.library import Library
from handlers.publishing import Publisher, Sent
from handlers.texts import Catalog
from scenarios.engine.reading.issues import Issue
from scenarios.engine.records import AuditRow
from scenarios.engine.rollouts import Change, Running, StoredFile, fold, why_not_back

__all__ = ["ALL", "TRANSLATIONS", "Changes", "Done", "Manager", "catalogs_of", "is_untranslated", "lacking"]

ALL: Final = 100
MOST_TRIES = 5
TRANSLATIONS = frozenset({"E30", "E32", "E33"})
"""Codes of what is only not translated yet."""

NOTHING_RUNS = Running()
_Wish: TypeAlias = "Callable[[], Awaitable[list[Change] | str | Done]]"
"""The rows to be written, or why there are none."""


@dataclass(frozen=True, slots=True)
class Manager:
    """Who asks for a change."""

    id: str
    name: str

    @property
    def who(self) -> str:
        """How the journal and the audit log name them."""
        return f"manager {self.id} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a wish: `kind` is given, everybody, off, back, already, nothing (there is nothing to change), gone
    (no such change or version), untranslated, wrong, later (the file was changed since), first (nothing ran
    before it) or busy. `change` is the number
    of the row that was written, 0 if none was; `running` is what runs of the file now."""

    kind: str
    scenario: str
    version: str = ""
    percent: int = 0
    change: int = 0
    running: Running = NOTHING_RUNS
    issues: Sequence[Issue] = ()


def is_untranslated(issues: Sequence[Issue]) -> bool:
    """Whether all that is wrong is that texts are not translated yet."""
    return all(one.code in TRANSLATIONS for one in issues if one.is_error)


def lacking(issues: Sequence[Issue]) -> Counter[str]:
    """How many translations each language lacks (uz, kk, ru, en)."""
    # What stands in quotes is the text itself.
    told = (one.text.partition('"')[0] for one in issues if one.code in TRANSLATIONS)
    return Counter(code for words in told for code in re.findall(r"\b(?:uz|kk|ru|en)\b", words))


def catalogs_of(file: StoredFile) -> dict[str, Catalog]:
    """The translations that a version was sent with, by language."""
    return {
        language: Catalog({(context, source): tuple(forms) for context, source, forms in texts})
        for language, texts in file.texts.items()
    }


class Changes:
    """Carries changes out."""

    def __init__(self, library: Library, publisher: Publisher) -> None:
        self.library = library
        self.publisher = publisher

    def find(self, id: int) -> Change | None:
        """A row of the journal."""
        return next((change for change in self.library.changes if change.id == id), None)

    def running(self, scenario: str) -> Running:
        """What runs of a file."""
        return self.library.state.get(scenario, NOTHING_RUNS)

    def runs(self, file: StoredFile) -> bool:
        """Whether customers get this version."""
        return file.version in (self.running(file.name).current, self.running(file.name).candidate)

    def began(self, scenario: str, version: str) -> datetime | None:
        """Since when a version is a candidate without a break; None when it is none now."""
        mine: list[Change] = []
        began: datetime | None = None
        for change in self.library.changes:
            if change.scenario == scenario:
                mine.append(change)
                is_candidate = fold(mine)[scenario].candidate == version
                began = (began or change.at) if is_candidate else None
        return began

    def newest_sent(self, scenario: str) -> str:
        """The version of a file to roll out: the one that was sent or rolled out last, empty when it runs already."""
        of_it = [x for x in self.library.changes if x.scenario == scenario and x.kind in ("sent", "rollout")]
        newest = of_it[-1].version if of_it else ""
        return newest if newest != self.running(scenario).current else ""

    async def stored(self, scenario: str, version: str) -> StoredFile | None:
        """A version as it was kept."""
        found = await self.library.shelf.files({scenario: version})
        return found[0] if found else None

    async def keep(self, stored: Sequence[StoredFile], who: Manager, at: datetime) -> Mapping[str, int]:
        """Keep versions that were sent, without running them; the numbers of their rows by name, empty when others were
        faster again and again. Of what runs already only the translations can be others: they are in use at once."""

        async def wish() -> list[Change] | str:
            return [
                Change(0, at, who.who, "texts" if self.runs(one) else "sent", one.name, one.version) for one in stored
            ]

        told = [f"sent {one.name} {one.version[:8]}" for one in stored]
        if await self._written(stored, wish, at, told, who) is not True:
            return {}
        named = {(one.name, one.version) for one in stored}
        return {
            x.scenario: x.id
            for x in self.library.changes
            if x.kind in ("sent", "texts") and x.at == at and (x.scenario, x.version) in named
        }

    async def give(self, scenario: str, version: str, percent: int, who: Manager, at: datetime) -> Done:
        """Give a version to a share of the new conversations, 100 to all of them."""

        async def wish() -> list[Change] | str | Done:
            sent = await self.checked(scenario, version)
            if sent is None:
                return Done("gone", scenario, version)
            if errors := [one for one in sent.issues if one.is_error]:
                return Done("untranslated" if is_untranslated(errors) else "wrong", scenario, version, issues=errors)
            running = self.running(scenario)
            runs = running.current == version or (running.candidate == version and running.percent == percent)
            if runs and (running.current != version or not running.candidate):
                return "already"
            return [Change(0, at, who.who, "rollout", scenario, version, percent)]

        kind = "everybody" if percent >= ALL else "given"
        told = f"gave {scenario} {version[:8]} to {percent} %"
        return await self._done(kind, scenario, version, percent, wish, at, told, who)

    async def off(self, scenario: str, who: Manager, at: datetime) -> Done:
        """No new conversation gets the candidate any more."""
        await self.library.refresh()
        version = self.running(scenario).candidate

        async def wish() -> list[Change] | str:
            candidate = self.running(scenario).candidate
            return [Change(0, at, who.who, "off", scenario, candidate)] if candidate else "nothing"

        return await self._done("off", scenario, version, 0, wish, at, f"ended the roll-out of {scenario}", who)

    async def undo(self, id: int, who: Manager, at: datetime) -> Done:
        """Nobody new gets the version of a row any more, whichever way it came to them."""
        await self.library.refresh()
        change = self.find(id)
        if change is None:
            return Done("gone", "")
        running = self.running(change.scenario)
        if running.candidate == change.version:
            return await self.off(change.scenario, who, at)
        given = [
            x.id
            for x in self.library.changes
            if x.scenario == change.scenario and x.version == change.version and x.kind == "rollout"
        ]
        if running.current != change.version or not given:
            return Done("nothing", change.scenario, change.version, running=running)
        return await self.back(given[-1], who, at)

    async def back(self, id: int, who: Manager, at: datetime) -> Done:
        """Take a change back."""
        await self.library.refresh()
        change = self.find(id)
        if change is None:
            return Done("gone", "")

        async def wish() -> list[Change] | str | Done:
            if (refused := await self._why_not_back(change)) is not None:
                return refused
            if any(x.kind == "back" and x.undoes == id for x in self.library.changes):
                return "already"
            if why_not_back(self.library.changes, id):
                return "later"
            return [Change(0, at, who.who, "back", change.scenario, change.version, undoes=id)]

        told = f"took back change {id} of {change.scenario}"
        return await self._done("back", change.scenario, change.version, 0, wish, at, told, who)

    async def _why_not_back(self, change: Change) -> Done | None:
        """Why what ran before a change cannot run again: there was nothing, or it does not fit the others any more."""
        scenario, changes = change.scenario, self.library.changes
        row = Change(self.library.seen + 1, change.at, "", "back", scenario, undoes=change.id)
        after = fold([*changes, row])[scenario]
        if not after.current:
            return Done("first", scenario, running=self.running(scenario))
        for version in filter(None, (after.current, after.candidate)):
            sent = await self.checked(scenario, version)
            errors = [one for one in sent.issues if one.is_error] if sent is not None else []
            if sent is None:
                return Done("gone", scenario, version)
            if errors:
                kind = "untranslated" if is_untranslated(errors) else "wrong"
                return Done(kind, scenario, version, running=self.running(scenario), issues=errors)
        return None

    async def checked(self, scenario: str, version: str) -> Sent | None:
        """How a version that was sent fits what runs now, and all that is tried out beside it; None when it was never
        kept."""
        file = await self.stored(scenario, version)
        if file is None:
            return None
        files, translated = {f"{scenario}.yaml": file.source}, catalogs_of(file)
        sent = await self.publisher.check(files, translated)
        others = any(one.candidate for name, one in self.library.state.items() if name != scenario)
        if others and not any(one.is_error for one in sent.issues):
            sent = await self.publisher.check(files, translated, tried=True)
        return sent

    async def _done(
        self,
        kind: str,
        scenario: str,
        version: str,
        percent: int,
        wish: _Wish,
        at: datetime,
        told: str,
        who: Manager,
    ) -> Done:
        written = await self._written((), wish, at, [told], who)
        if isinstance(written, Done):
            return written
        running = self.running(scenario)
        if written is not True:
            return Done(written or "busy", scenario, version or running.current, percent, 0, running)
        mine = [x.id for x in self.library.changes if x.scenario == scenario and x.who == who.who and x.at == at]
        return Done(kind, scenario, version or running.current, percent, mine[-1] if mine else 0, running)

    async def _written(
        self,
        files: Sequence[StoredFile],
        wish: _Wish,
        at: datetime,
        told: Sequence[str],
        who: Manager,
    ) -> bool | str | Done:
        """True when the wish is written; why not, when there is nothing to write; False when others were faster again
        and again."""
        for _ in range(MOST_TRIES):
            await self.library.refresh()
            # What the wish was decided upon: whatever comes in the meantime has it decided anew.
            seen = self.library.seen
            wanted = await wish()
            if isinstance(wanted, str | Done):
                return wanted
            audit = [AuditRow(at, who.who, one) for one in told]
            if await self.library.shelf.publish(seen, files, {}, wanted, at, audit=audit):
                await self.library.refresh()
                return True
        return False

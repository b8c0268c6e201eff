"""What managers do with scenarios: files sent, roll-outs, versions side by side, the journal, their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from handlers.managers.answers import PRESSED, Answer, Text
from handlers.managers.changing import ALL, Changes, Manager
from handlers.managers.compared import scenarios_text
from handlers.managers.journal import Audit, audit_answer
from handlers.managers.rollout import done_text, rollout_answer
from handlers.managers.sent import SentFiles
from handlers.ports import Transcripts
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from scenarios.engine.rollouts import composition

__all__ = ["ScenarioDesk"]

OLD_BUTTON = Phrase("I do not know this button any more. /rollout shows what runs, /audit the newest changes.")


class ScenarioDesk:
    """Answers managers about scenarios."""

    def __init__(
        self,
        changes: Changes,
        sent: SentFiles,
        audit: Audit,
        transcripts: Transcripts,
        texts: Texts,
        zone: tzinfo,
    ) -> None:
        self._changes = changes
        self._sent = sent
        self._audit = audit
        self._transcripts = transcripts
        self._texts = texts
        self._zone = zone

    async def rollout(self, words: str, who: Manager, language: str, at: datetime) -> list[Answer]:
        """/rollout."""
        return [await rollout_answer(words, self._changes, who, self._texts, language, at, self._zone)]

    async def compared(self, language: str, at: datetime) -> list[Answer]:
        """/scenarios."""
        return [Text(await scenarios_text(self._changes, self._transcripts, self._texts, language, at, self._zone))]

    async def journal(self, language: str) -> list[Answer]:
        """/audit."""
        return [await audit_answer(self._changes, self._audit, self._texts, language, self._zone)]

    async def take(self, files: Mapping[str, bytes], who: Manager, language: str, at: datetime) -> list[Answer]:
        """Files that were sent, by the name that they came with."""
        return await self._sent.take(files, who, language, at)

    async def pressed(self, data: str, who: Manager, language: str, at: datetime) -> list[Answer]:
        """A button of ours was pressed: give, back or undo, with the number of a row of the journal."""
        verb, row, *more = [*data.removeprefix(PRESSED).split(":"), "", ""][:3]
        percent = more[0] if more else ""
        if _is_number(row):
            await self._changes.library.refresh()
            number = int(row)
            match verb:
                case "undo":
                    return [done_text(await self._changes.undo(number, who, at), self._texts, language)]
                case "back":
                    return [done_text(await self._changes.back(number, who, at), self._texts, language)]
                case "give" if _is_number(percent) and 1 <= int(percent) <= ALL:
                    change = self._changes.find(number)
                    if change is not None and change.version:
                        done = await self._changes.give(change.scenario, change.version, int(percent), who, at)
                        return [done_text(done, self._texts, language)]
        return [Text(self._texts.render(OLD_BUTTON, language))]

    async def book_of(self, data: str) -> str | None:
        """The version of the book in which the file of a "try it" button stands beside all that runs; None for another
        button or for a row that is not there."""
        verb, row = [*data.removeprefix(PRESSED).split(":"), ""][:2]
        if verb != "try" or not _is_number(row):
            return None
        await self._changes.library.refresh()
        change = self._changes.find(int(row))
        if change is None or not change.version:
            return None
        versions = composition(self._changes.library.state) | {change.scenario: change.version}
        try:
            return (await self._changes.library.compose(versions)).version
        except LookupError:
            # It was kept by a desk that read the language differently.
            return None


def _is_number(words: str) -> bool:
    """Whether this is a number that we could have put on a button."""
    return words.isascii() and words.isdecimal() and len(words) < 19

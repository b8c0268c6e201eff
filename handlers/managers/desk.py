"""The managers' desk: a command comes in, answers go out.

Rule: every command is answered in the manager's language, a wrong one with what to write instead.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, tzinfo
from pathlib import Path

from handlers.business import Business
from handlers.library import Library
from handlers.managers.answers import Answer, File, History, Picture, Text
from handlers.managers.changing import Manager
from handlers.managers.customer import Contexts, customer_answers
from handlers.managers.help import COMMANDS, help_text, unknown_text
from handlers.managers.picture import draw
from handlers.managers.queue import queue_text
from handlers.managers.scenario_desk import ScenarioDesk
from handlers.managers.stats import caption_text, period_of, stats_text, unknown_period_text
from handlers.managers.versions import standing, versions_text
from handlers.papers.labels import reader_of
from handlers.ports import Transcripts
from handlers.texts import Texts
from scenarios.engine.kpi import figures, trend

__all__ = ["COMMANDS", "Answer", "File", "History", "ManagerDesk", "Picture", "Text"]


class ManagerDesk:
    """Answers managers. `folder` is where pictures are drawn, `drawing` lets one of them be drawn at a time."""

    def __init__(
        self,
        store: Contexts,
        transcripts: Transcripts,
        texts: Texts,
        business: Business,
        zone: tzinfo,
        folder: Path,
        library: Library,
        scenarios: ScenarioDesk,
        drawing: asyncio.Lock,
    ) -> None:
        self._store = store
        self._transcripts = transcripts
        self._texts = texts
        self._business = business
        self._zone = zone
        self._folder = folder
        self._library = library
        self.scenarios = scenarios
        self._drawing = drawing

    def reader(self, language: str) -> str:
        """The language in which a manager is answered, for the one that their messenger tells."""
        return reader_of(language, self._business.staff_language)

    async def answer(self, command: str, rest: str, language: str, now: datetime, who: Manager) -> list[Answer]:
        """The answers to a command, without its slash; `language` is the manager's own, `now` a time with a zone;
        `who` is named in the journal where something is changed."""
        language = self.reader(language)
        name = command.strip().lstrip("/").partition("@")[0].casefold()
        match name:
            case "queue":
                rows = await self._transcripts.waiting_now()
                return [Text(queue_text(rows, self._business, self._texts, language, now))]
            case "stats":
                return await self._stats(rest, language, now)
            case "customer":
                return await customer_answers(
                    rest, self._store, self._transcripts, self._business, self._texts, language
                )
            case "versions":
                found = await standing(self._library)
                state, changes = self._library.state, self._library.changes
                return [Text(versions_text(state, changes, found, self._texts, language, self._zone, now))]
            case "rollout":
                return await self.scenarios.rollout(rest, who, language, now)
            case "scenarios":
                return await self.scenarios.compared(language, now)
            case "audit":
                return await self.scenarios.journal(language)
            case "help" | "start":
                return [Text(help_text(self._texts, language))]
        return [Text(unknown_text(name, self._texts, language))]

    async def _stats(self, rest: str, language: str, now: datetime) -> list[Answer]:
        period = period_of(rest, now, self._zone, self._texts)
        if period is None:
            return [Text(unknown_period_text(rest, self._texts, language))]
        cases = await self._transcripts.cases(period.since, period.until)
        hours = self._business.hours
        found = figures(cases, hours, period.since, period.until)
        answers: list[Answer] = [Text(stats_text(found, period, self._texts, language, self._zone))]
        if found.count.conversations:
            slices = trend(cases, hours, period.since, period.until, by_hour=True) if period.by_hour else found.days
            caption = caption_text(period, self._texts, language, self._zone)
            async with self._drawing:
                path = await asyncio.to_thread(
                    draw, found, slices, period.by_hour, self._texts, language, caption, self._folder
                )
            answers.append(Picture(path, caption))
        return answers

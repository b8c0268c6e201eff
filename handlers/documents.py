"""The whole history of a contact as one document, into a topic or into a manager's chat."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from handlers.budget import Budget, Urgency
from handlers.business import Business
from handlers.papers.history import HistoryHead, write_history
from handlers.ports import StaffRoom, Store, Transcripts
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase

__all__ = ["Documents"]

HISTORY_NAME = Phrase("history", "file name")


class Documents:
    """Makes history documents when they are sent, from what is recorded then."""

    def __init__(
        self,
        staff: StaffRoom,
        store: Store,
        transcripts: Transcripts,
        budget: Budget,
        texts: Texts,
        business: Business,
        zone: tzinfo,
        folder: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._staff = staff
        self._store = store
        self._transcripts = transcripts
        self._budget = budget
        self._texts = texts
        self._business = business
        self._zone = zone
        self._folder = folder
        self._now = now

    async def post(
        self, chat: int, thread: int, contact: str, until_event: str = "", until_line: str = "", caption: str = ""
    ) -> str:
        """Send the history up to and with an event, or before a line, or all of it; the message's id. Only a topic's
        document (`thread`) uses the group's calls. Raises SendError kinds."""
        context = (await self._store.load(contact)).context
        language = self._business.staff_language
        head = HistoryHead(
            code=contact,
            name=context.name,
            phone=context.phone,
            channel=context.channel,
            language=context.language,
            segment=context.segment,
            made_at=self._now(),
            business=self._texts.render(self._business.name, language),
        )
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            path = Path(folder) / "history.html"
            lines = self._transcripts.lines(contact, until_event, until_line)
            await write_history(path, lines, head, self._texts, language, self._zone)
            if thread:
                await self._budget.call(chat, Urgency.DOCUMENT)
            name = f"{self._texts.render(HISTORY_NAME, language)}-{contact}.html"
            return await self._staff.post_document(chat, thread, str(path), name, caption)

"""A line to a desk's people about a customer: in the customer's topic where there is one, else in the General topic.

Rule: it never makes a topic, and it names the customer as the topic would, so that one finds them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

import structlog

from handlers.budget import Budget, Urgency
from handlers.business import Business
from handlers.papers.labels import one_line
from handlers.ports import SendError, StaffRoom, Topics
from handlers.texts import Texts
from scenarios.engine.model import LEADS
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.records import Letter, Result

__all__ = ["Notices"]

NOTICE = Phrase("🔔 {desk}: {text}", "notice")
FOR_LEADS = Phrase("🔔 For the managers: {text}", "notice")
LONGEST_NAME = 60
MOST_MENTIONS = 5
_log = structlog.get_logger()


class Notices:
    """Posts notices into the staff group; `called` tells who of the group is on duty."""

    def __init__(
        self,
        staff: StaffRoom,
        topics: Topics,
        budget: Budget,
        business: Business,
        texts: Texts,
        now: Callable[[], datetime],
        leads: frozenset[int],
    ) -> None:
        self._staff = staff
        self._topics = topics
        self._budget = budget
        self._business = business
        self._texts = texts
        self._now = now
        self._leads = {str(lead) for lead in leads}

    async def post(
        self, letter: Letter, chat: int, called: Callable[[int], Awaitable[Sequence[tuple[str, str, str]]]]
    ) -> Result:
        """Carry out a letter. Raises SendError kinds; TopicGone when the customer's topic was deleted."""
        row = await self._topics.topic(letter.contact)
        thread = row.thread if row is not None else None
        where = row.chat if row is not None and thread is not None else chat
        mentions = await self._leads_of(where) if letter.payload["desk"] == LEADS else ()
        mentions = mentions or await called(where)
        text = self.text(letter)
        await self._budget.call(where, Urgency.REST)
        message = await self._staff.post(where, thread or 0, text, mentions)
        # What stands in the General topic belongs to no customer.
        kind = "other" if thread is not None else ""
        return Result(letter, "sent", self._now(), chat=str(where), message=message, kind=kind)

    def text(self, letter: Letter) -> str:
        """What the people read; the payload has desk, text, name and contact."""
        desk, language = str(letter.payload["desk"]), self._business.staff_language
        known = NOTICE.having(desk=self._business.desks.get(desk, verbatim(desk)))
        phrase = (FOR_LEADS if desk == LEADS else known).having(text=verbatim(str(letter.payload["text"])))
        name = one_line(str(letter.payload["name"]), LONGEST_NAME)
        return f"{self._texts.render(phrase, language)}\n{name} · {letter.payload['contact']}"

    async def _leads_of(self, chat: int) -> Sequence[tuple[str, str, str]]:
        """Those of the managers who administer the group."""
        try:
            admins = await self._staff.admins(chat)
        except SendError as error:
            _log.info("the group's admins could not be asked for", reason=error.reason)
            return ()
        return [one for one in admins if one[0] in self._leads][:MOST_MENTIONS]

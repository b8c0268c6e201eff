"""The staff group: one topic per contact, made once, made again when it was deleted, never another's.

Every call here first waits for the group's budget. What the group as a whole refuses (the bot lost its rights, the
group is gone) is kept and tried again, and the managers are told; a customer's words are never dropped for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

import structlog

from handlers.budget import Budget, Urgency
from handlers.business import Business
from handlers.documents import Documents
from handlers.leftovers import Leftovers
from handlers.notices import Notices
from handlers.papers.card import card_text
from handlers.papers.labels import UNREAD, one_line
from handlers.papers.summary import summary_text
from handlers.ports import (
    ChannelDown,
    GroupMoved,
    Rejected,
    SendError,
    StaffRoom,
    Store,
    Throttled,
    TopicGone,
    Topics,
    Transcripts,
    Unreachable,
)
from handlers.texts import Texts
from scenarios.engine.contents import content_from
from scenarios.engine.context import Context
from scenarios.engine.events import Content, Media
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Letter, Result, TopicRow

__all__ = ["NEW_ID", "TopicDesk"]

LONGEST_TEXT = 4096
LONGEST_NAME = 128
"""Telegram's limits for a text and a topic's name (Bot API 10.1)."""

ADOPTION_SECONDS = 5.0
"""How long a topic that a dead process was making is waited for before it is made again."""

ON_DUTY = timedelta(days=7)
MOST_MENTIONS = 5
LAST_LINES = 10
NEW_ID = Phrase("its id is {id} now, put that into QABUL_STAFF_CHAT_ID")
UNSHOWN = Phrase("The customer sent something that Telegram does not take here ({what}): {reason}")
MADE_AGAIN = Phrase("This topic was deleted and has been made again; the whole history is in the document.")

CODE_FOLLOWS = " · "
_log = structlog.get_logger()
_EMOJI = 2


class TopicDesk:
    """Writes into the staff group."""

    def __init__(
        self,
        staff: StaffRoom,
        topics: Topics,
        store: Store,
        transcripts: Transcripts,
        documents: Documents,
        leftovers: Leftovers,
        fetched: Callable[[Media], Awaitable[Media]],
        budget: Budget,
        texts: Texts,
        business: Business,
        zone: tzinfo,
        staff_chat: int,
        now: Callable[[], datetime],
        trouble: Callable[[str | Phrase], None],
        notices: Notices,
    ) -> None:
        self._staff = staff
        self._topics = topics
        self._store = store
        self._transcripts = transcripts
        self.documents = documents
        self.leftovers = leftovers
        self._fetched = fetched
        self._budget = budget
        self._texts = texts
        self._business = business
        self._zone = zone
        self.chat = staff_chat
        self._now = now
        self._trouble = trouble
        self.notices = notices

    # -- letters -----------------------------------------------------------------------------------------

    def joined(self, letter: Letter, following: Sequence[Letter]) -> Sequence[Letter]:
        """Customers' words that go into one message with this one, when calls are short."""
        if not self._budget.short or set(letter.payload) - {"text", "unread"} or letter.payload.get("unread"):
            return ()
        together: list[Letter] = []
        length = _units(str(letter.payload["text"]))
        for other in following:
            if other.op != "mirror" or set(other.payload) - {"text", "unread"} or other.payload.get("unread"):
                break
            length += 1 + _units(str(other.payload["text"]))
            if length > LONGEST_TEXT:
                break
            together.append(other)
        return together

    def close(self) -> None:
        """The desk stops: what has not begun is left to the next process."""
        self._budget.close()

    async def send(self, letter: Letter, together: Sequence[Letter]) -> Sequence[Result]:
        """Carry out a letter to a topic; a topic that is gone is made again first."""
        for _ in range(3):
            try:
                return await self._carry(letter, together)
            except TopicGone:
                row = await self._topics.topic(letter.contact)
                if row is not None and row.thread is not None:
                    await self._topics.lose_topic(letter.contact, row.thread)
            except GroupMoved as error:
                await self._topics.move_group(self.chat, error.chat)
                self._trouble(NEW_ID.having(id=str(error.chat)))
                self.chat = error.chat
            except Throttled as error:
                await self._budget.told(self.chat, error.retry_after)
                raise
            except (Unreachable, Rejected) as error:
                if isinstance(error, Unreachable) or "right" in error.code.casefold():
                    self._trouble(error.code)
                    raise ChannelDown(error.code) from None
                raise
        raise ChannelDown("the topic was deleted again and again")

    async def _carry(self, letter: Letter, together: Sequence[Letter]) -> Sequence[Result]:
        payload = letter.payload
        if letter.op == "card":
            return [await self._card(letter)]
        if letter.op == "notify":
            return [await self.notices.post(letter, self.chat, self._on_duty)]
        row = await self._ensure(letter)
        assert row.thread is not None
        match letter.op:
            case "open":
                if row.closed:
                    await self._budget.call(row.chat, Urgency.TOPIC)
                    await self._staff.reopen_topic(row.chat, row.thread)
                    await self._topics.keep_topic(replace(row, closed=False))
                return [self._result(letter)]
            case "summary":
                until = str(payload["until_event"])
                lines = await self._transcripts.last_lines(letter.contact, LAST_LINES, until)
                desk = self._business.desks.get(str(payload["desk"]), Phrase(str(payload["desk"]), texts={}))
                text = summary_text(str(payload["summary"]), desk, lines, self._texts, self._language, self._zone)
                return [await self._post(letter, row, text, mention=True, urgency=Urgency.WORDS)]
            case "tell":
                text, reply = str(payload["text"]), str(payload.get("reply_to", ""))
                return [await self._post(letter, row, text, bool(payload.get("mention")), Urgency.REST, reply)]
            case "history":
                message = await self.documents.post(row.chat, row.thread, letter.contact, str(payload["until_event"]))
                return [self._result(letter, row, message, "other")]
            case "mirror":
                return await self._mirror(letter, together, row)
            case "close":
                await self._budget.call(row.chat, Urgency.REST)
                await self._staff.close_topic(row.chat, row.thread)
                await self._topics.keep_topic(replace(row, closed=True))
                return [self._result(letter)]
        raise Rejected(f"nobody knows how to {letter.op} in a topic")

    async def _post(
        self, letter: Letter, row: TopicRow, text: str, mention: bool, urgency: Urgency, reply_to: str = ""
    ) -> Result:
        assert row.thread is not None
        mentions = await self._on_duty(row.chat) if mention else ()
        await self._budget.call(row.chat, urgency)
        message = await self._staff.post(row.chat, row.thread, text, mentions, reply_to)
        return self._result(letter, row, message, "other")

    async def _mirror(self, letter: Letter, together: Sequence[Letter], row: TopicRow) -> Sequence[Result]:
        assert row.thread is not None
        content = content_from(dict(letter.payload))
        if together:
            texts = [content.text, *(str(other.payload["text"]) for other in together)]
            content = Content(text="\n".join(texts))
        if content.kind == "unread":
            named = self._texts.render(UNREAD.having(kind=one_line(content.unread, 40)), self._language)
            content = Content(text="\n".join(filter(None, [f"❔ {named}", content.text])))
        if content.media is not None and content.media.channel != "telegram":
            content = replace(content, media=await self._fetched(content.media))
        await self._budget.call(row.chat, Urgency.WORDS)
        try:
            if content.kind == "text" and content.text:
                message = await self._staff.post(row.chat, row.thread, content.text)
            else:
                message = await self._staff.post_content(row.chat, row.thread, content)
        except Rejected as error:
            if "right" in error.code.casefold() or content.kind == "text":
                raise
            told = UNSHOWN.having(what=content.kind, reason=error.code)
            text = "\n".join(filter(None, [self._texts.render(told, self._language), content.text]))
            await self._budget.call(row.chat, Urgency.WORDS)
            message = await self._staff.post(row.chat, row.thread, text)
        return [self._result(one, row, message, "heard") for one in (letter, *together)]

    async def _card(self, letter: Letter) -> Result:
        row = await self._topics.topic(letter.contact)
        if row is None or row.thread is None or not row.card or not row.card_text:
            # The card comes with the topic, which another letter is making.
            return self._result(letter)
        text = await self._card_text(letter.contact)
        if text == row.card_text:
            return self._result(letter)
        await self._budget.call(row.chat, Urgency.LEFTOVER)
        text = await self._card_text(letter.contact)
        await self._staff.edit_text(row.chat, row.card, text)
        fresh = await self._topics.topic(letter.contact)
        if fresh is not None and fresh.card == row.card:
            await self._topics.keep_topic(replace(fresh, card_text=text))
        return self._result(letter)

    async def answer_in_general(self, chat: int, text: str) -> str:
        """Answer a command of the General topic, which belongs to no contact; the message's id."""
        await self._budget.call(chat, Urgency.REST)
        return await self._staff.post(chat, 0, text)

    # -- making topics ---------------------------------------------------------------------------------------

    async def _ensure(self, letter: Letter) -> TopicRow:
        """The contact's topic, made if there is none."""
        contact = letter.contact
        row = await self._topics.topic(contact)
        if row is not None and row.thread is not None:
            return await self._complete(row, letter)
        context = (await self._store.load(contact)).context
        if row is None:
            row = TopicRow(contact, self.chat, None, name=_topic_name(context))
        elif row.making is not None and (adopted := await self._adopted(contact)):
            return await self._complete(adopted, letter)
        row = replace(row, making=self._now(), thread=None, card="", card_text="", name=_topic_name(context))
        await self._topics.keep_topic(row)
        # Nothing between the budget and the call: a call that is late meets a group that was told to wait meanwhile.
        await self._budget.call(row.chat, Urgency.TOPIC)
        try:
            thread = await self._staff.create_topic(row.chat, row.name)
        except ChannelDown:
            # Whether it was made is not known: its own "topic created" message will tell.
            raise
        except SendError:
            await self._topics.keep_topic(replace(row, making=None))
            raise
        row = replace(row, thread=thread, making=None, closed=False, times_made=row.times_made + 1)
        await self._topics.keep_topic(row)
        return await self._complete(row, letter)

    async def _adopted(self, contact: str) -> TopicRow | None:
        """The topic that a process which died was making, once its creation message has told of it."""
        for _ in range(int(ADOPTION_SECONDS / 0.25)):
            await asyncio.sleep(0.25)
            row = await self._topics.topic(contact)
            if row is not None and row.thread is not None:
                return row
        return None

    async def _complete(self, row: TopicRow, letter: Letter) -> TopicRow:
        """Post the card; a topic that was made again gets the history up to what is about to be shown.

        `card_text` is written last, so that whatever interrupts this, the next letter goes on where it stopped.
        """
        thread = row.thread
        assert thread is not None
        if row.card and row.card_text:
            return row
        text = await self._card_text(row.contact)
        again = row.times_made > 1
        if not row.card:
            await self._budget.call(row.chat, Urgency.TOPIC)
            card = await self._staff.post(row.chat, thread, text)
            row = replace(row, card=card, card_text="" if again else text)
            await self._topics.keep_topic(row)
            self.leftovers.pin(row.chat, card)
        if again:
            await self.documents.post(
                row.chat,
                thread,
                row.contact,
                until_line=letter.line if letter.op == "mirror" else "",
                caption=self._texts.render(MADE_AGAIN, self._language),
            )
            row = replace(row, card_text=text)
            await self._topics.keep_topic(row)
        return row

    async def _card_text(self, contact: str) -> str:
        context = (await self._store.load(contact)).context
        return card_text(context, self._business, self._texts, self._language, contact)

    # -- small things ------------------------------------------------------------------------------------------------

    @property
    def _language(self) -> str:
        return self._business.staff_language

    async def _on_duty(self, chat: int) -> Sequence[tuple[str, str, str]]:
        """Who is called: those heard in the group lately, otherwise the people who administer it."""
        found = await self._topics.agents_on_duty(chat, self._now() - ON_DUTY, MOST_MENTIONS)
        if found:
            return found
        try:
            return list(await self._staff.admins(chat))[:MOST_MENTIONS]
        except SendError as error:
            _log.info("the group's admins could not be asked for", reason=error.reason)
            return ()

    def _result(self, letter: Letter, row: TopicRow | None = None, message: str = "", kind: str = "") -> Result:
        chat = str(row.chat) if row is not None else ""
        return Result(letter, "sent", self._now(), chat=chat, message=message, kind=kind)


def _topic_name(context: Context) -> str:
    """The contact's name verbatim, then the code that lets a topic be recognised after a crash."""
    name = " ".join((context.name or context.phone or context.channel).split())
    room = LONGEST_NAME - len(context.contact) - len(CODE_FOLLOWS)
    # Cut by Telegram's measure here: were the end cut off there, a long name could pass for another contact's code.
    while _units(name) > room:
        name = name[:-1]
    return f"{name}{CODE_FOLLOWS}{context.contact}"


def _units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // _EMOJI

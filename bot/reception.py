"""Where arrivals of all channels come in and each goes its way: a contact's event into the corridor, a manager's
command to the managers' desk, receipts to their message, what nobody can read into the events as it came.

`arrived` returns True once the arrival is committed; the messenger may be told so then and not before.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

from bot.channels.telegram import arrivals as tg
from bot.channels.whatsapp import arrivals as wa
from bot.managers import ManagerDoor
from bot.packets import letter_to
from bot.trouble import Trouble
from handlers import measures
from handlers.corridor import Corridor
from handlers.lanes import Busy
from handlers.managers.answers import PRESSED
from handlers.texts import Texts
from handlers.topics import NEW_ID, TopicDesk
from handlers.tracing import VIA, trace, trace_of_row
from scenarios.engine import staff
from scenarios.engine.events import ButtonPressed, Content, CustomerSaid, NotDelivered, OwnerSaid
from scenarios.engine.languages import from_code
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import AgentSeen, Receipt, Result, Turn
from storage.contacts import Contacts
from storage.receipts import Receipts
from storage.topics import TopicRows

__all__ = ["Arrival", "Reception"]

Arrival = tg.Arrival | wa.Arrival

IN_TOPICS_ONLY = Phrase(
    "Commands work inside a customer's topic. Nothing that is written in the General topic reaches a customer."
)
NO_RIGHTS = Phrase("the bot is no administrator there, or may not manage topics")
STUMBLED = Phrase(
    "⚠️ I could not handle a message and have kept it as it came (code {code}: {error}). "
    "Please check who wrote just now, and tell whoever runs the desk."
)
UNNOTICED = Phrase("⚠️ A notice for the staff group could not be delivered: {text}")
NOT_REACHED = Phrase(
    "⚠️ Manager {who} could not be told in private: they have to write to the bot once. What it was: {text}"
)
_log = structlog.get_logger()


class Reception:
    """One door for everything that comes in."""

    def __init__(
        self,
        corridor: Corridor,
        managers: ManagerDoor,
        contacts: Contacts,
        receipts: Receipts,
        topic_rows: TopicRows,
        topics: TopicDesk | None,
        texts: Texts,
        staff_language: str,
        now: Callable[[], datetime],
        trouble: Trouble,
    ) -> None:
        self._corridor = corridor
        self._managers = managers
        self._contacts = contacts
        self._receipts = receipts
        self._topic_rows = topic_rows
        self._topics = topics
        self._texts = texts
        self._staff_language = staff_language
        self._now = now
        self._trouble = trouble
        self._after: set[asyncio.Task[object]] = set()
        self._telling: set[str] = set()

    async def arrived(self, arrival: Arrival) -> bool:
        """Take one arrival; False when the desk is too busy and it must come again. Raises what a database raises."""
        try:
            await self._take(arrival)
        except Busy as busy:
            measures.refused_as_busy(_channel(arrival))
            _log.info("refused for now", trace=trace(arrival.id), via=VIA.get(), why=str(busy))
            return False
        except Exception as error:
            if not _is_ours(error):
                raise
            await self._park(arrival, error)
        measures.arrived(_channel(arrival), type(arrival).__name__)
        return True

    async def _park(self, arrival: Arrival, error: Exception) -> None:
        """Keep what we stumble over as it came and go on: one poison message must not hold up those behind it."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {frame.name}:{frame.lineno}"
        _log.error("a message could not be handled and was kept", trace=trace(arrival.id), error=where)
        measures.stopped("stumbled")
        await self._keep_raw(arrival.id, arrival.at, "stumbled", repr(arrival))
        self._trouble.tell(f"stumbled:{where}", STUMBLED.having(code=trace(arrival.id), error=where))

    async def _take(self, arrival: Arrival) -> None:
        match arrival:
            case tg.ManagerSaid():
                await self._managers.said(arrival)
            case tg.ManagerPressed():
                await self._managers.pressed(arrival)
            case ButtonPressed() if arrival.data.startswith(PRESSED):
                # Somebody who is a manager no more: refused as a command would be.
                command = CustomerSaid(
                    arrival.id, arrival.at, arrival.sender, Content("/rollout"), arrival.message, arrival.sent_at
                )
                await self._corridor.receive(command)
            case tg.TopicMade():
                await self._contacts.adopt_topic(arrival.name.rsplit("· ", 1)[-1], arrival.chat, arrival.thread)
            case tg.ChatMigrated():
                await self._topic_rows.move_group(arrival.old, arrival.new)
                self._trouble.group(NEW_ID.having(id=str(arrival.new)))
            case tg.BotRights():
                if arrival.status not in ("administrator", "creator") or not arrival.topics:
                    self._trouble.group(NO_RIGHTS)
            case tg.StaffSeen():
                await self._corridor.record_alone(_seen(arrival.id, arrival.at, arrival.chat, arrival.agent))
            case tg.GeneralCommand():
                await self._general(arrival)
            case wa.Receipt():
                await self.receipt(arrival)
            case wa.OwnReply():
                if not arrival.edits:
                    await self._corridor.receive(
                        OwnerSaid(
                            arrival.id, arrival.at, arrival.customer, arrival.content, arrival.message, arrival.sent_at
                        )
                    )
                else:
                    await self._keep_raw(arrival.id, arrival.at, "own_edit", "")
            case wa.NumberChanged():
                await self._contacts.link(arrival.before, arrival.after, arrival.at)
            case tg.Unread() | wa.Unread():
                measures.stopped("unread")
                name = arrival.kind if arrival.kind.isidentifier() else "other"
                _log.warning("something that cannot be read was kept", trace=trace(arrival.id), kind=name[:32])
                await self._keep_raw(arrival.id, arrival.at, f"unread:{arrival.kind}", arrival.raw)
            case _:
                await self._corridor.receive(arrival)

    # -- receipts --------------------------------------------------------------------------------------------

    async def receipt(self, receipt: wa.Receipt) -> None:
        """Raise the rank of the message that a receipt is for."""
        raised = await self._receipts.raise_status(
            wa.CHANNEL, receipt.message, receipt.status, self._now(), receipt.reason, receipt.code
        )
        if raised is not None:
            await self._raised(raised)

    def early(self, receipts: Sequence[Receipt]) -> None:
        """Receipts that had come before their message's id was recorded."""
        for receipt in receipts:
            self._later(self._raised(receipt))

    async def _raised(self, receipt: Receipt) -> None:
        measures.receipted(receipt.channel, receipt.status, receipt.reason)
        if receipt.status != "sent":
            _log.info(
                "receipt",
                trace=trace_of_row(receipt.line),
                via=VIA.get(),
                channel=receipt.channel,
                status=receipt.status,
            )
        if receipt.status == "failed":
            await self._corridor.receive(
                NotDelivered(
                    f"failed:{receipt.line}",
                    self._now(),
                    receipt.contact,
                    receipt.line,
                    receipt.reason,
                    receipt.code,
                    receipt.speaker,
                    receipt.channel,
                )
            )
        elif receipt.speaker == "agent" and self._topics is not None:
            self._topics.leftovers.show_status(receipt.source, receipt.status)

    def refused(self, result: Result) -> None:
        """A letter was refused for good: what was to reach a customer is told in the topic."""
        letter = result.letter
        if letter.op in ("notify", "lead"):
            self._later(self._unnoticed(result))
        elif letter.op in ("say", "edit", "delete") and letter.contact:
            speaker = "agent" if letter.op in ("edit", "delete") else letter.speaker
            event = NotDelivered(
                f"refused:{letter.id}",
                self._now(),
                letter.contact,
                letter.line or str(letter.payload.get("line", "")),
                result.reason,
                result.code,
                speaker,
                letter.destination.split(":", 1)[0],
            )
            self._later(self._insist(event))

    async def _unnoticed(self, result: Result) -> None:
        """A notice reached nobody, or not the one it was for: the managers, or the group, are told so."""
        letter, at = result.letter, self._now()
        words = str(letter.payload["text"])
        if letter.op == "notify" or self._topics is None:
            self._trouble.tell(f"notice:{letter.id}", UNNOTICED.having(text=words))
            return
        account, _, who = letter.destination.rpartition(":")
        text = self._texts.render(NOT_REACHED.having(who=who, text=words), self._staff_language)
        told = letter_to(f"unnoticed:{letter.id}:1", at, f"{account}:{self._topics.chat}", "general", {"text": text})
        await self._until_recorded(Turn(f"unnoticed:{letter.id}", "unnoticed", at, letters=(told,)))

    async def _until_recorded(self, turn: Turn) -> None:
        while True:
            try:
                await self._corridor.record_alone(turn)
                return
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("a refused notice could not be told of, trying again", error=type(error).__name__)
                await asyncio.sleep(1.0)

    async def _insist(self, event: NotDelivered) -> None:
        """An event that no messenger will deliver again is tried until it is written."""
        self._telling.add(event.id)
        try:
            await self._until_written(event)
        finally:
            self._telling.discard(event.id)

    async def _until_written(self, event: NotDelivered) -> None:
        while True:
            try:
                await self._corridor.receive(event)
                return
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("an event could not be written, trying again", error=type(error).__name__)
                await asyncio.sleep(1.0)

    def _later(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(work)
        self._after.add(task)
        task.add_done_callback(self._after.discard)

    # -- the General topic ----------------------------------------------------------------------------------------

    async def _general(self, said: tg.GeneralCommand) -> None:
        if not said.staff:
            await self._keep_raw(said.id, said.at, "foreign_command", "")
            return
        language = from_code(said.agent.language) or self._staff_language
        phrases = [staff.HELP, IN_TOPICS_ONLY] if said.name.casefold() == "help" else [IN_TOPICS_ONLY]
        text = "\n\n".join(self._texts.render(phrase, language) for phrase in phrases)
        account = said.id.split(":")[1]
        letter = letter_to(f"{said.id}:1", said.at, f"telegram:{account}:{said.chat}", "general", {"text": text})
        turn = _seen(said.id, said.at, said.chat, said.agent)
        await self._corridor.record_alone(Turn(turn.event, turn.kind, turn.at, agent=turn.agent, letters=(letter,)))

    async def _keep_raw(self, id: str, at: datetime, kind: str, raw: str) -> None:
        await self._corridor.record_alone(Turn(id, kind, at, raw=raw))

    def tell(self, refusals: Sequence[NotDelivered]) -> None:
        """Refusals that an earlier process recorded and did not come to tell."""
        for refusal in refusals:
            if refusal.id not in self._telling:
                self._later(self._insist(refusal))

    async def idle(self, patience: float) -> None:
        """Wait for what still follows from results and receipts; what is not done then is told by the next process."""
        if self._after:
            _, late = await asyncio.wait(self._after, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _is_ours(error: Exception) -> bool:
    """Whether an error is a mistake of ours in this one message. A database or a network that is away is none: the
    messenger delivers again."""
    if isinstance(error, DataError | IntegrityError):
        return True
    return not isinstance(error, SQLAlchemyError | OSError | TimeoutError)


def _channel(arrival: Arrival) -> str:
    """The channel that an arrival came on, by its id."""
    return tg.CHANNEL if arrival.id.startswith("tg:") else wa.CHANNEL


def _seen(id: str, at: datetime, chat: int, agent: Any) -> Turn:
    seen = AgentSeen(agent.id, chat, agent.name, agent.username, agent.language, at)
    return Turn(id, "StaffSeen", at, agent=seen)

"""The private chat with a manager: commands, files, buttons, and the trial in which they are a customer for a while.

Rule: one manager's messages are taken one after another. What a trial is about is kept in the context of the customer
whom the manager plays, so every process knows it and a restart ends nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Protocol

from bot.channels.telegram.arrivals import ManagerPressed, ManagerSaid
from bot.gathering import Gathering
from bot.packets import letters_of
from handlers.corridor import Corridor
from handlers.managers import trying
from handlers.managers.answers import PRESSED, Answer, Text
from handlers.managers.changing import Manager
from handlers.managers.desk import ManagerDesk
from handlers.managers.sent import (
    EXAMPLE_FILE,
    EXAMPLE_LIST,
    LONGEST_FILE,
    MOST_BYTES,
    NOT_A_SCENARIO,
    TOO_LARGE,
    may_be_sent,
)
from handlers.managers.times import moment_text
from handlers.papers.labels import one_line
from handlers.ports import Channel, Rejected, SendError
from handlers.texts import Texts
from scenarios.engine import trial
from scenarios.engine.answering import command_of
from scenarios.engine.context import Context
from scenarios.engine.events import Content, CustomerSaid, Sender, TimerFired, TrialCommanded
from scenarios.engine.languages import from_code
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import AgentSeen, Held, Outcome, TimerRow, Turn

__all__ = ["ManagerDoor"]

LOOKS = ("telegram", "whatsapp")
CUSTOMERS_TOO = frozenset({"", "start", "menu"})
"""What a manager who tries the desk says as a customer; every other command stays the manager's."""

MOST_POSTPONED = 4
"""How often what is due may be put off before a manager has to ask again."""

NOT_FETCHED = Phrase("Telegram does not hand me {name}. Please send it again.")


class _Contacts(Protocol):
    async def whose(self, sender: Sender) -> str | None: ...


class _Store(Protocol):
    async def load(self, contact: str) -> Held: ...


class _Timers(Protocol):
    async def next_of(self, contact: str) -> TimerRow | None: ...


class ManagerDoor:
    """Takes what managers write, send and press."""

    def __init__(
        self,
        corridor: Corridor,
        desk: ManagerDesk,
        contacts: _Contacts,
        store: _Store,
        timers: _Timers,
        channels: Mapping[str, Channel],
        texts: Texts,
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        self._corridor = corridor
        self._desk = desk
        self._contacts = contacts
        self._store = store
        self._timers = timers
        self._channels = channels
        self._texts = texts
        self._now = now
        self._zone = zone
        self._lanes: dict[str, asyncio.Lock] = {}
        self._gathering: Gathering[ManagerSaid] = Gathering(self._files)

    async def said(self, said: ManagerSaid) -> None:
        """A manager wrote or sent a file. Raises what a database raises."""
        media = said.said.content.media
        if media is not None and media.kind == "document" and may_be_sent(media.name):
            await self._gathering.take(f"{said.user}:{said.said.album}" if said.said.album else "", said)
            return
        async with self._lane(said.user):
            await self._said(said)

    async def pressed(self, pressed: ManagerPressed) -> None:
        """A manager pressed a button: one of ours, or one of the customer they play."""
        async with self._lane(pressed.user):
            language = self._desk.reader(pressed.language)
            who = Manager(pressed.user, pressed.name)
            if not pressed.data.startswith(PRESSED):
                sender, _ = await self._playing(pressed.pressed.sender)
                if sender is not None:
                    await self._corridor.receive(replace(pressed.pressed, sender=sender))
                    return
                await self._answer(pressed, [self._text(trying.OLD_BUTTON, language)], "button")
                return
            book = await self._desk.scenarios.book_of(pressed.data)
            if book is not None:
                wish = trying.Wish(True)
                await self._begin(pressed.id, pressed.at, pressed.pressed.sender, wish, language, book)
                return
            answers = await self._desk.scenarios.pressed(pressed.data, who, language, self._now())
            await self._answer(pressed, answers, "button")

    def _lane(self, user: str) -> AbstractAsyncContextManager[object]:
        # There are as many locks as managers.
        return self._lanes.setdefault(user, asyncio.Lock())

    async def _said(self, said: ManagerSaid) -> None:
        language = self._desk.reader(said.language)
        name = command_of(said.text.strip())
        rest = said.text.strip().partition(" ")[2].strip()
        sender, context = await self._playing(said.said.sender)
        match name:
            case "as":
                await self._as(said, rest, sender, context, language)
            case "later":
                await self._later(said, context, language)
            case "close" if sender is not None:
                await self._corridor.receive(
                    TrialCommanded(said.id, said.at, sender, "close", reader=language, rest=rest)
                )
            case _ if sender is not None and name in CUSTOMERS_TOO:
                await self._corridor.receive(replace(said.said, sender=sender))
            case "" if said.said.content.kind == "document":
                refused = NOT_A_SCENARIO.having(file=EXAMPLE_FILE, list=EXAMPLE_LIST)
                await self._answer(said, [self._text(refused, language)], "file")
            case _:
                who = Manager(said.user, said.name)
                answers = await self._desk.answer(name or "help", rest if name else "", language, self._now(), who)
                if sender is not None:
                    answers.append(self._text(trying.STILL_TRYING, language))
                await self._answer(said, answers, name)

    # -- trials ----------------------------------------------------------------------------------------------------

    async def _playing(self, manager: Sender) -> tuple[Sender | None, Context | None]:
        """The customer that a manager plays now, none if they play none."""
        for look in LOOKS:
            sender = trial.as_customer(manager, look)
            contact = await self._contacts.whose(sender)
            if contact is not None:
                context = (await self._store.load(contact)).context
                if context.trial_reader:
                    return sender, context
        return None, None

    async def _as(
        self, said: ManagerSaid, words: str, playing: Sender | None, context: Context | None, language: str
    ) -> None:
        # From the menu the command comes without words: there and back again.
        wish = trying.wish_of(words) if words else trying.Wish(playing is None)
        if wish is None:
            await self._answer(said, [self._text(trying.EXAMPLE, language)], "as")
        elif wish.customer:
            # Whoever tries a version of their own wants to see that one in another language, too.
            book = context.book if context is not None else ""
            await self._begin(said.id, said.at, said.said.sender, wish, language, book)
        else:
            if playing is not None:
                await self._corridor.receive(TrialCommanded(f"{said.id}:end", said.at, playing, "end"))
            told = trying.BACK_AGAIN if playing is not None else trying.NOT_TRYING
            await self._answer(said, [self._text(told, language)], "as")

    async def _begin(self, id: str, at: datetime, manager: Sender, wish: trying.Wish, reader: str, book: str) -> None:
        """The manager is a customer from now on, who has just pressed Start."""
        playing, _ = await self._playing(manager)
        speaks = wish.language or from_code(manager.language_code) or reader
        sender = replace(trial.as_customer(manager, wish.channel), language_code=speaks)
        if playing is not None and playing.channel != sender.channel:
            await self._corridor.receive(TrialCommanded(f"{id}:end", at, playing, "end"))
        await self._corridor.receive(TrialCommanded(f"{id}:begin", at, sender, "begin", reader, book))
        await self._corridor.receive(_start(id, at, sender))

    async def _later(self, said: ManagerSaid, context: Context | None, language: str) -> None:
        if context is None:
            await self._answer(said, [self._text(trying.NOT_TRYING, language)], "later")
            return
        timer = await self._timers.next_of(context.contact)
        if timer is None:
            await self._answer(said, [self._text(trying.NOTHING_WAITS, language)], "later", context.address)
            return
        number, passed = 0, await self._pass(said, context, timer, language, 0)
        while passed and number < MOST_POSTPONED:
            # At night, or while the desk is closed, what was due is only put off: time passes until it comes.
            number, before = number + 1, timer
            timer = await self._timers.next_of(context.contact)
            if timer is None or timer.key != before.key or timer.due <= before.due:
                break
            passed = await self._pass(said, context, timer, language, number)

    async def _pass(self, said: ManagerSaid, context: Context, timer: TimerRow, language: str, number: int) -> bool:
        """Time passes until a timer is due; whether it has not passed before already."""
        now = self._now()
        due = max(timer.due, now)
        told = self._text(trying.IT_IS_NOW.having(moment=moment_text(due, language, self._zone)), language)
        at = replace(said, id=f"{said.id}:{number}") if number else said
        if await self._answer(at, [told], "later", context.address) is Outcome.DUPLICATE:
            # Told of before: then it came true before, too, or comes true by itself.
            return False
        await self._corridor.receive(
            TimerFired(
                f"timer:{timer.id}", due, timer.contact, timer.key, {**timer.data, trial.HURRIED: now.isoformat()}
            )
        )
        return True

    # -- files and answers -----------------------------------------------------------------------------------------

    async def _files(self, together: list[ManagerSaid]) -> None:
        """Files that came together: one answer for all of them, after the last."""
        last = together[-1]
        async with self._lane(last.user):
            language = self._desk.reader(last.language)
            files: dict[str, bytes] = {}
            answers: list[Answer] | None = None
            for said in together:
                media = said.said.content.media
                assert media is not None
                data = await self._fetched(said)
                if isinstance(data, Phrase):
                    answers = [self._text(data.having(name=one_line(media.name, 64)), language)]
                    break
                files[media.name] = data
            if answers is None:
                who = Manager(last.user, last.name)
                answers = await self._desk.scenarios.take(files, who, language, self._now())
            for said in together[:-1]:
                await self._corridor.record_alone(Turn(said.id, "manager:file", said.at))
            await self._answer(last, answers, "file")

    async def _fetched(self, said: ManagerSaid) -> bytes | Phrase:
        """The bytes of a file, or why there are none. Raises ConnectionError when the messenger is down: the message
        comes again."""
        media = said.said.content.media
        assert media is not None
        too_large = TOO_LARGE.having(most=LONGEST_FILE)
        if media.size > MOST_BYTES:
            return too_large
        data = bytearray()
        try:
            async for piece in self._channels["telegram"].fetch(media):
                data += piece
                if len(data) > MOST_BYTES:
                    return too_large
        except Rejected as error:
            return too_large if error.reason == "too_big" else NOT_FETCHED
        except SendError as error:
            raise ConnectionError(f"the messenger does not hand out a file ({error.reason})") from error
        return bytes(data)

    async def _answer(
        self, to: ManagerSaid | ManagerPressed, answers: list[Answer], kind: str, destination: str = ""
    ) -> Outcome:
        account = (to.said if isinstance(to, ManagerSaid) else to.pressed).sender.account
        where = destination or f"telegram:{account}:{to.chat}"
        letters = letters_of(to.id, to.at, where, answers)
        # Whoever manages is told of troubles in the language they write to us in.
        who = AgentSeen(to.user, int(to.chat), to.name, "", to.language, to.at)
        turn = Turn(to.id, f"manager:{kind[:32]}", to.at, letters=letters, agent=who)
        return await self._corridor.record_alone(turn)

    def _text(self, phrase: Phrase, language: str) -> Text:
        return Text(self._texts.render(phrase, language))


def _start(id: str, at: datetime, sender: Sender) -> CustomerSaid:
    """The customer whom a manager plays presses Start."""
    return CustomerSaid(id, at, sender, Content(text="/start"), "", at)

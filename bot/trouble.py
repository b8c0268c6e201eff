"""What only a person can mend is told to the managers, once an hour for the same trouble, and when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog

from handlers import watch
from handlers.texts import Texts
from handlers.tracing import masked
from scenarios.engine.languages import from_code
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Letter
from storage.troubles import Troubles

__all__ = ["GROUP", "Told", "Trouble"]

ASKED = timedelta(minutes=1)
"""How long the ledger is not asked again about the same trouble: a refusal may come a hundred times a second."""

GROUP = Phrase("⚠️ The staff group does not work as it is: {what}. Customers' messages are kept until it does.")
ACCOUNT = Phrase(
    "⚠️ {channel} refuses the desk's account: {what}. Messages wait; please check its token and its payment."
)
Told: TypeAlias = "Phrase | Callable[[str], str]"
"""What managers are told: a phrase, or the whole text in a language."""

_log = structlog.get_logger()


async def _nobody(destinations: Sequence[str]) -> None:
    """Until the outbox is there, its sweep finds the letters."""


class Trouble:
    """Tells managers."""

    def __init__(
        self,
        troubles: Troubles,
        managers: frozenset[int],
        bot: int,
        texts: Texts,
        language: str,
        now: Callable[[], datetime],
    ) -> None:
        self._troubles = troubles
        self._managers = managers
        self._bot = bot
        self._texts = texts
        self._language = language
        self._now = now
        self._asked: dict[str, datetime] = {}
        self._tasks: set[asyncio.Task[object]] = set()
        self.wake: Callable[[Sequence[str]], Awaitable[None]] = _nobody

    @property
    def chats(self) -> list[str]:
        """Where letters to the managers go."""
        return [f"telegram:{self._bot}:{who}" for who in sorted(self._managers)]

    def group(self, what: str | Phrase) -> None:
        """The staff group refuses the desk: say what it said, or what we know."""
        # What has a value of its own (the group's new id) is told beside what the group refuses.
        news = isinstance(what, Phrase) and bool(what.values)
        self.tell("group:news" if news else "group", GROUP.having(what=what))

    def account(self, channel: str, code: str) -> None:
        """A messenger refuses the whole account: its token, its payment, its number."""
        self.tell(f"account_{channel}", ACCOUNT.having(channel=watch.CHANNELS.get(channel, channel), what=code))

    def tell(self, kind: str, told: Phrase) -> None:
        """Write to every manager, unless this kind was told within the hour."""
        now = self._now()
        self._asked = {one: at for one, at in self._asked.items() if now - at < ASKED}
        if kind in self._asked:
            return
        self._asked[kind] = now
        task: asyncio.Task[object] = asyncio.create_task(self._in_peace(kind, told), name="trouble")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_peace(self, kind: str, told: Phrase) -> None:
        try:
            await self.begin(kind, told)
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            self._asked.pop(kind, None)
            _log.warning("managers could not be told", error=type(error).__name__)

    async def begin(self, kind: str, told: Told) -> bool:
        """Write to every manager, unless this kind was told within the hour; whether they were told. Raises what the
        database raises."""
        letters = await self.letters(kind, told)
        written = await self._troubles.begin(kind, letters, self._now())
        if written:
            _log.error("managers are told of trouble", kind=kind, what=masked(self._said(told, self._language)))
            await self.wake([letter.destination for letter in letters])
        return written

    async def end(self, kind: str) -> bool:
        """A trouble of the watch is over: say so to whoever was told of it. Raises what the database raises."""
        letters = await self.letters(f"{kind}:over", watch.over(kind))
        written = await self._troubles.end(kind, letters)
        if written:
            _log.info("a trouble is over", kind=kind)
            await self.wake([letter.destination for letter in letters])
        return written

    async def letters(self, kind: str, told: Told) -> list[Letter]:
        """A letter to every manager, in the language they use the messenger in where the desk knows and speaks it."""
        at, languages = self._now(), await self._troubles.languages(self._managers)
        return [
            Letter(
                f"trouble:{kind}:{at.isoformat()}:{who}",
                "",
                f"telegram:{self._bot}:{who}",
                "say",
                {"text": self._said(told, from_code(languages.get(who, "")) or self._language)},
                "desk",
                0,
                at,
            )
            for who in sorted(self._managers)
        ]

    def _said(self, told: Told, language: str) -> str:
        return self._texts.render(told, language) if isinstance(told, Phrase) else told(language)

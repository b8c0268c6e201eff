"""What only a person can mend is told to the managers, once an hour for the same trouble, whichever process meets it.

The hour is kept in the database, in the transaction that writes the letters: of several processes, and of one that is
started again and again, one writes them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.texts import Texts
from handlers.tracing import masked
from scenarios.engine.phrases import Phrase
from scenarios.engine.records import Letter
from storage import tables as t
from storage.database import Database
from storage.posting import letter_row
from storage.tables import micros

__all__ = ["Trouble"]

AGAIN = timedelta(hours=1)
FORGOTTEN = timedelta(days=1)
QUIET_SECONDS = 60.0
"""How long a process does not ask the database again about the same trouble, which may come with every letter."""

GROUP = Phrase("⚠️ The staff group does not work as it is: {what}. Customers' messages are kept until it does.")
ACCOUNT = Phrase(
    "⚠️ {channel} refuses the desk's account: {what}. Messages wait; please check its token and its payment."
)
_log = structlog.get_logger()


async def _nobody(destinations: Sequence[str]) -> None:
    """Until the outbox is there, its sweep finds the letters."""


class Trouble:
    """Tells managers."""

    def __init__(
        self,
        database: Database,
        managers: frozenset[int],
        bot: int,
        texts: Texts,
        language: str,
        now: Callable[[], datetime],
    ) -> None:
        self._db = database
        self._managers = managers
        self._bot = bot
        self._texts = texts
        self._language = language
        self._now = now
        self._told: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.wake: Callable[[Sequence[str]], Awaitable[None]] = _nobody

    def group(self, what: str | Phrase) -> None:
        """The staff group refuses the desk: say what it said, or what we know."""
        self.tell(GROUP.having(what=what))

    def account(self, channel: str, code: str) -> None:
        """A messenger refuses the whole account: its token, its payment, its number."""
        self.tell(ACCOUNT.having(channel=channel.capitalize(), what=code))

    def tell(self, told: Phrase, kind: str = "") -> None:
        """Write to every manager, unless the same (or the same `kind`) was said within the hour."""
        what = self._texts.render(told, self._language)
        kind = kind or what
        now = time.monotonic()
        self._told = {one: at for one, at in self._told.items() if now - at < QUIET_SECONDS}
        if kind in self._told:
            return
        self._told[kind] = now
        task = asyncio.create_task(self._write(kind, what), name="trouble")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _write(self, kind: str, what: str) -> None:
        at, name = self._now(), f"trouble:{sha256(kind.encode('utf-8', 'replace')).hexdigest()[:24]}"
        letters = [
            Letter(
                f"{name}:{at.isoformat()}:{who}",
                "",
                f"telegram:{self._bot}:{who}",
                "say",
                {"text": what},
                "desk",
                0,
                at,
            )
            for who in sorted(self._managers)
        ]
        try:
            async with self._db.writing() as connection:
                if not await self._is_new(connection, name, at):
                    return
                await self._db.insert(
                    connection, t.letters, [letter_row(one) for one in letters], "ON CONFLICT DO NOTHING"
                )
            _log.error("managers are told of trouble", what=masked(what))
            await self.wake([letter.destination for letter in letters])
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            self._told.pop(kind, None)
            _log.warning("managers could not be told", error=type(error).__name__)

    async def _is_new(self, connection: AsyncConnection, name: str, at: datetime) -> bool:
        """Take note that this trouble is told now, unless it was within the hour; notes of yesterday go."""
        note = (
            "INSERT INTO meta (key, value) VALUES (:name, :now) ON CONFLICT (key) "
            "DO UPDATE SET value = excluded.value WHERE meta.value <= :old RETURNING key"
        )
        values = {"name": name, "now": f"{micros(at):020}", "old": f"{micros(at - AGAIN):020}"}
        if (await connection.execute(self._db.statement(note), values)).first() is None:
            return False
        forget = self._db.statement("DELETE FROM meta WHERE key LIKE 'trouble:%' AND value <= :old")
        await connection.execute(forget, {"old": f"{micros(at - FORGOTTEN):020}"})
        return True

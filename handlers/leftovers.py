"""What uses only the calls that the staff group has left over: reactions and pins.

They are kept in memory and newer ones replace those that still wait: when a process dies, a reaction may be missing,
and nothing else (what was not delivered is a line in the topic, recorded like everything).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from handlers.budget import Budget, Urgency
from handlers.ports import SendError, StaffRoom, Throttled

__all__ = ["Leftovers"]

STATUS_EMOJI = {"delivered": "👌", "read": "👀", "played": "👀"}
"""What a bot may react with (Telegram's standard set has no check mark)."""

_log = structlog.get_logger()


class Leftovers:
    """Shows what became of agents' messages, and pins cards, when nothing more urgent waits."""

    def __init__(self, staff: StaffRoom, budget: Budget, staff_chat: int) -> None:
        self._staff = staff
        self._budget = budget
        self._chat = staff_chat
        self._statuses: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def show_status(self, message: str, status: str) -> None:
        """Show on an agent's message what became of it; a newer status replaces one that still waits."""
        emoji = STATUS_EMOJI.get(status)
        if not emoji or not message:
            return
        waiting = bool(self._statuses)
        self._statuses.pop(message, None)
        self._statuses[message] = emoji
        if not waiting:
            self._start(self._show())

    def pin(self, chat: int, message: str) -> None:
        """Pin a card."""
        self._start(self._pin(chat, message))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="leftovers")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _show(self) -> None:
        while self._statuses:
            await self._budget.call(self._chat, Urgency.LEFTOVER)
            message = next(iter(self._statuses))
            emoji = self._statuses.pop(message)
            try:
                await self._staff.react(self._chat, message, emoji)
            except Throttled as error:
                await self._budget.told(self._chat, error.retry_after)
            except SendError as error:
                _log.info("a reaction was refused", reason=error.reason)

    async def _pin(self, chat: int, message: str) -> None:
        try:
            await self._budget.call(chat, Urgency.LEFTOVER)
            await self._staff.pin(chat, message)
        except SendError as error:
            _log.info("a card could not be pinned", reason=error.reason)

"""Receiving by long polling.

Rule: asking for an offset confirms every update below it, so the offset moves only up to the lowest update
that is not stored yet. Telegram itself keeps what is unconfirmed (24 h), so there is nothing for us to
remember over a restart; what was stored but not confirmed comes twice and takes effect once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

from bot.channels.telegram.answers import PollConflict
from bot.channels.telegram.arrivals import ALLOWED_UPDATES
from bot.channels.telegram.calls import TelegramApi
from bot.channels.telegram.receiving import Receive, place_of_error, wait_or_stop
from handlers.ports import ChannelDown, SendError, Throttled

__all__ = ["poll"]

POLL_SECONDS: Final = 25
"""Telegram waits at most 50 s; proxies cut silent connections after 30 to 60 s."""
ANSWER_SECONDS: Final = 10.0
BATCH: Final = 100
"""The most that one getUpdates gives (Bot API, November 2026)."""
IN_FLIGHT: Final = 400
"""Updates handed over and not stored; beyond, nothing is asked for."""
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 30.0
CONFLICT_PAUSE: Final = 5.0
ENDING_SECONDS: Final = 3.0

_log = logging.getLogger(__name__)


async def poll(api: TelegramApi, receive: Receive, stop: asyncio.Event, seconds: int = POLL_SECONDS) -> None:
    """Hand over every update until `stop` is set; survives whatever Telegram answers. One process at a time.

    What is under way when it stops gets 3 s to be stored; the rest comes again after the next start.
    """
    poller = _Poller(api, receive, stop, seconds)
    try:
        await poller.run()
    finally:
        await poller.end()


class _Poller:
    """Updates on their way: `_open` are handed over and not stored, `_stored` are stored and not
    confirmed."""

    def __init__(self, api: TelegramApi, receive: Receive, stop: asyncio.Event, seconds: int) -> None:
        self._api = api
        self._receive = receive
        self._stop = stop
        self._seconds = seconds
        self._open: dict[int, asyncio.Task[bool]] = {}
        self._stored: set[int] = set()
        self._newest: int | None = None
        self._failures = 0
        self._conflict = False

    async def run(self) -> None:
        """Ask until stopped."""
        # Once and without insisting: a webhook that is still set refuses getUpdates, and is dropped then.
        await self._drop_webhook()
        while not self._stop.is_set():
            room = IN_FLIGHT - len(self._open)
            batch = await self._ask(min(BATCH, room)) if room > 0 else []
            self._hand_over(batch)
            await self._settle()

    async def end(self) -> None:
        """Let what is under way be stored, give up the rest, and confirm what is stored."""
        tasks = set(self._open.values())
        if tasks:
            await asyncio.wait(tasks, timeout=ENDING_SECONDS if self._stop.is_set() else 0.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        offset = self._offset()
        if offset is not None and self._stop.is_set():
            try:
                await self._api.call("getUpdates", {"offset": offset, "limit": 1, "timeout": 0}, 2.0)
            except SendError as error:
                _log.debug("the last updates were not confirmed and will come again: %s", error.code)

    def _offset(self) -> int | None:
        """The lowest update that is not stored, else the one after the newest. Not the highest ever seen:
        after a silent week the ids begin anew at random, also lower."""
        if self._open:
            return min(self._open)
        return None if self._newest is None else self._newest + 1

    async def _ask(self, limit: int) -> list[dict[str, Any]]:
        seconds = 0 if self._open else self._seconds
        asked = {
            "offset": self._offset(),
            "limit": limit,
            "timeout": seconds,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        try:
            answer = await self._unless_stopped(self._api.call("getUpdates", asked, seconds + ANSWER_SECONDS))
        except PollConflict as error:
            await self._explain_conflict(error)
            return []
        except Throttled as error:
            _log.warning("Telegram asks for a pause of %.0f s before the next getUpdates", error.retry_after)
            await wait_or_stop(self._stop, error.retry_after)
            return []
        except SendError as error:
            self._tell("getUpdates", error)
            await self._pause()
            return []
        self._failures, self._conflict = 0, False
        return [update for update in answer if isinstance(update, dict)] if isinstance(answer, list) else []

    def _hand_over(self, batch: list[dict[str, Any]]) -> None:
        """Start every update that is new, in order."""
        offset = self._offset()
        ids = [update["update_id"] for update in batch if type(update.get("update_id")) is int]
        for update in batch:
            number = update.get("update_id")
            if type(number) is int and number not in self._open and number not in self._stored:
                task = asyncio.get_running_loop().create_task(self._store(update))
                self._open[number] = task
        self._newest = max(ids, default=self._newest)
        self._stored = {number for number in self._stored if number in ids or (offset or number) < number}

    async def _store(self, update: dict[str, Any]) -> bool:
        """Hand an update over until it is stored; False when we stop before."""
        number, pause = update["update_id"], FIRST_PAUSE
        while True:
            try:
                if await self._receive(update):
                    del self._open[number]
                    self._stored.add(number)
                    return True
                why = "no room"
            except Exception as error:  # noqa: BLE001 - whatever it was, the update must not be lost
                why = place_of_error(error)
            _log.warning("update %s is not stored (%s); trying again in %.0f s", number, why, pause)
            if await wait_or_stop(self._stop, pause):
                return False
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _settle(self) -> None:
        """Wait until the offset can move, at most a second: one update that cannot be stored must not hold up
        others."""
        if not self._open:
            return
        await self._unless_stopped(asyncio.wait(list(self._open.values()), timeout=0.1))
        lowest = self._open.get(min(self._open, default=0))
        if lowest is not None:
            await self._unless_stopped(asyncio.wait([lowest], timeout=0.9))

    async def _unless_stopped(self, wanted: Coroutine[Any, Any, Any]) -> Any:
        """The result; None, and what was asked for is given up at once, when we are to stop."""
        task = asyncio.ensure_future(wanted)
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            await asyncio.wait((task, stopped), return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            stopped.cancel()
            task.cancel()
            await asyncio.gather(task, stopped, return_exceptions=True)

    async def _drop_webhook(self) -> None:
        try:
            await self._unless_stopped(self._api.call("deleteWebhook", {}))
        except SendError as error:
            _log.warning("deleteWebhook failed (%s)", error.code)

    async def _explain_conflict(self, error: PollConflict) -> None:
        if not self._conflict:
            self._conflict = True
            _log.warning(
                "getUpdates is refused (%s): another process runs with the same token, or a webhook is set. "
                "End the other one; this one takes over by itself.",
                error.code,
            )
        if "webhook" in error.code.lower():
            await self._drop_webhook()
        await wait_or_stop(self._stop, CONFLICT_PAUSE)

    def _tell(self, method: str, error: SendError) -> None:
        self._failures += 1
        hint = "" if isinstance(error, ChannelDown) else "; look at QABUL_TELEGRAM_TOKEN"
        _log.warning("%s failed (%s)%s; trying again in %.0f s", method, error.code, hint, self._next_pause())

    def _next_pause(self) -> float:
        return float(min(FIRST_PAUSE * 2 ** max(self._failures - 1, 0), LONGEST_PAUSE))

    async def _pause(self) -> None:
        await wait_or_stop(self._stop, self._next_pause())

"""The queue of updates and long polling. An update leaves the queue only when a higher offset, the
webhook's 2xx or its age takes it out; getUpdates answers as the Bot API server does, its pacing and
conflicts included."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from bot.playground.telegram.refusals import (
    CALLBACK_SECONDS,
    POLL_ENDED_BY_WEBHOOK,
    SECOND_POLLER,
    UPDATE_SECONDS,
    ApiError,
    Json,
)

OFF_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
POLL_SECONDS = 50
POLL_UPDATES = 100


@dataclass(frozen=True, slots=True)
class Pending:
    """One update on its way: its JSON, the queue it keeps order in, and when it is given up (unix
    seconds)."""

    update: Json
    queue: Hashable
    expires: float

    @property
    def update_id(self) -> int:
        return int(self.update["update_id"])


class UpdateQueue:
    """Updates not yet taken, oldest first; `listener` is called with each new one (the webhook hangs
    there)."""

    def __init__(self, clock: Callable[[], float], first_id: int, pacing: bool, history: int) -> None:
        self._clock = clock
        self._pacing = pacing
        self._history = history
        self._past: OrderedDict[int, Pending] = OrderedDict()
        self._again: list[Pending] = []
        self._waiter: asyncio.Future[None] | None = None
        self._last_offset: int | None = None
        self._last_start = 0.0
        self._next_conflict = 0.0
        self.next_id = first_id
        self.pending: OrderedDict[int, Pending] = OrderedDict()
        self.allowed: tuple[str, ...] | None = None
        self.listener: Callable[[Pending], None] | None = None

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are delivered under the current `allowed_updates`."""
        return kind not in OFF_BY_DEFAULT if not self.allowed else kind in self.allowed

    def allow(self, kinds: object) -> None:
        """Take over `allowed_updates`: absent keeps the old choice, an empty list means the default."""
        if isinstance(kinds, list):
            self.allowed = tuple(str(kind) for kind in kinds) or None

    def push(self, kind: str, payload: Json, queue: Hashable) -> int | None:
        """Queue an update; None when the bot does not want its kind."""
        if not self.wants(kind):
            return None
        life = CALLBACK_SECONDS if kind in ("callback_query", "inline_query", "pre_checkout_query") else UPDATE_SECONDS
        return self.push_raw({kind: payload}, queue, life)

    def push_raw(self, content: Json, queue: Hashable, life: float = UPDATE_SECONDS) -> int:
        """Queue whatever `content` says, also what no client can read; returns its update_id."""
        entry = Pending({"update_id": self.next_id, **content}, queue, self._clock() + life)
        self.next_id += 1
        self.pending[entry.update_id] = entry
        self._past[entry.update_id] = entry
        while len(self._past) > self._history:
            self._past.popitem(last=False)
        self._announce(entry)
        return entry.update_id

    def past(self) -> list[Json]:
        """Every update that is remembered, confirmed or not, the oldest first."""
        return [entry.update for entry in self._past.values()]

    def redeliver(self, update_ids: Iterable[int]) -> int:
        """Deliver updates again under their old ids, whether or not they were confirmed; returns how many."""
        entries = [self._past[number] for number in update_ids if number in self._past]
        for entry in entries:
            if self.listener is None:
                self._again.append(entry)
            self._announce(entry)
        return len(entries)

    def _announce(self, entry: Pending) -> None:
        if self.listener is not None:
            self.listener(entry)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def drop_all(self) -> None:
        """Forget everything undelivered (`drop_pending_updates`)."""
        self.pending.clear()
        self._again.clear()

    def forget(self, update_id: int) -> None:
        """Take out one update: acknowledged by the webhook, or too old."""
        self.pending.pop(update_id, None)

    def end_poll(self, words: str = POLL_ENDED_BY_WEBHOOK) -> None:
        """Refuse the waiting getUpdates, if any, with 409 and these words."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ApiError(409, words))
        self._waiter = None

    def wake(self) -> None:
        """Answer the waiting getUpdates with what there is (the server is going down)."""
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def poll(self, offset: int, limit: int, timeout: int) -> list[Json]:
        """One getUpdates. Seconds and counts are clamped as by the server; 409 when another poller takes
        over."""
        limit = min(limit, POLL_UPDATES) if limit > 0 else POLL_UPDATES
        timeout = max(0, min(timeout, POLL_SECONDS))
        now = time.monotonic()
        if self._pacing and offset == self._last_offset:
            if timeout < 3 and now < self._last_start + 3.0:
                timeout = 3
            if now < self._last_start + 0.5:
                limit = 1
        self._last_offset, self._last_start = offset, now
        self._confirm(offset)
        batch = self._batch(limit)
        if batch or timeout == 0:
            return batch
        self.end_poll(SECOND_POLLER)
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        try:
            await asyncio.wait_for(waiter, timeout)
        except TimeoutError:
            return []
        except ApiError:
            await self._space_conflicts()
            raise
        finally:
            if self._waiter is waiter:
                self._waiter = None
        return self._batch(limit)

    async def _space_conflicts(self) -> None:
        now = time.monotonic()
        if now >= self._next_conflict or not self._pacing:
            self._next_conflict = now + 3.0
        else:
            await asyncio.sleep(3.0)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            offset = max(self.next_id + offset, 0)
        elif offset > self.next_id + 10:
            return
        while self.pending and next(iter(self.pending)) < offset:
            self.pending.popitem(last=False)

    def _batch(self, limit: int) -> list[Json]:
        now = self._clock()
        taken = self._again[:limit]
        del self._again[:limit]
        stale: list[int] = []
        for number, entry in self.pending.items():
            if len(taken) >= limit:
                break
            if entry.expires < now:
                stale.append(number)
            else:
                taken.append(entry)
        for number in stale:
            del self.pending[number]
        return [entry.update for entry in taken]

"""Delivery of updates to the configured callback: signed, batched, repeated until 2xx, in lanes that keep
a person's order.

A body that failed is tried again later while the others go on, so order is lost exactly where Meta loses it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from secrets import token_hex
from zlib import crc32

import aiohttp

from .limits import WEBHOOK_BYTES, WEBHOOK_UPDATES
from .model import JsonObject, Switches
from .payloads import Update, encode, signature

DELAYS = (1.0, 3.0, 10.0, 30.0, 120.0, 600.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One body and what became of it. `status` is the last HTTP status, 0 when nobody answered or no
    callback is set.
    """

    raw: bytes
    ids: tuple[str, ...]
    signed: bool = True
    attempts: int = 0
    status: int = 0

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class WebhookSender:
    """Posts to `url`. `delays` are the waits before each further attempt; after the last one a body is
    given up.
    """

    def __init__(
        self,
        body: Callable[[Sequence[Update]], JsonObject],
        switches: Callable[[], Switches],
        told: Callable[[], None],
        *,
        app_secret: str,
        verify_token: str,
        url: str | None,
        delays: Sequence[float] = DELAYS,
        timeout: float = 10.0,
        lanes: int = 8,
        kept: int = 1000,
    ) -> None:
        self.url, self.app_secret, self.verify_token = url, app_secret, verify_token
        self.subscribed = True
        self.deliveries: deque[Delivery] = deque(maxlen=kept)
        self._body, self._switches, self._told = body, switches, told
        self._delays, self._timeout, self._lane_count = tuple(delays), timeout, lanes
        self._lanes: dict[int, deque[Update | Delivery]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open, self._closed = 0, False
        self._idle = asyncio.Event()
        self._idle.set()
        self._session: aiohttp.ClientSession | None = None

    @property
    def waiting(self) -> int:
        """How many updates and bodies were not taken yet."""
        return self._open

    def queue(self, update: Update, after: float = 0.0) -> None:
        """Send an update, `after` seconds from now. Needs a running event loop."""
        self._opened(1)
        if after > 0:
            asyncio.get_running_loop().call_later(after, self._enter, update)
        else:
            self._enter(update)

    def push_raw(self, raw: bytes, sign: bool = True) -> None:
        """Send these bytes as they are, with a right signature or none."""
        self._opened(1)
        self._enter(Delivery(raw, (), sign))

    def redeliver(self, message_id: str | None = None, last: int = 1, times: int = 1) -> int:
        """Send bodies again, byte for byte: those with this message id, or the last ones. How many were
        sent.
        """
        known = [one for one in self.deliveries if message_id is None or message_id in one.ids]
        chosen = known if message_id is not None else known[-last:]
        for one in chosen * times:
            self._opened(1)
            self._enter(replace(one, attempts=0, status=0))
        return len(chosen) * times

    async def verify(self) -> bool:
        """Meta's GET handshake: whether the callback echoes the challenge for our verify token."""
        if self.url is None:
            return False
        challenge = str(int(token_hex(4), 16))
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self.verify_token}
        try:
            async with self._client().get(self.url, params=query) as answer:
                return answer.status == 200 and (await answer.text()) == challenge
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def settle(self, timeout: float = 10.0) -> None:
        """Wait until everything was delivered or given up. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._idle.wait()

    async def close(self) -> None:
        """Stop all deliveries and close the connections; what comes later is dropped."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._timeout)
            self._session = aiohttp.ClientSession(timeout=timeout, headers={"User-Agent": "facebookexternalua"})
        return self._session

    def _opened(self, by: int) -> None:
        self._open += by
        if self._open == 0:
            self._idle.set()
        else:
            self._idle.clear()

    def _enter(self, item: Update | Delivery) -> None:
        if self._closed:
            return
        if isinstance(item, Update) and self._switches().batch == 1:
            lane = crc32(item.lane.encode()) % self._lane_count
        else:
            lane = 0
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(item)
            return
        self._lanes[lane] = deque((item,))
        self._start(self._run_lane(lane))

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_lane(self, lane: int) -> None:
        waiting = self._lanes[lane]
        while waiting:
            switches = self._switches()
            if switches.batch > 1 and switches.batch_wait > 0 and len(waiting) < switches.batch:
                await asyncio.sleep(switches.batch_wait)
            first = waiting.popleft()
            if isinstance(first, Delivery):
                await self._attempt(first)
                continue
            updates = [first]
            while waiting and len(updates) < min(switches.batch, WEBHOOK_UPDATES):
                if isinstance(waiting[0], Delivery):
                    break
                update = waiting.popleft()
                if isinstance(update, Update):
                    updates.append(update)
            for delivery in self._packed(updates):
                for _ in range(1 + switches.duplicates):
                    self._opened(1)
                    await self._attempt(delivery)
            self._opened(-len(updates))
        del self._lanes[lane]

    def _packed(self, updates: Sequence[Update]) -> list[Delivery]:
        raw = encode(self._body(updates))
        if len(raw) > WEBHOOK_BYTES and len(updates) > 1:
            half = len(updates) // 2
            return self._packed(updates[:half]) + self._packed(updates[half:])
        return [Delivery(raw, tuple(str(update.item.get("id", "")) for update in updates))]

    async def _attempt(self, delivery: Delivery) -> None:
        if self.url is None or not self.subscribed:
            self._finish(delivery)
            return
        delivery = replace(delivery, attempts=delivery.attempts + 1, status=await self._post(self.url, delivery))
        if delivery.ok or delivery.attempts > len(self._delays):
            self._finish(delivery)
        else:
            self._start(self._again(delivery))

    async def _again(self, delivery: Delivery) -> None:
        await asyncio.sleep(self._delays[delivery.attempts - 1])
        await self._attempt(delivery)

    async def _post(self, url: str, delivery: Delivery) -> int:
        headers = {"Content-Type": "application/json"}
        if delivery.signed:
            headers["X-Hub-Signature-256"] = signature(self.app_secret, delivery.raw)
        try:
            async with self._client().post(url, data=delivery.raw, headers=headers) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    def _finish(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        self._opened(-1)
        self._told()

"""Offering messages and telling what became of them.

Rule: a message counts as answered by the next message to its chat; what comes when nothing is under way there came
twice; what was never answered, long after the last was offered, is lost. A refused or broken delivery comes again, as
the messengers do, and its clock goes on. The clock of an open loop starts when the message was due, not when this
process found time for it, so a stall is not hidden.
"""

from __future__ import annotations

import asyncio
import random
import time
from array import array
from collections import deque
from dataclasses import dataclass, field

from bot.bench.crowd import Crowd, Customer
from bot.bench.vendor import Vendor
from bot.bench.wire import Client

__all__ = ["Load", "Window"]

TICK = 0.001
AGAIN_FIRST, AGAIN_MOST = 1.0, 8.0
"""Seconds until a refused update is delivered again; twice as long each time."""
SETTLE = 30.0
"""Seconds after the last message was offered in which answers may come."""


@dataclass(slots=True)
class Window:
    """What happened between two moments. Latencies in seconds."""

    began: float
    ended: float = 0.0
    offered: int = 0
    answered: int = 0
    latencies: array[float] = field(default_factory=lambda: array("d"))

    @property
    def seconds(self) -> float:
        """How long it was."""
        return (self.ended or time.monotonic()) - self.began

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    def at(self, share: float) -> float:
        """The latency that this share of the messages did not exceed, in milliseconds."""
        if not self.latencies:
            return 0.0
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Load:
    """One crowd that writes to one bot. Totals count from the first message, a window from its opening."""

    def __init__(self, crowd: Crowd, vendor: Vendor, client: Client, seed: int = 1) -> None:
        self.crowd = crowd
        self.total = self.answered = self.doubled = self.refused = self.broken = 0
        self.strange = 0
        """Messages to chats that nobody of this crowd has."""
        self.also: set[int] = set()
        """Chats that somebody else writes to."""
        self.window = Window(time.monotonic())
        self.open = 0
        """Messages offered and not answered yet."""
        self.most_open = 0
        self.phase = "offered"
        """What the load does now, for those who note its course."""
        self._client = client
        self._chance = random.Random(seed)  # noqa: S311 - arrivals that can be repeated, nothing secret
        self._ready: deque[Customer] = deque(crowd.customers.values())
        self._closed_loop = False
        self._over = False
        vendor.delivered = self._delivered

    # -- offering ------------------------------------------------------------------------------------------------------

    async def offer(self, rate: float, seconds: float, patient: bool = True) -> None:
        """Messages at a rate (per second, at random distances), whatever the answers do.

        When every customer waits for an answer a message is written as soon as one of them is free, its clock having
        started when it was due; unless `patient` it is not written at all.
        """
        due = time.monotonic()
        end = due + seconds
        while True:
            now = time.monotonic()
            while due <= now and due < end and (self._ready or not patient):
                if self._ready:
                    self._write(self._ready.popleft(), due)
                due += self._chance.expovariate(rate)
            if now >= end:
                return
            await asyncio.sleep(TICK)

    async def keep(self, under_way: int, seconds: float) -> None:
        """So many messages under way at any moment: each answer is followed by the next message at once."""
        self._closed_loop = True
        for _ in range(min(under_way, len(self._ready))):
            self._write(self._ready.popleft(), time.monotonic())
        await asyncio.sleep(seconds)
        self._closed_loop = False

    async def introduce(self, under_way: int, seconds: float) -> float:
        """Everybody writes once, so many at a time, so that what follows is measured with known people; messages a
        second. What was not answered in `seconds` goes on."""
        began, people = time.monotonic(), len(self.crowd.customers)
        written = self.total
        while (self.total - written < people or self.open) and time.monotonic() - began < seconds:
            while self._ready and self.open < under_way and self.total - written < people:
                self._write(self._ready.popleft(), time.monotonic())
            await asyncio.sleep(TICK)
        return people / (time.monotonic() - began)

    async def settle(self, seconds: float = SETTLE) -> int:
        """Wait for the last answers; how many messages were never answered."""
        deadline = time.monotonic() + seconds
        while self.open and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        # Whatever came twice would be on its way now.
        await asyncio.sleep(min(0.5, seconds))
        self._over = True
        return self.open

    def begin_window(self) -> Window:
        """Measure from now on; the window before ends."""
        self.window.ended = time.monotonic()
        self.window = Window(time.monotonic())
        return self.window

    def _write(self, customer: Customer, due: float) -> None:
        customer.waits_since = due
        customer.answered = customer.taken = False
        customer.tries = 0
        self.window.offered += 1
        self.total += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        self._deliver(customer, self.crowd.move(customer))

    def _deliver(self, customer: Customer, update: bytes) -> None:
        def answered(status: int, pause: float) -> None:
            if status == 200:
                customer.taken = True
                self._rest(customer)
                return
            if status:
                self.refused += 1
            else:
                self.broken += 1
            wait = max(pause, min(AGAIN_FIRST * 2**customer.tries, AGAIN_MOST))
            customer.tries += 1
            asyncio.get_running_loop().call_later(wait, again)

        def again() -> None:
            if not self._over:
                self._client.post(update, answered)

        again()

    # -- answers -----------------------------------------------------------------------------------------------------

    def _delivered(self, chat: int, text: str, markup: bytes, message: int) -> None:
        customer = self.crowd.customers.get(chat)
        if customer is None:
            self.strange += chat not in self.also
            return
        if customer.answered:
            self.doubled += 1
            return
        window = self.window
        window.answered += 1
        self.answered += 1
        window.latencies.append(time.monotonic() - customer.waits_since)
        self.open -= 1
        customer.answered = True
        self.crowd.heard(customer, text, markup, message)
        self._rest(customer)

    def _rest(self, customer: Customer) -> None:
        """Heard and acknowledged: free to write again."""
        if not (customer.answered and customer.taken):
            return
        self._ready.append(customer)
        if self._closed_loop:
            self._write(self._ready.popleft(), time.monotonic())

"""What a bot did with customers' messages, seen from the messenger alone: which reached the staff chat, how often,
where and in which order. Works for any bot, since it only looks for the words of each message."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.playground.telegram import TelegramWorld

__all__ = ["Mark", "Relays"]

_MARK = re.compile(r"qx([a-z]+)(\d{4})n(\d{2})x")


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """The word by which a message is known again: scenario, customer, number."""

    scenario: str
    customer: int
    number: int

    def __str__(self) -> str:
        return f"qx{self.scenario}{self.customer:04d}n{self.number:02d}x"


class Relays:
    """Listens to the staff chat of a world. `places`: for each mark the (message, thread) that carry it."""

    def __init__(self, world: TelegramWorld, staff_chat: int) -> None:
        self.places: dict[Mark, list[tuple[int, int]]] = defaultdict(list)
        self.last = time.monotonic()
        """When a mark came for the first time."""
        self._alive = self.last
        self._world, self._staff = world, staff_chat
        self._bot = int(world.bot["id"])
        world.subscribe(self._happened)

    def _happened(self, event: str, detail: dict[str, Any]) -> None:
        if event not in ("message", "edited_message") or detail.get("chat", {}).get("id") != self._staff:
            return
        if detail["from"]["id"] != self._bot:
            return
        self._alive = time.monotonic()
        place = int(detail["message_id"]), int(detail.get("message_thread_id") or 0)
        for scenario, customer, number in _MARK.findall(str(detail.get("text") or detail.get("caption") or "")):
            mark = Mark(scenario, int(customer), int(number))
            if not self.places[mark]:
                self.last = time.monotonic()
            if place not in self.places[mark]:
                self.places[mark].append(place)

    def relayed(self, marks: Sequence[Mark]) -> int:
        """How many of them reached the staff."""
        return sum(1 for mark in marks if self.places.get(mark))

    def doubled(self, marks: Sequence[Mark]) -> int:
        """How many came more than once."""
        return sum(1 for mark in marks if len(self.places.get(mark, ())) > 1)

    def disordered(self, marks: Sequence[Mark]) -> int:
        """Customers whose messages stand in another order than they were written in."""
        first: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for mark in sorted(marks):
            if self.places.get(mark):
                first[mark.customer].append((mark.number, self.places[mark][0][0]))
        return sum(1 for found in first.values() if [at for _, at in found] != sorted(at for _, at in found))

    def in_two_topics(self, marks: Sequence[Mark], names: Sequence[str]) -> int:
        """Customers whose messages stand in more than one topic, or after whom more than one topic is named."""
        threads: dict[int, set[int]] = defaultdict(set)
        for mark in marks:
            threads[mark.customer] |= {thread for _, thread in self.places.get(mark, ())}
        split = {customer for customer, found in threads.items() if len(found) > 1}
        titles = [str(topic["name"]) for topic in self._world.topics(self._staff)]
        for customer, name in enumerate(names):
            if sum(1 for title in titles if re.search(rf"{re.escape(name)}(?!\d)", title)) > 1:
                split.add(customer)
        return len(split)

    async def until(self, marks: Sequence[Mark], number: int, patience: float) -> bool:
        """Wait for so many of them; False when the bot wrote nothing to the staff for `patience` seconds."""
        self.last = self._alive = time.monotonic()
        while self.relayed(marks) < number:
            if time.monotonic() - self._alive > patience:
                return False
            await asyncio.sleep(0.02)
        return True

    async def quiet(self, seconds: float = 1.5, most: float = 300.0) -> None:
        """Wait until the bot has taken all updates and then called nothing for so long."""
        began = time.monotonic()
        while time.monotonic() - began < most:
            calls = (call.time for call in reversed(self._world.calls) if call.method.lower() != "getupdates")
            newest = max(next(calls, 0.0), self._world.clock() - (time.monotonic() - began))
            if not self._world.updates.pending and self._world.clock() - newest > seconds:
                return
            await asyncio.sleep(0.05)

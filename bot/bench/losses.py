"""What gets lost on the way to the staff: bursts, first contacts, flood limits, a kill, untrue confirmations.

Rule: everything is done and seen at the messenger, so any bot can be measured that polls a Bot API and has a forum as
its staff chat. One world, one bot; each scenario has customers of its own. What a scenario prepares is not counted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.bench.bots import Patient
from bot.bench.confirmations import Told, staff_replies
from bot.bench.relays import Mark, Relays
from bot.playground.telegram import TelegramWorld

__all__ = ["Loss", "Losses", "measure_losses"]

FLOOD, FLOOD_SECONDS = 20, 3.0
"""The group limit of scenario E: Telegram's twenty a minute, twenty times faster."""


@dataclass(frozen=True, slots=True)
class Loss:
    """One scenario. `seconds` from the first message to the last relay; `recovery` from the restart to it."""

    scenario: str
    what: str
    messages: int
    relayed: int
    doubled: int
    two_topics: int
    disordered: int
    seconds: float
    recovery: float | None = None
    note: str = ""


@dataclass(slots=True)
class Losses:
    """The whole table."""

    bot: str
    rows: list[Loss] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Messages that never reached the staff."""
        return sum(row.messages - row.relayed for row in self.rows)

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return asdict(self)


class Stage:
    """The messenger, its people, and the bot among them."""

    def __init__(
        self, world: TelegramWorld, staff_chat: int, bot: Patient, ask: str, patience: float, scale: float
    ) -> None:
        self.world, self.staff_chat, self.bot, self.ask, self.patience = world, staff_chat, bot, ask, patience
        self.relays = Relays(world, staff_chat)
        self._scale = scale

    def many(self, number: int) -> int:
        """So many customers, or fewer in a small run."""
        return max(2, round(number * self._scale))

    def people(self, scenario: str, number: int) -> list[tuple[int, str]]:
        """New customers, (id, name)."""
        found = []
        for n in range(number):
            name = f"Customer {scenario.upper()}{n}"
            found.append((int(self.world.add_user(first_name=name, language_code="en")["id"]), name))
        return found

    async def known(self, scenario: str, number: int) -> list[tuple[int, str]]:
        """Customers whom the bot and the staff know already."""
        people = self.people(scenario, number)
        for person, _ in people:
            self.world.say(person, self.ask or f"Hello, it is customer {person}")
        await self.relays.quiet()
        return people

    def write(self, scenario: str, people: Sequence[tuple[int, str]], each: int, first: int = 0) -> list[Mark]:
        """Each writes so many messages at once."""
        marks = []
        for number in range(first, first + each):
            for n, (person, _) in enumerate(people):
                mark = Mark(scenario, n, number)
                self.world.say(person, f"When will the master come? {mark}")
                marks.append(mark)
        return marks

    async def counted(self, name: str, what: str, people: Sequence[tuple[int, str]], marks: Sequence[Mark]) -> Loss:
        """Wait for all of them, or until nothing comes any more, and count."""
        began = time.monotonic()
        await self.relays.until(marks, len(marks), self.patience)
        seconds = self.relays.last - began
        # What comes twice comes soon after.
        await self.relays.quiet(most=self.patience)
        return self.count(name, what, people, marks, seconds)

    def count(
        self,
        name: str,
        what: str,
        people: Sequence[tuple[int, str]],
        marks: Sequence[Mark],
        seconds: float,
        recovery: float | None = None,
    ) -> Loss:
        """How it stands now."""
        relays, names = self.relays, [name for _, name in people]
        died = self.bot.died()
        return Loss(
            name,
            what,
            len(marks),
            relays.relayed(marks),
            relays.doubled(marks),
            relays.in_two_topics(marks, names),
            relays.disordered(marks),
            max(0.0, seconds),
            recovery,
            f"it ended by itself: {died}" if died else "",
        )


async def measure_losses(stage: Stage, tell: Callable[[str], None]) -> Losses:
    """All scenarios, one after another."""
    found = Losses(stage.bot.name)
    await stage.bot.start()
    try:
        for scenario in (_burst, _first_contacts, _flood, _kill):
            for row in await scenario(stage):
                tell(f"{row.scenario}: {row.relayed} of {row.messages} relayed, {row.doubled} doubled")
                found.rows.append(row)
            stage.world.clear_trouble()
            stage.world.set_flood_limit("group", None)
            if stage.bot.died():
                await stage.bot.start()
        people = await stage.known("s", 2)
        found.told = await staff_replies(
            stage.world, stage.staff_chat, stage.relays, people, stage.write, stage.patience
        )
    finally:
        stage.world.clear_trouble()
        await stage.bot.stop()
    return found


async def _burst(stage: Stage) -> list[Loss]:
    people = await stage.known("c", 1)
    marks = stage.write("c", people, 20)
    return [await stage.counted("C", "one known customer, 20 messages at once", people, marks)]


async def _first_contacts(stage: Stage) -> list[Loss]:
    stage.world.set_latency(0.1)
    people = stage.people("d", stage.many(50))
    if stage.ask:
        for person, _ in people:
            stage.world.say(person, stage.ask)
    marks = stage.write("d", people, 2)
    what = f"{len(people)} new customers, 2 messages each at once, calls take 100 ms"
    rows = [await stage.counted("D", what, people, marks)]
    again = stage.write("d", people, 1, first=2)
    return [*rows, await stage.counted("D+T", "those customers write once more", people, again)]


async def _flood(stage: Stage) -> list[Loss]:
    people = await stage.known("e", stage.many(100))
    stage.world.set_flood_limit("group", FLOOD, FLOOD_SECONDS, "window")
    marks = stage.write("e", people, 1)
    what = f"{len(people)} known customers write while the group takes {FLOOD} calls in {FLOOD_SECONDS:g} s"
    return [await stage.counted("E", what, people, marks)]


async def _kill(stage: Stage) -> list[Loss]:
    people = await stage.known("k", stage.many(300))
    stage.world.set_latency(0.3)
    began = time.monotonic()
    marks = stage.write("k", people, 1)
    what = f"{len(people)} known customers write, calls take 300 ms, kill -9 after the first relay, started again"
    await stage.relays.until(marks, 1, stage.patience)
    if not await stage.bot.kill():
        return [Loss("K", what, 0, 0, 0, 0, 0, 0.0, None, "left out: the bot was started by hand")]
    # What was under way still arrives at the messenger.
    await asyncio.sleep(0.4)
    again = time.monotonic()
    await stage.bot.start()
    await stage.relays.until(marks, len(marks), stage.patience)
    last = stage.relays.last
    await stage.relays.quiet(most=stage.patience)
    return [stage.count("K", what, people, marks, last - began, max(0.0, last - again))]

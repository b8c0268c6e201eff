"""The outbox: what was recorded is sent, in order per destination, whatever dies.

A destination is claimed before its letters are read, so one process sends it at a time. A letter is looked up again
just before each try: a bot's letter older than the people's hold is dropped, a changed text is the one that goes. The
result is recorded before the next letter of that destination is touched.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from handlers.batching import Batch
from handlers.ports import Cache, ChannelDown, Letters
from handlers.post import Post
from handlers.tries import Tries, account_of
from scenarios.engine.records import Letter, Receipt, Result, Standing

__all__ = ["Outbox"]

CLAIM = timedelta(seconds=30)
"""How long a destination stays ours without renewal: longer than the 10 s an HTTP call may take."""

RENEW_SECONDS = 10.0
IDLE = timedelta(seconds=0.5)
"""How long a destination stays ours when its letters are sent: giving back many at once costs little."""

SWEEP_SECONDS = 1.0
SIDE_BY_SIDE = 64
"""Letters under way at once per process and account (measured: more only waits at the messenger)."""

TOPICS_SIDE_BY_SIDE = 512
"""Letters that wait for the staff group's budget at once: enough that the most urgent is always among them."""

READ_AHEAD = 2_000
"""Letters read into memory at once; the rest stay in the database until these are sent."""

_log = structlog.get_logger()


@dataclass(slots=True)
class Lane:
    """The unsent letters of one destination that this process holds."""

    key: str
    letters: list[Letter] = field(default_factory=list)
    last: int = 0
    task: asyncio.Task[None] | None = None
    nudge: asyncio.Event = field(default_factory=asyncio.Event)
    down: bool = False
    """Its first letter waits because the messenger did not answer, not because it told us to wait."""
    idle_since: datetime | None = None


class Outbox:
    """Sends letters until it is stopped."""

    def __init__(
        self,
        letters: Letters,
        cache: Cache,
        post: Post,
        owner: Callable[[], str],
        now: Callable[[], datetime],
        refused: Callable[[Result], None],
        receipts: Callable[[Sequence[Receipt]], None],
        alarm: Callable[[str, str], None],
    ) -> None:
        self._letters = letters
        self._cache = cache
        self._post = post
        self._tries = Tries(post, now, alarm)
        self._owner = owner
        self._now = now
        self._refused = refused
        self._receipts = receipts
        self._lanes: dict[str, Lane] = {}
        self._woken: set[str] = set()
        self._wake_up = asyncio.Event()
        self._places: dict[str, asyncio.Semaphore] = {}
        self._stopping = False
        self._mark: Batch[Result, None] = Batch(self._marked, 200)
        self._standing: Batch[str, Standing | None] = Batch(self._stand, 200)
        self._stranded: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to send."""
        self._tasks = [
            asyncio.create_task(self._collect(), name="outbox-collect"),
            asyncio.create_task(self._sweep(), name="outbox-sweep"),
            asyncio.create_task(self._listen(), name="outbox-listen"),
            asyncio.create_task(self._renew(), name="outbox-renew"),
            asyncio.create_task(self._tidy(), name="outbox-tidy"),
        ]

    def take(self, letters: Sequence[Letter]) -> None:
        """Letters that were recorded with our claim on where they go, behind which nothing older waits."""
        if self._stopping:
            self._stranded += [letter.destination for letter in letters]
            return
        for letter in sorted(letters, key=lambda one: one.seq):
            self._add(self._lanes.setdefault(letter.destination, Lane(letter.destination)), letter)

    async def wake(self, destinations: Sequence[str]) -> None:
        """Letters were recorded for these destinations."""
        if destinations:
            self._woken.update(destinations)
            self._wake_up.set()

    async def stop(self, patience: float) -> None:
        """No new letters; those under way are finished and recorded, the rest stay for the next process."""
        self._stopping = True
        self._post.close()
        # A lane that ends forgets itself, so what is ours is asked for before.
        held = list(self._lanes)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        busy = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for lane in self._lanes.values():
            lane.nudge.set()
        if busy:
            _, late = await asyncio.wait(busy, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with suppress(TimeoutError):
            # A database that is down does not keep the process: what it sent last is sent again by the next one.
            await asyncio.wait_for(self._mark.idle(), patience)
        with suppress(Exception):
            # Best effort: what cannot be given back now expires by itself.
            await self._letters.release([*held, *self._stranded], self._owner())

    # -- finding letters -----------------------------------------------------------------------------

    async def _collect(self) -> None:
        while True:
            await self._wake_up.wait()
            self._wake_up.clear()
            keys, self._woken = self._woken, set()
            try:
                await self._open(keys)
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("letters could not be read, trying again", error=type(error).__name__)
                self._woken |= keys
                await asyncio.sleep(SWEEP_SECONDS)
                self._wake_up.set()

    async def _open(self, keys: set[str]) -> None:
        now = self._now()
        new = [key for key in keys if key not in self._lanes]
        ours = set(await self._letters.claim(new, self._owner(), now, now + CLAIM)) if new else set()
        if elsewhere := set(new) - ours:
            # Another process has these; it hears of the new letter by this.
            await self._cache.wake(sorted(elsewhere))
        after = {key: self._lanes[key].last if key in self._lanes else 0 for key in (keys - set(new)) | ours}
        if not after:
            return
        found = await self._letters.unsent(after, READ_AHEAD)
        for key in ours:
            self._lanes.setdefault(key, Lane(key, idle_since=now))
        for letter in found:
            lane = self._lanes.get(letter.destination)
            if lane is None:
                # Given back while its letters were read: it is opened anew.
                self._woken.add(letter.destination)
                self._wake_up.set()
            else:
                self._add(lane, letter)

    def _add(self, lane: Lane, letter: Letter) -> None:
        if letter.seq > lane.last:
            lane.letters.append(letter)
            lane.last = letter.seq
        if lane.task is None and lane.letters:
            lane.task = asyncio.create_task(self._run(lane), name="outbox-lane")

    async def _sweep(self) -> None:
        """What no wake-up told: letters of processes that died, wake-ups that were lost, later tries."""
        while True:
            try:
                waiting = await self._letters.waiting(self._now(), READ_AHEAD)
                await self.wake([key for key in waiting if key not in self._lanes])
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("the sweep could not read the database", error=type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, nothing secret

    async def _listen(self) -> None:
        async for destinations in self._cache.wakes():
            held = [key for key in destinations if key in self._lanes]
            for lane in map(self._lanes.__getitem__, held):
                if lane.down:
                    lane.nudge.set()
            await self.wake(held)

    async def _tidy(self) -> None:
        """Give back where nothing is to be sent any more, many at once: who is answered writes again soon enough."""
        while True:
            await asyncio.sleep(IDLE.total_seconds() / 2)
            before = self._now() - IDLE
            idle = [x.key for x in self._lanes.values() if not x.task and x.idle_since and x.idle_since < before]
            if not idle:
                continue
            try:
                freed = set(await self._letters.retire(idle, self._owner(), before + CLAIM))
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("destinations could not be given back", error=type(error).__name__)
                continue
            gone = [key for key in idle if key in self._lanes and not self._lanes[key].task]
            for key in gone:
                del self._lanes[key]
            # Where something waits that this lane never heard of, it is claimed anew and read from the beginning.
            await self.wake([key for key in gone if key not in freed])

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            if self._lanes:
                try:
                    held = await self._letters.renew(self._owner(), self._now() + CLAIM)
                    # Claimed by a commit whose answer was lost: nobody here knows of those letters.
                    await self.wake([key for key in held if key not in self._lanes])
                except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                    _log.warning("claims could not be renewed", error=type(error).__name__)

    # -- one destination -------------------------------------------------------------------------------

    async def _run(self, lane: Lane) -> None:
        ours = True
        try:
            while lane.letters and ours and not self._stopping:
                ours = await self._head(lane)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
            # The claim expires or the sweep finds the letters; nothing was recorded that did not happen.
            _log.error("a lane stopped", destination=lane.key.split(":")[0], error=type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)
        else:
            if ours:
                lane.task, lane.idle_since = None, self._now()
                return
        if self._lanes.get(lane.key) is lane:
            del self._lanes[lane.key]
        await self.wake([lane.key])

    async def _head(self, lane: Lane) -> bool:
        """Send the first letter of a lane, or wait for its time; whether the destination is still ours."""
        letter = lane.letters[0]
        wait = ((letter.due or letter.at) - self._now()).total_seconds()
        if wait > 0:
            lane.nudge.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(lane.nudge.wait(), wait)
            if self._stopping:
                return True
            lane.letters[0] = replace(letter, due=self._now()) if lane.nudge.is_set() else letter
            letter = lane.letters[0]
        await self._post.ready(letter)
        async with self._place(letter.destination):
            if self._stopping:
                return True
            return await self._attempt(lane, letter)

    async def _attempt(self, lane: Lane, letter: Letter) -> bool:
        """Look the letter up once more, with nothing left to wait for, and send it."""
        standing = await self._standing(letter.id)
        if standing is not None:
            if standing.status != "queued":
                lane.letters.pop(0)
                return True
            if standing.owner != self._owner():
                # This process was away for longer than its claim lasts: somebody else may send here now.
                _log.warning("a destination was lost to another process", destination=lane.key.split(":")[0])
                lane.letters.clear()
                return False
            if letter.speaker == "bot" and standing.holder == "staffed" and letter.epoch < standing.epoch:
                await self._mark(Result(letter, "dropped", self._now(), reason="late"))
                lane.letters.pop(0)
                return True
            letter = replace(letter, payload=standing.payload)
        together = self._post.joined(letter, lane.letters[1:])
        results = await self._tries.one(letter, together)
        for result in results:
            await self._mark(result)
            if result.status == "queued":
                lane.letters[0] = replace(letter, due=result.due, attempts=letter.attempts + 1)
                lane.down = result.reason == ChannelDown.reason
                return True
            lane.letters.pop(0)
            if result.status == "failed":
                self._refused(result)
        await self._woke(letter.destination)
        return True

    def _place(self, destination: str) -> asyncio.Semaphore:
        """Each account has its own: what waits for the staff group never holds up an answer to a customer."""
        account = account_of(destination)
        if account not in self._places:
            most = TOPICS_SIDE_BY_SIDE if account in ("topic:", "extra:") else SIDE_BY_SIDE
            self._places[account] = asyncio.Semaphore(most)
        return self._places[account]

    async def _woke(self, destination: str) -> None:
        """One success wakes everything that waits for the same account."""
        account = account_of(destination)
        if self._tries.recovered(destination):
            # The other processes' lanes that wait hear of it by this.
            await self._cache.wake(await self._letters.wake_account(account, self._now()))
            for key, lane in self._lanes.items():
                if lane.down and key.startswith(account):
                    lane.nudge.set()

    # -- together ----------------------------------------------------------------------------------------

    async def _marked(self, results: Sequence[Result]) -> Sequence[None]:
        early = await self._kept(results)
        if early:
            self._receipts(early)
        return [None] * len(results)

    async def _kept(self, results: Sequence[Result]) -> Sequence[Receipt]:
        """Sent is sent: the results are held here until the database takes them."""
        while True:
            try:
                return await self._letters.mark(results, self._owner())
            except Exception as error:  # noqa: BLE001 - whatever it was, the desk goes on and the kind is logged
                _log.warning("results could not be recorded, trying again", error=type(error).__name__)
                await asyncio.sleep(0.2)

    async def _stand(self, letters: Sequence[str]) -> Sequence[Standing | None]:
        found = await self._letters.standing(letters, self._owner())
        return [found.get(letter) for letter in letters]

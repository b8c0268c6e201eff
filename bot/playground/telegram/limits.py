"""Telegram's flood limits and trouble on purpose. Limits are looked at before a call and spent by calls that
succeed; faults are scripted, counted down, and never happen by chance."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.playground.telegram.refusals import ApiError, Json

Shape = Literal["bucket", "window"]
FaultKind = Literal["error", "html", "drop", "hang"]

_FLOODED_WORDS = (
    "sendmessage sendphoto sendvideo sendvoice sendaudio sendvideonote sendanimation senddocument "
    "sendsticker sendlocation sendcontact sendmediagroup copymessage forwardmessage editmessagetext "
    "editmessagecaption editmessagereplymarkup createforumtopic editforumtopic closeforumtopic "
    "reopenforumtopic deleteforumtopic pinchatmessage unpinchatmessage"
)
FLOODED = frozenset(_FLOODED_WORDS.split())


@dataclass(frozen=True, slots=True)
class Limit:
    """`calls` in `seconds`: as a bucket of that size that refills evenly, or as a strict sliding window."""

    calls: int
    seconds: float
    shape: Shape = "bucket"

    def __post_init__(self) -> None:
        if self.calls < 1 or self.seconds <= 0:
            raise ValueError(f"a flood limit of {self.calls} calls in {self.seconds} s: both must be above zero")


GROUP_LIMIT = Limit(20, 60.0)


class Meter:
    """How much of one limit is used, for each key (a chat, or the whole bot)."""

    def __init__(self, limit: Limit | None) -> None:
        self.limit = limit
        self._spent: dict[int, deque[float]] = {}
        self._ready: dict[int, float] = {}

    def wait(self, key: int, now: float) -> float:
        """Seconds until the next call is allowed; 0 = now."""
        limit = self.limit
        if limit is None:
            return 0.0
        if limit.shape == "window":
            spent = self._spent.get(key)
            while spent and spent[0] <= now - limit.seconds:
                spent.popleft()
            return spent[0] + limit.seconds - now if spent and len(spent) >= limit.calls else 0.0
        step = limit.seconds / limit.calls
        behind = self._ready.get(key, 0.0) - now
        return max(0.0, behind - limit.seconds + step)

    def spend(self, key: int, now: float) -> None:
        """Count one call that went through."""
        limit = self.limit
        if limit is None:
            return
        if limit.shape == "window":
            self._spent.setdefault(key, deque()).append(now)
        else:
            self._ready[key] = max(self._ready.get(key, 0.0), now) + limit.seconds / limit.calls


class FloodGate:
    """The three limits together: per group, per private chat, and all calls of the bot."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._now = monotonic
        self.group = Meter(GROUP_LIMIT)
        self.private = Meter(None)
        self.overall = Meter(None)

    def set(self, which: str, limit: Limit | None) -> None:
        """Put a limit in force for `group`, `private` or `overall`, what was used so far forgotten."""
        if which not in ("group", "private", "overall"):
            raise ValueError(f"flood limit {which!r}: use group, private or overall")
        setattr(self, which, Meter(limit))

    def wait(self, method: str, chat_id: int) -> int:
        """Whole seconds this call has to wait, 0 = it may go."""
        if method not in FLOODED:
            return 0
        now = self._now()
        seconds = max(self._of_chat(chat_id).wait(chat_id, now), self.overall.wait(0, now))
        return math.ceil(seconds - 1e-9) if seconds > 1e-9 else 0

    def spend(self, method: str, chat_id: int) -> None:
        """Count a call that went through."""
        if method in FLOODED:
            now = self._now()
            self._of_chat(chat_id).spend(chat_id, now)
            self.overall.spend(0, now)

    def _of_chat(self, chat_id: int) -> Meter:
        return self.group if chat_id < 0 else self.private


@dataclass(slots=True)
class Fault:
    """Trouble for the next `times` calls that fit; `after` lets the call take effect before the answer is
    lost."""

    times: int
    kind: FaultKind
    code: int = 500
    description: str = "Internal Server Error"
    methods: frozenset[str] = frozenset()
    chat_id: int | None = None
    parameters: Json | None = None
    after: bool = False

    def fits(self, method: str, chat_id: int | None) -> bool:
        return (not self.methods or method in self.methods) and self.chat_id in (None, chat_id)

    def error(self) -> ApiError:
        return ApiError(self.code, self.description, self.parameters)


_WORDS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    429: "Too Many Requests: retry after 1",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(slots=True)
class Trouble:
    """Latency of every call in seconds, and the scripted faults in the order they were asked for."""

    latency: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def add(
        self,
        times: int,
        kind: str,
        description: str | None,
        methods: Iterable[str],
        chat_id: int | None,
        parameters: Json | None,
        after: bool,
    ) -> None:
        """Script a fault; `kind` is an HTTP status as text, `html` (a 502 page), `drop` or `hang`."""
        names = frozenset(name.lower() for name in methods)
        if kind.isdecimal():
            code = int(kind)
            words = description or _WORDS.get(code, "Error")
            if code == 429 and parameters is None:
                parameters = {"retry_after": 1}
            self.faults.append(Fault(times, "error", code, words, names, chat_id, parameters, after))
        elif kind in ("html", "drop", "hang"):
            exact: FaultKind = "html" if kind == "html" else "drop" if kind == "drop" else "hang"
            self.faults.append(Fault(times, exact, 502, description or "", names, chat_id, None, after))
        else:
            raise ValueError(f"trouble of kind {kind!r}: use an HTTP status, html, drop or hang")

    def next_fault(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault this call meets, counted down."""
        for fault in self.faults:
            if fault.fits(method, chat_id):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None

    async def hang(self) -> None:
        """Wait until the hanging calls are let go."""
        await self._released.wait()

    def release(self) -> None:
        """Let every hanging call go on; later ones hang anew."""
        self._released.set()
        self._released = asyncio.Event()

    def clear(self) -> None:
        """No latency, no faults, nothing hanging."""
        self.latency = 0.0
        self.faults.clear()
        self.release()

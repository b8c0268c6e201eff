"""One try to send a letter, and what follows from how it ended: sent, refused for good, or later again.

"Slow down" waits as told; a messenger that does not answer is tried with growing pauses; an account that the messenger
refuses as a whole (a revoked token, an unpaid bill) is a matter for the managers while its letters wait.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from handlers.ports import ChannelDown, Rejected, SendError, Throttled
from handlers.post import Post
from handlers.tracing import masked, trace_of_row
from scenarios.engine.records import Letter, Result

__all__ = ["Tries", "account_of"]

GIVE_UP = timedelta(hours=24)
"""After a day a messenger that does not answer is told to the people, instead of an answer nobody waits for. What is on
its way to the people themselves is never given up."""

FOR_US = ("topic:", "notify:", "do:")
QUICK = timedelta(minutes=2)
REFUSED_PAUSE = timedelta(minutes=1)
_log = structlog.get_logger()


class Tries:
    """Tries letters; `alarm` is told the channel and the vendor's words when an account is refused."""

    def __init__(self, post: Post, now: Callable[[], datetime], alarm: Callable[[str, str], None]) -> None:
        self._post = post
        self._now = now
        self._alarm = alarm
        self._down: set[str] = set()

    async def one(self, letter: Letter, together: Sequence[Letter]) -> Sequence[Result]:
        """Send a letter and those that go with it; never raises."""
        account = account_of(letter.destination)
        try:
            return await self._post.send(letter, together)
        except Throttled as error:
            if error.scope == "account":
                self._post.pace.pause(account, error.retry_after)
            return [self._later(letter, timedelta(seconds=error.retry_after), error)]
        except ChannelDown as error:
            self._down.add(account)
            return [self._again(letter, error)]
        except Rejected as error:
            if not error.account:
                return [self._failed(letter, error)]
            self._alarm(account.split(":")[0], error.code)
            self._down.add(account)
            return [self._again(letter, ChannelDown(error.code), REFUSED_PAUSE)]
        except SendError as error:
            return [self._failed(letter, error)]
        except Exception as error:  # noqa: BLE001 - ours to mend; tried as rarely as if the messenger were down
            kind = type(error).__name__
            _log.error("a letter could not be carried out", op=letter.op, trace=trace_of_row(letter.id), error=kind)
            return [self._again(letter, ChannelDown(kind))]

    def recovered(self, destination: str) -> bool:
        """Whether the account behind a destination that just took a letter had not answered before."""
        account = account_of(destination)
        was_down = account in self._down
        self._down.discard(account)
        return was_down

    def _again(self, letter: Letter, error: SendError, least: timedelta = timedelta(0)) -> Result:
        age = self._now() - letter.at
        if age > GIVE_UP and not letter.destination.startswith(FOR_US):
            return self._failed(letter, error)
        return self._later(letter, max(least, _pause(letter.attempts, age)), error)

    def _later(self, letter: Letter, pause: timedelta, error: SendError) -> Result:
        now, seconds = self._now(), round(pause.total_seconds(), 1)
        _log.info("a letter waits", op=letter.op, trace=trace_of_row(letter.id), reason=error.reason, seconds=seconds)
        return Result(letter, "queued", now, due=now + pause, reason=error.reason, code=error.code)

    def _failed(self, letter: Letter, error: SendError) -> Result:
        code = masked(error.code)
        _log.warning(
            "a letter was refused", op=letter.op, trace=trace_of_row(letter.id), reason=error.reason, code=code
        )
        return Result(letter, "failed", self._now(), reason=error.reason, code=error.code)


def account_of(destination: str) -> str:
    """The vendor account behind a destination, with a colon at its end; topics are one account of their own."""
    channel, account, *_ = [*destination.split(":"), ""]
    return f"{channel}:{account}:" if channel in ("telegram", "whatsapp") else f"{channel}:"


def _pause(attempts: int, age: timedelta) -> timedelta:
    """Growing pauses with jitter: at most 5 s in the first two minutes, a minute later on."""
    longest = 5.0 if age < QUICK else 60.0
    grown = min(longest, 0.5 * 2 ** min(attempts, 10))
    return timedelta(seconds=grown * random.uniform(0.7, 1.0))  # noqa: S311 - jitter, nothing secret

"""What goes wrong on purpose: latency and scripted failures of the next calls. Rules are used up in the
order they came.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from .errors import CODES

How = Literal["error", "drop", "hang"]


@dataclass(frozen=True, slots=True)
class Failure:
    """What happens to a call: Meta's error (`code`, `status`), a dropped connection, or silence.

    `done_anyway` is the timeout after a successful send: WhatsApp took the message, the caller never hears
    of it.
    """

    how: How = "error"
    code: int = 131000
    status: int | None = None
    details: str = "Scripted failure."
    times: int = 1
    path: str = ""
    person: str = ""
    retry_after: float | None = None
    done_anyway: bool = False


class Trouble:
    """The next calls' fate. `latency` is seconds, or a range from which each call draws."""

    def __init__(self) -> None:
        self.latency: float | tuple[float, float] = 0.0
        self._failures: list[Failure] = []
        self._random = random.Random(7)  # noqa: S311 - latency, no secret; seeded to repeat a failure

    @property
    def waiting(self) -> tuple[Failure, ...]:
        """Failures that were not used up yet."""
        return tuple(self._failures)

    def fail_next(
        self,
        times: int = 1,
        *,
        code: int = 131000,
        status: int | None = None,
        details: str = "Scripted failure.",
        how: How = "error",
        path: str = "",
        person: str = "",
        retry_after: float | None = None,
        done_anyway: bool = False,
    ) -> None:
        """The next `times` calls whose path contains `path` (and which go to `person`, a phone or BSUID)
        fail.
        """
        if how not in ("error", "drop", "hang"):
            raise ValueError(f"how={how!r}: allowed are error, drop, hang")
        if how == "error" and code not in CODES and status is None:
            raise ValueError(f"code={code}: not one of Meta's known codes, give its HTTP status too")
        self._failures.append(Failure(how, code, status, details, times, path, person, retry_after, done_anyway))

    def clear(self) -> None:
        """No latency, no failures."""
        self._failures.clear()
        self.latency = 0.0

    def delay(self) -> float:
        """Seconds this call takes."""
        if isinstance(self.latency, (tuple, list)):
            return self._random.uniform(self.latency[0], self.latency[1])
        return self.latency

    def next_failure(self, path: str, is_person: Callable[[str], bool]) -> Failure | None:
        """The failure of this call, used up once; None when it goes well."""
        for place, failure in enumerate(self._failures):
            if failure.path in path and (not failure.person or is_person(failure.person)):
                if failure.times > 1:
                    self._failures[place] = replace(failure, times=failure.times - 1)
                else:
                    del self._failures[place]
                return failure
        return None

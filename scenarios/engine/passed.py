"""What a turn went through in the scenarios: for who wants to know which ways were ever taken, never for deciding."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Passed"]


class Passed(NamedTuple):
    """One thing a walk went through. `kind` is step (it was entered), answer (`key` was the answer to the question of
    that step), silence (the silence number `key` of its list fired) or later (the follow-up of that step came due)."""

    kind: str
    scenario: str
    step: str
    key: str = ""

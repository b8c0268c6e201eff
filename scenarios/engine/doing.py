"""While an action of the desk is carried out: what the talk waits for, for how long, and what its outcome means.

Rule: a talk that waits for an action never hangs. What fails, or takes longer than a minute, goes to a person; an
outcome that comes after that is told to whoever has the conversation by then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from scenarios.engine.context import Context
from scenarios.engine.effects import CancelTimers, Do, Effect, SetTimer
from scenarios.engine.phrases import Phrase
from scenarios.engine.world import World

__all__ = ["CARRIED_OUT", "DOING", "LONGEST", "NOT_DONE", "begin", "belongs", "ended", "told_late"]

DOING = "d"
"""The key of the timer of a running action."""

LONGEST = timedelta(minutes=1)

NOT_DONE = Phrase("Sorry, I could not do that myself just now. A colleague will see to it.")
CARRIED_OUT = Phrase("📅 This was carried out after all: {order}")
_CHANGES = frozenset({"booked", "cancelled", "moved"})


def begin(context: Context, at: datetime, action: str) -> list[Effect]:
    """The present step's action is asked for."""
    belonging = belongs(context)
    values = {name: str(slot["key"]) for name, slot in context.slots.items()}
    return [Do(action, values, belonging), SetTimer(DOING, at + LONGEST, belonging)]


def belongs(context: Context) -> dict[str, str]:
    """What an action belongs to: once any of it is another, its outcome leads nowhere any more. A step's name does not
    count, it may be called otherwise by the time the outcome comes."""
    return {
        "conversation": str(context.conversation),
        "question": str(context.question),
        "epoch": str(context.epoch),
    }


def ended() -> Effect:
    """The action is over, nothing is waited for."""
    return CancelTimers(DOING)


def told_late(context: Context, outcome: str, order: Mapping[str, Any] | None, world: World) -> Phrase | None:
    """What is said of an outcome that comes when the talk has gone on without it; None when nothing has changed."""
    if order is None or outcome not in _CHANGES:
        return None
    about = context.copy()
    about.slots["order"] = {"key": order["id"]}
    fact = world.fact("order_status", about)
    return fact if isinstance(fact, Phrase) else None

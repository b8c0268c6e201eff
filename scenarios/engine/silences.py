"""Whoever we wait for may stay silent: the timers of a waiting step, and what each of them means later.

Rule: a timer carries what it belongs to and does nothing once that is over. Those that wait for the customer begin with
q, those that wait for the people with h (the people's count working time only); follow-ups begin with l.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from scenarios.engine.context import Context
from scenarios.engine.effects import SetTimer
from scenarios.engine.model import Ask, Book, Handoff, Later, Silence
from scenarios.engine.world import World

__all__ = ["FOLLOW_UP", "follow_up_timer", "for_customer", "is_over", "silence_of", "timer"]

FOLLOW_UP = "l:"
"""How the keys of follow-ups begin."""


def timer(context: Context, at: datetime, world: World, key: str, silence: Silence) -> SetTimer:
    """The timer of a silence of the present step; `key` is q or h and the number of the silence in its list."""
    data = {
        "conversation": str(context.conversation),
        "question": str(context.question),
        "epoch": str(context.epoch),
        "scenario": context.scenario,
        "step": context.step,
        "index": key[1:],
    }
    closed = not for_customer(key) and not world.open_now
    begins = world.opens_next.astimezone(at.tzinfo) if closed else at
    return SetTimer(key, begins + silence.after, data)


def follow_up_timer(context: Context, at: datetime, later: Later) -> SetTimer:
    """The timer of the present step's `later`; entering the step again puts it off."""
    data = {
        "conversation": str(context.conversation),
        "scenario": context.scenario,
        "step": context.step,
        "set": at.isoformat(),
    }
    return SetTimer(f"{FOLLOW_UP}{context.scenario}.{context.step}", at + later.after, data)


def for_customer(key: str) -> bool:
    """Whether a timer waits for the customer, and not for the people."""
    return key.startswith("q")


def is_over(context: Context, key: str, data: Mapping[str, str]) -> bool:
    """Whether what a timer belongs to is over: another conversation, step or question, or other hands."""
    if (
        data.get("conversation") != str(context.conversation)
        or data.get("scenario") != context.scenario
        or data.get("step") != context.step
    ):
        return True
    if for_customer(key):
        asked = data.get("question") == str(context.question) and context.holder in ("bot", "closed")
        return not asked or context.opted_out
    return data.get("epoch") != str(context.epoch) or context.holder != "waiting"


def silence_of(book: Book, context: Context, index: str) -> Silence | None:
    """The silence of the present step that a timer means; None when the step has no such one any more."""
    scenario = book.scenarios.get(context.scenario)
    step = scenario.steps.get(context.step) if scenario else None
    if scenario is None or step is None or not isinstance(step.wait, Ask | Handoff):
        return None
    silences = step.wait.silent or (scenario.silent if isinstance(step.wait, Ask) else ())
    return silences[int(index)] if index.isdecimal() and int(index) < len(silences) else None

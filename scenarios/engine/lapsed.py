"""Talks with the bot that nobody came back to: after thirty days they are closed, so that no version of a scenario has
to be kept for them. What the people hold is theirs to close.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from scenarios.engine.context import Context
from scenarios.engine.effects import CancelTimers, Happen, UpdateCard
from scenarios.engine.talk import Talk

__all__ = ["LONGEST", "is_stale", "let_go"]

LONGEST = timedelta(days=30)


def is_stale(context: Context, at: datetime) -> bool:
    """Whether a talk with the bot has stood still for so long that it is over. Neither a customer's word nor a question
    of ours came in that time."""
    if context.holder not in ("bot", "closed") or not (context.step or context.holder == "bot"):
        return False
    last = max((one for one in (context.asked_at, context.heard_at, context.opened_at) if one is not None), default=at)
    return at - last > LONGEST


def let_go(talk: Talk) -> None:
    """Close such a talk; what comes next begins anew. Follow-ups were promised, and stay."""
    context = talk.context
    talk.effects.append(CancelTimers("q"))
    context.scenario = context.step = ""
    context.stack, context.trail, context.offered = [], [], []
    if context.holder == "bot":
        context.holder = "closed"
        context.epoch += 1
        talk.effects += [Happen("ended", "lapsed", context.segment), UpdateCard()]

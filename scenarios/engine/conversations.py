"""How a conversation begins: the bot has it, whatever an earlier one knew of its own is forgotten."""

from __future__ import annotations

from datetime import datetime

from scenarios.engine.context import Context
from scenarios.engine.effects import Happen

__all__ = ["forget_answers", "open_conversation"]


def open_conversation(context: Context, at: datetime, segment: str) -> Happen:
    """A new conversation with the bot begins; what figures need to know of it."""
    context.conversation += 1
    context.holder = "bot"
    context.epoch += 1
    context.agent = context.agent_name = context.desk = ""
    context.segment = segment
    context.opened_at = at
    context.handed_off_at = context.replied_at = None
    context.price_told = False
    return Happen("opened", context.book, segment)


def forget_answers(context: Context) -> None:
    """A talk that starts anew asks its questions anew; the phone is a fact of the contact and stays."""
    context.slots = {}
    context.stack = []

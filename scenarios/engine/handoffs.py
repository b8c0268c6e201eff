"""From the bot to the people of a desk: what changes, and when the customer is told that a person comes."""

from __future__ import annotations

from datetime import datetime

from scenarios.engine.context import Context
from scenarios.engine.effects import Effect, Happen, OpenHandoff
from scenarios.engine.model import Handoff
from scenarios.engine.phrases import Phrase
from scenarios.engine.silences import timer
from scenarios.engine.wording import worded
from scenarios.engine.world import World

__all__ = ["coming", "hand_off"]

COMING = Phrase("A person will answer you here in about {minutes} minutes.")
CLOSED_NOW = Phrase("We are closed right now. We open {opens}, and a person will write to you here then.")


def hand_off(context: Context, at: datetime, world: World, handoff: Handoff) -> list[Effect]:
    """The conversation waits for the people now; an open topic is used again."""
    again = context.has_topic
    context.stack = []
    context.offered = []
    # What the customer sent so far, albums too, is in the history that comes with the handoff.
    context.albums = {key: items for key, items in context.albums.items() if key.startswith("album:agent:")}
    context.holder = "waiting"
    context.epoch += 1
    context.desk = handoff.desk
    context.agent = context.agent_name = ""
    context.handed_off_at = at
    context.has_topic = True
    summary = worded(handoff.summary, context, world, missing="—") if handoff.summary else None
    return [
        OpenHandoff(handoff.desk, summary, again),
        Happen("handed_off", handoff.desk, context.segment),
        *(timer(context, at, world, f"h{index}", silence) for index, silence in enumerate(handoff.silent)),
    ]


def coming(world: World) -> Phrase:
    """When a person comes: minutes in opening hours, otherwise when the desk opens."""
    if world.open_now:
        return COMING.having(minutes=world.wait_minutes)
    return CLOSED_NOW.having(opens=world.opens_at)

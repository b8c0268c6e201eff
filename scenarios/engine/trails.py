"""The questions a customer has answered, so that they can go back to them one by one.

A question is kept as scenario, step and the callers behind it, since "back" may lead out of a scenario that another
runs.
"""

from __future__ import annotations

from scenarios.engine.context import Context

__all__ = ["DIVIDES", "last_of", "mark", "popped"]

LONGEST = 10
DIVIDES = "/"
"""Stands in no name."""


def mark(context: Context) -> None:
    """The present question is answered now: it is the one to go back to."""
    frames = [DIVIDES.join(frame) for frame in context.stack]
    context.trail = [*context.trail, [context.scenario, context.step, *frames]][-LONGEST:]


def last_of(context: Context) -> list[str] | None:
    """Scenario and step of the question before the present one."""
    return context.trail[-1] if context.trail else None


def popped(context: Context) -> None:
    """The talk stands where the last of the trail stood."""
    scenario, step, *frames = context.trail.pop()
    context.scenario, context.step = scenario, step
    context.stack = [frame.split(DIVIDES) for frame in frames]

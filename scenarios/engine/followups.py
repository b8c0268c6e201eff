"""Follow-ups: a `later` outlives its scenario, and is dropped when it would only disturb.

It is dropped when another conversation has begun since, when people have or had the conversation since, when the
customer asked us to stop or was followed up lately, or when its `unless` holds. In the quiet hours it waits for the
morning. It carries the step that set it, never a place in a list.
"""

from __future__ import annotations

from datetime import datetime

from scenarios.engine.care import may_follow_up, note_follow_up
from scenarios.engine.conditions import holds
from scenarios.engine.context import Context
from scenarios.engine.effects import Happen, SetTimer
from scenarios.engine.events import TimerFired
from scenarios.engine.moving import successor
from scenarios.engine.passed import Passed
from scenarios.engine.talk import Talk

__all__ = ["follow_up"]


def follow_up(talk: Talk, event: TimerFired) -> None:
    """A follow-up came due: its step is entered, if it still makes sense."""
    context, data = talk.context, event.data
    scenario = talk.book.scenarios.get(data.get("scenario", ""))
    name = successor(scenario, data.get("step", "")) if scenario is not None else None
    step = scenario.steps[name] if scenario is not None and name is not None else None
    if scenario is None or step is None or step.later is None or _is_over(context, data):
        return
    talk.passed.append(Passed("later", scenario.name, step.name))
    if step.later.unless is not None and holds(step.later.unless, context, talk.world):
        return
    if (until := talk.world.quiet_until(talk.at)) is not None:
        talk.effects.append(SetTimer(event.key, until, data))
        return
    if not may_follow_up(context, talk.at):
        return
    note_follow_up(context, talk.at)
    if context.holder == "closed":
        # The same conversation goes on: nobody new has come, so figures count none.
        context.holder = "bot"
        context.epoch += 1
    talk.effects.append(Happen("followed_up", f"{scenario.name}.{step.name}", context.segment))
    talk.resume(scenario.name, step.later.go, step.later.template)


def _is_over(context: Context, data: dict[str, str]) -> bool:
    since = context.handed_off_at is not None and context.handed_off_at > datetime.fromisoformat(data["set"])
    return (
        data.get("conversation") != str(context.conversation)
        or context.holder not in ("bot", "closed")
        or since
        or context.opted_out
        or not context.reachable
    )

"""Whoever we wait for may stay silent: the timers of a waiting step, and what each of them means later.

Rule: a timer carries what it belongs to, by the number of the question or of the hands, and does nothing once that is
over. It carries what it means as well, since the talk may have moved to a version where the list is another. Those that
wait for the customer begin with q, those that wait for the people with h (the people's count working time only);
follow-ups begin with l.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from scenarios.engine.context import Context
from scenarios.engine.effects import SetTimer
from scenarios.engine.model import END, Ask, Book, Handoff, Later, Scenario, Silence, Text
from scenarios.engine.moving import successor
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
        **_meaning(silence),
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
        "book": context.book,
    }
    return SetTimer(f"{FOLLOW_UP}{context.scenario}.{context.step}", at + later.after, data)


def for_customer(key: str) -> bool:
    """Whether a timer waits for the customer, and not for the people."""
    return key.startswith("q")


def is_over(book: Book, context: Context, key: str, data: Mapping[str, str]) -> bool:
    """Whether what a timer belongs to is over: another conversation or question, or other hands. A step's name does
    not count, it may be called otherwise by now."""
    if data.get("conversation") != str(context.conversation):
        return True
    if for_customer(key):
        waits = isinstance(_wait(book, context), Ask) and context.holder in ("bot", "closed")
        return not waits or data.get("question") != str(context.question) or context.opted_out
    return data.get("epoch") != str(context.epoch) or context.holder != "waiting"


def silence_of(book: Book, context: Context, data: Mapping[str, str]) -> Silence | None:
    """What a timer means now: the silence of the present step that comes after the same time; where there is none any
    more, what it meant when it was set. None when that would lead to a step that is gone."""
    scenario, wait = book.scenarios.get(context.scenario), _wait(book, context)
    if scenario is None or not isinstance(wait, Ask | Handoff):
        return None
    silences = wait.silent or (scenario.silent if isinstance(wait, Ask) else ())
    if "after" not in data:
        # Set by a desk that kept the place in the list alone.
        index = data.get("index", "")
        return silences[int(index)] if index.isdecimal() and int(index) < len(silences) else None
    meant = _meant(data, scenario)
    if (same := next((one for one in silences if one.after == meant.after), None)) is not None:
        return same
    if meant.go is None or meant.go == END:
        return meant
    go = successor(scenario, meant.go)
    return replace(meant, go=go) if go is not None else next((one for one in silences if one.go is not None), None)


def _wait(book: Book, context: Context) -> object:
    """What the present step waits for."""
    scenario = book.scenarios.get(context.scenario)
    step = scenario.steps.get(context.step) if scenario is not None else None
    return step.wait if step is not None else None


def _meaning(silence: Silence) -> dict[str, str]:
    """A silence as a timer carries it."""
    say = silence.say
    carried = {
        "after": str(int(silence.after.total_seconds())),
        "go": silence.go,
        "notify": silence.notify,
        "template": silence.template,
    }
    if say is not None:
        carried |= {"say": say.id, "context": say.context, "plural": say.plural, "count": say.count}
    return {name: value for name, value in carried.items() if value is not None}


def _meant(data: Mapping[str, str], scenario: Scenario) -> Silence:
    say = None
    if "say" in data:
        say = Text(data["say"], scenario.place, data.get("context"), data.get("plural"), data.get("count"))
    after = timedelta(seconds=int(data["after"]))
    return Silence(after, scenario.place, say, data.get("go"), data.get("notify"), data.get("template"))

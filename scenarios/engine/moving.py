"""Whether a talk that is under way can go on in a newer version of its scenarios.

Rule: it does if the step it waits at still exists there, by name or by `was`, waits for the same kind of thing, saves
the same slot and still has all answers it offered; and so do the steps it will come back to, and those it can go back
to. Otherwise it finishes on the version it is on.
"""

from __future__ import annotations

from collections.abc import Iterator

from scenarios.engine.context import Context
from scenarios.engine.model import Ask, Book, Do, Handoff, Run, Scenario, Step
from scenarios.engine.trails import DIVIDES

__all__ = ["adopted", "continued", "stays", "successor"]


def continued(context: Context, old: Book, new: Book) -> Context | None:
    """The context as it goes on in `new`, with the names that its steps have there; None when it has to finish on
    `old`. `context` is left as it was."""
    step = _counterpart(old, new, context.scenario, context.step)
    stack = _frames(old, new, context.stack)
    trail = [_marked(old, new, frame) for frame in context.trail]
    if step is None or stack is None or None in trail:
        return None
    moved = context.copy()
    moved.step, moved.stack = step, stack
    moved.trail = [frame for frame in trail if frame is not None]
    moved.book = new.version
    return moved


def stays(old: Book, new: Book, scenario: str, step: str) -> bool:
    """Whether a talk that waits at a step of `old` has to finish there because of that step."""
    return _counterpart(old, new, scenario, step) is None


def adopted(context: Context, new: Book) -> Context:
    """The context as it goes on in `new` when nobody knows any more which version it was on: where it was, if there is
    such a place, otherwise without a question that is open. `context` is left as it was."""
    moved = context.copy()
    moved.book, moved.trail = new.version, []
    frames = [[context.scenario, context.step], *context.stack]
    if not all(frame[0] in new.scenarios and frame[1] in new.scenarios[frame[0]].steps for frame in frames):
        moved.scenario = moved.step = ""
        moved.stack, moved.offered = [], []
    return moved


def successor(scenario: Scenario, step: str) -> str | None:
    """What a step that an older version called `step` is called here; None when it is gone."""
    return step if step in scenario.steps else next(_renamed(scenario, step), None)


def _counterpart(old: Book, new: Book, scenario: str, step: str) -> str | None:
    before, after = old.scenarios.get(scenario), new.scenarios.get(scenario)
    waits = before.steps.get(step) if before is not None else None
    if after is None or waits is None:
        return None
    # No step may be called what another was: at most one of these is there.
    for name in (step, *_renamed(after, step)):
        found = after.steps.get(name)
        if found is not None and _alike(waits, found):
            return name
    return None


def _renamed(scenario: Scenario, step: str) -> Iterator[str]:
    return (one.name for one in scenario.steps.values() if step in one.was)


def _alike(before: Step, after: Step) -> bool:
    """Whether both wait for the same."""
    match before.wait, after.wait:
        case Ask() as asked, Ask() as asks:
            same = (asked.save, asked.type, asked.answers_from) == (asks.save, asks.type, asks.answers_from)
            return same and {one.key for one in asked.answers} <= {one.key for one in asks.answers}
        case Handoff(), Handoff():
            return True
        case Run() as ran, Run() as runs:
            return ran.scenario == runs.scenario
        case Do() as did, Do() as does:
            # What is being carried out comes back to the step that ordered it, by its name.
            return did.action == does.action and before.name == after.name
        case None, None:
            return True
    return False


def _frames(old: Book, new: Book, frames: list[list[str]]) -> list[list[str]] | None:
    """Those frames in the new version: scenario, step and what else a frame carries."""
    found = []
    for scenario, step, *more in frames:
        name = _counterpart(old, new, scenario, step)
        if name is None:
            return None
        found.append([scenario, name, *more])
    return found


def _marked(old: Book, new: Book, frame: list[str]) -> list[str] | None:
    """A frame of the trail: scenario, step and the callers behind it."""
    scenario, step, *callers = frame
    name = _counterpart(old, new, scenario, step)
    behind = _frames(old, new, [caller.split(DIVIDES) for caller in callers])
    return None if name is None or behind is None else [scenario, name, *(DIVIDES.join(one) for one in behind)]

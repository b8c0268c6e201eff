"""Whether a condition of a scenario holds, and which way a step leads."""

from __future__ import annotations

from scenarios.engine.context import Context
from scenarios.engine.model import Branch, Condition, Test
from scenarios.engine.world import World

__all__ = ["compares", "follow", "holds"]


def holds(condition: Condition, context: Context, world: World) -> bool:
    """All tests hold, and one of `any` where there is one."""
    if not all(_test(test, context, world) for test in condition.tests):
        return False
    return not condition.any or any(holds(one, context, world) for one in condition.any)


def follow(branches: tuple[Branch, ...], context: Context, world: World) -> str | None:
    """The step of the first branch that holds; None when none does and there is no else."""
    for branch in branches:
        if branch.condition is None or holds(branch.condition, context, world):
            return branch.then
    return None


def _test(test: Test, context: Context, world: World) -> bool:
    value = _value(test.name, context, world)
    if test.operator == "known":
        return (value is not None) == bool(test.value)
    if test.operator == "one_of":
        return isinstance(test.value, tuple) and any(_same(value, one) for one in test.value)
    if test.operator == "not":
        wanted = test.value if isinstance(test.value, tuple) else (test.value,)
        return not any(_same(value, one) for one in wanted)
    if test.operator == "is":
        return _same(value, test.value)
    return compares(test.operator, value, test.value)


def compares(operator: str, value: object, bound: object) -> bool:
    """Whether a value passes at_least, at_most, more_than or less_than: a time ("18:00") or a date ("2026-11-25") by
    their texts, which are remembered so that their order is the same, all else as a number; what is none does not."""
    if isinstance(bound, str):
        order = (str(value) > bound) - (str(value) < bound) if isinstance(value, str) else None
    else:
        left, right = _number(value), _number(bound)
        order = None if left is None or right is None else (left > right) - (left < right)
    if order is None:
        return False
    return {"at_least": order >= 0, "at_most": order <= 0, "more_than": order > 0, "less_than": order < 0}[operator]


def _value(name: str, context: Context, world: World) -> object:
    slot = context.slots.get(name)
    if slot is None:
        return world.fact(name, context)
    return slot["key"] == "yes" if slot.get("type") == "yes_no" else slot["key"]


def _same(value: object, wanted: object) -> bool:
    if isinstance(wanted, bool) or isinstance(value, bool):
        return value is wanted or str(value).casefold() == str(wanted).casefold()
    return value is not None and str(value) == str(wanted)


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None

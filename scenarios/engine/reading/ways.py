"""How a step is left: `go` in its three forms, and the conditions of if/then/else.

Rule: a value in a condition is read as the type of what it is compared with, so that `rating: 5` compares
numbers and the answer key `1` stays a text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TypeAlias

from scenarios.engine.model import Branch, Condition, Go, Place, Test
from scenarios.engine.reading.issues import hint, some
from scenarios.engine.reading.nodes import Node, Row, Scalar
from scenarios.engine.reading.sheet import NAME, Sheet, brief

__all__ = ["Plain", "Types", "branches", "condition", "go", "value"]

Plain: TypeAlias = "str | int | float | bool"
Types: TypeAlias = Mapping[str, str]
"""Name of a fact or of something remembered -> its type."""

OPERATORS = ("at_least", "at_most", "more_than", "less_than", "not", "known")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_BROKEN = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,6}")
_WRITTEN = {
    "time": re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]"),
    "date": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
}
_BOUNDS = {"time": "a time such as 18:00", "date": "a date such as 2026-11-25"}


def value(scalar: Scalar, kind: str | None) -> Plain:
    """A written value, as a value of the type `kind`; without one as YAML shows it."""
    text = scalar.text
    if not scalar.plain or kind in ("choice", "text", "phone", "choices"):
        return text
    if kind == "yes_no" and text in ("yes", "no"):
        return text == "yes"
    if text in ("true", "false"):
        return text == "true"
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _BROKEN.fullmatch(text) else text


def go(
    sheet: Sheet,
    key: Scalar,
    node: Node,
    answers: Collection[str] | None,
    types: Types,
    places: dict[str, Place],
    what: str = "answer",
) -> Go | None:
    """What stands under `go`; the lines of a map from answer to step get their places noted in `places`.

    `answers` are those that a map may name; None when that is not known, so that any may stand there. `what` they are
    is an answer or an outcome.
    """
    if isinstance(node, Row):
        return branches(sheet, key, node, types) or None
    if isinstance(node, Scalar):
        return sheet.word((key, node))
    if {"if", "then", "else"} & {name.text for name, _ in node.pairs}:
        sheet.error(node.place, 'write if/then/else as a list: "- {if: {...}, then: ...}" and then "- {else: ...}"')
        return None
    if answers is not None and not answers:
        sheet.error(key.place, '"go" can name steps for answers only where the question has "answers"')
        return None
    answers = None if answers is None else frozenset(answers)
    possible = ""
    ways: dict[str, str] = {}
    for answer, target in sheet.pairs(node, '"go"'):
        if sheet.comma(node, answer, target):
            continue
        if answers is not None and answer.text not in answers:
            possible = possible or some(answers)
            text = f'there is no {what} "{brief(answer.text)}" here; there are {possible}.{hint(answer.text, answers)}'
            sheet.error(answer.place, text)
            continue
        step = sheet.word((answer, target))
        if step is not None:
            ways[answer.text] = step
            places[f"go.{answer.text}"] = answer.place
    return ways


def branches(sheet: Sheet, key: Scalar, node: Node, types: Types) -> tuple[Branch, ...]:
    """A list of if/then lines with an else at its end."""
    found: list[Branch] = []
    items = sheet.items(node, f'"{key.text}"')
    for number, item in enumerate(items, 1):
        parts = sheet.fields(item, "a line of if/then/else", ("if", "then", "else"))
        if "else" in parts and not {"if", "then"} & parts.keys():
            step = sheet.word(parts["else"])
            if number < len(items):
                sheet.error(parts["else"][0].place, '"else" must be the last line')
            elif step is not None:
                found.append(Branch(None, step, parts["else"][0].place))
        elif parts.keys() == {"if", "then"}:
            step = sheet.word(parts["then"])
            holds = condition(sheet, parts["if"][1], types)
            if step is not None and holds is not None:
                found.append(Branch(holds, step, parts["then"][0].place))
        elif parts:
            sheet.error(item.place, 'a line here has "if" and "then", or "else" alone')
    return tuple(found)


def condition(sheet: Sheet, node: Node, types: Types) -> Condition | None:
    """What stands under `if` or `unless`."""
    before = len(sheet.issues)
    tests: list[Test] = []
    any_of: list[Condition] = []
    for name, wanted in sheet.pairs(node, '"if"'):
        if name.text == "any":
            found = [condition(sheet, item, types) for item in sheet.items(wanted, '"any"')]
            any_of += [one for one in found if one is not None]
        elif not NAME.fullmatch(name.text):
            sheet.error(name.place, f'"{name.text}" cannot be the name of anything known; use a-z, 0-9 and _')
        else:
            tests += _tests(sheet, name, wanted, types.get(name.text))
    if len(sheet.issues) == before and not tests and not any_of:
        sheet.error(node.place, "the condition is empty")
    return Condition(tuple(tests), tuple(any_of)) if len(sheet.issues) == before else None


def _tests(sheet: Sheet, name: Scalar, wanted: Node, kind: str | None) -> list[Test]:
    place = name.place
    if isinstance(wanted, Scalar):
        one = _one(sheet, name, wanted, kind)
        return [] if one is None else [Test(name.text, "is", one, place)]
    if isinstance(wanted, Row):
        return [Test(name.text, "one_of", _several(sheet, name, wanted, kind), place)]
    found: list[Test] = []
    for key, (operator, node) in sheet.fields(wanted, f'"{name.text}"', OPERATORS).items():
        if key == "known":
            flag = sheet.flag((operator, node))
            if flag is not None:
                found.append(Test(name.text, key, flag, place))
        elif key == "not":
            if isinstance(node, Row):
                found.append(Test(name.text, key, _several(sheet, name, node, kind), place))
            else:
                one = _one(sheet, name, node, kind)
                found += [] if one is None else [Test(name.text, key, one, place)]
        else:
            bound = _bound(node, kind) if isinstance(node, Scalar) else None
            if bound is not None:
                found.append(Test(name.text, key, bound, place))
            else:
                sheet.error(node.place, f'"{key}" needs {_BOUNDS.get(kind or "", "a number")}')
    if not wanted.pairs:
        sheet.error(wanted.place, f'say what "{name.text}" is compared with')
    return found


def _bound(scalar: Scalar, kind: str | None) -> int | float | str | None:
    """What a value of this type is compared with: a time and a date as they are remembered, a number for all others."""
    if kind in _WRITTEN:
        return scalar.text if _WRITTEN[kind].fullmatch(scalar.text) else None
    number = value(scalar, "number")
    return None if isinstance(number, bool | str) else number


def _one(sheet: Sheet, name: Scalar, node: Node, kind: str | None) -> Plain | None:
    if isinstance(node, Scalar) and (node.text or not node.plain):
        return value(node, kind)
    sheet.error(node.place, f'say what "{name.text}" is compared with')
    return None


def _several(sheet: Sheet, name: Scalar, node: Node, kind: str | None) -> tuple[Plain, ...]:
    found = (_one(sheet, name, item, kind) for item in sheet.items(node, f'"{name.text}"'))
    return tuple(one for one in found if one is not None)

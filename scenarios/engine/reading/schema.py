"""The language as a JSON Schema, for editors: words are completed, explained and underlined while one writes.

Rule: the schema is made from the same lists as the reader's; a test reads both and compares. It knows shapes only: what
the names mean is for the checks.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from scenarios.engine.actions import ACTIONS
from scenarios.engine.model import END
from scenarios.engine.reading import CHANNELS, FACT_TYPES, FORMATS, LANGUAGES
from scenarios.engine.reading.steps import SLOT_TYPES
from scenarios.engine.reading.ways import OPERATORS

__all__ = ["schema"]

Schema: TypeAlias = dict[str, Any]

NAME = "^[a-z0-9_]{1,32}$"
KEY = "^[a-z0-9_]{1,24}$"
SPAN = "^[1-9][0-9]{0,3} (minute|hour|day)s?$"
WAITS = ("ask", "handoff", "do", "run")

_ABOUT_STEP = {
    "say": "What the bot says when it comes here.",
    "set": "Remembers values without asking: {name: value}.",
    "later": "A follow-up that outlives the talk: {in: 2 days, go: step}.",
    "notify": "A line to a desk's group, or to leads.",
    "ask": "What the bot asks; then it waits for the customer.",
    "save": "The name under which the answer is remembered.",
    "answers": "The choices: {key: label}, or {from: a fact that is a list}.",
    "unclear": "What the bot says when it did not understand the answer.",
    "silent": "What happens while nobody answers.",
    "handoff": "The desk whose people take over.",
    "summary": "What the people read when the customer comes to them.",
    "do": "An action of the desk; the step is left by its outcome.",
    "run": "Another scenario, then back here.",
    "go": "Where the talk goes on: a step, end, a map from answer to step, or if/then/else.",
    "sells": "True when this offers something for money; never shown to the unhappy.",
    "was": "Names this step had before, so that talks under way find it.",
}
_ABOUT_FILE = {
    "format": "The version of the language.",
    "scenario": "The name of the file without .yaml.",
    "about": "One line: for whom or what this is.",
    "texts": "The language in which this file is written; the others come from the translation files.",
    "channels": "Where this runs.",
    "start": "The first step.",
    "person": 'The step behind "Talk to a person", offered at every question.',
    "silent": "What happens at every question that has no silent of its own.",
    "remember": "The types of what is remembered: {phone: phone, day: date}.",
    "steps": "The steps by name.",
}


def schema() -> Schema:
    """The schema of every file of a scenario folder."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Qabul scenario",
        "type": "object",
        "if": {"required": ["facts"]},
        "then": _ref("facts_file"),
        "else": {
            "if": {"required": ["always"]},
            "then": _ref("always_file"),
            "else": {
                "if": {"required": ["start"], "properties": {"start": {"type": "array"}}},
                "then": _ref("start_file"),
                "else": _ref("scenario_file"),
            },
        },
        "definitions": {
            **_words(),
            "silent": _list(_silence()),
            "condition": _condition(),
            "branches": _list(_branch()),
            "step": _step(),
            "scenario_file": _file(),
            "facts_file": _object({"facts": _map(_fact())}, ["facts"]),
            "always_file": _object({"always": _list(_detour())}, ["always"]),
            "start_file": _object({"start": _ref("branches")}, ["start"]),
        },
    }


def _words() -> Schema:
    scalar = {"type": ["string", "number", "boolean"], "minLength": 1}
    counted = _object({"count": _ref("name"), "one": _ref("text"), "other": _ref("text")}, ["count", "one", "other"])
    return {
        "name": {"type": "string", "pattern": NAME},
        "text": scalar,
        "value": scalar,
        "counted": {"anyOf": [scalar, counted]},
        "span": {"type": "string", "pattern": SPAN, "examples": ["15 minutes", "2 hours", "2 days"]},
    }


def _silence() -> Schema:
    found = _object(
        {
            "after": _ref("span"),
            "say": _ref("counted"),
            "go": _ref("name"),
            "notify": _ref("name"),
            "whatsapp_template": _ref("name"),
        },
        ["after"],
    )
    return {**found, "anyOf": [{"required": [key]} for key in ("say", "go", "notify")]}


def _condition() -> Schema:
    several = {"type": "array", "items": _ref("value"), "minItems": 1}
    number = {"type": "number"}
    operators: Schema = {key: number for key in OPERATORS if key not in ("not", "known")}
    operators |= {"not": {"anyOf": [_ref("value"), several]}, "known": {"type": "boolean"}}
    test = {"anyOf": [_ref("value"), several, {**_object(operators, []), "minProperties": 1}]}
    return {
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"pattern": NAME},
        "properties": {"any": _list(_ref("condition"))},
        "additionalProperties": test,
    }


def _branch() -> Schema:
    either = _object({"if": _ref("condition"), "then": _ref("name")}, ["if", "then"])
    return {"anyOf": [either, _object({"else": _ref("name")}, ["else"])]}


def _step() -> Schema:
    label = _object({"label": _ref("text"), "synonyms": _ref("text")}, ["label"])
    answers = {
        "anyOf": [
            _object({"from": _ref("name")}, ["from"]),
            {**_map({"anyOf": [_ref("text"), label]}, KEY), "minProperties": 1},
        ]
    }
    parts: Schema = {
        "say": _ref("counted"),
        "set": _map(_ref("value")),
        "later": _object(
            {
                "in": _ref("span"),
                "go": _ref("name"),
                "unless": _ref("condition"),
                "whatsapp_template": _ref("name"),
            },
            ["in", "go"],
        ),
        "notify": {"anyOf": [_ref("name"), _object({"desk": _ref("name"), "text": _ref("text")}, ["desk"])]},
        "ask": _ref("text"),
        "save": _ref("name"),
        "answers": answers,
        "unclear": _ref("text"),
        "silent": _ref("silent"),
        "handoff": _ref("name"),
        "summary": _ref("text"),
        "do": {"enum": sorted(ACTIONS)},
        "run": _ref("name"),
        "go": {"anyOf": [_ref("name"), _map(_ref("name"), KEY), _ref("branches")]},
        "sells": {"type": "boolean"},
        "was": _list(_ref("name")),
    }
    belongs: Schema = {key: ["ask"] for key in ("save", "answers", "unclear")}
    belongs |= {"summary": ["handoff"], "silent": {"anyOf": [{"required": ["ask"]}, {"required": ["handoff"]}]}}
    pairs = [[one, other] for at, one in enumerate(WAITS) for other in WAITS[at + 1 :]]
    return {
        **_object(_explained(parts, _ABOUT_STEP), []),
        "minProperties": 1,
        "dependencies": belongs,
        "allOf": [{"not": {"required": pair}} for pair in pairs],
    }


def _file() -> Schema:
    parts: Schema = {
        "format": {"enum": [int(one) for one in FORMATS]},
        "scenario": _ref("name"),
        "about": _ref("text"),
        "texts": {"enum": list(LANGUAGES)},
        "channels": _list({"enum": list(CHANNELS)}),
        "start": _ref("name"),
        "person": _ref("name"),
        "silent": _ref("silent"),
        "remember": _map({"enum": list(SLOT_TYPES)}),
        "steps": {
            **_map(_ref("step")),
            "minProperties": 1,
            "propertyNames": {"pattern": NAME, "not": {"const": END}},
        },
    }
    return _object(_explained(parts, _ABOUT_FILE), ["scenario", "start", "steps"])


def _fact() -> Schema:
    return _object({"type": {"enum": list(FACT_TYPES)}, "about": _ref("text")}, ["type"])


def _detour() -> Schema:
    return _object({"hears": _ref("text"), "run": _ref("name")}, ["hears", "run"])


def _explained(parts: Schema, about: dict[str, str]) -> Schema:
    """The parts with what they are for; beside a "$ref" editors would not see it."""
    return {key: {"description": about[key], "allOf": [part]} for key, part in parts.items()}


def _object(parts: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": parts, "additionalProperties": False, "required": required}


def _map(value: Schema, names: str = NAME) -> Schema:
    return {"type": "object", "propertyNames": {"pattern": names}, "additionalProperties": value}


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item, "minItems": 1}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{name}"}

"""The keys of the business file that are rules: visits, quiet hours, the business's own facts, WhatsApp templates.

Rule: a mistake is told with its key and what is allowed there.
"""

from __future__ import annotations

import re
from datetime import time, tzinfo
from typing import Any, TypeAlias

from scenarios.engine.care import QuietHours
from scenarios.engine.phrases import Phrase
from scenarios.engine.templates import TemplateForm
from scenarios.engine.visits import VisitRules

__all__ = [
    "OwnFact",
    "Wrong",
    "clock_span",
    "four_texts",
    "own_facts",
    "own_type",
    "quiet_hours",
    "templates",
    "visit_rules",
]

OwnFact: TypeAlias = "Phrase | int | bool | str"
"""A number with a fraction is kept as it is written, such as "4.9"."""

TEXTS = ("uz", "kk", "ru", "en")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TEMPLATE = re.compile(r"[a-z0-9_]{1,512}")
"""Names of templates (Meta, message templates, read 2026-01)."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_CODE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,4})?")
_BUTTONS = 10
"""Quick replies of one template (Meta, template components, read 2026-01)."""

_BUTTON = 25
_BODY = 1024
_VISITS = {"capacity": (1, 1000), "minutes": (5, 1440), "ahead_days": (1, 60), "notice_hours": (0, 168)}


class Wrong(Exception):
    """A key of the business file has a value that is not allowed."""

    def __init__(self, key: str, allowed: str) -> None:
        super().__init__(f'"{key}" must be {allowed}')
        self.key = key
        self.allowed = allowed


def four_texts(key: str, value: Any) -> Phrase:
    """A text in each language."""
    if not isinstance(value, dict) or any(not isinstance(value.get(code), str) or not value[code] for code in TEXTS):
        raise Wrong(key, "a text in each of uz, kk, ru, en")
    english = value["en"]
    return Phrase(english, texts={code: value[code] for code in TEXTS})


def clock_span(key: str, value: Any) -> tuple[time, time]:
    """Two times of the day, "9:00-21:00"."""
    begins, dash, ends = str(value).replace("–", "-").partition("-")
    try:
        span = _time(begins), _time(ends)
    except ValueError:
        span = None
    if not dash or span is None or span[0] == span[1]:
        raise Wrong(key, 'written like "21:00-9:00"')
    return span


def visit_rules(value: Any) -> VisitRules:
    """How visits are booked."""
    if not isinstance(value, dict) or set(value) != set(_VISITS):
        raise Wrong("visits", f"a map with {', '.join(_VISITS)}")
    for name, (least, most) in _VISITS.items():
        number = value[name]
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
            raise Wrong(f"visits.{name}", f"a whole number from {least} to {most}")
    return VisitRules(**value)


def quiet_hours(value: Any, zone: tzinfo) -> QuietHours:
    """When customers are not written to unasked."""
    return QuietHours(*clock_span("quiet_hours", value), zone)


def own_facts(value: Any, known: frozenset[str]) -> dict[str, OwnFact]:
    """The business's own facts; `known` are the names that the desk itself gives a meaning."""
    if not isinstance(value, dict):
        raise Wrong("facts", "a map of names with what they are")
    found: dict[str, OwnFact] = {}
    for name, fact in value.items():
        key = f"facts.{name}"
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Wrong(key, "named in small letters, digits and _")
        if name in known:
            raise Wrong(key, "given another name: the desk knows something under this one already")
        if isinstance(fact, float):
            found[name] = f"{fact:g}"
        else:
            found[name] = fact if isinstance(fact, int) else four_texts(key, fact)
    return found


def own_type(fact: OwnFact) -> str:
    """The type of a fact as scenarios name it."""
    if isinstance(fact, Phrase):
        return "text"
    return "yes_no" if isinstance(fact, bool) else "number"


def templates(value: Any) -> dict[str, TemplateForm]:
    """The approved WhatsApp templates."""
    if not isinstance(value, dict):
        raise Wrong("whatsapp_templates", "a map of templates")
    return {str(name): _template(f"whatsapp_templates.{name}", str(name), one) for name, one in value.items()}


def _template(key: str, name: str, one: Any) -> TemplateForm:
    allowed = {"name", "languages", "text", "values", "buttons"}
    if not isinstance(one, dict) or set(one) - allowed or not {"languages", "text"} <= set(one):
        raise Wrong(key, f"a map with languages and text, and perhaps {', '.join(sorted(allowed))}")
    called = one.get("name", name)
    if not isinstance(called, str) or not _TEMPLATE.fullmatch(called):
        raise Wrong(f"{key}.name", "the template's name at Meta: small letters, digits and _")
    text, values = four_texts(f"{key}.text", one["text"]), _values(key, one.get("values") or [])
    for code, words in (text.texts or {}).items():
        if set(_PLACEHOLDER.findall(words)) != set(values):
            raise Wrong(f"{key}.text.{code}", f"a text with exactly these in braces: {', '.join(values) or 'none'}")
        if len(words) > _BODY:
            raise Wrong(f"{key}.text.{code}", f"at most {_BODY} letters long")
    return TemplateForm(
        called, _languages(key, one["languages"]), text, values, _buttons(key, one.get("buttons") or {})
    )


def _values(key: str, value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [None]
    if not all(isinstance(name, str) and _NAME.fullmatch(name) for name in names) or len(set(names)) != len(names):
        raise Wrong(f"{key}.values", "a list of names, each once, in the order of the template's places")
    return tuple(names)


def _languages(key: str, value: Any) -> dict[str, str]:
    pairs = {code: code for code in value} if isinstance(value, list) else value
    fine = isinstance(pairs, dict) and pairs and not set(pairs) - set(TEXTS)
    if not fine or not all(isinstance(code, str) and _CODE.fullmatch(code) for code in pairs.values()):
        raise Wrong(
            f"{key}.languages", "a list of those of uz, kk, ru, en that Meta approved, or a map to Meta's codes"
        )
    return dict(pairs)


def _buttons(key: str, value: Any) -> dict[str, Phrase]:
    if not isinstance(value, dict) or len(value) > _BUTTONS:
        raise Wrong(f"{key}.buttons", f"a map from answers to labels, {_BUTTONS} at most")
    found = {str(answer): four_texts(f"{key}.buttons.{answer}", label) for answer, label in value.items()}
    for answer, label in found.items():
        if any(len(words) > _BUTTON for words in (label.texts or {}).values()):
            raise Wrong(f"{key}.buttons.{answer}", f"at most {_BUTTON} letters long")
    return found


def _time(text: str) -> time:
    hour, _, minute = text.strip().partition(":")
    return time(int(hour), int(minute or 0))

"""What a test supposes: facts and earlier answers, read as the types that they have.

Rule: a value that the fact could never have is refused, with what it may be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.rehearsal.ground import Ground
from scenarios.engine.context import Slot
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.reading.issues import hint
from scenarios.engine.reading.nodes import Map, Node, Row, Scalar
from scenarios.engine.reading.sheet import ANSWER_KEY, Field, Sheet
from scenarios.engine.world import Fact, Option

__all__ = ["canonical", "read_facts", "read_slot", "written"]

NUMBERS = frozenset({"wait_minutes"})
YES_NO = {"true": True, "yes": True, "false": False, "no": False}
_NUMBER = re.compile(r"-?[0-9]{1,15}")


def read_facts(ground: Ground, sheet: Sheet, fields: Mapping[str, Field]) -> dict[str, Fact | None]:
    """The facts of `name: value` lines, each of the type that `facts.yaml` gives it. An empty value is not known."""
    found: dict[str, Fact | None] = {}
    for name, (key, node) in fields.items():
        known = ground.book.facts.get(name)
        kind = known.type if known is not None else "number" if name in NUMBERS else "text"
        if isinstance(node, Scalar) and node.plain and not node.text:
            found[name] = None
        elif kind == "choices":
            found[name] = _options(sheet, key, node)
        elif not isinstance(node, Scalar):
            sheet.error(node.place, f'"{name}" needs one value')
        elif kind == "number" and not _NUMBER.fullmatch(node.text):
            sheet.error(node.place, f'"{name}" is a number; this is "{node.text}"')
        elif kind == "yes_no" and node.text not in YES_NO:
            sheet.error(node.place, f'"{name}" is true or false; this is "{node.text}"')
        elif kind == "number":
            found[name] = int(node.text)
        elif kind == "yes_no":
            found[name] = YES_NO[node.text]
        else:
            found[name] = node.text
    return found


def read_slot(ground: Ground, sheet: Sheet, field: Field, scenario: str) -> Slot | None:
    """An answer that was given before: the key of a choice, or a canonical value."""
    key, node = field
    if not isinstance(node, Scalar) or not node.text:
        sheet.error(node.place, f'"{key.text}" needs one value')
        return None
    saver = ground.saver(key.text, scenario)
    if saver is None:
        return {"key": _plain(node)}
    ask = saver[1]
    labels: dict[str, Phrase] = {a.key: Phrase(a.label.id, a.label.context) for a in ask.answers}
    if ask.answers_from == "services":
        labels |= {option.key: option.label for option in ground.business.options()}
    if not labels:
        value = canonical(node.text)
        return {"key": value} if ask.type in ("text", "choice") else {"key": value, "type": ask.type}
    if node.text not in labels:
        allowed = ", ".join(labels)
        sheet.error(node.place, f'"{key.text}" is never "{node.text}"; it can be {allowed}.{hint(node.text, labels)}')
        return None
    label = labels[node.text]
    texts = {} if label.texts is None else {"texts": dict(label.texts)}
    return {"key": node.text, "id": label.id, "context": label.context, **texts}


def canonical(text: str) -> str:
    """A written value as slots keep it."""
    return {"true": "yes", "false": "no"}.get(text, text)


def written(slot: Slot) -> str:
    """What a slot keeps, as a test writes it."""
    value = slot["key"]
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _plain(node: Scalar) -> str | int | bool:
    if node.plain and node.text in ("true", "false"):
        return node.text == "true"
    return int(node.text) if node.plain and _NUMBER.fullmatch(node.text) else node.text


def _options(sheet: Sheet, key: Scalar, node: Node) -> tuple[Option, ...] | None:
    """A list of choices: words, or `key: label`."""
    if not isinstance(node, Row):
        sheet.error(node.place, f'"{key.text}" is a list; write for example [first, second] or []')
        return None
    found: list[Option] = []
    for number, item in enumerate(node.items, 1):
        if isinstance(item, Scalar) and item.text:
            name = item.text if ANSWER_KEY.fullmatch(item.text) else f"choice{number}"
            found.append(Option(name, verbatim(item.text)))
        elif isinstance(item, Map) and len(item.pairs) == 1 and isinstance(item.pairs[0][1], Scalar):
            name, label = item.pairs[0][0].text, item.pairs[0][1].text
            found.append(Option(name, verbatim(label)))
        else:
            sheet.error(item.place, f'an item of "{key.text}" is its words, or "key: words"')
    return tuple(found)

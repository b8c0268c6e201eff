"""One step of a scenario file becomes a `Step`.

Rule: a step waits for at most one thing (E03), and a key that belongs to another key (`save` to `ask`,
`summary` to `handoff`) is refused without it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from scenarios.engine.actions import ACTIONS
from scenarios.engine.model import Answer, Ask, Do, Handoff, Later, Notify, Place, Run, Silence, Step, Text
from scenarios.engine.reading.nodes import Map, Node, Scalar
from scenarios.engine.reading.sheet import ANSWER_KEY, NAME, Field, Fields, Sheet
from scenarios.engine.reading.ways import Plain, Types, condition, go, value

__all__ = ["IMPLIED", "SLOT_TYPES", "read_silences", "read_step", "slot_types"]

STEP_WORDS = (
    "say",
    "set",
    "later",
    "notify",
    "ask",
    "save",
    "answers",
    "unclear",
    "silent",
    "handoff",
    "summary",
    "do",
    "run",
    "go",
    "sells",
    "was",
)
SLOT_TYPES = ("choice", "text", "phone", "number", "date", "time", "yes_no", "place", "photo", "rating", "nps")
"""What can be remembered: each brings its parser, `choice` takes its values from `answers`."""

IMPLIED: Mapping[str, tuple[str, ...]] = {
    "yes_no": ("yes", "no"),
    "rating": tuple(str(score) for score in range(1, 6)),
    "nps": tuple(str(score) for score in range(11)),
}
"""Types whose values are known without "answers", so that "go" may tell them apart."""

_BELONGS = {
    "save": ("ask",),
    "answers": ("ask",),
    "unclear": ("ask",),
    "silent": ("ask", "handoff"),
    "summary": ("handoff",),
}


def slot_types(steps: Node | None, remember: Mapping[str, str]) -> dict[str, str]:
    """The types of what the steps save, before they are read: what `remember` says, else choice or text."""
    found: dict[str, str] = {}
    for _, step in steps.pairs if isinstance(steps, Map) else ():
        parts = {key.text: node for key, node in step.pairs} if isinstance(step, Map) else {}
        save = parts.get("save")
        if isinstance(save, Scalar) and save.text:
            found[save.text] = "choice" if "answers" in parts else "text"
    return {**found, **remember}


def read_step(sheet: Sheet, scenario: str, name: Scalar, node: Node, types: Types, remember: Types) -> Step:
    """The step called `name`; what cannot be read of it is told of and left out."""
    fields = sheet.fields(node, f'the step "{name.text}"', STEP_WORDS)
    if isinstance(node, Map) and not node.pairs:
        sheet.error(node.place, f'the step "{name.text}" is empty')
    places = {key: field[0].place for key, field in fields.items()}
    waits = [key for key in ("ask", "handoff", "do", "run") if key in fields]
    for key, owners in _BELONGS.items():
        if key in fields and not set(owners) & fields.keys():
            sheet.error(places[key], f'"{key}" belongs to "{owners[0]}", and there is none in "{name.text}"')
    if len(waits) > 1:
        second = max(waits, key=list(fields).index)
        first = min(waits, key=list(fields).index)
        text = f'a step can wait for one thing only, "{name.text}" has {first} and {second}'
        sheet.error(places[second], f"{text}; split it in two steps", "E03")
        waits = [first]
    wait: Ask | Handoff | Do | Run | None = None
    if waits == ["ask"]:
        wait = _ask(sheet, f"{scenario}.{name.text}", fields, remember)
    elif waits == ["handoff"]:
        wait = _handoff(sheet, fields)
    elif waits == ["do"]:
        action = sheet.word(fields["do"])
        wait = Do(action, places["do"]) if action else None
    elif waits == ["run"]:
        target = sheet.word(fields["run"])
        wait = Run(target, places["run"]) if target else None
    answers: Collection[str] | None = _keys(fields.get("answers")) or _implied(fields, remember)
    if isinstance(wait, Do):
        answers = ACTIONS.get(wait.action)
    what = "outcome" if isinstance(wait, Do) else "answer"
    way = go(sheet, *fields["go"], answers, types, places, what) if "go" in fields else None
    return Step(
        name=name.text,
        place=name.place,
        say=sheet.counted(fields["say"]) if "say" in fields else None,
        set=_set(sheet, fields["set"], types, places) if "set" in fields else {},
        later=_later(sheet, fields["later"], types) if "later" in fields else None,
        notify=_notify(sheet, fields["notify"]) if "notify" in fields else None,
        wait=wait,
        go=way,
        sells=bool(sheet.flag(fields["sells"])) if "sells" in fields else False,
        was=_was(sheet, fields["was"]) if "was" in fields else (),
        places=places,
    )


def read_silences(sheet: Sheet, field: Field) -> tuple[Silence, ...]:
    """What happens while nobody answers: the items of `silent`."""
    found: list[Silence] = []
    for item in sheet.items(field[1], '"silent"'):
        parts = sheet.fields(item, 'an item of "silent"', ("after", "say", "go", "notify", "whatsapp_template"))
        if "after" not in parts:
            if isinstance(item, Map):
                sheet.error(item.place, 'an item of "silent" needs "after", for example "after: 2 hours"')
            continue
        after = sheet.span(parts["after"])
        if parts.keys() == {"after"}:
            sheet.error(item.place, 'an item of "silent" needs "say", "go" or "notify"')
        say = sheet.counted(parts["say"]) if "say" in parts else None
        step = sheet.word(parts["go"]) if "go" in parts else None
        desk = sheet.word(parts["notify"]) if "notify" in parts else None
        if after is not None:
            place = parts["go"][0].place if "go" in parts else item.place
            template = sheet.word(parts["whatsapp_template"]) if "whatsapp_template" in parts else None
            found.append(Silence(after, place, say, step, desk, template))
    return tuple(found)


def _later(sheet: Sheet, field: Field, types: Types) -> Later | None:
    parts = sheet.fields(field[1], '"later"', ("in", "go", "unless", "whatsapp_template"))
    for key in ("in", "go"):
        if key not in parts and isinstance(field[1], Map):
            sheet.error(field[0].place, '"later" needs "in" and "go", for example "later: {in: 2 days, go: ...}"')
            return None
    if parts.keys() < {"in", "go"}:
        return None
    after, step = sheet.span(parts["in"]), sheet.word(parts["go"])
    unless = condition(sheet, parts["unless"][1], types) if "unless" in parts else None
    template = sheet.word(parts["whatsapp_template"]) if "whatsapp_template" in parts else None
    return Later(after, step, parts["go"][0].place, unless, template) if after is not None and step else None


def _notify(sheet: Sheet, field: Field) -> Notify | None:
    key, node = field
    if isinstance(node, Scalar):
        desk = sheet.word(field)
        return Notify(desk, key.place) if desk else None
    parts = sheet.fields(node, '"notify"', ("desk", "text"))
    if "desk" not in parts:
        if isinstance(node, Map):
            sheet.error(key.place, '"notify" needs a "desk"')
        return None
    desk = sheet.word(parts["desk"])
    text = sheet.text(parts["text"]) if "text" in parts else None
    return Notify(desk, parts["desk"][0].place, text) if desk else None


def _was(sheet: Sheet, field: Field) -> tuple[str, ...]:
    names = (sheet.name(item, "the name") for item in sheet.items(field[1], '"was"') if isinstance(item, Scalar))
    return tuple(name for name in names if name is not None)


def _ask(sheet: Sheet, context: str, fields: Fields, remember: Types) -> Ask | None:
    text = sheet.text(fields["ask"])
    save = None
    if "save" in fields and sheet.word(fields["save"]):
        node = fields["save"][1]
        save = sheet.name(node, "the name") if isinstance(node, Scalar) else None
        if save == "any":
            sheet.error(node.place, '"any" has a meaning of its own in conditions; choose another name')
    answers, source = _answers(sheet, fields["answers"], context) if "answers" in fields else ((), None)
    kind = remember.get(save or "", "choice" if "answers" in fields else "text")
    if "answers" in fields and kind not in ("choice", "rating"):
        sheet.error(fields["answers"][0].place, f'"{save}" is remembered as {kind}, which takes no "answers"')
    if "answers" not in fields and kind == "choice":
        sheet.error(fields["ask"][0].place, f'"{save}" is remembered as a choice; add "answers"')
    unclear = sheet.text(fields["unclear"]) if "unclear" in fields else None
    silent = read_silences(sheet, fields["silent"]) if "silent" in fields else ()
    if text is None:
        text = Text("", fields["ask"][0].place)
    return Ask(text, fields["ask"][0].place, save, kind, answers, source, unclear, silent)


def _handoff(sheet: Sheet, fields: Fields) -> Handoff | None:
    desk = sheet.word(fields["handoff"])
    summary = sheet.text(fields["summary"]) if "summary" in fields else None
    silent = read_silences(sheet, fields["silent"]) if "silent" in fields else ()
    return Handoff(desk, fields["handoff"][0].place, summary, silent) if desk else None


def _keys(field: Field | None) -> tuple[str, ...]:
    node = field[1] if field else None
    if not isinstance(node, Map) or [key.text for key, _ in node.pairs] == ["from"]:
        return ()
    return tuple(key.text for key, _ in node.pairs)


def _implied(fields: Fields, remember: Types) -> tuple[str, ...]:
    save = fields["save"][1] if "save" in fields else None
    return IMPLIED.get(remember.get(save.text, ""), ()) if isinstance(save, Scalar) else ()


def _answers(sheet: Sheet, field: Field, context: str) -> tuple[tuple[Answer, ...], str | None]:
    node = field[1]
    pairs = sheet.pairs(node, '"answers"')
    if [key.text for key, _ in pairs] == ["from"]:
        return (), sheet.word(pairs[0])
    if not pairs and isinstance(node, Map):
        sheet.error(node.place, '"answers" is empty')
    found: list[Answer] = []
    for key, label in pairs:
        if sheet.comma(node, key, label):
            continue
        name = sheet.name(key, "the answer", ANSWER_KEY)
        if name == "person":
            text = '"person" is what the choice "Talk to a person" is called; give this answer another name'
            sheet.error(key.place, text)
        words, synonyms = _label(sheet, (key, label), context)
        if name is not None and words is not None:
            found.append(Answer(name, words, synonyms))
    return tuple(found), None


def _label(sheet: Sheet, field: Field, context: str) -> tuple[Text | None, Text | None]:
    key, node = field
    if not isinstance(node, Map) or not {"label", "synonyms"} & {name.text for name, _ in node.pairs}:
        return sheet.text(field, context), None
    parts = sheet.fields(node, f'the answer "{key.text}"', ("label", "synonyms"))
    if "label" not in parts:
        sheet.error(key.place, f'the answer "{key.text}" needs a "label"')
    # The label stands where its answer stands: that is the line an author looks for.
    found = sheet.text(parts["label"], context) if "label" in parts else None
    label = Text(found.id, key.place, context) if found else None
    return label, sheet.text(parts["synonyms"], context) if "synonyms" in parts else None


def _set(sheet: Sheet, field: Field, types: Types, places: dict[str, Place]) -> dict[str, Plain]:
    found: dict[str, Plain] = {}
    node = field[1]
    for key, wanted in sheet.pairs(node, '"set"'):
        if sheet.comma(node, key, wanted):
            continue
        name = sheet.name(key, "the name", NAME)
        if not isinstance(wanted, Scalar) or (wanted.plain and not wanted.text):
            sheet.error(wanted.place, f'say what "{key.text}" is set to: a word, a number, true or false')
        elif name is not None:
            found[name] = value(wanted, types.get(name))
            places[f"set.{name}"] = key.place
    return found

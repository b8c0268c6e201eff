"""The texts of scenario files for translators: an extractor for Babel.

Rule: a translator sees where a text stands and what it is for, and equal sentences are translated once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import BinaryIO, TypeAlias

from scenarios.engine.reading import read_detours, read_scenario
from scenarios.engine.reading.issues import Issue
from scenarios.engine.reading.nodes import Map, compose
from scenarios.engine.reading.sheet import Sheet
from scenarios.engine.reading.texts import Use, detour_uses, uses

__all__ = ["extract"]

Message: TypeAlias = "str | tuple[str, ...]"


def extract(
    fileobj: BinaryIO,
    keywords: Mapping[str, object],  # noqa: ARG001 - Babel calls every extractor like this
    comment_tags: Collection[str],
    options: Mapping[str, object],  # noqa: ARG001
) -> Iterator[tuple[int, str, Message, list[str]]]:
    """Yields `(line, function, message, comments)` for each text of a file.

    Files that hold no texts (facts, start, transcripts) yield nothing. Raises ValueError with the first
    problem when a file cannot be read, because its texts would silently lose their translations.
    """
    source = fileobj.read().decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    file = PurePath(str(getattr(fileobj, "name", "scenario.yaml"))).name
    root, issues = compose(file, source)
    _stop_at(issues)
    names = {key.text: value for key, value in root.pairs} if isinstance(root, Map) else {}
    sheet = Sheet(file, source, [])
    found: list[tuple[str, Use]] = []
    if root is not None and "always" in names:
        found = [("always", use) for detour in read_detours(sheet, root) for use in detour_uses(detour)]
    elif root is not None and "scenario" in names:
        scenario = read_scenario(sheet, root, file.removesuffix(".yaml"), {})
        found = [(scenario.name, use) for use in uses(scenario)]
    _stop_at(sheet.issues)
    lines = source.splitlines()
    for name, use in sorted(found, key=lambda one: (one[1].text.place.line, one[1].text.place.column)):
        place = f"{name} > {use.step.name}" if use.step is not None else name
        comments = [*_own(lines, use.text.place.line, comment_tags), f"{place}: {use.role}"]
        yield use.text.place.line, *_message(use), comments


def _message(use: Use) -> tuple[str, Message]:
    text = use.text
    if text.plural is not None:
        return "ngettext", (text.id, text.plural)
    return ("gettext", text.id) if text.context is None else ("pgettext", (text.context, text.id))


def _own(lines: Sequence[str], line: int, tags: Collection[str]) -> list[str]:
    """The comment just above a line, from the first row that begins with one of the tags."""
    block: list[str] = []
    for row in reversed(lines[: line - 1]):
        if not row.lstrip().startswith("#"):
            break
        block.insert(0, row.lstrip().lstrip("#").strip())
    for index, row in enumerate(block):
        if row.startswith(tuple(tags)):
            return block[index:]
    return []


def _stop_at(issues: Sequence[Issue]) -> None:
    for found in issues:
        if found.is_error:
            raise ValueError(str(found))

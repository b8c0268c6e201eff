"""The pages of docs/checks: what they show, and what the check says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.pofile import read_po

from handlers.texts import Catalog
from scenarios.engine.checks import check_files
from tests.scenarios.books import DESKS

__all__ = ["PAGES", "Example", "examples", "told"]

PAGES = Path(__file__).parents[2] / "docs/checks"
_FENCE = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
NOT_SCENARIOS = ("business.yaml", "talks.yaml")


@dataclass(frozen=True)
class Template:
    """A template of the page's business file."""

    languages: frozenset[str]
    buttons: tuple[str, ...]


@dataclass(frozen=True)
class Example:
    """The files of one half of a page, and the lines that it shows of the check."""

    files: Mapping[str, str]
    shown: tuple[str, ...]


def examples(page: Path) -> tuple[Example, Example]:
    """The wrong and the right example of a page."""
    _, wrong, right = re.split(r"(?m)^## (?:Wrong|Right)$", page.read_text(encoding="utf-8"))
    return _example(wrong), _example(right)


def _example(part: str) -> Example:
    files: dict[str, str] = {}
    shown: list[str] = []
    for language, text in _FENCE.findall(part):
        if language == "text":
            shown += text.splitlines()
        else:
            files[text.split("\n", 1)[0].removeprefix("# ")] = text
    return Example(files, tuple(shown))


def told(files: Mapping[str, str]) -> list[str]:
    """What the check says of a page's files: scenarios, catalogs (`ru.po`), a business file, talks under way."""
    business = yaml.safe_load(files.get("business.yaml", "{}"))
    templates = {
        name: Template(frozenset(form["languages"]), tuple(_word(one) for one in form["buttons"]))
        for name, form in business.get("whatsapp_templates", {}).items()
    }
    live = {
        (scenario, step): count
        for place, count in yaml.safe_load(files.get("talks.yaml", "{}")).items()
        for scenario, step in [place.split(".")]
    }
    scenarios = {name: text for name, text in files.items() if name.endswith(".yaml") and name not in NOT_SCENARIOS}
    catalogs = {name.removesuffix(".po"): _catalog(text) for name, text in files.items() if name.endswith(".po")}
    _, issues = check_files(scenarios, DESKS, catalogs, templates=templates or None, live=live)
    return [str(found) for found in issues]


def _word(read: object) -> str:
    """A key as it was written: YAML takes a bare yes for a truth."""
    return {True: "yes", False: "no"}.get(read, str(read)) if isinstance(read, bool) else str(read)


def _catalog(text: str) -> Catalog:
    catalog = Catalog()
    header = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=3; plural=n%10;\\n"\n\n'
    for message in read_po(BytesIO((header + text).encode()), locale="ru"):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[0]
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            if message.fuzzy:
                catalog.fuzzy_keys.add((message.context or "", source))
            else:
                catalog.forms[message.context or "", source] = forms
    return catalog

"""`qabul scenario graph FILE`: one scenario as a picture, in a manager's language.

Rule: what can be drawn is drawn, and what the check finds in the file is told beside it on stderr; where the ways
themselves are unclear nothing is drawn, and the check's findings say why.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

from bot.commands.rehearse import the_business
from bot.folder import with_translations
from bot.playground.business import reader_language
from handlers.business import BusinessError
from handlers.checking import check_for
from handlers.managers.scenario_picture import draw_scenario
from handlers.texts import Catalog, Texts, read_catalogs
from scenarios.book import folder_files, shipped_files
from scenarios.engine.graph import graph_of
from scenarios.engine.graph.drawing import Say, TooLarge
from scenarios.engine.graph.layout import layout
from scenarios.engine.graph.mermaid import MOST_LETTERS, MOST_LINES, mermaid
from scenarios.engine.graph.svg import svg
from scenarios.engine.model import Scenario
from scenarios.engine.reading import SHARED, read_files
from scenarios.engine.reading.issues import Issue

__all__ = ["run_graph"]

WRONG_USE, FAILED = 2, 1
UNCLEAR = frozenset({"E01", "E02", "E03", "E10", "E12"})
"""With these some of the ways are not there, or nobody knows where they lead."""

CHECKED = ("uz", "kk", "ru")


class _NotDrawn(Exception):
    """What is wrong, in one line; `status` is the exit status."""

    def __init__(self, text: str, status: int = WRONG_USE) -> None:
        super().__init__(text)
        self.status = status


def run_graph(given: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Draw the scenario that the command line names; the exit status: 0 drawn, 1 a wrong file, 2 wrong use."""
    language = given.language or reader_language(environ)
    shipped = read_catalogs(Path(str(files("locales"))))
    catalogs, _ = with_translations(Path(given.file).parent if Path(given.file).exists() else None, shipped)
    texts = Texts(catalogs)
    try:
        scenario, issues = _scenario(given.file, catalogs)
        sys.stderr.writelines(f"{found}\n" for found in issues)
        if any(found.code in UNCLEAR for found in issues):
            raise _NotDrawn(f"{given.file}: nothing is drawn until this is mended", FAILED)
        if given.at and given.at not in scenario.steps:
            raise _NotDrawn(f"--at {given.at}: {scenario.name} has no such step; it has {', '.join(scenario.steps)}")
        _draw(given, scenario, lambda phrase: texts.render(phrase, language))
    except _NotDrawn as error:
        sys.stderr.write(f"{error}\n")
        return error.status
    return 0


def _draw(given: argparse.Namespace, scenario: Scenario, say: Say) -> None:
    graph = graph_of(scenario)
    try:
        if given.png is not None:
            draw_scenario(layout(graph, say), say, given.png, given.at)
        elif given.svg:
            sys.stdout.write(svg(layout(graph, say), say, given.at))
        else:
            text = mermaid(graph, say, given.at)
            sys.stdout.write(text)
            if len(text) > MOST_LETTERS or text.count("\n") > MOST_LINES:
                sys.stderr.write(f"{scenario.name} is large: GitHub may refuse to draw it; --svg has no such limit\n")
    except TooLarge as error:
        raise _NotDrawn(str(error), FAILED) from None
    except OSError as error:
        raise _NotDrawn(f"{given.png}: cannot be written ({error.strerror})") from None


def _scenario(named: str, catalogs: Mapping[str, Catalog]) -> tuple[Scenario, list[Issue]]:
    """The scenario of a file with what the check finds in it. Its neighbours are those of its folder, if that has a
    `facts.yaml`, else the shipped ones."""
    path = Path(named)
    found = shipped_files()
    name = path.name if path.suffix else f"{named}.yaml"
    if path.is_file():
        try:
            folder = folder_files(path.parent)
        except OSError as error:
            raise _NotDrawn(f"{named}: cannot be read ({error.strerror})") from None
        if name not in folder:
            raise _NotDrawn(f"{named}: a scenario file is called by its scenario's name and .yaml")
        found = folder if "facts.yaml" in folder else {**found, name: folder[name]}
    elif named not in {file.removesuffix(".yaml") for file in found}:
        names = ", ".join(sorted(file.removesuffix(".yaml") for file in found if _stem(file) not in SHARED))
        raise _NotDrawn(f"{named}: no such file, and no shipped scenario is called so; there are {names}")
    if _stem(name) in SHARED:
        raise _NotDrawn(f"{name} is shared by all scenarios and has no steps to draw; name a scenario")
    try:
        business = the_business(None, not path.is_file(), os.environ)
    except BusinessError as wrong:
        raise _NotDrawn(str(wrong)) from None
    chosen = {code: catalogs[code] for code in CHECKED if code in catalogs}
    _, issues = check_for(business, found, chosen)
    own = [issue for issue in issues if issue.place.file == name]
    scenario = read_files(found).book.scenarios.get(_stem(name))
    if scenario is None:
        sys.stderr.writelines(f"{issue}\n" for issue in own)
        raise _NotDrawn(f"{named}: nothing is drawn until this is mended", FAILED)
    return scenario, own


def _stem(file: str) -> str:
    return file.removesuffix(".yaml")

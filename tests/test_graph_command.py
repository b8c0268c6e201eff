"""`qabul scenario graph`: what it prints, and what it says of a file that cannot be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.__main__ import main
from scenarios.book import shipped_files
from tests.scenarios.drawings import chain

SMALL = """\
scenario: small
about: A small one
start: ask_it
person: people
silent: [{after: 2 hours, go: end}]
steps:
  ask_it:
    ask: Shall we come?
    answers: {a: Come, b: Stay}
    unclear: Shall we come, or not?
    go: {a: people, b: end}
  people: {handoff: sales, go: end}
"""

Ran = tuple[int, str, str]


class Command:
    """Runs it; the language is English unless the test says otherwise."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Ran:
        status = main(["scenario", "graph", *arguments])
        told = self._capsys.readouterr()
        return status, told.out, told.err


@pytest.fixture
def graph(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("QABUL_LANGUAGE", "en")
    return Command(capsys)


def test_a_shipped_scenario_is_drawn_by_its_name(graph: Command) -> None:
    status, out, _ = graph("hesitant")
    assert status == 0
    assert out.startswith('---\ntitle: "hesitant: Likes the service')
    assert "What is holding you back?" in out


def test_the_language_may_be_said_and_is_else_the_managers_own(graph: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Что вас смущает?" in graph("hesitant", "--language", "ru")[1]
    monkeypatch.setenv("QABUL_LANGUAGE", "uz")
    assert "tamom" in graph("hesitant")[1]


def test_svg_goes_to_the_standard_output_with_the_step_marked(graph: Command) -> None:
    status, out, _ = graph("hesitant", "--svg", "--at", "offer")
    assert (status, out[:4], out.rstrip()[-6:]) == (0, "<svg", "</svg>")
    assert 'class="box question here" data-step="offer"' in out


def test_png_is_written_where_it_is_wanted(graph: Command, tmp_path: Path) -> None:
    path = tmp_path / "one.png"
    assert graph("hours", "--png", str(path))[0] == 0
    assert path.read_bytes().startswith(b"\x89PNG")
    status, _, err = graph("hours", "--png", str(tmp_path / "missing" / "one.png"))
    assert status == 2
    assert err == f"{tmp_path}/missing/one.png: cannot be written (No such file or directory)\n"


def test_a_file_of_ones_own_is_drawn_though_it_is_not_translated_yet(graph: Command, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    status, out, err = graph(str(path))
    assert status == 0
    assert "Shall we come?" in out
    assert 'small.yaml:8:5: error E30: no kk, ru, uz translation of "Shall we come?"' in err
    assert {line.partition(":")[0] for line in err.splitlines()} == {"small.yaml"}


def test_a_folder_with_facts_is_a_book_of_its_own(graph: Command, tmp_path: Path) -> None:
    (tmp_path / "facts.yaml").write_text("facts:\n  visits: {type: number, about: visits so far}\n", encoding="utf-8")
    (tmp_path / "small.yaml").write_text(SMALL.replace("{handoff: sales, go: end}", "{run: aside, go: end}"), "utf-8")
    status, _, err = graph(str(tmp_path / "small.yaml"))
    assert status in (0, 1)
    assert '"aside"' in err


@pytest.mark.parametrize(
    ("wrong", "by", "told"),
    [
        ("b: end}", "b: nowhere}", 'small.yaml:11:21: error E10: step "nowhere" does not exist'),
        (", b: end}", "}", 'error E12: answer "b" leads nowhere'),
        ("ask: Shall we come?", "aks: Shall we come?", 'small.yaml:8:5: error E02: "aks" is not a word I know here.'),
        ("steps:", "steps: [", "error E01:"),
    ],
)
def test_a_wrong_file_is_told_as_the_check_tells_it_and_not_drawn(
    graph: Command, tmp_path: Path, wrong: str, by: str, told: str
) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace(wrong, by), encoding="utf-8")
    status, out, err = graph(str(path))
    assert (status, out) == (1, "")
    assert told in err
    assert err.endswith(f"{path}: nothing is drawn until this is mended\n")


def test_a_shipped_scenario_that_one_is_changing_is_checked_among_the_shipped_ones(
    graph: Command, tmp_path: Path
) -> None:
    path = tmp_path / "new.yaml"
    path.write_text(shipped_files()["new.yaml"], encoding="utf-8")
    assert graph(str(path))[::2] == (0, "")


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("nobody", "nobody: no such file, and no shipped scenario is called so; there are "),
        ("start", "start.yaml is shared by all scenarios and has no steps to draw; name a scenario"),
        ("/nowhere/new.yaml", "/nowhere/new.yaml: no such file, and no shipped scenario"),
        ("README.md", "README.md: a scenario file is called by its scenario's name and .yaml"),
    ],
)
def test_what_is_no_scenario_is_refused_in_a_line(graph: Command, named: str, told: str) -> None:
    status, out, err = graph(named)
    assert (status, out) == (2, "")
    assert err.startswith(told)
    assert err.count("\n") == 1


def test_an_unknown_step_is_refused_with_those_that_there_are(graph: Command) -> None:
    assert graph("hours", "--at", "noon")[0] == 2
    assert "hours has no such step; it has " in graph("hours", "--at", "noon")[2]


def test_what_no_picture_can_show_is_refused_but_mermaid_text_is_given(graph: Command, tmp_path: Path) -> None:
    path = tmp_path / "long.yaml"
    path.write_text(chain(1_000, 400), encoding="utf-8")
    status, out, err = graph(str(path), "--svg")
    assert (status, out) == (1, "")
    assert err.splitlines()[-1].startswith("long has so many steps and ways")
    status, out, err = graph(str(path))
    assert status == 0
    assert out.count(":::questionBox") == 1_000
    assert err.splitlines()[-1] == "long is large: GitHub may refuse to draw it; --svg has no such limit"

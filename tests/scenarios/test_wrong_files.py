"""Whatever is wrong with a file is told with its place, in words, in bounded time, and nothing else is told.

`wrong_files.txt` holds the files: `=== what is wrong`, `+++ file name`, its text, `--- told`, every line of the check.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from scenarios.engine.checks import check_files
from scenarios.engine.reading.issues import Issue
from scenarios.engine.reading.nodes import LETTERS
from tests.scenarios.books import DESKS

TABLE = (Path(__file__).parent / "wrong_files.txt").read_text(encoding="utf-8")
ROWS = re.findall(r"(?ms)^=== (.*?)$\n(.*?)^--- told\n(.*?)(?=^$|\Z)", TABLE)
FULL = LETTERS
BOUND = 5.0
"""Seconds of one core; the slowest of these files takes a third of it where nothing else runs."""


@pytest.mark.parametrize(("name", "parts", "told"), ROWS, ids=[row[0] for row in ROWS])
def test_a_wrong_file_is_told_of_in_these_words(name: str, parts: str, told: str) -> None:
    files = dict(re.findall(r"(?ms)^\+\+\+ (\S+)\n(.*?)(?=^\+\+\+ |\Z)", parts))
    book, issues = check_files(files, DESKS, {})
    assert [str(found) for found in issues] == told.splitlines()
    assert (book is None) == any(found.is_error for found in issues)


def test_the_table_has_many_files() -> None:
    assert len(ROWS) == TABLE.count("\n--- told\n") >= 60


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = "scenario: a\nstart: x\nsteps:\n  x:\n    say: |\n      Hi\n      you\n    go: y\n"
    plain = check_files({"a.yaml": text}, DESKS, {})[1]
    assert [str(one) for one in plain] == ['a.yaml:8:5: error E10: step "y" does not exist.']
    for other in (
        "\ufeff" + text,
        text.replace("\n", "\r\n"),
        "\ufeff" + text.replace("\n", "\r\n"),
        text.replace("\n", "\r"),
    ):
        assert check_files({"a.yaml": other}, DESKS, {})[1] == plain


def filled(piece: str) -> str:
    """As many of these as a file may have letters."""
    return (piece * (FULL // len(piece) + 1))[:FULL]


def steps(line: str, count: int = 2_000) -> str:
    """A scenario of steps, {i} being their number, {j}, {k} and {l} those of others."""
    rows = (
        line.replace("{i}", str(i)).replace("{j}", str((i + 1) % count)).replace("{k}", str(i * 7 % count))
        .replace("{l}", str((i - 1) % count))
        for i in range(count)
    )  # fmt: skip
    return ("scenario: a\nstart: s0\nsteps:\n" + "".join(rows))[:FULL]


def many(before: str, after: str, between: str, count: int) -> str:
    """A row of numbered things."""
    return between.join(f"{before}{number}{after}" for number in range(count))


NEXT = "\n"
SAVES = "  s{i}: {ask: 'Q {v{m}}', save: v{i}, silent: [{after: 2 hours, go: s{k}}], go: s{l}}\n"
FIRST = "scenario: a\nstart: s0\nsteps:\n  s0:\n"
BOMBS = {
    "five megabytes": "a" * 5_000_000,
    "10 000 steps": steps("  s{i}: {say: Hi, go: s{j}}\n", 10_000),
    "open brackets": filled("["),
    "open braces": filled("{a: "),
    "nested lists": filled("- "),
    "nested questions": filled("? "),
    "deep indentation": "\n".join(" " * depth + "a:" for depth in range(700)),
    "copies of copies": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1}, *b{n - 1}]\n" for n in range(1, 9_000)),
    "directives": "".join(f"%TAG !a{number}! b\n" for number in range(17_000)),
    "tags": filled("!a "),
    "anchors": "\n".join(f"k{number}: &a{number} x" for number in range(15_000)),
    "quotation marks": filled('"'),
    "colons": filled(": "),
    "the same name": filled("k: x\n"),
    "many names": "\n".join(f"k{number}: x" for number in range(25_000)),
    "many documents": filled("--- a\n"),
    "spaces": filled(" "),
    "tabs": filled("\t"),
    "line ends": filled("\r\n"),
    "next lines": filled("a: \x85"),
    "NULs": filled("\0"),
    "turning marks": filled("\u202e"),
    "no UTF-8": filled("\udcff"),
    "a circle of 2 000 steps": steps("  s{i}: {say: Hi, go: s{j}}\n"),
    "a long chain": steps("  s{i}: {say: Hi, go: s{j}}\n").replace("go: s0}", "go: end}"),
    "2 000 wrong names": steps("  s{i}: {say: Hi, go: step_number_{k}}\n"),
    "2 000 nearly right names": steps("  step_number_{i}: {say: Hi, go: step_numbr_{k}}\n"),
    "2 000 values": steps(SAVES.replace("{l}", "{j}").replace("{m}", "{l}")),
    "2 000 values backwards": steps(SAVES.replace("{m}", "{i}")),
    "2 000 follow-ups": steps("  s{i}: {say: Hi, later: {in: 1 hour, go: s{k}}, go: end}\n"),
    "2 000 runs of itself": steps("  s{i}: {run: a, go: s{j}}\n"),
    "10 000 unknown values": FIRST + f"    say: '{many('{w', '}', '', 10_000)}'\n    go: end\n",
    "7 000 conditions": FIRST + f"    say: x\n    go:\n{many('      - {if: {v', ': 1}, then: end}', NEXT, 7_000)}\n",
    "20 000 values set": FIRST + f"    set: {{{many('v', ': 1', ', ', 20_000)}}}\n    go: end\n",
    "10 000 answers": f"{FIRST}    ask: Q\n    answers: {{{many('a', ': L', ', ', 10_000)}}}\n"
    f"    go: {{{many('b', ': end', ', ', 10_000)}}}\n",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_no_file_keeps_the_desk_busy(name: str) -> None:
    begun = time.process_time()
    book, issues = check_files({"a.yaml": BOMBS[name]}, DESKS, {})
    assert time.process_time() - begun < BOUND
    assert book is not None or issues
    told(issues)


def test_no_folder_keeps_the_desk_busy() -> None:
    chain = {f"r{n}.yaml": f"scenario: r{n}\nstart: x\nsteps:\n  x: {{run: r{n + 1}, go: end}}\n" for n in range(1_000)}
    begun = time.process_time()
    told(check_files(chain, DESKS, {})[1])
    chain["r999.yaml"] = chain["r999.yaml"].replace("r1000", "r0")
    _, issues = check_files(chain, DESKS, {})
    assert [found.code for found in issues] == ["E13"]
    assert time.process_time() - begun < BOUND


def told(issues: list[Issue]) -> None:
    """Every finding has its place and is short enough to be read; their number is bounded."""
    assert len(issues) <= 2_000
    for found in issues:
        assert found.place.line >= 1
        assert found.place.column >= 1
        assert len(found.text) < 500

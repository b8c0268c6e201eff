"""`qabul scenario play` and `test` at the command line: pipes, the end of the input, Ctrl-C, empty folders."""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
from pathlib import Path

import pytest

from bot.commands.play import run_play
from bot.commands.rehearse import run_test
from tests.rehearsal.shop import FILES

GOOD = "- test: T\n  scenario: shop\n  chat:\n    - bot: hello\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "tests").mkdir()
    return tmp_path


def play(what: Path | str | None, typed: str, **options: object) -> tuple[int, str, str]:
    """Type that; (exit status, what was shown, errors)."""
    chosen = {"language": None, "channel": "telegram", "business": None, "save": None, **options}
    given = argparse.Namespace(what=None if what is None else str(what), **chosen)
    out, err = io.StringIO(), io.StringIO()
    return run_play(given, io.StringIO(typed), out, err, {}), out.getvalue(), err.getvalue()


def tested(folder: Path | None, **options: object) -> tuple[int, str, str]:
    given = argparse.Namespace(directory=folder, **{"business": None, "coverage": False, "record": None, **options})
    out, err = io.StringIO(), io.StringIO()
    return run_test(given, out, err, {}), out.getvalue(), err.getvalue()


def test_a_talk_is_played_and_printed_as_a_test_that_passes(folder: Path) -> None:
    typed = "price?\n/wait 2 hours\n1\n/remembers\ntomorrow\n2\nFriday\n1\n/wait 2d\n2\n/staff Hello!\n/close done\n"
    status, shown, _ = play(folder / "shop.yaml", typed)
    assert status == 0
    for part in ("All costs ten.", "No rush.", "what: repair", "what comes of it?] 1 booked  2 taken", "How was it?"):
        assert part in shown
    assert "[to the staff of sales] Wants A repair. Phone —." in shown
    assert '[nobody answered at "hello"]' in shown
    test = shown[shown.index("- test:") :]
    (folder / "tests" / "t.yaml").write_text(test, encoding="utf-8")
    assert tested(folder)[0] == 0


@pytest.mark.parametrize("typed", ["", "/end\n", "\n\n", "/help\n/end\n"])
def test_nothing_done_is_no_test(folder: Path, typed: str) -> None:
    status, shown, _ = play(folder / "shop.yaml", typed)
    assert (status, "- test:" in shown) == (0, False)


def test_ctrl_c_ends_a_talk_as_the_end_of_the_input_does(folder: Path) -> None:
    class Interrupted(io.StringIO):
        def readline(self, size: int | None = -1, /) -> str:
            line = super().readline()
            if not line:
                raise KeyboardInterrupt
            return line

    given = argparse.Namespace(
        what=str(folder / "shop.yaml"), language=None, channel="telegram", business=None, save=None
    )
    out = io.StringIO()
    assert run_play(given, Interrupted("1\n"), out, io.StringIO(), {}) == 0
    assert "- taps: repair" in out.getvalue()


def test_the_last_thing_is_taken_back(folder: Path) -> None:
    _, shown, _ = play(folder, "/undo\nhello\n2\n/undo\n1\n")
    assert "There is nothing to take back." in shown
    assert "- taps: repair" in shown
    assert "- taps: advice" not in shown


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/wait\n", "How long? For example: /wait 15 minutes"),
        ("/wait for me\n", "How long?"),
        ("/share\n", "/share what? It can be contact"),
        ("/share place there\n", '"there" is no place'),
        ("/staff\n", "/staff what?"),
        ("/person\n/person\n", "A colleague writes to you."),
        ("/xyz\n", "Please choose one of the two."),
        ("9\n", "Please choose one of the two."),
        ("/say 1\n", "When shall we come?"),
        ("/remembers\n", "Nothing is remembered."),
        ("/person\nhm\n", "(to the staff; the bot says nothing)"),
    ],
)
def test_every_line_is_answered(folder: Path, typed: str, told: str) -> None:
    status, shown, err = play(folder / "shop.yaml", typed)
    assert told in shown
    assert (status, err) == (0, "")


def test_a_talk_is_added_to_a_file_of_tests(folder: Path) -> None:
    file = folder / "tests" / "played.yaml"
    assert play(folder / "shop.yaml", "1\n", save=file)[0] == 0
    assert play(folder / "shop.yaml", "2\n", save=file)[0] == 0
    status, shown, _ = tested(folder)
    assert (status, shown.splitlines()[-1]) == (0, "All well: 2 tests.")
    assert play(folder / "shop.yaml", "2\n", save=folder)[0] == 1


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("neww", 'there is no scenario "neww"; there are '),
        ("missing.yaml", "missing.yaml: there is no such file"),
    ],
)
def test_what_is_not_there_is_one_line(what: str, told: str) -> None:
    status, shown, err = play(what, "")
    assert (status, shown, err.count("\n")) == (2, "", 1)
    assert err.startswith(told)


def test_wrong_scenarios_are_told_of_and_not_played(folder: Path) -> None:
    (folder / "shop.yaml").write_text(FILES["shop.yaml"].replace("go: to_sales", "go: to_sale"), encoding="utf-8")
    assert 'step "to_sale" does not exist' in play(folder, "")[1]
    (folder / "tests" / "t.yaml").write_text(GOOD, encoding="utf-8")
    status, shown, _ = tested(folder)
    assert (status, shown.splitlines()[-1]) == (1, "The scenarios must be right before they can be tested.")


def test_a_result_is_a_line_and_a_failure_tells_its_place(folder: Path) -> None:
    (folder / "tests" / "t.yaml").write_text(
        GOOD + GOOD.replace("T", "Wrong").replace("hello", "when"), encoding="utf-8"
    )
    status, shown, _ = tested(folder)
    where = folder / "tests" / "t.yaml"
    assert status == 1
    assert shown.splitlines() == [
        f"ok      {where}:1: T",
        f"FAILED  {where}:5: Wrong",
        f'        {where}:8:7: expected bot "when" / got bot "Hello from the shop. What do you need?" (step hello)',
        "2 tests, 1 failed.",
    ]


def test_a_wrong_test_file_is_told_of_and_the_others_run(folder: Path) -> None:
    (folder / "tests" / "a.yaml").write_text(GOOD, encoding="utf-8")
    (folder / "tests" / "b.yaml").write_text("- tst: x\n", encoding="utf-8")
    (folder / "tests" / "c.yaml").write_bytes(b"- test: \xff\n")
    status, shown, _ = tested(folder)
    assert status == 1
    assert f'{folder}/tests/b.yaml:1:3: "tst" is not a word I know here. Did you mean "test"?' in shown
    assert f"{folder}/tests/c.yaml:1:9: this is not UTF-8" in shown
    assert shown.splitlines()[-1].startswith("1 test, 0 failed; 4 mistakes in the test files")


def test_what_was_never_tried_is_listed_with_its_place(folder: Path) -> None:
    (folder / "tests" / "t.yaml").write_text(GOOD, encoding="utf-8")
    _, shown, _ = tested(folder, coverage=True)
    for told in (
        'shop.yaml:14:15: never tried: the answer "repair" to "hello"',
        'shop.yaml:17:9: never tried: 2 hours of silence at "hello"',
        'shop.yaml:20:3: never tried: the step "when"',
        'shop.yaml:28:10: never tried: the outcome "booked" of "visit"',
        'never tried: the follow-up of "done"',
        "shop.yaml:6:28: never tried: 20 hours of silence at a question that is not answered",
    ):
        assert told in shown, shown
    assert "Tried: 4.3 % (steps 1 of 9, answers 0 of 8, silences 0 of 5, follow-ups 0 of 1)." in shown


def test_the_record_is_written_or_one_line_says_why_not(folder: Path) -> None:
    (folder / "tests" / "t.yaml").write_text(GOOD, encoding="utf-8")
    assert tested(folder, record=folder / "r.md")[0] == 0
    assert "**Bot:**" in (folder / "r.md").read_text("utf-8")
    status, _, err = tested(folder, record=folder / "no" / "r.md")
    assert (status, err.count("\n")) == (2, 1)


def test_a_folder_without_tests_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    status, _, err = tested(folder)
    assert status == 2
    assert "write one, or have one printed by `qabul scenario play`" in err
    assert tested(tmp_path / "nowhere")[0] == 2


def test_a_reader_that_stops_reading_and_bytes_that_are_no_text_end_no_command_badly() -> None:
    command = [sys.executable, "-m", "bot", "scenario", "play", "new"]
    done = subprocess.run(command, input=b"\xff\xfe\n" * 3, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    gone = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert gone.stdout is not None
    gone.stdout.close()
    assert gone.stdin is not None
    assert gone.stderr is not None
    gone.stdin.close()
    err = gone.stderr.read()
    gone.wait(60)
    assert err == b""

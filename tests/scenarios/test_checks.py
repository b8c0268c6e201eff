"""All checks together: what is told at once, what is not told because it only follows, and the command."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from bot.commands.scenario import check
from scenarios.engine.checks import CHECKS, check_book
from scenarios.engine.reading import read_book
from tests.scenarios import test_checks_names, test_checks_paths, test_checks_texts
from tests.scenarios.books import HESITANT, HESITANT_FACTS, Translated, one, problems

TABLES = (
    test_checks_paths.TABLE,
    test_checks_names.TABLE,
    test_checks_texts.TABLE,
    test_checks_texts.TRANSLATED,
)


def test_every_code_of_the_registry_has_a_wrong_text_here():
    elsewhere = {"E43", "E44", "E70", "W62"}
    assert {row[0] for table in TABLES for row in table} | elsewhere == set(CHECKS)


def test_the_complete_example_has_no_problem():
    files = {"hesitant.yaml": HESITANT, "facts.yaml": HESITANT_FACTS}
    assert problems(files, desks={"sales", "leads"}) == []


def test_what_follows_from_a_misspelt_word_is_not_told():
    told = problems(
        {"hesitant.yaml": HESITANT.replace("go: offer", "gp: offer", 1), "facts.yaml": HESITANT_FACTS},
        desks={"sales", "leads"},
    )
    assert [(found.code, found.place.line) for found in told] == [("E02", 39)]


def test_what_follows_from_an_unknown_step_is_not_told():
    told = problems(
        {"hesitant.yaml": HESITANT.replace("trust: proof", "trust: prof"), "facts.yaml": HESITANT_FACTS},
        desks={"sales", "leads"},
    )
    assert [found.code for found in told] == ["E10"]


def test_a_scenario_that_cannot_be_read_still_exists_for_the_others():
    files = one("  first: {run: b, go: second}\n  second: {say: '{phone}', go: end}\n") | {"b.yaml": "scenario: 'b\n"}
    assert [found.code for found in problems(files)] == ["E01"]


def test_unreadable_facts_make_no_name_look_unknown():
    files = {"hesitant.yaml": HESITANT, "facts.yaml": "facts:\n  price: {type: money}\n"}
    assert {found.place.file for found in problems(files, desks={"sales", "leads"})} == {"facts.yaml"}


def test_problems_of_several_kinds_come_at_once_in_the_order_of_the_file():
    files = one("  first: {say: 'For {prise}', go: secnd}\n  second: {handoff: sale, go: end}\n")
    assert [found.code for found in problems(files)] == ["E20", "E10", "E60"]


def test_a_hidden_way_back_to_the_same_question_does_not_stop_the_checks():
    steps = "".join(f"  s{n}: {{ask: Q{n}, save: v{n}, go: s{(n + 1) % 300}}}\n" for n in range(300))
    told = problems(one(steps.replace("  s0:", "  first:", 1).replace("go: s0}", "go: first}")))
    assert told == []


def test_a_read_book_can_be_checked_by_itself():
    book, _ = read_book(one("  first: {say: 'It costs {price}', go: end}\n"))
    assert book is not None
    assert check_book(book, set(), {}) == []
    assert [found.code for found in check_book(replace(book, facts={}), set(), {})] == ["E20"]


def test_the_command_prints_all_problems_and_a_closing_line(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("scenario: a\nstart: x\nsteps:\n  x: {ask: Hi, go: y}\n")
    out, err = io.StringIO(), io.StringIO()
    assert check(tmp_path, out, err, desks=set(), catalogs={}) == 1
    assert out.getvalue() == (
        'a.yaml:4:7: warning E50: if the customer stays silent here nothing happens; add "silent"\n'
        'a.yaml:4:16: error E10: step "y" does not exist.\n'
        "1 error, 1 warning; nothing was put to use.\n"
    )
    assert err.getvalue() == ""


def test_the_command_names_the_one_that_makes_lists_for_translators(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("scenario: a\nstart: x\nsteps:\n  x: {say: Hi, go: end}\n")
    out = io.StringIO()
    assert check(tmp_path, out, io.StringIO(), desks=set(), catalogs={"ru": Translated({})}) == 1
    assert out.getvalue().splitlines()[-1].endswith(f"qabul scenario translate {tmp_path}")


def test_the_command_is_content_with_warnings(tmp_path: Path):
    (tmp_path / "a.yaml").write_text("scenario: a\nstart: x\nsteps:\n  x: {ask: Hi, go: end}\n")
    out = io.StringIO()
    assert check(tmp_path, out, io.StringIO(), desks=set(), catalogs={"ru": Translated({"Hi": "Да"})}) == 0
    assert out.getvalue().endswith("All fine: 1 scenario, 1 step, 1 text, translated into ru; 1 warning.\n")


def test_the_command_says_when_there_is_nothing_to_check(tmp_path: Path):
    out, err = io.StringIO(), io.StringIO()
    assert check(tmp_path, out, err, desks=set(), catalogs={}) == 2
    assert check(tmp_path / "gone", out, err, desks=set(), catalogs={}) == 2
    assert len(err.getvalue().splitlines()) == 2
    assert out.getvalue() == ""


def test_scenarios_that_run_one_another_many_times_are_checked_quickly():
    steps = "".join(f"  s{n}: {{run: NEXT, go: s{n + 1}}}\n" for n in range(4)) + "  s4: {say: '{x}', go: end}\n"
    files = {
        f"r{n}.yaml": f"scenario: r{n}\nstart: s0\nsteps:\n{steps.replace('NEXT', f'r{n + 1}')}" for n in range(40)
    }
    files["r40.yaml"] = "scenario: r40\nstart: s0\nsteps:\n  s0: {set: {x: 1}, go: end}\n"
    assert problems(files) == []

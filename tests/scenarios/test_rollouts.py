"""What runs is a fold of the journal: shares, taking back, and a folder that is only one of those who change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine.rollouts import Change, Running, composition, falls, fold, why_not_back
from tests.driver import MONDAY_NOON

PEOPLE = [f"C{number}" for number in range(2_000)]


def journal(*rows: tuple[object, ...]) -> list[Change]:
    """Rows as (kind, version, percent or what is taken back) of the scenario `new`, numbered from 1."""
    changes = []
    for number, (kind, version, *more) in enumerate(rows, 1):
        last = int(str(more[0])) if more else 0
        percent, undoes = (0, last) if kind == "back" else (last, 0)
        changes.append(Change(number, MONDAY_NOON, "7", str(kind), "new", str(version), percent, undoes))
    return changes


def runs(*rows: tuple[object, ...]) -> tuple[str, str, int]:
    one = fold(journal(*rows))["new"]
    return one.current, one.candidate, one.percent


CASES = {
    "a folder": ([("folder", "a")], ("a", "", 0)),
    "a folder that changed": ([("folder", "a"), ("folder", "b")], ("b", "", 0)),
    "a file taken out": ([("folder", "a"), ("folder", "")], ("", "", 0)),
    "something sent runs nowhere": ([("folder", "a"), ("sent", "b")], ("a", "", 0)),
    "a share": ([("folder", "a"), ("rollout", "b", 10)], ("a", "b", 10)),
    "a larger share": ([("folder", "a"), ("rollout", "b", 10), ("rollout", "b", 50)], ("a", "b", 50)),
    "all": ([("folder", "a"), ("rollout", "b", 10), ("rollout", "b", 100)], ("b", "", 0)),
    "off": ([("folder", "a"), ("rollout", "b", 10), ("off", "")], ("a", "", 0)),
    "the folder changes beside a share": ([("folder", "a"), ("rollout", "b", 10), ("folder", "c")], ("c", "b", 10)),
    "all, taken back": (
        [("folder", "a"), ("rollout", "b", 10), ("rollout", "b", 100), ("back", "", 3)], ("a", "b", 10),
    ),
    "a share, taken back": ([("folder", "a"), ("rollout", "b", 10), ("back", "", 2)], ("a", "", 0)),
    "off, taken back": ([("folder", "a"), ("rollout", "b", 10), ("off", ""), ("back", "", 3)], ("a", "b", 10)),
    "a taking back, taken back": (
        [("folder", "a"), ("rollout", "b", 100), ("back", "", 2), ("back", "", 3)], ("b", "", 0),
    ),
    "the folder, taken back": ([("folder", "a"), ("folder", "b"), ("back", "", 2)], ("a", "", 0)),
    "translations alone": ([("folder", "a"), ("texts", "a")], ("a", "", 0)),
    "a row that takes back what is not there": ([("folder", "a"), ("back", "", 77)], ("a", "", 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_runs_follows_from_the_journal(name: str) -> None:
    rows, expected = CASES[name]
    assert runs(*rows) == expected


def test_a_folder_that_was_taken_back_is_no_change_of_its_own_again() -> None:
    one = fold(journal(("folder", "a"), ("folder", "b"), ("back", "", 2)))["new"]
    assert one.folder == "b", "what the folder has is known, so that nobody publishes it once more"


def test_a_share_is_as_large_as_it_says_and_the_same_every_time() -> None:
    there = [who for who in PEOPLE if falls(who, "new", 10)]
    assert 150 < len(there) < 250
    assert there == [who for who in PEOPLE if falls(who, "new", 10)]
    assert not any(falls(who, "new", 0) for who in PEOPLE)
    assert all(falls(who, "new", 100) for who in PEOPLE)


def test_shares_of_two_scenarios_are_other_people() -> None:
    both = [who for who in PEOPLE if falls(who, "new", 20) and falls(who, "prices", 20)]
    assert 40 < len(both) < 130, "a fifth of a fifth"


@given(contact=st.text(), scenario=st.text(), small=st.integers(0, 100), more=st.integers(0, 100))
def test_who_is_in_a_share_stays_in_it_while_it_grows(contact: str, scenario: str, small: int, more: int) -> None:
    if falls(contact, scenario, small):
        assert falls(contact, scenario, min(100, small + more))


def test_a_conversation_stays_in_the_share_it_began_in() -> None:
    lucky = next(who for who in PEOPLE if falls(who, "new", 10))
    later = next(who for who in PEOPLE if falls(who, "new", 50) and not falls(who, "new", 10))
    small = fold(journal(("folder", "a"), ("rollout", "b", 10)))
    large = fold(journal(("folder", "a"), ("rollout", "b", 10), ("rollout", "b", 50)))
    assert composition(small, lucky) == {"new": "b"}
    assert composition(small, later) == {"new": "a"}
    assert composition(large, later) == {"new": "b"}, "a new conversation of theirs is in the larger one"
    assert composition(large, later, {"new": "a"}) == {"new": "a"}, "the one that is open is not"
    assert composition(small, later, {"new": "b"}) == {"new": "b"}, "nor does a smaller share throw anybody out"


def test_a_newer_candidate_is_for_those_who_had_the_older_one() -> None:
    later = next(who for who in PEOPLE if not falls(who, "new", 10))
    state = fold(journal(("folder", "a"), ("rollout", "b", 10), ("rollout", "c", 10)))
    assert composition(state, later, {"new": "b"}) == {"new": "c"}
    assert composition(state, later, {"new": "a"}) == {"new": "a"}


def test_what_became_the_current_one_is_no_share_any_more() -> None:
    state = fold(journal(("folder", "a"), ("rollout", "b", 100), ("rollout", "c", 10)))
    assert composition(state, PEOPLE[0], {"new": "b"}) == {"new": "b"}


def test_a_file_that_was_taken_out_is_in_no_book() -> None:
    assert composition({"new": Running("a"), "old": Running("")}) == {"new": "a"}


def test_only_the_newest_change_of_a_file_can_be_taken_back() -> None:
    changes = journal(("folder", "a"), ("rollout", "b", 10), ("sent", "c"), ("texts", "a"))
    assert why_not_back(changes, 2) == ""
    assert "changed again" in why_not_back(changes, 1)
    assert why_not_back(changes, 3)
    assert why_not_back(changes, 9) == "there is no such change"

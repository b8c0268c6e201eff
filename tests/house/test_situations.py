"""docs/situations.md says what the transcript tests of the shipped scenarios show, all of it and nothing else."""

from __future__ import annotations

from tests.situations import CHAPTERS, ELSEWHERE, PAGE, ROOT, TESTS, page, situations

AT_LEAST = 60


def test_the_page_is_what_the_tests_of_the_scenarios_show() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew with `python -m tests.situations`"


def test_every_file_of_tests_has_its_chapter_and_no_situation_comes_twice() -> None:
    assert {path.stem for path in TESTS.glob("*.yaml")} == set(CHAPTERS)
    names = [test["test"] for _, test in situations()]
    assert len(names) >= AT_LEAST
    assert len(names) == len(set(names))


def test_situations_are_shown_in_every_language_and_on_both_messengers() -> None:
    given = [test.get("with") or {} for _, test in situations()]
    assert {one.get("language", "en") for one in given} == {"uz", "uz_Cyrl", "kk", "ru", "en"}
    assert {one.get("channel", "telegram") for one in given} == {"telegram", "whatsapp"}


def test_the_tests_named_for_what_a_transcript_cannot_show_are_there() -> None:
    assert [where for where in ELSEWHERE.values() if not (ROOT / where).is_file()] == []

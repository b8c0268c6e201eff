"""Folding: the same word has one key in every spelling, and no text can break or stretch it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine.understanding.folding import MAX_FOLDED, fold, words

ANY_TEXT = st.text(st.characters(exclude_categories=()))
# letters at which the rules of the fold meet each other
TRICKY = st.text("aeyzhscYИйEеЁёъьWVвPрЎўIıİşßﷺʻ'’\u0306\u0308\u0301\u200d \u00a0,.!👍🏽")


@pytest.mark.parametrize(
    "spellings",
    [
        ("o‘zbekcha", "oʻzbekcha", "o'zbekcha", "o`zbekcha", "o´zbekcha", "ozbekcha", "ўзбекча", "ЎЗБЕКЧА", "Õzbekcha"),
        ("to'xtating", "тўхтатинг", "toʼxtating"),
        ("yo'q", "йўқ", "YOʻQ"),
        ("shahar", "шаҳар", "şahar", "shaxar"),
        ("қанша", "канша", "qansha", "kansha", "Қанша"),
        ("тұрады", "турады", "turady", "turadı"),
        ("жақсы", "жаксы", "jaqsy", "zhaksy", "jaqsı"),
        ("сәлем", "салем", "salem", "sälem"),
        ("өтінемін", "отинемин", "otinemin", "ötinemin"),
        ("үй", "уй", "uy", "üy"),
        ("маңғыстау", "мангыстау", "mangystau"),
        ("неееет", "нет", "НЕТ", "неeт"),
        ("оператор", "OПЕPATОР", "oпepaтop", "operator", "ОПЕРАТОР"),
        ("stop", "stoр", "STOP", "ｓｔｏｐ", "stooooop"),
        ("don't", "dont", "DON’T"),
    ],
)
def test_spellings_of_one_word_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("1000", "10"), ("бар", "бор"), ("керек", "kerak"), ("қанша", "qancha")])
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_emoji_and_signs_are_kept_and_words_leave_them_out() -> None:
    assert fold("Rahmat!!! 👍👍") == "rahmat! 👍"
    assert words("Rahmat!!! 👍 2-kun, don't_stop") == ("rahmat", "2", "kun", "dont", "stop")


@given(ANY_TEXT | TRICKY)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT | TRICKY)
def test_the_key_is_encodable_and_single_spaced(text: str) -> None:
    key = fold(text)
    key.encode()
    assert "\x00" not in key
    assert key == " ".join(key.split())


@given(TRICKY, st.integers(1, 100_000))
def test_the_key_of_a_text_of_any_length_is_bounded_and_stable(text: str, length: int) -> None:
    key = fold((text * (length // (len(text) or 1) + 1))[:length])
    assert len(key) <= MAX_FOLDED
    assert fold(key) == key


@pytest.mark.parametrize("unit", ["a", "ab", "yz", "ﷺ", "щ", "\x00", "\ud800", "aЯ", "ab ", "e\u0301", "👍🏽", "a,"])
def test_a_hundred_thousand_characters_are_folded(unit: str) -> None:
    key = fold((unit * 100_000)[:100_000])
    assert len(key) <= MAX_FOLDED
    assert fold(key) == key


@given(ANY_TEXT)
def test_words_are_the_words_of_the_key(text: str) -> None:
    assert words(text) == words(fold(text))

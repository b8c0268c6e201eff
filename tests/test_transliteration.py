"""Uzbek in two alphabets: the dictionary's spelling both ways, and what must come through untouched."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine.understanding.folding import fold
from scenarios.engine.understanding.transliteration import to_cyrillic, to_latin

LINES = Path(__file__).with_name("understanding").joinpath("uzbek_words.txt").read_text(encoding="utf-8").splitlines()
PAIRS = [(latin, cyrillic) for latin, cyrillic in (line.split() for line in LINES if line and line[0] != "#")]
APOSTROPHES = "'`´ʻʼ‘’"


def straight(text: str) -> str:
    return text.translate({ord(mark): "'" for mark in APOSTROPHES})


def test_the_table_has_at_least_two_hundred_different_words() -> None:
    assert len(set(PAIRS)) == len(PAIRS) >= 200


def test_every_word_of_the_table_is_written_in_cyrillic_as_the_dictionary_does() -> None:
    assert {latin: to_cyrillic(latin) for latin, _ in PAIRS} == dict(PAIRS)


def test_every_word_of_the_table_comes_back_to_latin() -> None:
    assert {c: straight(to_latin(c)) for _, c in PAIRS} == {c: straight(latin) for latin, c in PAIRS}


def test_capital_words_stay_capital_both_ways() -> None:
    for latin, cyrillic in PAIRS:
        if len(latin) > 2:
            assert to_cyrillic(latin.upper()) == cyrillic.upper()
            assert straight(to_latin(cyrillic.upper())) == straight(latin.upper())
        assert to_cyrillic(latin[0].upper() + latin[1:]) == cyrillic[0].upper() + cyrillic[1:]
        assert straight(to_latin(cyrillic[0].upper() + cyrillic[1:])) == straight(latin[0].upper() + latin[1:])


def test_any_apostrophe_makes_the_same_letter() -> None:
    for mark in APOSTROPHES:
        assert to_cyrillic(f"Bo{mark}ldi, qo{mark}ng{mark}iroq, me{mark}mor") == "Бўлди, қўнғироқ, меъмор"


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("Rahmat, {name}! Narxi {price} so‘m.", "Раҳмат, {name}! Нархи {price} сўм."),
        ("Yozing: @qabul_bot yoki /start", "Ёзинг: @qabul_bot ёки /start"),
        ("Havola: https://qabul.uz/yo'l?a=1 va www.qabul.uz", "Ҳавола: https://qabul.uz/yo'l?a=1 ва www.qabul.uz"),
        ("Saytimiz qabul.uz, pochta info@qabul.uz", "Сайтимиз qabul.uz, почта info@qabul.uz"),
        ('<b>Tez</b> &amp; <a href="https://t.me/x">yozing</a>', '<b>Тез</b> &amp; <a href="https://t.me/x">ёзинг</a>'),
        ("5ta xona, 30-sentabr, 24/7", "5та хона, 30-сентябрь, 24/7"),
        ("SHOSHILING! Shoshiling! Chorsu, CHORSU", "ШОШИЛИНГ! Шошилинг! Чорсу, ЧОРСУ"),
        ("YO‘Q. Yo‘q. Yangi yil, YANGI YIL", "ЙЎҚ. Йўқ. Янги йил, ЯНГИ ЙИЛ"),
        ("MCHJ va XX asr", "МЧЖ ва XX аср"),
        ("WhatsApp orqali, Payme bilan", "WhatsApp орқали, Payme билан"),
        ("‘Oltin’ so‘zi", "‘Олтин’ сўзи"),
        ("Usta ertaga, soat 10:00 da keladi.", "Уста эртага, соат 10:00 да келади."),
    ],
)  # fmt: skip
def test_sentences_we_send_change_only_their_words(latin: str, cyrillic: str) -> None:
    assert to_cyrillic(latin) == cyrillic
    assert straight(to_latin(cyrillic)) == straight(latin)


def test_both_spellings_have_one_folded_key() -> None:
    differ = [(latin, cyrillic) for latin, cyrillic in PAIRS if fold(latin) != fold(cyrillic)]
    # the loans whose letters differ are the spelling table's business, not the fold's
    assert all(set(cyrillic) & set("ьъцяюе") for _, cyrillic in differ)


@given(st.text())
def test_no_text_breaks_either_way(text: str) -> None:
    assert isinstance(to_cyrillic(text), str)
    assert isinstance(to_latin(text), str)


@given(st.text(alphabet="0123456789 .,!?-:;()\n"))
def test_numbers_and_signs_are_never_touched(text: str) -> None:
    assert to_cyrillic(text) == to_latin(text) == text

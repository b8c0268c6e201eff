"""Office language and long sentences are told in every language, script and spelling."""

from __future__ import annotations

from importlib.resources import files

import pytest

from handlers.texts import read_catalogs
from scenarios.book import shipped_files
from scenarios.engine.checks import check_files
from scenarios.engine.checks.plain_words import long_sentences, office_phrases
from scenarios.engine.understanding.transliteration import to_cyrillic
from tests.scenarios.books import Translated, one, problems
from tests.translations import ROOT

SAID = [
    ("ru", "В связи с этим мы произведём оплату.", ["В связи с", "произведём оплату"]),
    ("ru", "Приносим извинения за доставленные неудобства!", ["Приносим извинения", "доставленные неудобства"]),
    ("ru", "Осуществляем доставку в течение дня", ["Осуществляем"]),
    ("ru", "Сейчас мастер занят, но вечером приедет.", []),
    ("ru", "Данные я записал.", []),
    ("uz", "Buyurtmangiz amalga oshirilishi munosabati bilan", ["amalga oshirilishi", "munosabati bilan"]),
    ("uz", "Toʻlovni amalga oshiring", ["Toʻlovni amalga"]),
    ("uz", "To'lovni amalga oshiring", ["To'lovni amalga"]),
    ("uz", "Тўловни амалга оширинг", ["Тўловни амалга"]),
    ("uz", "Ertaga soat oʻnda usta boradi, xoʻpmi?", []),
    ("kk", "Қазіргі уақытта өтініміңіз қаралуда", ["Қазіргі уақытта", "өтініміңіз", "қаралуда"]),
    ("kk", "Жұмысты жүзеге асыру үшін", ["жүзеге асыру"]),
    ("kk", "Шебер ертең сағат онда барады, жарай ма?", []),
    (
        "en",
        "In order to proceed, kindly utilise the above-mentioned form.",
        ["In order to", "kindly", "utilise", "above-mentioned"],
    ),
    ("en", "PLEASE BE ADVISED", ["PLEASE BE ADVISED"]),
    ("en", "Tell me what broke and I will call a colleague.", []),
    ("fr", "Kindly", []),
    ("ru", "Гарантия производителя два года.", []),
    ("ru", "Относительно недорого, и работаем в любой части города.", []),
    ("ru", "Оплата производится после работ.", ["производится"]),
    ("uz", "Stol yuzasidan dogʻni ketkazamiz.", []),
    ("uz", "Bu kvartira kimga tegishli?", []),
    ("uz", "Murojaatingiz yuzasidan javob beramiz", ["Murojaatingiz yuzasidan"]),
    ("kk", "Келіңіз, орын алыңыз.", []),
    ("kk", "Кідіріс орын алды", ["орын алды"]),
    ("en", "Switch off the notifications.", []),
]


@pytest.mark.parametrize(("language", "text", "expected"), SAID)
def test_office_language_is_found_as_it_stands(language, text, expected):
    found = [one.words.replace(" mentioned", "-mentioned") for one in office_phrases(text, language)]
    assert found == expected


@pytest.mark.parametrize("language", ["uz", "kk", "ru", "en"])
def test_each_list_has_many_phrases_and_none_of_them_twice(language):
    text = (files("scenarios.engine.understanding") / f"words/office_{language}.txt").read_text(encoding="utf-8")
    phrases = [row.partition("=")[0].strip() for row in text.splitlines() if row and not row.startswith("#")]
    assert len(phrases) >= 80
    assert len(set(phrases)) == len(phrases)
    for phrase in phrases:
        whole = phrase.replace("*", "")
        assert list(office_phrases(whole, language)), phrase
        if language == "uz":
            assert list(office_phrases(to_cyrillic(whole), language)), phrase


def test_only_sentences_with_too_many_words_are_long():
    short, long = " ".join(["word"] * 25), " ".join(["word"] * 26)
    assert list(long_sentences(f"{short}. {short}! {short}\n{short}")) == []
    assert list(long_sentences(f"{short}. {long}?")) == [26]


def test_the_check_says_in_which_language_and_how_one_would_say_it():
    files = one("  first: {say: Kindly wait, go: end}\n")
    translated = {"ru": Translated({"Kindly wait": "Ожидайте"}), "uz": Translated({"Kindly wait": "Kuting"})}
    assert [str(found) for found in problems(files, translated)] == [
        'a.yaml:5:11: warning W62: en: "Kindly" is office language; say it as you would to a neighbour: "please"',
        'a.yaml:5:11: warning W62: ru: "Ожидайте" is office language; say it as you would to a neighbour: "подождите"',
    ]


def test_a_long_sentence_is_told_with_its_length():
    text = " ".join(["word"] * 34)
    assert [str(found) for found in problems(one(f"  first: {{say: {text}, go: end}}\n"))] == [
        "a.yaml:5:11: warning W62: en: a sentence of 34 words; split it, 25 are the most"
    ]


def test_what_customers_may_write_is_not_held_against_anybody():
    answers = "{a: {label: Pay, synonyms: kindly | make a payment}}"
    assert problems(one(f"  first: {{ask: Hi, answers: {answers}, go: end}}\n")) == []


def test_the_shipped_texts_are_spoken():
    catalogs = read_catalogs(ROOT / "locales")
    desks = {"sales", "support"}
    _, issues = check_files(shipped_files(), desks, {code: catalogs[code] for code in ("uz", "kk", "ru")})
    assert [str(found) for found in issues if found.code == "W62"] == []

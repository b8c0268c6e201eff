"""Whoever types the words of our own buttons goes on in the language they speak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scenarios.engine.understanding import understand
from scenarios.engine.understanding.transliteration import to_cyrillic
from tests.shipped import business, catalogs

OWN = {
    "ru": ["да", "5 тысяч", "3 комнаты", "диван", "ага", "сотрудник", "кондиционер", "заказ"],
    "uz": [
        "3 da",
        "2 ta",
        "3-may",
        "konditsioner",
        "kutaman",
        "boʻldi",
        "kutdim",
        "zakaz",
        "yaqinda",
        "juma kuni",
        "dushanba kuni",
    ],
    "kk": ["3-те", "3 мамыр", "көп", "диван", "маман", "кондиционер", "срочно", "заказ"],
}
"""Words that two of our languages share."""


def typed(language: str) -> Iterator[str]:
    """Labels of answers, what else customers write for them, and the names of services."""
    for (context, _), forms in catalogs()[language].forms.items():
        if "." in context and forms:
            yield from (word.strip() for word in forms[0].split("|"))
    for service in business().services:
        yield (service.name.texts or {})[language]
    yield from OWN[language]


@pytest.mark.parametrize("language", ["uz", "kk", "ru"])
def test_a_word_of_an_answer_does_not_change_the_language(language: str) -> None:
    words = list(typed(language))
    assert len(words) > 150
    assert {
        word: heard for word in words if (heard := understand(word, language).language) not in (None, language)
    } == {}


def test_nor_does_it_in_cyrillic_uzbek() -> None:
    words = [to_cyrillic(word) for word in typed("uz")]
    assert {word: heard for word in words if (heard := understand(word, "uz_Cyrl").language) not in (None, "uz")} == {}

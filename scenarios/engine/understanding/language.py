"""In which language and script a short message is written.

Rule: words decide, then letters and endings; a text that says nothing gives no answer, and what was known before
(the prior) only breaks near ties.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scenarios.engine.understanding.folding import APOSTROPHES
from scenarios.engine.understanding.lexicon import LANGUAGES, Found, Lexicon

Language = Literal["uz", "kk", "ru", "en"]
Script = Literal["latn", "cyrl"]

_CODES: tuple[Language, ...] = ("uz", "kk", "ru", "en")

# Evidence is counted in points: a sure word of a language is 2 (lexicon.MARKERS), and less than 1 says nothing.
_ENOUGH = 1.0
_LETTER = 0.9
_WEAK_LETTER = 0.5
_ENDINGS = (0.0, 0.0, 0.5, 0.6, 0.8, 1.0)  # by the length of the longest ending that fits
_PHRASE = 0.5
_PRIOR = 0.75
_LONGEST_ENDING = 8

# Words of every language here, folded: alone they say nothing about the language of a message.
_SHARED = frozenset({"operator", "manager", "menejer", "admin", "stop", "start", "bot", "robot"})

_WORD = re.compile(rf"[^\W\d_]+(?:[{re.escape(APOSTROPHES)}][^\W\d_]+)*[{re.escape(APOSTROPHES)}]?")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_MARKS = {ord(mark): None for mark in APOSTROPHES}

# Letters, and in Latin script pairs of letters, that belong to some of the languages only.
_LETTERS: tuple[tuple[frozenset[str], tuple[Language, ...], float], ...] = (
    (frozenset("ўҳ"), ("uz",), _LETTER),
    (frozenset("әңөұүі"), ("kk",), _LETTER),
    (frozenset("қғһ"), ("uz", "kk"), _WEAK_LETTER),
    (frozenset("ы"), ("ru", "kk"), _WEAK_LETTER),
    (frozenset("щ"), ("ru",), _WEAK_LETTER),
    (frozenset("äöüñğışŋəáúń"), ("kk",), _LETTER),
    (frozenset("w"), ("en",), _WEAK_LETTER),
)
_PAIRS: tuple[tuple[re.Pattern[str], tuple[Language, ...], float], ...] = (
    (re.compile(rf"[og][{re.escape(APOSTROPHES)}]"), ("uz",), _LETTER),
    (re.compile("q(?!u)"), ("uz", "kk"), _WEAK_LETTER),
    (re.compile("x[aou]|[aou]x"), ("uz",), 0.3),
    (re.compile("th|c[^h]|ee|oo"), ("en",), 0.3),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """The language and script of a message, both None when it says nothing, and the words that spoke for it."""

    language: Language | None
    script: Script | None
    because: tuple[str, ...]


_NOTHING = Heard(None, None, ())


def identify(lexicon: Lexicon, text: str, words: Sequence[str], found: Sequence[Found], prior: str | None) -> Heard:
    """`words` are the folded words of `text`, `found` the phrases in them, `prior` a language code we believe."""
    raw = _WORD.findall(text.casefold())
    if not raw or _SHARED.issuperset(words):
        return _NOTHING
    script = script_of(text)
    points = dict.fromkeys(LANGUAGES, 0.0)
    spoke: dict[str, list[str]] = {language: [] for language in LANGUAGES}
    for word in words:
        for language, weight in lexicon.markers(word).items():
            points[language] += weight
            spoke[language].append(word)
    for phrase in found:
        if phrase.language in points:
            points[phrase.language] += _PHRASE
    certain = max(points.values())
    if not certain and _only_names(text, raw):
        return _NOTHING
    for word in raw:
        for code, worth in lexicon.kept_shape(word, _shape):
            points[code] += worth
    if script == "cyrl":
        points["en"] = 0.0
    winner = _winner(points, prior)
    return Heard(winner, script, tuple(spoke[winner])) if winner else _NOTHING


def script_of(text: str) -> Script:
    """The script of most letters; Latin where there are as many of both, or none."""
    if text.isascii():
        return "latn"
    return "cyrl" if len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)) else "latn"


def _shape(lexicon: Lexicon, word: str) -> tuple[tuple[str, float], ...]:
    """How much the letters and the ending of a word speak for each language."""
    points: dict[str, float] = {}
    for letters, languages, worth in _LETTERS:
        if not letters.isdisjoint(word):
            for language in languages:
                points[language] = points.get(language, 0.0) + worth
    if not _CYRILLIC.search(word):
        for pair, languages, worth in _PAIRS:
            if pair.search(word):
                for language in languages:
                    points[language] = points.get(language, 0.0) + worth
    bare = word.translate(_MARKS)
    ended: dict[str, float] = {}
    for length in range(2, min(_LONGEST_ENDING, len(bare) - 2) + 1):
        for code in lexicon.endings.get(bare[-length:], ()):
            ended[code] = _ENDINGS[min(length, len(_ENDINGS) - 1)]
    for spoken, weight in ended.items():
        points[spoken] = points.get(spoken, 0.0) + weight
    return tuple(points.items())


def _only_names(text: str, raw: Sequence[str]) -> bool:
    capitals = re.findall(r"(?<![^\W_])[^\W\d_]", text)
    return len(raw) <= 3 and all(letter.isupper() for letter in capitals)


def _winner(points: Mapping[str, float], prior: str | None) -> Language | None:
    believed = (prior or "").split("_")[0].lower()
    enough: list[Language] = [code for code in _CODES if points[code] >= _ENOUGH]
    return max(enough, key=lambda code: points[code] + (_PRIOR if code == believed else 0.0), default=None)

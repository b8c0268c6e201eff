"""Plain words: office language in a text, and sentences that are too long to be read on a phone.

Rule: the lists in `words/office_*.txt` are data that a native speaker can correct. They are compared as messages are:
one spelling of a phrase is enough for every alphabet, letter case and apostrophe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from scenarios.engine.understanding.folding import APOSTROPHES, fold

__all__ = ["MOST_WORDS", "Clerk", "long_sentences", "office_phrases"]

MOST_WORDS = 25
"""Words in a sentence; spoken ones have about ten."""

_MARKS = "".join(re.escape(mark) for mark in APOSTROPHES)
_WORD = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]+)*[{_MARKS}]*")
_SHORT = 2
"""Letters by which phrases are looked up; no stem is shorter."""
_SENTENCE = re.compile(r"[.!?…]+[\s\"»”)]+|\n+")


@dataclass(frozen=True, slots=True)
class Clerk:
    """Office language that was found: the words as they stand, and how one would say it ("" when that depends)."""

    words: str
    spoken: str


def office_phrases(text: str, language: str) -> Iterator[Clerk]:
    """The office language in a text of uz, kk, ru or en; nothing for other languages."""
    written = _WORD.findall(text)
    after = 0
    for at, word in enumerate(written):
        for phrase in _begun_by(word, language) if at >= after else ():
            if phrase.stands_at(written, at):
                after = at + len(phrase.places)
                yield Clerk(" ".join(written[at:after]), phrase.spoken)
                break


def long_sentences(text: str) -> Iterator[int]:
    """How many words the sentences have that have too many."""
    for sentence in _SENTENCE.split(text) if text.count(" ") >= MOST_WORDS else ():
        count = len(_WORD.findall(sentence))
        if count > MOST_WORDS:
            yield count


@dataclass(frozen=True, slots=True)
class _Phrase:
    """One line of a list: its words, folded, each with whether any ending may follow."""

    places: tuple[tuple[str, bool], ...]
    spoken: str

    def stands_at(self, written: Sequence[str], at: int) -> bool:
        rest = written[at : at + len(self.places)]
        return len(rest) == len(self.places) and all(map(_fits, rest, self.places))


def _fits(word: str, place: tuple[str, bool]) -> bool:
    wanted, stem = place
    return _key(word).startswith(wanted) if stem else _key(word) == wanted


@lru_cache(maxsize=65_536)
def _begun_by(word: str, language: str) -> tuple[_Phrase, ...]:
    """The phrases that may begin with a word; a book has few words, many times."""
    return tuple(one for one in _phrases(language).get(_key(word)[:_SHORT], ()) if _fits(word, one.places[0]))


@cache
def _phrases(language: str) -> Mapping[str, tuple[_Phrase, ...]]:
    """The phrases of a language by how their first word begins, the longest first."""
    source = files("scenarios.engine.understanding") / f"words/office_{language}.txt"
    rows = source.read_text(encoding="utf-8").splitlines() if source.is_file() else []
    found: dict[str, list[_Phrase]] = {}
    for row in rows:
        if row and not row.startswith("#"):
            phrase, _, spoken = (part.strip() for part in row.partition("="))
            places = tuple((_key(word.removesuffix("*")), word.endswith("*")) for word in phrase.split())
            found.setdefault(places[0][0][:_SHORT], []).append(_Phrase(places, spoken))
    return {
        key: tuple(sorted(phrases, key=lambda one: sum(len(word) for word, _ in one.places), reverse=True))
        for key, phrases in found.items()
    }


@lru_cache(maxsize=32_768)
def _key(word: str) -> str:
    """A word as it is compared."""
    return fold(word)

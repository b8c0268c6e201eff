"""The word lists of the ear: reading `words/*.txt` and finding their phrases in a message.

Rule: the lists are data that a native speaker can correct; this module knows how a line is written, not what it means.

A file has `[sections]`; a line is one phrase. In a phrase

    word          this word, in any spelling that folds to the same key
    stem*         any word that begins so
    ~word         this word with at most one wrong, missing, extra or swapped letter (not in the first)
    a|b*|c        one of these
    ..            up to three words of anything
    ^ and $       the first and the last word of the message
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

from scenarios.engine.understanding.folding import fold

LANGUAGES = ("uz", "kk", "ru", "en")
# "any" holds what is the same everywhere: its phrases say nothing about the language.
FILES = ("any", *LANGUAGES)
# Sections that hold single words for `language.py`, not phrases.
MARKERS = {"markers": 2.0, "markers weak": 1.0}
ENDINGS = "endings"

Shape: TypeAlias = tuple[tuple[str, float], ...]

_GAP = 3
KNOWN_WORDS = 20_000
"""Words whose phrases are kept ready: what people write to a desk repeats."""

_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_FUZZY_FROM = 1
_SHORTEST_FUZZY = 6


@dataclass(frozen=True, slots=True)
class Place:
    """One position of a phrase: whole words, beginnings of words, or a gap before the next position."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    gap: bool = False

    def takes(self, word: str) -> bool:
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True, slots=True)
class Pattern:
    """One phrase of a list, ready to be looked for."""

    section: str
    language: str
    places: tuple[Place, ...]
    starts: bool
    ends: bool


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a message: the words from `first` up to, not including, `after`."""

    section: str
    language: str
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists, indexed by the first word of each phrase."""

    by_word: dict[str, tuple[Pattern, ...]]
    by_stem: dict[str, tuple[Pattern, ...]]
    marker_words: dict[str, dict[str, float]]
    marker_stems: dict[str, dict[str, float]]
    endings: dict[str, tuple[str, ...]]
    longest_stem: int
    _begin: dict[str, tuple[Pattern, ...]] = field(default_factory=dict, init=False, compare=False, repr=False)
    _shapes: dict[str, Shape] = field(default_factory=dict, init=False, compare=False, repr=False)
    _speak: dict[str, dict[str, float]] = field(default_factory=dict, init=False, compare=False, repr=False)

    def find(self, words: Sequence[str]) -> list[Found]:
        """Every phrase of every list that occurs in these folded words."""
        return [found for first in range(len(words)) for found in self._beginning_at(words, first)]

    def markers(self, word: str) -> dict[str, float]:
        """How much this folded word speaks for each language: the whole word if listed, else its longest beginning."""
        known = self._speak.get(word)
        if known is None:
            _make_room(self._speak)
            known = self._speak[word] = self._markers(word)
        return known

    def _markers(self, word: str) -> dict[str, float]:
        if word in self.marker_words:
            return self.marker_words[word]
        for length in range(min(len(word), self.longest_stem), 1, -1):
            if word[:length] in self.marker_stems:
                return self.marker_stems[word[:length]]
        return {}

    def kept_shape(self, word: str, shape: Callable[[Lexicon, str], Shape]) -> Shape:
        """What `shape` makes of a word, kept ready for the next time."""
        known = self._shapes.get(word)
        if known is None:
            _make_room(self._shapes)
            known = self._shapes[word] = shape(self, word)
        return known

    def _beginning_at(self, words: Sequence[str], first: int) -> Iterator[Found]:
        word = words[first]
        for pattern in self._candidates(word):
            if pattern.starts and first:
                continue
            after = _end(pattern.places, pattern.ends, words, first)
            if after:
                yield Found(pattern.section, pattern.language, first, after)

    def _candidates(self, word: str) -> tuple[Pattern, ...]:
        known = self._begin.get(word)
        if known is None:
            found = list(self.by_word.get(word, ()))
            for length in range(1, min(len(word), self.longest_stem) + 1):
                found += self.by_stem.get(word[:length], ())
            _make_room(self._begin)
            known = self._begin[word] = tuple(found)
        return known


def _make_room(words: dict[str, Any]) -> None:
    if len(words) >= KNOWN_WORDS:
        words.clear()


def _end(places: Sequence[Place], ends: bool, words: Sequence[str], at: int) -> int:
    """Where the phrase ends if its first place stands at `at`, else 0; of several ends the nearest."""
    for index, place in enumerate(places):
        if place.gap:
            rest = places[index + 1 :]
            return next(filter(None, (_end(rest, ends, words, at + more) for more in range(_GAP + 1))), 0)
        if at >= len(words) or not place.takes(words[at]):
            return 0
        at += 1
    return 0 if ends and at < len(words) else at


@cache
def lexicon() -> Lexicon:
    """The shipped word lists, read at the first use. ValueError names the file and line of a wrong one."""
    lists = files("scenarios.engine.understanding") / "words"
    return read(lambda name: (lists / f"{name}.txt").read_text(encoding="utf-8"))


def read(text_of: Callable[[str], str]) -> Lexicon:
    """Word lists from their texts by file name ("any", "uz", …)."""
    by_word: dict[str, list[Pattern]] = {}
    by_stem: dict[str, list[Pattern]] = {}
    marker_words: dict[str, dict[str, float]] = {}
    marker_stems: dict[str, dict[str, float]] = {}
    endings: dict[str, tuple[str, ...]] = {}
    for language in FILES:
        for section, line, where in _lines(language, text_of(language)):
            if section == ENDINGS:
                for ending in dict.fromkeys(line.split()):
                    endings[ending] = tuple(dict.fromkeys((*endings.get(ending, ()), language)))
            elif section in MARKERS:
                place = _place(line, language, where)
                for keys, table in ((place.words, marker_words), (place.stems, marker_stems)):
                    for key in keys:
                        weights = table.setdefault(key, {})
                        weights[language] = max(weights.get(language, 0.0), MARKERS[section])
            else:
                pattern = _pattern(section, language, line, where)
                for word in pattern.places[0].words:
                    by_word.setdefault(word, []).append(pattern)
                for stem in pattern.places[0].stems:
                    by_stem.setdefault(stem, []).append(pattern)
    return Lexicon(
        by_word={key: tuple(patterns) for key, patterns in by_word.items()},
        by_stem={key: tuple(patterns) for key, patterns in by_stem.items()},
        marker_words=marker_words,
        marker_stems=marker_stems,
        endings=endings,
        longest_stem=max(map(len, (*by_stem, *marker_stems)), default=0),
    )


def _lines(name: str, text: str) -> Iterator[tuple[str, str, str]]:
    section = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        where = f"words/{name}.txt:{number}"
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].strip()
        elif not section:
            raise ValueError(f"{where}: a phrase before the first [section]; put it under one")
        else:
            yield section, line, where


def _pattern(section: str, language: str, line: str, where: str) -> Pattern:
    parts = line.split()
    starts, ends = parts[0] == "^", parts[-1] == "$"
    parts = parts[starts : len(parts) - ends]
    if not parts or parts[0] == ".." or parts[-1] == "..":
        raise ValueError(f"{where}: a phrase must begin and end with a word: {line!r}")
    places = tuple(Place(gap=True) if part == ".." else _place(part, language, where) for part in parts)
    return Pattern(section, language, places, starts, ends)


def _place(part: str, language: str, where: str) -> Place:
    whole: set[str] = set()
    stems: set[str] = set()
    for written in part.split("|"):
        for spelling in _spellings(written.strip("~*"), language):
            key = fold(spelling)
            if not key or " " in key or not key.isalnum():
                raise ValueError(f"{where}: {written!r} is not one word; write words apart, alternatives with |")
            keys = _near(key, written.endswith("*")) if written.startswith("~") else {key}
            (stems if written.endswith("*") else whole).update(keys)
    return Place(frozenset(whole), tuple(sorted(stems)))


def _spellings(written: str, language: str) -> Iterable[str]:
    """Uzbek o' is also typed у on a Russian keyboard and u by those who spare the apostrophe."""
    return (written, written.replace("o'", "u")) if language == "uz" and "o'" in written else (written,)


def _near(key: str, stem: bool) -> set[str]:
    """All spellings at one mistake from the key; short words have too many neighbours that mean something else.

    A beginning must not become a shorter beginning: "manager" without its last letter would take "manage".
    """
    if len(key) < _SHORTEST_FUZZY:
        return {key}
    found = {key}
    for at in range(_FUZZY_FROM, len(key)):
        head, tail = key[:at], key[at:]
        found.add(head + tail[1:])
        found.add(head + tail[1:2] + tail[:1] + tail[2:])
        found.update(head + letter + rest for letter in _ALPHABET for rest in (tail, tail[1:]))
    keys = {fold(near) for near in found if len(near) >= _SHORTEST_FUZZY - 1}
    return {near for near in keys if not (stem and near != key and key.startswith(near))}

"""Which answer a typed text means: its label in any language or script, its number, a synonym, stars for a rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from scenarios.engine.phrases import Phrase
from scenarios.engine.understanding.folding import words
from scenarios.engine.world import World

__all__ = ["Candidate", "first_heard", "match", "names", "names_one_of", "star_count"]

LONGEST_MATCH = 200
"""Texts longer than this (letters) are a story, not an answer."""


class Candidate:
    """One answer that may be meant."""

    __slots__ = ("key", "label", "synonyms")

    def __init__(self, key: str, label: Phrase, synonyms: Phrase | None = None) -> None:
        self.key = key
        self.label = label
        self.synonyms = synonyms


def match(text: str, candidates: Sequence[Candidate], world: World) -> str | None:
    """The key of the answer that the text names, None when it names none or more than one."""
    if len(text) > LONGEST_MATCH:
        return None
    said = _bare(text)
    if not candidates or (not said and not star_count(text)):
        return None
    forms = {candidate.key: _forms(candidate, world) for candidate in candidates}
    keys = list(forms)
    by_label = {key for key in keys if said in forms[key]}
    if len(by_label) == 1:
        return by_label.pop()
    if all(key.isdecimal() for key in keys):
        return _score(text, said, forms)
    if said.isdecimal() and len(said) <= 2 and 1 <= int(said) <= len(keys):
        return keys[int(said) - 1]
    spoken = f" {said} "
    within = {key for key in keys for form in _long_forms(forms[key]) if form in spoken}
    return within.pop() if len(within) == 1 else None


def first_heard(text: str, lists: Sequence[Phrase], world: World) -> int | None:
    """Which of the lists ("price | how much") is the first of which the text contains an alternative in any language,
    as whole words; None when it contains none."""
    if len(text) > LONGEST_MATCH:
        return None
    said = words(text)
    spoken = f" {' '.join(said)} "
    begin = _by_first_word(tuple([tuple(world.readings(one)) for one in lists]))
    return min((place for word in said for form, place in begin.get(word, ()) if form in spoken), default=None)


def star_count(text: str) -> int:
    """How many stars a text shows when it shows nothing else; 0 otherwise."""
    stars = sum(text.count(star) for star in "⭐★🌟")
    rest = text
    for star in "⭐★🌟\ufe0f ":
        rest = rest.replace(star, "")
    return stars if not rest else 0


def names(text: str, phrase: Phrase, world: World) -> bool:
    """Whether the text is this phrase and nothing else, in any language: a label that was typed, or came as words."""
    return len(text) <= LONGEST_MATCH and _bare(text) in _all_forms(tuple(world.readings(phrase)))


def names_one_of(text: str, phrase: Phrase, world: World) -> bool:
    """Whether the text is one of the alternatives of a list ("language | other language") and nothing else."""
    return len(text) <= LONGEST_MATCH and _bare(text) in _all_forms(tuple(world.readings(phrase)))


def _score(text: str, said: str, forms: Mapping[str, frozenset[str]]) -> str | None:
    """The score that a text gives and nothing else: a number, "4/5", stars with or without it, the words of a label."""
    numbers = [word for word in said.split() if word.isdecimal()]
    rest = [word for word in said.split() if not word.isdecimal()]
    if rest:
        by_words = {key for key, said_so in forms.items() for one in said_so if one.split()[1:] == rest and not numbers}
        return by_words.pop() if len(by_words) == 1 else None
    if len(numbers) == 2 and "/" in text and numbers[1] == max(forms, key=int):
        numbers = numbers[:1]
    number = str(int(numbers[0])) if len(numbers) == 1 else str(star_count(text) or "") if not numbers else ""
    return number if number in forms else None


def _forms(candidate: Candidate, world: World) -> frozenset[str]:
    synonyms = () if candidate.synonyms is None else world.readings(candidate.synonyms)
    return _all_forms((*world.readings(candidate.label), *synonyms))


@lru_cache(maxsize=4_096)
def _long_forms(forms: frozenset[str]) -> tuple[str, ...]:
    """The forms long enough to be meant by a whole sentence, each between spaces."""
    return tuple(f" {form} " for form in forms if len(form) > 3)


@lru_cache(maxsize=1_024)
def _all_forms(readings: tuple[str, ...]) -> frozenset[str]:
    return frozenset().union(*map(_alternatives, readings))


@lru_cache(maxsize=16)
def _by_first_word(lists: tuple[tuple[str, ...], ...]) -> dict[str, tuple[tuple[str, int], ...]]:
    """All forms of all lists, each between spaces with the place of its list, by the word they begin with: few of them
    need be looked for."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for place, readings in enumerate(lists):
        for form in _all_forms(readings):
            word = form.split(" ", 1)[0]
            found[word] = (*found.get(word, ()), (f" {form} ", place))
    return found


@lru_cache(maxsize=4_096)
def _alternatives(reading: str) -> frozenset[str]:
    """The forms of one reading, "price | how much". The book's readings are few and asked for with every message."""
    return frozenset(_bare(one) for one in reading.split("|")) - {""}


def _bare(text: str) -> str:
    return " ".join(words(text))

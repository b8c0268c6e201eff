"""A message cut into chunks with what each may mean: numbers, names of days, parts of the day, little words.

The words stand in `words/*.txt`, folded as the ear folds them, so one spelling there serves both alphabets of Uzbek,
Kazakh in Russian or Latin letters, and any apostrophes. A section's name is the meaning: a kind and, behind a space,
its value ("weekday 2", "part morning").
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from scenarios.engine.understanding.folding import fold
from scenarios.engine.understanding.lexicon import Found, Lexicon, read

__all__ = ["Chunk", "chunks_of", "lexicon"]

LONGEST = 1_000
"""Letters that are read; whoever writes more tells a story, and its end must not cost the others time."""

LONGEST_NUMBER = 15
"""Digits of a number that is one; a card's or an account's is longer."""

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_ENDINGS = ("clock after", "dan", "until after", "th", "dayof", "counter")
_HUNDRED, _THOUSAND = 100, 1000


@dataclass(frozen=True, slots=True)
class Chunk:
    """One number, word or fixed phrase. `gap` is what stands between it and the chunk before; `means` maps kinds to
    their values; `value` is set for numbers, with `digits` the count of digits they were written with (0: in words)."""

    text: str
    gap: str
    means: Mapping[str, str]
    value: int | None = None
    digits: int = 0

    @property
    def known(self) -> bool:
        """Whether it is a number or a word of ours, and not just any word."""
        return self.value is not None or bool(self.means)


def chunks_of(text: str, language: str = "") -> list[Chunk]:
    """The chunks of any text, in order. The language of the conversation decides what is written alike in two ("on" is
    ten in Uzbek and Kazakh, "ten" and "den" are endings in Kazakh)."""
    tokens: list[tuple[str, str]] = []
    folded, end = fold(text[:LONGEST]), 0
    for place in _TOKEN.finditer(folded):
        gap, word = folded[end : place.start()], place.group()
        end = place.end()
        head = _numeral_before_ending(word)
        tokens += [(gap, word)] if head is None else [(gap, word[: len(head)]), ("", _ending_of(word, head))]
    return list(_numbers(_decided(_phrases(tokens), language)))


@cache
def lexicon() -> Lexicon:
    """The words of answers, read at the first use. ValueError names the line of a wrong one."""
    folder = files("scenarios.engine.slots").joinpath("words")
    return read(lambda name: folder.joinpath(f"{name}.txt").read_text(encoding="utf-8"))


@cache
def _numerals() -> frozenset[str]:
    """Uzbek and Kazakh numbers in one word, which take endings ("beshda", "бестен")."""
    return frozenset(
        word
        for word, patterns in lexicon().by_word.items()
        for pattern in patterns
        if pattern.section.startswith("number ") and pattern.language in ("uz", "kk") and len(pattern.places) == 1
    )


@cache
def _endings() -> tuple[str, ...]:
    """What may stand behind a number, longest first."""
    found = {
        word
        for word, patterns in lexicon().by_word.items()
        for pattern in patterns
        if pattern.section in _ENDINGS and pattern.language in ("uz", "kk") and len(pattern.places) == 1
    }
    return tuple(sorted(found, key=len, reverse=True))


def _numeral_before_ending(word: str) -> str | None:
    """The number that a word is besides its ending; a letter they share was folded to one ("төртте" is "torte")."""
    if word[0].isdecimal() or word in lexicon().by_word:
        return None
    for ending in _endings():
        head = word.removesuffix(ending)
        if head != word and head in _numerals():
            return head
        head = word[: len(word) - len(ending) + 1]
        if word.endswith(ending[1:]) and head.endswith(ending[0]) and head in _numerals():
            return head
    return None


def _ending_of(word: str, head: str) -> str:
    rest = word[len(head) :]
    return rest if rest in _endings() else head[-1] + rest


def _phrases(tokens: Sequence[tuple[str, str]]) -> list[Chunk]:
    """The longest phrases of ours from the left; what is in none stands alone."""
    words = [word for _, word in tokens]
    longest: dict[int, list[Found]] = {}
    for found in lexicon().find(words):
        others = longest.setdefault(found.first, [])
        if not others or found.after == others[0].after:
            others.append(found)
        elif found.after > others[0].after:
            longest[found.first] = [found]
    chunks: list[Chunk] = []
    at = 0
    while at < len(words):
        here = longest.get(at, ())
        after = here[0].after if here else at + 1
        means = dict(_meaning(found.section) for found in here)
        number = words[at] if words[at].isdecimal() else ""
        chunks.append(
            Chunk(
                " ".join(words[at:after]),
                tokens[at][0],
                means,
                int(number) if number and len(number) <= LONGEST_NUMBER else None,
                len(number),
            )
        )
        at = after
    return chunks


def _decided(chunks: Sequence[Chunk], language: str) -> list[Chunk]:
    """Chunks that are a number in one language and a little word in another have one meaning afterwards."""
    decided: list[Chunk] = []
    for at, chunk in enumerate(chunks):
        if {"number", "at"} <= chunk.means.keys():
            behind = chunks[at + 1].means if at + 1 < len(chunks) else {}
            little = language == "en" or not behind.keys().isdisjoint(("weekday", "the", "month"))
            gone = "number" if little else "at"
            chunk = replace(chunk, means={kind: value for kind, value in chunk.means.items() if kind != gone})
        elif (
            "dan" in chunk.means
            and at
            and (chunks[at - 1].digits or _counts(chunks[at - 1]))
            and (chunk.gap in ("", "-") or language in ("uz", "uz_Cyrl", "kk"))
        ):
            chunk = replace(chunk, means={"dan": ""})
        decided.append(chunk)
    return decided


def _meaning(section: str) -> tuple[str, str]:
    """("weekday", "2") of "weekday 2"; sections whose second word is no value keep both in their kind."""
    kind, _, value = section.rpartition(" ")
    return (kind, value) if kind in _VALUED else (section, "")


_VALUED = frozenset(
    ("day", "weekday", "month", "unit", "part", "number", "ordinal", "fraction", "rating", "half to", "time")
)


def _numbers(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Numbers in words put together: "yigirma besh", "двадцать пятого", "one hundred and five"."""
    found: list[Chunk] = []
    at = 0
    while at < len(chunks):
        chunk = chunks[at]
        if chunk.digits or not _counts(chunk):
            found.append(chunk)
            at += 1
            continue
        total, part, after = 0, 0, at
        while after < len(chunks):
            more = _value(chunks[after])
            if more is None or (after > at and not (_joined(chunks[after]) and _fits(part, more))):
                break
            if more >= _THOUSAND:
                total, part = total + (part or 1) * more, 0
            else:
                part = (part or 1) * more if more == _HUNDRED else part + more
            after += 1
            if "ordinal" in chunks[after - 1].means:
                break
        last = chunks[after - 1]
        means = chunk.means if after == at + 1 else {kind: v for kind, v in last.means.items() if kind == "ordinal"}
        text = " ".join(one.text for one in chunks[at:after])
        found.append(Chunk(text, chunk.gap, means, total + part))
        at = after
    return found


def _counts(chunk: Chunk) -> bool:
    return "number" in chunk.means or "ordinal" in chunk.means


def _value(chunk: Chunk) -> int | None:
    said = chunk.means.get("number") or chunk.means.get("ordinal")
    return int(said) if said and not chunk.digits else None


def _joined(chunk: Chunk) -> bool:
    return chunk.gap in (" ", "-", " -", "- ", "")


def _fits(part: int, more: int) -> bool:
    """Whether a number word may follow what was said so far within one number ("twenty" "five", not "five" "ten")."""
    if more >= _THOUSAND:
        return part > 0
    if more == _HUNDRED:
        return 0 < part < 10
    low = part % _HUNDRED
    return part > 0 and ((low == 0 and more < _HUNDRED) or (low >= 10 and low % 10 == 0 and 0 < more < 10))

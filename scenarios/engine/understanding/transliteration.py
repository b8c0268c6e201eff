"""Transliteration: the two alphabets of Uzbek, for what the desk writes.

Rule: only words change. Placeholders, addresses, @names, /commands, HTML and numbers come out as they went in, and
words the rules of spelling do not cover stand in `words/spelling.txt`.

Rules of spelling: Cabinet of Ministers of Uzbekistan, resolution 339 of 1995-08-24 (Latin), and 1956 (Cyrillic).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from scenarios.engine.understanding.folding import APOSTROPHES

_SHORTEST_STEM, _LONGEST_STEM = 3, 20
_MARKS = "".join(re.escape(mark) for mark in APOSTROPHES)
_VOWELS = "aeiouаеёиоуэюяўы"

_UNTOUCHED = re.compile(
    r"""\{[^{}]*\}                                  # {placeholders}
    |</?[A-Za-z][^<>]*>|&\#?\w+;                    # HTML tags and entities
    |(?:https?://|tg://|www\.)[^\s<>]+              # addresses
    |(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+        # mail
    |\b[\w-]+(?:\.[\w-]+)*\.(?:uz|kz|ru|com|org|net|me|io|info|dev|app)\b(?:/[^\s<>]*)?
    |(?<![\w@])@\w+                                 # @names
    |(?<![\w/<])/[A-Za-z]\w*                        # /commands
    |\b[XVI]{2,}\b                                  # Roman numbers
    """,
    re.VERBOSE,
)
_LATIN_WORD = re.compile(rf"[A-Za-z](?:[A-Za-z{_MARKS}]*[A-Za-z]|(?<=[OoGg])[{_MARKS}])?(?:(?<=[OoGg])[{_MARKS}])?")
_CYRILLIC_WORD = re.compile("[\u0400-\u04ff]+")

_FOREIGN = re.compile(r"w|c(?!h)", re.IGNORECASE)
# t + s where a verb or noun in t meets an ending in s ("ketsa", "kutsangiz", "uyatsiz"); elsewhere ts is a loan's ц.
_NATIVE = r"(?:a|am|ang|angiz|angizlar|ak|alar|in|inlar|iz|izlar|izlik\w*|izga|izdan|izni)(?:mi|chi|da|ki|ham)?$"
_LATIN_PIECE = re.compile(rf"yo'|o'|g'|s'h|sh|ch|yo|yu|ya|ye|ts(?!h|{_NATIVE})|[a-z']", re.IGNORECASE)
_TO_CYRILLIC = {
    "yo'": "йў", "o'": "ў", "g'": "ғ", "s'h": "сҳ", "sh": "ш", "ch": "ч", "yo": "ё", "yu": "ю", "ya": "я", "ts": "ц",
    "'": "ъ",
    "a": "а", "b": "б", "d": "д", "e": "е", "f": "ф", "g": "г", "h": "ҳ", "i": "и", "j": "ж", "k": "к", "l": "л",
    "m": "м", "n": "н", "o": "о", "p": "п", "q": "қ", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "x": "х",
    "y": "й", "z": "з",
}  # fmt: skip
_TO_LATIN = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "ж": "j", "з": "z", "и": "i", "й": "y", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "x", "ч": "ch",
    "ш": "sh", "щ": "sh", "ъ": "ʼ", "ы": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ё": "yo", "ў": "oʻ", "қ": "q",
    "ғ": "gʻ", "ҳ": "h",
    "сҳ": "sʼh", "ъе": "ye", "ье": "ye", "ъё": "yo", "ьё": "yo", "ьо": "yo",
}  # fmt: skip
_CYRILLIC_PIECE = re.compile("сҳ|[ъь][её]|ьо|.", re.IGNORECASE)


def to_cyrillic(text: str) -> str:
    """Uzbek in Latin letters -> Uzbek in Cyrillic letters; any apostrophe will do ("oʻ", "o'", "o‘")."""
    return _between_untouched(text, lambda part: _LATIN_WORD.sub(lambda found: _cyrillic(found.group()), part))


def to_latin(text: str) -> str:
    """Uzbek in Cyrillic letters -> Latin letters, with ʻ (U+02BB) in oʻ, gʻ and ʼ (U+02BC) for the tutuq belgisi."""
    return _between_untouched(text, lambda part: _CYRILLIC_WORD.sub(lambda found: _latin(found.group()), part))


def _between_untouched(text: str, change: Callable[[str], str]) -> str:
    parts: list[str] = []
    end = 0
    for found in _UNTOUCHED.finditer(text):
        parts += change(text[end : found.start()]), found.group()
        end = found.end()
    return "".join([*parts, change(text[end:])])


def _cyrillic(word: str) -> str:
    plain = re.sub(f"[{_MARKS}]", "'", word)
    length, spelled = _spelling().to_cyrillic(plain.lower())
    if not length:
        return word if _FOREIGN.search(plain) else _pieces_in_cyrillic(plain, "")
    ending = plain[length:]
    if not spelled.isascii():  # names that keep their Latin letters keep their capitals too
        if ending:
            spelled = spelled.removesuffix("ь")  # "октябрь", but "октябрда": no ь before an ending
        spelled = _cased_like(plain[:length], spelled)
    return spelled + _pieces_in_cyrillic(ending, spelled)


def _pieces_in_cyrillic(plain: str, before: str) -> str:
    result = before
    for found in _LATIN_PIECE.finditer(plain):
        piece = found.group()
        lower = piece.lower()
        open_before = not result or result[-1].lower() in _VOWELS
        if lower == "e":
            letter = "э" if open_before else "е"
        elif lower == "ye":
            letter = "е" if open_before else "ье"
        else:
            letter = _TO_CYRILLIC[lower]
        result += letter.upper() if piece == "'" and plain.isupper() else _cased_like(piece, letter)
    return result[len(before) :]


def _latin(word: str) -> str:
    length, spelled = _spelling().to_latin(word.lower())
    result = _cased_like(word[:length], spelled)
    shouted = len(word) > 1 and word.isupper()
    previous = word[length - 1].lower() if length else ""
    for found in _CYRILLIC_PIECE.finditer(word, length):
        piece = found.group().lower()
        if piece == "е":
            letter = "e" if previous and previous not in _VOWELS else "ye"
        elif piece == "ц":
            letter = "ts" if previous and previous in _VOWELS else "s"
        else:
            letter = _TO_LATIN.get(piece, found.group())
        upper = found.group()[0].isupper()
        result += letter.upper() if upper and shouted else letter.capitalize() if upper else letter
        previous = piece[-1]
    return result


def _cased_like(sample: str, lower: str) -> str:
    letters = [char for char in sample if char.isalpha()]
    if not letters or not letters[0].isupper():
        return lower
    if len(letters) > 1 and all(char.isupper() for char in letters):
        return lower.upper()
    return lower[:1].upper() + lower[1:]


@dataclass(frozen=True, slots=True)
class _Spelling:
    """The irregular words: whole ones and beginnings, lower case, from each alphabet to the other."""

    latin_words: dict[str, str]
    latin_stems: dict[str, str]
    cyrillic_words: dict[str, str]
    cyrillic_stems: dict[str, str]

    def to_cyrillic(self, lower: str) -> tuple[int, str]:
        """How many letters of the word are spelled irregularly (0: none), and how they are spelled."""
        return _longest(lower, self.latin_words, self.latin_stems)

    def to_latin(self, lower: str) -> tuple[int, str]:
        return _longest(lower, self.cyrillic_words, self.cyrillic_stems)


def _longest(lower: str, whole: dict[str, str], stems: dict[str, str]) -> tuple[int, str]:
    if lower in whole:
        return len(lower), whole[lower]
    for length in range(min(len(lower), _LONGEST_STEM), _SHORTEST_STEM - 1, -1):
        if lower[:length] in stems:
            return length, stems[lower[:length]]
    return 0, ""


@cache
def _spelling() -> _Spelling:
    """words/spelling.txt, read at the first use."""
    found = _Spelling({}, {}, {}, {})
    words = files("scenarios.engine.understanding") / "words/spelling.txt"
    for line in words.read_text(encoding="utf-8").splitlines():
        latin, equals, cyrillic = line.partition(" = ")
        if line.startswith("#") or not equals:
            continue
        if latin.endswith("$"):
            found.latin_words[latin[:-1]] = cyrillic
            found.cyrillic_words.setdefault(cyrillic, latin[:-1])
        else:
            found.latin_stems[latin] = cyrillic
            if not cyrillic.isascii():
                found.cyrillic_stems.setdefault(cyrillic, latin)
                found.cyrillic_stems.setdefault(cyrillic.removesuffix("ь"), latin)
    return found

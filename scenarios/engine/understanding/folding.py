"""Folding: one key for all the ways in which customers spell the same word.

Rule: `fold` never fails, is idempotent, takes linear time and never returns more than `MAX_FOLDED` characters;
word lists and messages go through the same fold, so the key only has to be common, not readable.

What is made equal: letter case, apostrophes and their absence, stretched letters, the two Uzbek alphabets (and the
proposed new Latin letters), Kazakh letters and the Russian ones typed instead of them, Kazakh and Russian in Latin
letters, look-alike letters of another script inside one word. Emoji and punctuation stay: they are signals.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Far above any message: Telegram allows 4096 characters in a text (Bot API, read 2025-11).
MAX_FOLDED = 16_384
# A longer text is cut before any work is done: nobody reads the rest of it either.
MAX_READ = 16_384

APOSTROPHES = (
    "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb"
    "\u2018\u2019\u201a\u201b\u2032\u2035\u055a\u05f3\ua78c\uff07"
)

_LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "j", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "yu", "я": "ya",
    # Uzbek, then Kazakh, then neighbours whose keyboards are in use here
    "ў": "o", "қ": "k", "ғ": "g", "ҳ": "h",
    "ә": "a", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i",
    "ҷ": "j", "ӣ": "i", "ӯ": "u", "є": "e", "ї": "i", "ґ": "g",
    # Latin: the spellings of Uzbek and Kazakh, and letters that two alphabets write differently
    "q": "k", "x": "h", "w": "v", "ı": "i", "ş": "sh", "ç": "ch", "ŋ": "n", "ə": "a", "ø": "o", "ß": "s", "æ": "ae",
    # Greek look-alikes: nobody writes Greek to us
    "α": "a", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "h",
}  # fmt: skip
_NO_MARKS = {ord(mark): "" for mark in APOSTROPHES}
_TABLE = {ord(letter): key for letter, key in _LETTERS.items()} | _NO_MARKS

# Pairs that look the same, Latin first. Case matters here: "H" looks like "Н", but "h" like nothing Cyrillic.
_LATIN_TWINS = "ABCEHKMOPTXYaceikopxyI"
_CYRILLIC_TWINS = "АВСЕНКМОРТХУасеікорхуІ"
_TO_CYRILLIC = str.maketrans(_LATIN_TWINS, _CYRILLIC_TWINS)
_TO_LATIN = str.maketrans(_CYRILLIC_TWINS, _LATIN_TWINS)

_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z]")
_MIXED_WORD = re.compile("(?=[A-Za-z]*[\u0400-\u04ff])(?=[\u0400-\u04ff]*[A-Za-z])[A-Za-z\u0400-\u04ff]+")
_REPEATED = re.compile(r"([^\d\s])\1+")
_LONELY_Y = re.compile(r"(?<![aeiou])y(?![aeiou])")
_WORD = re.compile(r"[^\W_]+")
FRESH = 256
"""Texts whose key is kept: one turn asks for the same message's key several times."""
_INVISIBLE = {"Mn", "Me", "Mc", "Cf"}


@lru_cache(maxsize=FRESH)
def fold(text: str) -> str:
    """The comparable key of any text: lower-case ASCII for our alphabets, single spaces, emoji and signs kept."""
    # marks first: NFKC would take "´" for a space with an accent
    text = unicodedata.normalize("NFKC", text[:MAX_READ].translate(_NO_MARKS))[:MAX_READ]
    if _CYRILLIC.search(text) and _LATIN.search(text):
        text = _MIXED_WORD.sub(_one_script, text)
    text = _REPEATED.sub(r"\1", text.casefold()).translate(_TABLE)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(_plain(char) for char in text).casefold().translate(_TABLE)
    text = _REPEATED.sub(r"\1", text.translate(_CONTROL))
    text = _REPEATED.sub(r"\1", text.replace("zh", "j").replace("ye", "e"))
    text = " ".join(_LONELY_Y.sub("i", text).split())
    return text if len(text) <= MAX_FOLDED else _cut(text)


@lru_cache(maxsize=FRESH)
def words(text: str) -> tuple[str, ...]:
    """The folded words and numbers of a text, in order, without signs and emoji."""
    return tuple(_WORD.findall(fold(text)))


def tokens(folded: str) -> list[re.Match[str]]:
    """The words of an already folded text with their places, for those who must know what stands between them."""
    return list(_WORD.finditer(folded))


_CONTROL = dict.fromkeys((*range(0x20), 0x7F), " ")


def _plain(char: str) -> str:
    if char.isascii():
        return char
    category = unicodedata.category(char)
    if category in _INVISIBLE:
        return ""
    return " " if category[0] in "CZ" and category != "Co" else char


def _one_script(match: re.Match[str]) -> str:
    """A word in two scripts is a disguise or a slip when one script's letters all have twins in the other."""
    word = match.group()
    as_cyrillic, as_latin = word.translate(_TO_CYRILLIC), word.translate(_TO_LATIN)
    if not _LATIN.search(as_cyrillic) and not (not _CYRILLIC.search(as_latin) and _mostly_latin(word)):
        return as_cyrillic
    return as_latin if not _CYRILLIC.search(as_latin) else word


def _mostly_latin(word: str) -> bool:
    return 2 * len(_LATIN.findall(word)) > len(word)


def _cut(text: str) -> str:
    """The beginning that fits, ended at a space so that folding it again changes nothing."""
    space = text.rfind(" ", 0, MAX_FOLDED + 1)
    return text[:space] if space > 0 else text[:MAX_FOLDED].rstrip("y")

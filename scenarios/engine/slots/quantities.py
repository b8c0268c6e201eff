"""Numbers as customers write them: "2 та", "екеу", "twelve", "12,5", "5 ming"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from scenarios.engine.context import Slot
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.chunks import Chunk, chunks_of

__all__ = ["numbers_in", "read_number"]

MANY = Phrase("I see more than one number there. Please write only the one I asked for.")
TOO_BIG = Phrase("That number is too big for me. Please write it again, with fewer digits.")

_GROUP = 3
"""Digits between the spaces of a long number: 1 500 000."""
_THOUSAND = 1_000
_MOST = 10**12


def read_number(text: str, language: str) -> Slot | Phrase | None:
    """The one number of a text; its key is written with digits and, where it has a fraction, a point."""
    found = list(dict.fromkeys(numbers_in(text, language)))
    if len(found) != 1:
        return MANY if found else None
    return TOO_BIG if found[0] >= _MOST else {"key": plain(found[0]), "type": "number"}


def plain(number: Decimal) -> str:
    """ "12", "12.5"."""
    return str(int(number)) if number == int(number) else f"{number.normalize():f}"


def numbers_in(text: str, language: str) -> Iterator[Decimal]:
    """All numbers of a text, in order."""
    chunks = chunks_of(text, language)
    at = 0
    while at < len(chunks):
        number, after = _number(chunks, at)
        if number is not None:
            yield number
        at = after


def _number(chunks: list[Chunk], at: int) -> tuple[Decimal | None, int]:
    """The number that begins here, None where none does, and the chunk that follows."""
    chunk = chunks[at]
    if "fraction" in chunk.means and "number" not in chunk.means:
        return Decimal(chunk.means["fraction"]), at + 1
    if chunk.value is None or ("ordinal" in chunk.means and not chunk.digits):
        # A long account number counts as one that is too big.
        return (Decimal(chunk.text[:40]) if chunk.digits else None), at + 1
    if chunk.digits and at and chunk.gap == "" and chunks[at - 1].value is None:
        return None, at + 1  # "m2", "A4"
    number, after = Decimal(chunk.value), at + 1
    if chunk.digits:
        whole = chunk.text
        while after < len(chunks) and _continues(chunks[after], whole):
            whole += chunks[after].text
            after += 1
        number = Decimal(whole)
        if after < len(chunks) and chunks[after].digits and chunks[after].gap in (".", ","):
            number = Decimal(f"{whole}.{chunks[after].text[:6]}")
            after += 1
    while after < len(chunks) and (times := _multiplier(chunks[after])):
        number *= times
        after += 1
    if after < len(chunks) and chunks[after].means.keys() & {"half"} and number == int(number):
        number += Decimal("0.5")
        after += 1
    if chunk.gap.endswith("-") and re.search(r"(?:^|\s)-$", chunk.gap):
        number = -number
    return number, after


def _continues(chunk: Chunk, whole: str) -> bool:
    return chunk.digits == _GROUP and chunk.gap == " " and len(whole) <= 12 and whole != "0"


def _multiplier(chunk: Chunk) -> int:
    """1,000 for "ming", "тыс" behind digits."""
    said = chunk.means.get("number", "0")
    return int(said) if int(said) >= _THOUSAND and chunk.gap in ("", " ") else 0

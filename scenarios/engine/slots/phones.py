"""Phone numbers in what customers write and share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

from scenarios.engine.context import Slot
from scenarios.engine.events import Content
from scenarios.engine.phrases import Phrase
from scenarios.engine.slots.chunks import lexicon
from scenarios.engine.understanding.folding import words

__all__ = ["phone_in", "read_phone", "spoken_phone"]

TOO_SHORT = Phrase("That number is too short. Please write all of it, with the code: +998 90 123 45 67")
TOO_LONG = Phrase("That number is too long for a phone. Please write it like this: +998 90 123 45 67")

_RUN = re.compile(r"(?<![0-9+:,/])(?:\+|\b00)?[ ]?\(?[0-9](?:[ \u00a0().–-]{0,3}[0-9])*(?![0-9]|[.,/:-][0-9])")
_DATE = re.compile(r"[0-3]?[0-9][.-][01]?[0-9][.-](?:20)?[0-9]{2}(?![0-9])|20[0-9]{2}[.-][01][0-9][.-][0-3][0-9]")
_COUNTRIES = {"998": 12, "7": 11}
"""How numbers of our countries begin and how many digits they have then."""

_SHORTEST, _LONGEST = 9, 15
"""Digits of a number that can be called: without a country's code, and with it (ITU E.164)."""
_SHORTEST_PIECE = 5
"""Fewer digits than this are no attempt at a phone number."""
_LONGEST_READ = 1_000
_LONGEST_BEFORE = 40
"""Letters before a number in which stands what it numbers."""
_MOST_WORDS = 3
"""Words around digits that are still meant as a phone number ("my number is ...")."""
_BEFORE = re.compile(r"[^\W\d_]+|[№#]")


def phone_in(text: str) -> str | None:
    """The phone number in a text, with its + where the country is sure; None when there is none."""
    for written, digits in _runs(text):
        if _SHORTEST <= len(digits) <= _LONGEST:
            return _known(written, digits)
    return None


def read_phone(content: Content) -> Slot | Phrase | None:
    """The phone that a customer wrote or shared; a phrase when it was meant as one and cannot be."""
    text = content.contact.phone if content.contact else content.text
    if (found := phone_in(text)) is not None:
        return {"key": found, "type": "phone"}
    runs = [digits for _, digits in _runs(text)]
    if len(runs) != 1 or len([word for word in words(text) if not word.isdecimal()]) > _MOST_WORDS:
        return None
    if _SHORTEST_PIECE <= len(runs[0]) < _SHORTEST:
        return TOO_SHORT
    return TOO_LONG if len(runs[0]) > _LONGEST else None


def spoken_phone(key: str) -> str:
    """A remembered phone as one reads it out: "+998 90 123 45 67"; as it is where the country is not known."""
    if not key.startswith("+"):
        return key
    try:
        return format_number(parse(key), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return key


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """Every run of digits that is no date and no number of an order: as written, and its digits."""
    text = text[:_LONGEST_READ]
    for found in _RUN.finditer(text):
        written = found.group().strip()
        before = _BEFORE.findall(text[max(0, found.start() - _LONGEST_BEFORE) : found.start()])
        if _DATE.match(written) or _numbers_something(before):
            continue
        yield written, "".join(sign for sign in written if sign in "0123456789")


def _numbers_something(before: list[str]) -> bool:
    """Whether what follows these words numbers an order, a contract, a bill: "№", "заказ", "buyurtma raqami"."""
    if not before:
        return False
    if before[-1] in "№#" or _is(before[-1], "order"):
        return True
    return len(before) > 1 and _is(before[-1], "numberof") and _is(before[-2], "order")


def _is(word: str, kind: str) -> bool:
    return any(found.section == kind for found in lexicon().find(words(word)))


def _known(written: str, digits: str) -> str:
    if written.startswith("00"):
        return f"+{digits[2:]}"
    sure = written.startswith("+") or any(
        digits.startswith(code) and len(digits) == length for code, length in _COUNTRIES.items()
    )
    return f"+{digits}" if sure else digits

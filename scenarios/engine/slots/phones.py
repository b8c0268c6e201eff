"""Phone numbers in what customers write."""

from __future__ import annotations

import re

__all__ = ["phone_in"]

_PHONE = re.compile(r"(?<![0-9+])\+?[0-9](?:[ \u00a0().–-]{0,3}[0-9]){8,14}(?![0-9])")
_COUNTRIES = {"998": 12, "7": 11}
"""How numbers of our countries begin and how many digits they have then."""


def phone_in(text: str) -> str | None:
    """The phone number in a text, with its + where the country is sure; None when there is none."""
    for found in _PHONE.finditer(text):
        digits = "".join(sign for sign in found.group() if sign.isdecimal())
        sure = found.group().startswith("+") or any(
            digits.startswith(code) and len(digits) == length for code, length in _COUNTRIES.items()
        )
        return f"+{digits}" if sure else digits
    return None

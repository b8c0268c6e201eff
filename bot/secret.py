"""Values that must never be printed, logged or shown in a traceback.

Rule: the text of a secret comes out of `reveal()` and of nothing else; str, repr and format say `(hidden)`.
"""

from __future__ import annotations

import re
from typing import Final

HIDDEN: Final = "(hidden)"

_PASSWORD = re.compile(r"(//[^/?#:@]*:)(.*)(@)", re.DOTALL)
"""Greedy up to the last @: a password may contain one, and hiding too much is the right mistake."""
_SECRET_PARAMETER = re.compile(r"([?&][^=&]*(?:pass|secret|token|key)[^=&]*=)[^&]*", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9]{5,}:[\w-]{20,}|EAA[A-Za-z0-9]{20,}")
"""A bot token or a Graph API token, which people paste into the wrong line."""


class Secret:
    """A token or password; compares by its text, shows as `(hidden)`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return str(self)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and type(other) is type(self) and other._text == self._text

    def __hash__(self) -> int:
        return hash((type(self), self._text))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        # Workers get their settings from the parent; pickling must not go around __init__.
        return type(self), (self._text,)


class SecretUrl(Secret):
    """A URL that may carry a password; shows as the URL with `(hidden)` in its place."""

    __slots__ = ()

    def __str__(self) -> str:
        return without_secrets(self._text)


def without_secrets(text: str) -> str:
    """The text with passwords in URLs, secret-sounding parameters and anything shaped like a token hidden."""
    text = _PASSWORD.sub(rf"\g<1>{HIDDEN}\g<3>", text)
    text = _SECRET_PARAMETER.sub(rf"\g<1>{HIDDEN}", text)
    return _TOKEN.sub(HIDDEN, text)

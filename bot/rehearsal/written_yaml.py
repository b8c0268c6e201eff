"""Words and values as a manager would write them in a scenario file: quotes only where they are needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["as_yaml"]

_PLAIN = re.compile(r"[^\W_][^\n\r\t:#{}\[\],&*!|>'\"%@`\\]*[^\s:#{}\[\],&*!|>'\"%@`\\]|[^\W\d_]|[0-9]+")
_OTHERWISE = re.compile(r"(?i)true|false|yes|no|on|off|null|y|n|[0-9.+-]+|[0-9]+[eE_x:][0-9a-f:_]*|\d{4}-\d{2}-\d{2}.*")
"""What YAML would not read as words."""


def as_yaml(value: object, inside: bool = False) -> str:
    """A value on one line, lists and names in brackets and braces; `inside` says that it stands in such."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{as_yaml(str(key), True)}: {as_yaml(one, True)}" for key, one in value.items())
        return f"{{{pairs}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(as_yaml(one, True) for one in value)}]"
    text = str(value)
    # In brackets a question mark may mean something of its own.
    if (
        text.isprintable()
        and not (inside and "?" in text)
        and _PLAIN.fullmatch(text)
        and not _OTHERWISE.fullmatch(text)
    ):
        return text
    return f'"{"".join(map(_quoted, text))}"'


def _quoted(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter == "\n":
        return "\\n"
    return letter if letter.isprintable() else f"\\U{ord(letter):08x}"

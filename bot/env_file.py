"""Reads a .env file: the settings of a machine that has no other place for them.

Rule: a line that cannot be read is refused with file and line, never skipped; what stands there is not
repeated, since it may be a secret. Values mean what is written: `$` and `${…}` are not replaced.
"""

from __future__ import annotations

from pathlib import Path


class EnvFileError(Exception):
    """The file cannot be read; the text is one line with the file, the line and what to do."""


def read_env_file(path: Path) -> dict[str, str]:
    """The QABUL_ variables of the file, the last one winning; nothing when there is no file."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise EnvFileError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise EnvFileError(f"{path}:{line}: the file has to be UTF-8") from None
    if "=" not in text:
        # Most start without a single setting; python-dotenv costs 40 ms to import.
        return _without_settings(path, text)
    return _parsed(path, text)


def _without_settings(path: Path, text: str) -> dict[str, str]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            raise EnvFileError(f"{path}:{number}: expected NAME=value or # and a comment")
    return {}


def _parsed(path: Path, text: str) -> dict[str, str]:
    from io import StringIO

    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        # The parser counts the blank lines before a statement as its own.
        blank = len(binding.original.string) - len(binding.original.string.lstrip())
        line = binding.original.line + binding.original.string.count("\n", 0, blank)
        if binding.error or (binding.key is not None and binding.value is None):
            raise EnvFileError(f"{path}:{line}: expected NAME=value or # and a comment; is a quote left open?")
        if binding.key is not None and binding.value is not None and binding.key.startswith("QABUL_"):
            values[binding.key] = binding.value
    return values

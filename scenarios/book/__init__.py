"""The scenarios that ship with the desk, and how a folder of scenario files is read from disk.

Rule: this is the only place of the room that reads files; the engine is given their text.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

__all__ = ["as_text", "folder_files", "shipped_files"]


def shipped_files() -> dict[str, str]:
    """The texts of the shipped scenario files by file name."""
    found = (item for item in files(__name__).iterdir() if item.name.endswith(".yaml"))
    return {item.name: as_text(item.read_bytes()) for item in sorted(found, key=lambda item: item.name)}


def folder_files(path: Path) -> dict[str, str]:
    """The texts of the scenario files (`*.yaml`) that lie directly in a folder, by file name; what editors put beside
    them begins with a dot and is left out.

    Raises OSError when the folder or a file cannot be read.
    """
    found = (item for item in path.iterdir() if item.suffix == ".yaml" and item.name[0] != "." and item.is_file())
    return {item.name: as_text(item.read_bytes()) for item in sorted(found)}


def as_text(data: bytes) -> str:
    """A file's bytes as the reader takes them."""
    # Bytes that are no UTF-8 stay visible to the reader, which tells where they are.
    return data.decode("utf-8", "surrogateescape").replace("\r\n", "\n")

"""The folder of scenarios as it lies on disk: its files, its own translations, and what of it cannot be read.

Rule: a folder may be in any state, half written or gone; whatever is wrong with it becomes a finding with a place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from handlers.layers import over
from handlers.publishing import Found
from handlers.texts import Catalog, read_catalog
from scenarios.book import as_text, shipped_files
from scenarios.engine.model import Place
from scenarios.engine.reading.issues import Issue, issue

__all__ = [
    "FOLDER",
    "LANGUAGES",
    "RELEASE",
    "TRANSLATIONS",
    "Print",
    "print_of",
    "read_folder",
    "who",
    "with_translations",
]

FOLDER, RELEASE = "folder", "release"
"""Who changes scenarios beside the managers: the folder of the settings, or a new release with what ships."""

TRANSLATIONS = "translations"
LANGUAGES = ("uz", "kk", "ru", "en")

LARGEST = 1_000_000
"""Bytes; a file of a thousand steps has a fifth of that."""

LARGEST_PO = 5_000_000

Print: TypeAlias = tuple[tuple[str, int, int, int], ...]
"""What a look at a folder shows without reading it: name, time of change, size and inode of each file."""


def who(folder: Path | None) -> str:
    """In whose name the files that the settings name are published."""
    return RELEASE if folder is None else FOLDER


def print_of(folder: Path) -> Print:
    """The folder's present look; two that are equal mean that nothing was written between them."""
    found = []
    for path in _paths(folder):
        try:
            stat = path.stat()
            found.append((f"{path.parent.name}/{path.name}", stat.st_mtime_ns, stat.st_size, stat.st_ino))
        except OSError as error:
            found.append((f"{path.parent.name}/{path.name}", -1, error.errno or 0, 0))
    return tuple(found)


def read_folder(folder: Path | None) -> Found:
    """The scenarios of a folder, or those that ship with the desk."""
    if folder is None:
        return Found(shipped_files())
    files: dict[str, str] = {}
    issues: list[Issue] = []
    try:
        paths = list(_listed(folder, ".yaml"))
        if not paths:
            issues.append(_finding(folder.name, "no scenario file (*.yaml) is in this folder"))
    except OSError as error:
        paths = []
        issues.append(
            _finding(folder.name, f"this folder cannot be read ({error.strerror}); put it back or its rights right")
        )
    for path in paths:
        data = _data(path, path.name, LARGEST, issues)
        if data is not None:
            files[path.name] = as_text(data)
    catalogs, wrong = _catalogs(folder)
    return Found(files, catalogs, issues + wrong)


def with_translations(folder: Path | None, shipped: Mapping[str, Catalog]) -> tuple[dict[str, Catalog], list[Issue]]:
    """The shipped catalogs with the folder's own translations upon them, and what is wrong with those files."""
    if folder is None:
        return dict(shipped), []
    found, issues = _catalogs(folder)
    return over(shipped, found), issues


def _catalogs(folder: Path) -> tuple[dict[str, Catalog], list[Issue]]:
    catalogs: dict[str, Catalog] = {}
    issues: list[Issue] = []
    for path in _translated(folder):
        name = f"{TRANSLATIONS}/{path.name}"
        data = _data(path, name, LARGEST_PO, issues)
        if path.stem not in LANGUAGES:
            issues.append(_finding(name, f"translations are called {', '.join(LANGUAGES)} and .po"))
        elif data is not None:
            try:
                catalogs[path.stem] = read_catalog(data)
            except ValueError as error:
                line, _, why = str(error).partition(":")
                issues.append(_finding(name, why, int(line)))
    return catalogs, issues


def _paths(folder: Path) -> Iterator[Path]:
    try:
        yield from _listed(folder, ".yaml")
    except OSError:
        return
    yield from _translated(folder)


def _translated(folder: Path) -> list[Path]:
    try:
        return list(_listed(folder / TRANSLATIONS, ".po"))
    except OSError:
        return []


def _listed(folder: Path, suffix: str) -> Iterator[Path]:
    """Its files of that kind by name; what editors put beside them begins with a dot."""
    return (path for path in sorted(folder.iterdir()) if path.suffix == suffix and path.name[0] != ".")


def _data(path: Path, name: str, largest: int, issues: list[Issue]) -> bytes | None:
    """The bytes of a file; None, with a finding, when they cannot or should not be read."""
    try:
        if not path.is_file():
            if path.is_dir():
                why = "this is a folder"
            elif path.is_symlink():
                why = "this is a link to a file that does not exist"
            else:
                why = "this is no file"
            issues.append(_finding(name, why))
            return None
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except OSError as error:
        issues.append(_finding(name, f"this file cannot be read ({error.strerror}); put its rights right"))
        return None
    if len(data) > largest:
        issues.append(_finding(name, f"this file is larger than {largest // 1_000_000} MB; split it"))
        return None
    return data


def _finding(name: str, why: str, line: int = 1) -> Issue:
    return issue("E01", Place(name, line, 1), why)

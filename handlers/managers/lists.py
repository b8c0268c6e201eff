"""Lists of texts to translate: a .po file with what a version still lacks, ready to be filled in and sent back."""

from __future__ import annotations

import io
import secrets
import time
from pathlib import Path

from babel.messages.catalog import Catalog as PoCatalog
from babel.messages.pofile import write_po

from handlers.managers.answers import File
from handlers.papers.labels import LANGUAGE_NAMES
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase
from scenarios.engine.reading.extract import extract
from scenarios.engine.rollouts import StoredFile

__all__ = ["missing_file", "names_of"]

KEPT_SECONDS = 48 * 3_600
TO_FILL = Phrase("Texts to translate ({language}): {count}. Fill them in and send this file back.")


class _Source(io.BytesIO):
    """A file's text that knows its name, as Babel's extractors expect it."""

    name = "scenario.yaml"


def names_of(file: StoredFile) -> set[tuple[str, str]]:
    """The texts that a version says, as (context, source)."""
    return {(context or "", source[0] if isinstance(source, tuple) else source) for context, source, _ in _said(file)}


def missing_file(file: StoredFile, code: str, texts: Texts, language: str, folder: Path) -> File:
    """What the version lacks in the language `code`, as a .po file in `folder` (made if missing)."""
    have = {(context or "", source): len(forms) for context, source, forms in file.texts.get(code, ())}
    catalog = PoCatalog(locale=code, project="qabul", version=f"{file.name} {file.version[:8]}", fuzzy=False)
    for context, message, comments in _said(file):
        counts = isinstance(message, tuple)
        source = message[0] if isinstance(message, tuple) else message
        if have.get((context or "", source), 0) < (catalog.num_plurals if counts else 1):
            catalog.add(message, context=context, auto_comments=comments)
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    path = folder / f"list-{secrets.token_hex(8)}.po"
    with path.open("wb") as target:
        write_po(target, catalog, omit_header=False, width=100)
    caption = TO_FILL.having(language=LANGUAGE_NAMES[code], count=len(catalog))
    return File(path, f"{file.name}.{code}.po", texts.render(caption, language))


def _said(file: StoredFile) -> list[tuple[str | None, str | tuple[str, str], list[str]]]:
    """(context, source or (one, other), comments for translators) of everything that a version says."""
    source = _Source(file.source.encode("utf-8"))
    source.name = f"{file.name}.yaml"
    found: list[tuple[str | None, str | tuple[str, str], list[str]]] = []
    for _, function, message, comments in extract(source, {}, ("Translators:",), {}):
        match function, message:
            case "pgettext", (str(context), str(text)):
                found.append((context, text, comments))
            case "ngettext", (str(one), str(other)):
                found.append((None, (one, other), comments))
            case _, str(text):
                found.append((None, text, comments))
    return found


def _sweep(folder: Path) -> None:
    limit = time.time() - KEPT_SECONDS
    for old in folder.glob("list-*.po"):
        if old.stat().st_mtime < limit:
            old.unlink(missing_ok=True)

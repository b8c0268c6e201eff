"""`qabul scenario translate DIR`: brings the folder's translation files up to date and tells what is missing."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TextIO

from babel.messages.catalog import Message

from bot.folder import TRANSLATIONS
from bot.translations import TranslationError, gaps, shipped, update_file, wanted
from scenarios.book import folder_files

__all__ = ["translate"]

LOCALES = Path(str(files("locales")))


def translate(directory: Path, out: TextIO, err: TextIO) -> int:
    """Update DIR/translations/{uz,kk,ru,en}.po and tell what is still to be translated. Returns the exit status: 0 when
    the files are up to date (also with gaps), 1 when a file is wrong, 2 when there is nothing to translate."""
    try:
        said = folder_files(directory)
        if not said:
            err.write(f"{directory}: no scenario file (*.yaml) is here\n")
            return 2
        catalogs = wanted(said)
        missing = 0
        for language, needed in catalogs.items():
            path = directory / TRANSLATIONS / f"{language}.po"
            for line, what, message in gaps(update_file(path, needed, language, shipped(language, LOCALES))):
                missing += 1
                out.write(f"{path}:{line}: {what}: {_shown(message)}\n")
    except TranslationError as error:
        err.write(f"{error}\n")
        return 1
    except OSError as error:
        err.write(f"{error.filename or directory}: {error.strerror}; name a folder with scenario files\n")
        return 2
    languages = ", ".join(catalogs)
    out.write(f"{missing} to translate" if missing else "Everything is translated")
    out.write(f": {directory / TRANSLATIONS} has {languages}.\n")
    return 0


def _shown(message: Message) -> str:
    text = " ".join((message.id if isinstance(message.id, str) else message.id[0]).split())
    short = text if len(text) <= 60 else f"{text[:57]}..."
    file, line = message.locations[0] if message.locations else ("", 0)
    return f'"{short}" ({file}:{line})'

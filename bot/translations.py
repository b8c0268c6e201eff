"""The translation files of a folder of scenarios, brought up to date with what the scenarios say.

A folder keeps them as `translations/uz.po`, `kk.po`, `ru.po` and, when something in it is not written in English,
`en.po`. Rule: nothing a translator wrote is lost. A text that changed keeps its old translation, marked as outdated
("fuzzy") with the old text above it; what nobody says any more moves to the end of the file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, unescape, write_po

from scenarios.engine.reading import read_files
from scenarios.engine.reading.extract import extract

__all__ = ["LANGUAGES", "NAMES", "TranslationError", "gaps", "shipped", "update_file", "wanted"]

NAMES: Mapping[str, str] = {"uz": "Uzbek (Latin letters)", "kk": "Kazakh", "ru": "Russian", "en": "English"}
LANGUAGES = tuple(NAMES)
WIDTH = 110
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)
"""What the header of a new file says; the file would differ with each run if it were the true time."""


class TranslationError(Exception):
    """A scenario or a translation file cannot be read; the text is one line with its place."""


def wanted(files: Mapping[str, str], folder: str = "") -> dict[str, Catalog]:
    """What a folder's files (name -> text) need translated, by language; places are told as `folder` + file.

    A text needs no translation into the language it is written in, except one that counts, whose forms only a catalog
    has. Raises TranslationError when a file cannot be read.
    """
    reading = read_files(files)
    for found in reading.issues:
        if found.is_error:
            raise TranslationError(str(found))
    written = {f"{name}.yaml": scenario.texts for name, scenario in reading.book.scenarios.items()}
    written["always.yaml"] = next((detour.texts for detour in reading.book.always), "en")
    catalogs = {language: Catalog(language) for language in LANGUAGES}
    for file, text in files.items():
        source = written.get(file, "en")
        handle = io.BytesIO(text.encode("utf-8", "surrogateescape"))
        handle.name = file
        for line, function, message, comments in extract(handle, {}, ["Translators:"], {}):
            context, said = (message[0], message[1]) if function == "pgettext" else (None, message)
            for language, catalog in catalogs.items():
                own_forms = function == "ngettext" and language != "en"
                if language != source or own_forms:
                    place = [(f"{folder}{file}", line)]
                    catalog.add(said, locations=place, auto_comments=comments, context=context)
    return {language: catalog for language, catalog in catalogs.items() if len(catalog)}


def shipped(language: str, locales: Path) -> Catalog:
    """What the desk itself has translated into a language; a folder needs none of it again."""
    found = Catalog(language)
    for path in sorted((locales / language / "LC_MESSAGES").glob("*.po")):
        for message in _read(path, language):
            if message.id and not message.fuzzy:
                found[message.id] = message
    return found


def update_file(path: Path, needed: Catalog, language: str, known: Catalog, keep_unused: bool = True) -> Catalog:
    """Bring a .po file up to date with what is needed and not `known`, or begin one; the catalog as it is written now.

    A new text that is like one that is known gets that one's translation as a proposal; what nobody says any more is
    kept at the end with `keep_unused`. Raises TranslationError when
    the file is no .po file, OSError when it cannot be read or written.
    """
    before = _read(path, language) if path.exists() else _begun(language)
    own = {_key(message) for message in (*before, *before.obsolete.values())}
    # What was said once and is said again has its translation back.
    for message in before.obsolete.values():
        before[message.id] = message
    before.obsolete.clear()
    for message in known:
        if message.id and _key(message) not in own:
            needed.delete(message.id, message.context)
            before[message.id] = message
    earlier = {_key(message): message.previous_id for message in before}
    before.update(needed, update_creation_date=False)
    for message in before:
        if message.id and message.fuzzy and not message.previous_id:
            message.previous_id = earlier.get(_key(message), [])
    for key, message in list(before.obsolete.items()):
        if _key(message) not in own:
            del before.obsolete[key]
    written = io.BytesIO()
    write_po(written, before, width=WIDTH, include_previous=True, ignore_obsolete=not keep_unused)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_bytes() != written.getvalue():
        beside = path.with_name(f"{path.name}.new")
        beside.write_bytes(written.getvalue())
        beside.replace(path)
    return _read(path, language)


def gaps(catalog: Catalog) -> Iterator[tuple[int, str, Message]]:
    """What still has to be done in a catalog: (line of the .po file, what is wrong, the message)."""
    for message in catalog:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if not message.id:
            continue
        if message.fuzzy:
            what = "the translation is that of an older or a similar text, look at it again"
            yield message.lineno or 1, what, message
        elif not forms or not all(form.strip() for form in forms) or len(forms) < _forms(catalog, message):
            yield message.lineno or 1, "not translated yet", message


def _key(message: Message) -> tuple[str, str]:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def _forms(catalog: Catalog, message: Message) -> int:
    return 1 if isinstance(message.id, str) else catalog.num_plurals


def _read(path: Path, language: str) -> Catalog:
    try:
        with path.open("rb") as file:
            found = read_po(file, locale=language, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        line = getattr(error, "lineno", 0) + 1
        raise TranslationError(
            f"{path}:{line}: this is no .po file: {error}; mend the line, or delete the file"
        ) from None
    for message in found:
        _take_previous(message)
    return found


def _take_previous(message: Message) -> None:
    """The older text above a message (`#| msgid "..."`) is read as a comment by Babel and would be written as one."""
    rows = [comment[1:].strip() for comment in message.user_comments if comment.startswith("|")]
    message.user_comments = [comment for comment in message.user_comments if not comment.startswith("|")]
    texts: list[str] = []
    for row in rows:
        word, _, quoted = row.partition(" ") if row.startswith("msgid") else ("", "", row)
        if word:
            texts.append("")
        if texts and len(quoted) > 1:
            texts[-1] += unescape(quoted)
    if message.fuzzy:
        message.previous_id = texts


def _begun(language: str) -> Catalog:
    return Catalog(
        locale=language,
        project="Scenarios",
        version="1",
        creation_date=_WHEN,
        revision_date=_WHEN,
        last_translator="the house",
        language_team=language,
        msgid_bugs_address="the house",
        charset="utf-8",
        fuzzy=False,
        header_comment=f"# The scenarios of this folder in {NAMES[language]}.\n"
        "# `qabul scenario translate` keeps the texts up to date; write what stands after msgstr.",
    )

"""A scenario file that a manager sent: it is checked beside what runs, kept, and shown with what can be done next.

Rule: a wrong file is never kept, one that is only not translated yet may be tried but not given to customers, and every
answer says what to do.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from handlers.layers import over
from handlers.managers.answers import Answer, Buttons, Picture, Text
from handlers.managers.changing import Changes, Manager, catalogs_of, is_untranslated, lacking
from handlers.managers.lists import missing_file, names_of
from handlers.managers.rollout import BUSY
from handlers.papers.labels import LANGUAGE_NAMES, one_line
from handlers.texts import Catalog, Texts, read_catalog
from scenarios.engine.graph.drawing import TooLarge
from scenarios.engine.model import Scenario
from scenarios.engine.phrases import Phrase
from scenarios.engine.reading.issues import Issue
from scenarios.engine.rollouts import StoredFile

__all__ = [
    "EXAMPLE_FILE",
    "EXAMPLE_LIST",
    "LONGEST_FILE",
    "MOST_BYTES",
    "NOT_A_SCENARIO",
    "TOO_LARGE",
    "Draw",
    "SentFiles",
    "buttons_of",
    "may_be_sent",
]

LONGEST_FILE = 300_000
"""Letters of one file."""

MOST_BYTES = 4 * LONGEST_FILE
"""No UTF-8 text of so many letters is larger; a larger file is not fetched at all."""

MOST_TOLD = 10
Draw = Callable[[Scenario, Texts, str, Path], Path]

EXAMPLE_FILE, EXAMPLE_LIST = "new.yaml", "new.ru.po"
ENDINGS = (".yaml", ".yml", ".po")
_SCENARIO = re.compile(r"^scenario:[ \t]*[\"']?([a-z0-9_]+)", re.MULTILINE)
_SHARED = re.compile(r"(?:[ \t]*(?:#[^\n]*|---)?\n)*(always|start|facts):")
_COPY = re.compile(r"[ _]*\(\d+\)$")

NOT_A_SCENARIO = Phrase(
    "I can only take scenario files here, such as {file}, or the lists of translations that I made, such as {list}."
)
TOO_LARGE = Phrase("{name} is too large: a scenario file has at most {most} letters. Nothing was changed.")
NO_TEXT = Phrase("{name} is no text that I can read. Save it as {encoding} and send it again.")
UNREADABLE = Phrase("{name} cannot be read, line {line}: {what}. Please correct it and send it again.")
WHICH_LANGUAGE = Phrase(
    "{name} does not say which language it is. Please leave the name of the list as I sent it, such as {list}."
)
WHICH_SCENARIO = Phrase("{name}: I have no scenario that waits for translations. Send the scenario file first.")
WRONG = Phrase(
    "✋ {names}: this cannot be used yet. Mistakes: {count}.\n\n{problems}\n\n"
    "Nothing was changed: customers notice nothing. Please correct it and send it again."
)
IN_ENGLISH = Phrase("(The mistakes are named in English.)")
STILL_MORE = Phrase("… and {count} more")
RIGHT = Phrase("✅ {names}: everything is right. Nobody gets it yet; what shall I do with it?")
WARNED = Phrase("✅ {names}: this can be used. Please have a look all the same:\n\n{problems}\n\nNobody gets it yet.")
UNTRANSLATED = Phrase(
    "🌐 {names}: the scenario is right, but texts are not translated yet: {languages}.\n\n"
    "Fill in the lists that follow and send them back to me. You can try it on yourself already."
)
SAME = Phrase("{names}: that is exactly what runs now. There is nothing to change.")
REWORDED = Phrase("{names}: the translations are taken over. Customers read them from now on.")
NO_PICTURE = Phrase("{name} is too large for a picture that a phone can show; everything else works all the same.")
CAPTION = Phrase("{name}: version {version}")

TRY = Phrase("Try it on me", "managers' button")
GIVE_SOME = Phrase("Give it to 10 %", "managers' button")
GIVE_ALL = Phrase("Give it to everybody", "managers' button")
TAKE_BACK = Phrase("Take back", "managers' button")


def may_be_sent(name: str) -> bool:
    """Whether a file of that name is a scenario or a list of translations."""
    return name.casefold().endswith(ENDINGS)


def buttons_of(row: int, texts: Texts, language: str, ready: bool = True) -> Buttons:
    """What can be done with the version of a row of the journal."""
    found = [(f"m:try:{row}", TRY)]
    if ready:
        found += [(f"m:give:{row}:10", GIVE_SOME), (f"m:give:{row}:100", GIVE_ALL), (f"m:undo:{row}", TAKE_BACK)]
    return tuple((data, texts.render(label, language)) for data, label in found)


class SentFiles:
    """Takes files. `draw` makes the picture of a scenario in `folder`, one at a time."""

    def __init__(self, changes: Changes, texts: Texts, draw: Draw, drawing: asyncio.Lock, folder: Path) -> None:
        self._changes = changes
        self._texts = texts
        self._draw = draw
        self._drawing = drawing
        self._folder = folder

    async def take(self, files: Mapping[str, bytes], who: Manager, language: str, at: datetime) -> list[Answer]:
        """The answers to files that came together, by the name that they came with."""
        sources: dict[str, str] = {}
        translated: dict[str, Catalog] = {}
        for name, data in files.items():
            # A list of a megabyte takes a second to read: customers do not wait for it.
            refused = await asyncio.to_thread(self._read, name, data, sources, translated)
            if refused is not None:
                return [Text(self._texts.render(refused, language))]
        await self._changes.library.refresh()
        if not sources:
            waiting = await self._waiting(files, translated)
            if not waiting:
                name = one_line(next(iter(files)), 64)
                return [Text(self._texts.render(WHICH_SCENARIO.having(name=name), language))]
            sources = {f"{one.name}.yaml": one.source for one in waiting}
        for name in sources:
            translated = await self._with_earlier(name.removesuffix(".yaml"), sources[name], translated)
        return await self._answers(sources, translated, who, language, at)

    def _read(self, name: str, data: bytes, sources: dict[str, str], translated: dict[str, Catalog]) -> Phrase | None:
        """One file into the sources or the translations; why it cannot be taken."""
        shown = one_line(name, 64)
        if not may_be_sent(name):
            return NOT_A_SCENARIO.having(file=EXAMPLE_FILE, list=EXAMPLE_LIST)
        if name.casefold().endswith(".po"):
            language = re.search(r"(?:^|[._-])(uz|kk|ru|en)(?: ?\(\d+\))?\.po$", name.casefold())
            if language is None:
                return WHICH_LANGUAGE.having(name=shown, list=EXAMPLE_LIST)
            try:
                catalog = read_catalog(data)
            except ValueError as error:
                line, _, what = str(error).partition(":")
                return UNREADABLE.having(name=shown, line=line, what=one_line(what, 200))
            translated |= over(translated, {language[1]: catalog})
            return None
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return NO_TEXT.having(name=shown, encoding="UTF-8")
        if len(text) > LONGEST_FILE:
            return TOO_LARGE.having(name=shown, most=LONGEST_FILE)
        # Phones rename what they download ("new (2).yaml"): the file's own word for itself decides.
        named = _SCENARIO.search(text) or _SHARED.match(text)
        stem = named[1] if named is not None else _COPY.sub("", Path(name).stem.casefold())
        stem = re.sub(r"[^a-z0-9_]", "_", stem)[:64]
        sources[f"{stem}.yaml"] = text
        return None

    async def _waiting(self, names: Iterable[str], translated: Mapping[str, Catalog]) -> list[StoredFile]:
        """The versions that were sent last and that these translations are for: by the names of the lists, else the one
        that says most of their texts."""
        rows = [x for x in self._changes.library.changes if x.kind in ("sent", "rollout", "folder") and x.version]
        newest = {x.scenario: x.version for x in rows}
        said = {key for catalog in translated.values() for key in catalog.forms.keys() | catalog.fuzzy_keys}
        stored = await self._changes.library.shelf.files(newest)
        fits = {one.name: (one, len(said & names_of(one))) for one in stored}
        called = {re.split(r"[. (]", name.casefold(), maxsplit=1)[0] for name in names}
        named = [one for one, shared in fits.values() if one.name in called and shared]
        best = max(fits.values(), key=lambda fit: fit[1], default=None)
        return named or ([best[0]] if best is not None and best[1] else [])

    async def _with_earlier(self, name: str, source: str, translated: dict[str, Catalog]) -> dict[str, Catalog]:
        """The translations with those that came for the same text before."""
        found = {x.version for x in self._changes.library.changes if x.scenario == name and x.kind == "sent"}
        for version in sorted(found):
            stored = await self._changes.stored(name, version)
            if stored is not None and stored.source == source:
                translated = over(catalogs_of(stored), translated)
        return translated

    async def _answers(
        self,
        sources: Mapping[str, str],
        translated: Mapping[str, Catalog],
        who: Manager,
        language: str,
        at: datetime,
    ) -> list[Answer]:
        sent = await self._changes.publisher.check(sources, translated)
        names = ", ".join(sorted(sources))
        errors = [one for one in sent.issues if one.is_error]
        if errors and not is_untranslated(errors):
            # The lists of what is to be translated come once the rest is right.
            real = [one for one in errors if not is_untranslated([one])]
            wrong = WRONG.having(names=names, count=len(real), problems=self._problems(real, language))
            return [Text(self._texts.render(wrong, language))]
        same = all(self._changes.running(one.name).current == one.version for one in sent.stored)
        if same and not translated:
            return [Text(self._texts.render(SAME.having(names=names), language))]
        rows = await self._changes.keep(sent.stored, who, at)
        if not rows:
            return [Text(self._texts.render(BUSY, language))]
        if same:
            return [Text(self._texts.render(REWORDED.having(names=names), language))]
        answers: list[Answer] = []
        if errors:
            many = lacking(errors)
            told = ", ".join(self._counted(code, count, language) for code, count in sorted(many.items()))
            answers.append(self._next(UNTRANSLATED.having(names=names, languages=told), rows, language, ready=False))
            answers += [
                missing_file(one, code, self._texts, language, self._folder) for one in sent.stored for code in many
            ]
        else:
            warnings = [one for one in sent.issues if one.place.file in sources]
            phrase = RIGHT.having(names=names)
            if warnings:
                phrase = WARNED.having(names=names, problems=self._problems(warnings, language))
            answers.append(self._next(phrase, rows, language, ready=True))
        return [*answers, *await self._pictures(sent.made_of, sent.stored, rows, language)]

    def _next(self, phrase: Phrase, rows: Mapping[str, int], language: str, ready: bool) -> Text:
        buttons: list[tuple[str, str]] = []
        for name, row in rows.items():
            more = buttons_of(row, self._texts, language, ready)
            buttons += [(data, f"{name}: {label}" if len(rows) > 1 else label) for data, label in more]
        return Text(self._texts.render(phrase, language), tuple(buttons))

    def _counted(self, code: str, count: int, language: str) -> str:
        return f"{self._texts.render(LANGUAGE_NAMES[code], language)} {count}"

    def _problems(self, issues: Sequence[Issue], language: str) -> str:
        """The first of them as `file:line: text`, errors first, and how many there are besides."""
        ordered = sorted(issues, key=lambda one: not one.is_error)
        rows = [f"{one.place.file}:{one.place.line}: {one_line(one.text, 250)}" for one in ordered[:MOST_TOLD]]
        if len(ordered) > MOST_TOLD:
            rows.append(self._texts.render(STILL_MORE.having(count=len(ordered) - MOST_TOLD), language))
        if language != "en":
            rows.append(self._texts.render(IN_ENGLISH, language))
        return "\n".join(rows)

    async def _pictures(
        self, made_of: Mapping[str, str], stored: Sequence[StoredFile], rows: Mapping[str, int], language: str
    ) -> list[Answer]:
        book = await self._changes.library.compose(made_of)
        found: list[Answer] = []
        for one in stored:
            scenario = book.scenarios.get(one.name)
            if scenario is not None and one.name in rows:
                try:
                    async with self._drawing:
                        path = await asyncio.to_thread(self._draw, scenario, self._texts, language, self._folder)
                except TooLarge:
                    found.append(Text(self._texts.render(NO_PICTURE.having(name=one.name), language)))
                    continue
                caption = CAPTION.having(name=one.name, version=one.version[:8])
                found.append(Picture(path, self._texts.render(caption, language)))
        return found

"""`python -m tests.translations`: whether everything that code and scenarios say is translated, and spelled right.

With `--update` the catalogs of the shipped scenarios are brought up to date first: places, comments, new texts.

Rule: the texts are found as `pybabel extract -F pyproject.toml` finds them, in memory; nothing is written or fetched.
Prints one line for each problem, beginning with the file and the line to mend, and ends with status 1.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import PoFileError, read_po

from bot.translations import update_file, wanted
from scenarios.book import shipped_files
from scenarios.engine.understanding.transliteration import to_cyrillic

__all__ = ["Key", "Source", "check", "gather", "main", "update"]

ROOT = Path(__file__).resolve().parent.parent
PLURAL_FORMS = {"uz": 2, "kk": 2, "ru": 3}
"""The languages of `locales` and how many forms a counted text has in each (as Babel 2.18 sets up a new .po file)."""

LABELS = {"button", "list", "person"}
LONGEST_LABEL = 20
"""Letters that WhatsApp shows on a button (Cloud API reference, November 2026)."""

NAMES = frozenset(
    (
        "telegram",
        "whatsapp",
        "qabul",
        "payme",
        "click",
        "kaspi",
        "uzcard",
        "humo",
        "pdf",
        "html",
        "csv",
        "xlsx",
        "today",
        "new",
    )
)
"""Names, and words to be typed as they are: they keep their Latin letters everywhere."""

FILE_NAME = "file name"
"""The context of texts that become file names, which may be Latin in every language."""

_LETTERS = {
    "uz": "abcdefghijklmnopqrstuvwxyzʻʼ",
    "kk": "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_AS_IT_IS = re.compile(r"\{\w*\}|https?://\S+|(?<![\w/@])@\w+|(?<![\w/])/[A-Za-z]\w*")
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_WRONG_APOSTROPHE = re.compile("[A-Za-z]['`´‘’]|(?<![OoGg])ʻ|[OoGg]ʼ")

Key: TypeAlias = tuple[str, str]
"""Context (empty for none) and text."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text to be translated, and the first place that says it (`file:line`)."""

    place: str
    plural: str | None = None


def gather(root: Path) -> tuple[dict[Key, Source], list[str]]:
    """The texts of code and scenarios below `root`, and what keeps others of the code from being found."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    extractors = project["project"]["entry-points"]["babel.extractors"]
    methods: list[tuple[str, str]] = []
    options: dict[str, dict[str, Any]] = {}
    for mapping in project["tool"]["babel"]["mappings"]:
        patterns = mapping["pattern"]
        for pattern in [patterns] if isinstance(patterns, str) else patterns:
            methods.append((pattern, extractors.get(mapping["method"], mapping["method"])))
            options[pattern] = {
                "keywords": parse_keywords(mapping.get("keywords", [])),
                "add_comments": mapping["add_comments"],
            }
    files: list[str] = []

    def remember(file: str, method: str, _: Mapping[str, object]) -> None:
        if method == "python":
            files.append(file)

    sources: dict[Key, Source] = {}
    found: dict[str, set[tuple[Key, str | None]]] = {}
    for file, line, texts, _, context in extract_from_dir(str(root), methods, options, callback=remember):
        text, plural = (texts, None) if isinstance(texts, str) else (texts[0], texts[1])
        key = (context or "", text)
        found.setdefault(file, set()).add((key, plural))
        sources.setdefault(key, Source(f"{file}:{line}", plural))
    problems = [problem for file in files for problem in _unseen(root, file, found.get(file, set()))]
    return sources, problems


def _unseen(root: Path, file: str, found: set[tuple[Key, str | None]]) -> Iterator[str]:
    """The phrases of a module that pybabel does not see, or sees where there is none."""
    written: set[tuple[Key, str | None]] = set()
    for call in ast.walk(ast.parse((root / file).read_text(encoding="utf-8"))):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Phrase"):
            continue
        given: dict[str | None, ast.expr] = {one.arg: one.value for one in call.keywords}
        given |= dict(zip(("id", "context", "plural", "count", "values", "texts"), call.args, strict=False))
        if "texts" in given or _rebuilt(given.get("id")):
            continue
        text, context, plural = (_said(given.get(name)) for name in ("id", "context", "plural"))
        if text is None:
            yield (
                f"{file}:{call.lineno}: this phrase is put together while the program runs, so no translator sees it;"
                " write its text out, or use verbatim() for words that are the same in every language"
            )
            continue
        written.add(((context or "", text), plural))
        if ((context or "", text), plural) not in found:
            yield f'{file}:{call.lineno}: pybabel does not see "{text}" as meant: look at keywords in pyproject.toml'
    for (_, text), _ in found - written:
        yield f'{file}:1: pybabel takes "{text}" for a text to translate, but no phrase says it'


def _said(given: ast.expr | None) -> str | None:
    return given.value if isinstance(given, ast.Constant) and isinstance(given.value, str) else None


def _rebuilt(given: ast.expr | None) -> bool:
    """Whether the text comes from another phrase or a scenario, where it was found."""
    return isinstance(given, ast.Attribute) and given.attr == "id"


def check(sources: Mapping[Key, Source], root: Path) -> Iterator[str]:
    """What is wrong with the .po files in `root`/locales."""
    for language, plurals in PLURAL_FORMS.items():
        seen: dict[Key, str] = {}
        for path in sorted((root / "locales" / language / "LC_MESSAGES").glob("*.po")):
            file = path.relative_to(root).as_posix()
            try:
                with path.open("rb") as opened:
                    catalog = read_po(opened, abort_invalid=True)
            except (PoFileError, ValueError) as error:
                yield f"{file}:{getattr(error, 'lineno', 0) + 1}: this is no .po file: {error}"
                continue
            if catalog.num_plurals != plurals:
                yield f"{file}:1: Plural-Forms must have nplurals={plurals}, not {catalog.num_plurals}"
            yield from _catalog(file, catalog, language, sources, seen)
        for key, source in sources.items():
            if key not in seen:
                home = _home(source, language)
                yield f"{source.place}: not translated into {language}, belongs in {home}: {_shown(key)}"


def _home(source: Source, language: str) -> str:
    """The file that a text's translation is expected in."""
    papers = ("handlers/papers/", "handlers/managers/")
    domain = "papers" if source.place.startswith(papers) else "desk"
    domain = "scenarios" if source.place.startswith("scenarios/book/") else domain
    return f"locales/{language}/LC_MESSAGES/{domain}.po"


def _catalog(
    file: str, catalog: Catalog, language: str, sources: Mapping[Key, Source], seen: dict[Key, str]
) -> Iterator[str]:
    for old in catalog.obsolete.values():
        yield f"{file}:{old.lineno or 1}: nobody says this any more, delete it: {_shown(_key(old))}"
    for message in catalog:
        key = _key(message)
        if not key[1]:
            continue
        place = f"{file}:{message.lineno or 1}"
        if key in seen:
            yield f"{place}: {seen[key]} translates this already, delete one: {_shown(key)}"
        seen.setdefault(key, place)
        source = sources.get(key)
        if source is None:
            yield f"{place}: nobody says this any more, delete it: {_shown(key)}"
            continue
        for problem in _message(message, source, language):
            yield f"{place}: {problem}: {_shown(key)}"


def _message(message: Message, source: Source, language: str) -> Iterator[str]:
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    plural = None if isinstance(message.id, str) else message.id[1]
    if plural != source.plural:
        yield f"{source.place} has another plural text: {source.plural!r}"
    if message.fuzzy:
        yield f"the text at {source.place} has changed since this was translated (fuzzy)"
    if not forms or not all(form.strip() for form in forms):
        yield f"not translated into {language}"
        return
    if len(forms) != (1 if plural is None else PLURAL_FORMS[language]):
        yield f"{language} needs {PLURAL_FORMS[language]} plural forms, has {len(forms)}"
    key = _key(message)
    wanted = set(_PLACEHOLDER.findall(key[1] + (plural or "")))
    for form in forms:
        if (given := set(_PLACEHOLDER.findall(form))) != wanted:
            yield f"must use the same {{words}}: missing {sorted(wanted - given)}, unknown {sorted(given - wanted)}"
        if key[0] in LABELS and len(form) > LONGEST_LABEL:
            yield f'"{form}" has {len(form)} letters; WhatsApp shows at most {LONGEST_LABEL} on a button'
        if key[0] != FILE_NAME:
            yield from _spelling(form, language)


def _spelling(form: str, language: str) -> Iterator[str]:
    if strange := _strange(form, _LETTERS[language]):
        yield f'"{strange}" has letters that {language} does not use'
    if language != "uz":
        return
    if wrong := _WRONG_APOSTROPHE.search(form):
        yield f'"{wrong.group()}": write ʻ (U+02BB) in oʻ and gʻ, and ʼ (U+02BC) elsewhere'
    elif not strange and (left := _strange(to_cyrillic(form), "ўқғҳ" + _LETTERS["ru"])):
        where = "scenarios/engine/understanding/words/spelling.txt"
        yield f'"{left}" has no Cyrillic spelling yet: add the word to {where}'


def _strange(text: str, letters: str) -> str | None:
    """The first word with a letter that is not one of these, names and commands apart."""
    for word in _WORD.findall(_AS_IT_IS.sub(" ", text)):
        if word.casefold() not in NAMES and set(word.lower()) - set(letters):
            return str(word)
    return None


def _key(message: Message) -> Key:
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def _shown(key: Key) -> str:
    text = key[1] if len(key[1]) <= 60 else f"{key[1][:59]}…"
    return f'"{text}"' + (f" ({key[0]})" if key[0] else "")


def update(root: Path) -> None:
    """Bring `scenarios.po` of each language up to date with what the shipped scenarios say."""
    for language in PLURAL_FORMS:
        folder = root / "locales" / language / "LC_MESSAGES"
        needed = wanted(shipped_files(), "scenarios/book/")[language]
        known = Catalog(language)
        for path in sorted(folder.glob("*.po")):
            with path.open("rb") as opened:
                for message in read_po(opened):
                    if path.stem != "scenarios" and message.id:
                        known[message.id] = message
                    elif not any(file.startswith("scenarios/book/") for file, _ in message.locations):
                        # A text of the engine that stands among those of the scenarios.
                        needed[message.id] = message
        update_file(folder / "scenarios.po", needed, language, known, keep_unused=False)


def main(arguments: Sequence[str] = ()) -> int:
    """Exit status 0 when all is translated, else 1 with the problems on stdout."""
    if "--update" in arguments:
        update(ROOT)
    sources, problems = gather(ROOT)
    problems += check(sources, ROOT)
    for problem in problems:
        sys.stdout.write(" ".join(problem.split()) + "\n")
    if problems:
        sys.stderr.write(f"translations: {len(problems)} problems\n")
        return 1
    sys.stdout.write(f"translations: {len(sources)} texts, each in {', '.join(PLURAL_FORMS)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

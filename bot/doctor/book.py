"""What the desk says and knows: scenarios, catalogs, the business."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.doctor.findings import Check, Finding, NotChecked, failure, ok, warning
from bot.doctor.installation import Installation
from bot.ground import StartError, read_settings_business
from handlers.business import Business, BusinessError
from handlers.checking import check_for
from handlers.texts import read_catalogs
from scenarios.book import folder_files, shipped_files

__all__ = ["CHECKS", "LANGUAGES", "catalog_problems"]

LANGUAGES = ("uz", "kk", "ru")
"""English is the source."""
BUSINESS = "business"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


async def _scenarios(here: Installation) -> Finding:
    business, folder = await _known_business(here), here.settings.scenarios_dir
    return await asyncio.to_thread(_check_scenarios, folder, business)


def _check_scenarios(folder: Path | None, business: Business) -> Finding:
    try:
        texts = shipped_files() if folder is None else folder_files(folder)
    except OSError as error:
        return failure(f"{folder} cannot be read ({error.strerror})", "correct QABUL_SCENARIOS_DIR")
    if not texts:
        return failure(f"no scenario file (*.yaml) is in {folder}", "correct QABUL_SCENARIOS_DIR")
    catalogs = read_catalogs(_locales())
    known = {code: catalogs[code] for code in LANGUAGES if code in catalogs}
    book, issues = check_for(business, texts, known)
    argument = "" if folder is None else f" {folder}"
    errors = [one for one in issues if one.is_error]
    if book is None or errors:
        return failure(f"{_count(len(errors), 'error')}: {errors[0]}", f"run `qabul scenario check{argument}`")
    if issues:
        return warning(f"{_count(len(issues), 'warning')}: {issues[0]}", f"run `qabul scenario check{argument}`")
    return ok(f"{_count(len(book.scenarios), 'scenario')}, no mistakes")


# -- catalogs ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Domain:
    """One .po file of a language, read strictly."""

    place: str
    catalog: Catalog


async def _catalogs(_: Installation) -> Finding:
    problems = await asyncio.to_thread(lambda: list(catalog_problems(_locales())))
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        return failure(f"{problems[0]}{more}", "install the program anew, or mend the file; see locales/")
    return ok(f"complete in {', '.join(LANGUAGES)}")


def catalog_problems(folder: Path) -> Iterator[str]:
    """What is wrong with the catalogs of a `locales` folder: a file that cannot be compiled, a text that one language
    has and another lacks, a translation that is empty, outdated, or has other {placeholders} than its text."""
    found: dict[str, dict[str, _Domain]] = {}
    for language in LANGUAGES:
        domains = found.setdefault(language, {})
        for path in sorted((folder / language / "LC_MESSAGES").glob("*.po")):
            place = f"{language}/{path.name}"
            try:
                with path.open("rb") as file:
                    domains[path.name] = _Domain(place, read_po(file, abort_invalid=True))
            except (OSError, PoFileError, UnicodeDecodeError, ValueError) as error:
                yield f"{place} cannot be compiled: {' '.join(str(error).split())[:100]}"
    names = sorted({name for domains in found.values() for name in domains})
    if not names:
        yield f"there are none in {folder}"
    for name in names:
        texts = {key: None for domains in found.values() if name in domains for key in _keys(domains[name])}
        for language, domains in found.items():
            if name not in domains:
                yield f"{language}/{name} is not there"
                continue
            yield from _of_domain(domains[name], texts)


def _of_domain(domain: _Domain, texts: Mapping[tuple[str, str], None]) -> Iterator[str]:
    own = _keys(domain)
    for key in texts:
        message = own.get(key)
        if message is None:
            yield f"{domain.place} lacks “{_short(key[1])}”"
            continue
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if not forms or not all(forms):
            yield f"{domain.place} does not translate “{_short(key[1])}”"
        elif message.fuzzy:
            yield f"{domain.place}: the translation of “{_short(key[1])}” is marked as outdated"
        elif any(set(_PLACEHOLDER.findall(form)) != set(_PLACEHOLDER.findall(_longest(message))) for form in forms):
            yield f"{domain.place}: the translation of “{_short(key[1])}” has other {{placeholders}} than the text"


def _keys(domain: _Domain) -> dict[tuple[str, str], Message]:
    """The messages by context and text."""
    return {(one.context or "", _source(one)): one for one in domain.catalog if one.id}


def _source(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _longest(message: Message) -> str:
    """The text, of counted ones the plural: it has all placeholders."""
    return message.id if isinstance(message.id, str) else message.id[-1]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 50 else f"{line[:49]}…"


def _locales() -> Path:
    return Path(str(files("locales")))


# -- business ----------------------------------------------------------------------------------------------------------


async def _business(here: Installation) -> Finding:
    try:
        business = await _asked_business(here)
    except (StartError, BusinessError) as wrong:
        return failure(str(wrong), "correct the file; bot/business/example.yaml explains every key")
    today = here.now().astimezone(business.hours.zone).date()
    now = here.now()
    if business.hours.next_opening(now) <= now:
        return failure("it is closed on every day of the next month", "correct hours and holidays in the business file")
    if here.settings.business_file is None:
        return warning(
            "QABUL_BUSINESS_FILE is not set, so customers are told of the shipped example business",
            "copy bot/business/example.yaml, make it yours and name the copy in QABUL_BUSINESS_FILE",
        )
    dated = sorted(date.fromisoformat(one) for one in business.hours.holidays if len(one) == len("2027-03-21"))
    if dated and dated[-1] < today:
        return warning(
            f"all holidays with a year are past (the last is {dated[-1]})", "add this year's to the business file"
        )
    services = _count(len(business.services), "service")
    return ok(f"{here.settings.business_file}: {services}, open on {_count(len(business.hours.week), 'day')} a week")


async def _asked_business(here: Installation) -> Business:
    async def read() -> Business:
        return await asyncio.to_thread(read_settings_business, here.settings)

    return await here.once(BUSINESS, read)


async def _known_business(here: Installation) -> Business:
    try:
        return await _asked_business(here)
    except (StartError, BusinessError):
        raise NotChecked(BUSINESS) from None


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


_NEEDS = ("QABUL_BUSINESS_FILE", "QABUL_TIMEZONE")
CHECKS = (
    Check("scenarios", _scenarios, (*_NEEDS, "QABUL_SCENARIOS_DIR")),
    Check("catalogs", _catalogs),
    Check(BUSINESS, _business, _NEEDS),
)

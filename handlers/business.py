"""The business file: everything the desk knows about the business that is not a conversation.

A mistake in it is refused at the start with the place and what is allowed; the shipped example explains every key.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, tzinfo
from typing import Any

import yaml

from handlers import business_rules as rules
from handlers.fact_names import DESK_FACTS
from scenarios.engine.care import QuietHours
from scenarios.engine.hours import WEEKDAYS, Hours
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.templates import TemplateForm
from scenarios.engine.visits import VisitRules
from scenarios.engine.world import Option

__all__ = ["Business", "BusinessError", "Service", "read_business"]

TEXTS = ("uz", "kk", "ru", "en")
_TOP = {
    "name", "address", "currency", "price_from_text", "hours", "holidays", "staff_language", "wait_minutes",
    "staff_group", "desks", "services", "price_rule", "warranty", "payment", "link", "phone", "visits", "quiet_hours",
    "facts", "whatsapp_templates",
}  # fmt: skip
_OPTIONAL = {
    "holidays", "staff_group", "link", "phone", "visits", "quiet_hours", "facts", "whatsapp_templates",
}  # fmt: skip
_TEXTS_AS_FACTS = ("address", "price_rule", "warranty", "payment")
_LONGEST_WORD = 300
_MOST_SERVICES = 9
"""So that they fit one WhatsApp list of ten rows together with "Talk to a person"."""


class BusinessError(Exception):
    """The business file cannot be used; the text says where and what is allowed."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: `price_from` in whole units of the currency, None when there is no such price; `goes_with` is the
    key of a service that is offered to whoever had this one."""

    key: str
    name: Phrase
    words: str
    price_from: int | None
    duration: Phrase | None
    includes: Phrase | None
    goes_with: str = ""


@dataclass(frozen=True, slots=True)
class Business:
    """The business as read. `calls_per_minute` and `burst` are the staff group's budget; `facts` what scenarios may say
    of the business; `visits` None where nobody can book by themselves."""

    name: Phrase
    facts: Mapping[str, rules.OwnFact]
    currency: str
    price_from_text: Phrase
    hours: Hours
    staff_language: str
    wait_minutes: int
    calls_per_minute: float
    burst: float
    desks: Mapping[str, Phrase]
    services: tuple[Service, ...]
    own: frozenset[str] = frozenset()
    visits: VisitRules | None = None
    quiet: QuietHours | None = None
    templates: Mapping[str, TemplateForm] = field(default_factory=dict)

    @property
    def own_types(self) -> dict[str, str]:
        """The facts that only this business has, by name, with their types as scenarios call them."""
        return {name: rules.own_type(self.facts[name]) for name in sorted(self.own)}

    def service(self, key: str) -> Service | None:
        """The service of that key."""
        return next((one for one in self.services if one.key == key), None)

    def options(self) -> tuple[Option, ...]:
        """The services as choices."""
        return tuple(Option(one.key, one.name, one.words) for one in self.services)

    def price(self, service: Service) -> Phrase | None:
        """The service's price as it is written, such as "from 200 000 soʻm"."""
        if service.price_from is None:
            return None
        return self.price_from_text.having(price=f"{service.price_from:,}".replace(",", "\u202f"))


def read_business(source: str, text: str, zone: tzinfo) -> Business:
    """The business of a file's text. Raises BusinessError with one sentence; `source` names the file in it."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        why = " ".join(str(getattr(error, "problem", error)).split())
        raise BusinessError(f"{source}{where} is no YAML: {why}") from None
    reader = _Reader(source)
    try:
        return reader.business(data, zone)
    except rules.Wrong as wrong:
        raise reader.wrong(wrong.key, wrong.allowed) from None
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        raise BusinessError(
            f"{source} has another shape than the shipped example ({type(error).__name__}: {error})"
        ) from None


class _Reader:
    """Reads the parts, each complaint with the key it belongs to."""

    def __init__(self, source: str) -> None:
        self._source = source

    def wrong(self, key: str, allowed: str) -> BusinessError:
        return BusinessError(f'{self._source}: "{key}" must be {allowed}')

    def business(self, data: Any, zone: tzinfo) -> Business:
        if not isinstance(data, dict):
            raise BusinessError(f"{self._source} must be a list of keys with their values, like the shipped example")
        unknown = sorted(str(key) for key in data if key not in _TOP)
        if unknown:
            raise BusinessError(
                f'{self._source}: "{unknown[0]}" is not a key I know; known are {", ".join(sorted(_TOP))}'
            )
        missing = sorted(_TOP - _OPTIONAL - data.keys())
        if missing:
            raise BusinessError(f'{self._source}: the key "{missing[0]}" is missing')
        if data["staff_language"] not in TEXTS:
            raise self.wrong("staff_language", "one of uz, kk, ru, en")
        wait = data["wait_minutes"]
        if not isinstance(wait, int) or isinstance(wait, bool) or not 1 <= wait <= 60:
            raise self.wrong("wait_minutes", "a whole number of minutes from 1 to 60")
        group = self.map("staff_group", data.get("staff_group") or {})
        own = rules.own_facts(data.get("facts") or {}, frozenset({*DESK_FACTS, "agent"}))
        visits, quiet = data.get("visits"), data.get("quiet_hours")
        return Business(
            name=self.texts("name", data["name"]),
            facts=self.facts(data, own),
            currency=str(data["currency"]),
            price_from_text=self.texts("price_from_text", data["price_from_text"]),
            hours=self.hours(data["hours"], data.get("holidays") or [], zone),
            staff_language=data["staff_language"],
            wait_minutes=wait,
            calls_per_minute=self.number("staff_group.calls_per_minute", group.get("calls_per_minute", 20)),
            burst=self.number("staff_group.burst", group.get("burst", 20)),
            desks=self.desks(data["desks"]),
            services=self.services(data["services"]),
            own=frozenset(own),
            visits=None if visits is None else rules.visit_rules(visits),
            quiet=None if quiet is None else rules.quiet_hours(quiet, zone),
            templates=rules.templates(data.get("whatsapp_templates") or {}),
        )

    def facts(self, data: Mapping[str, Any], own: Mapping[str, rules.OwnFact]) -> dict[str, rules.OwnFact]:
        found: dict[str, rules.OwnFact] = {key: self.texts(key, data[key]) for key in _TEXTS_AS_FACTS}
        for key, fact in (("link", "link"), ("phone", "business_phone")):
            value = data.get(key)
            if isinstance(value, dict):
                found[fact] = self.texts(key, value)
            elif value is not None:
                found[fact] = verbatim(self.word(key, value))
        return {**found, **own}

    def word(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > _LONGEST_WORD:
            raise self.wrong(key, "a text in quotes, or one in each of uz, kk, ru, en")
        return value.strip()

    def texts(self, key: str, value: Any) -> Phrase:
        return rules.four_texts(key, value)

    def number(self, key: str, value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not 1 <= value <= 100_000:
            raise self.wrong(key, "a number from 1 up")
        return float(value)

    def hours(self, week: Any, holidays: Any, zone: tzinfo) -> Hours:
        if not isinstance(week, dict) or set(week) - set(WEEKDAYS):
            raise self.wrong("hours", "a time span or closed for mon, tue, wed, thu, fri, sat, sun")
        spans = {}
        for day in WEEKDAYS:
            span = str(week.get(day, "closed"))
            if span == "closed":
                continue
            opens, _, closes = span.replace("–", "-").partition("-")
            try:
                spans[day] = (_time(opens), _time(closes))
            except ValueError:
                raise self.wrong(f"hours.{day}", 'written like "9:00-21:00", or closed') from None
            if spans[day][0] >= spans[day][1]:
                raise self.wrong(f"hours.{day}", "a span whose end is later than its beginning")
        for one in holidays:
            if not _is_day(str(one)):
                raise self.wrong("holidays", 'a list of days like "03-21" or "2027-03-21"')
        return Hours(spans, frozenset(str(one) for one in holidays), zone)

    def desks(self, value: Any) -> dict[str, Phrase]:
        if not isinstance(value, dict) or not value:
            raise self.wrong("desks", "a map of desks, each with a name")
        return {
            str(key): self.texts(f"desks.{key}.name", self.map(f"desks.{key}", desk).get("name"))
            for key, desk in value.items()
        }

    def map(self, key: str, value: Any) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(key, "a map of keys with their values")
        return value

    def services(self, value: Any) -> tuple[Service, ...]:
        if not isinstance(value, dict) or not 1 <= len(value) <= _MOST_SERVICES:
            raise self.wrong("services", f"a map of one to {_MOST_SERVICES} services")
        found = tuple(self.service(str(key), self.map(f"services.{key}", one)) for key, one in value.items())
        for one in found:
            if one.goes_with and (one.goes_with == one.key or one.goes_with not in value):
                raise self.wrong(f"services.{one.key}.goes_with", "the key of another service")
        return found

    def service(self, key: str, one: Mapping[str, Any]) -> Service:
        price = one.get("price_from")
        if price is not None and (not isinstance(price, int) or isinstance(price, bool) or price < 0):
            raise self.wrong(f"services.{key}.price_from", "a whole number")
        duration, includes = one.get("duration"), one.get("includes")
        return Service(
            key=key,
            name=self.texts(f"services.{key}.name", one.get("name")),
            words=str(one.get("words", "")),
            price_from=price,
            duration=self.texts(f"services.{key}.duration", duration) if duration else None,
            includes=self.texts(f"services.{key}.includes", includes) if includes else None,
            goes_with=str(one.get("goes_with") or ""),
        )


def _is_day(text: str) -> bool:
    """Whether this is a day of every year, "03-21", or of one, "2027-03-21"."""
    try:
        # 2000 had a 29 February.
        date.fromisoformat(f"2000-{text}" if len(text) == 5 else text)
    except ValueError:
        return False
    return re.fullmatch(r"(\d{4}-)?\d\d-\d\d", text) is not None


def _time(text: str) -> time:
    hour, _, minute = text.strip().partition(":")
    return time(int(hour), int(minute or 0))

"""The business file: what is wrong is told with its place and with what is allowed, in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from handlers.business import BusinessError, read_business
from handlers.texts import Texts
from scenarios.engine.care import QuietHours
from scenarios.engine.visits import VisitRules

ZONE = ZoneInfo("Asia/Tashkent")
EXAMPLE = (Path(__file__).parents[2] / "bot/business/example.yaml").read_text(encoding="utf-8")
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> str:
    """The example with one change."""
    data = yaml.safe_load(EXAMPLE)
    change(data)
    return yaml.safe_dump(data, allow_unicode=True)


def test_the_shipped_example_is_read() -> None:
    business = read_business("example.yaml", EXAMPLE, ZONE)
    assert list(business.desks) == ["sales", "operations", "finance", "support"]
    fridge = business.service("fridge")
    assert fridge is not None
    assert (fridge.price_from, business.currency, business.wait_minutes) == (200000, "UZS", 15)
    price = business.price(fridge)
    assert price is not None
    assert Texts({}).render(price, "en") == "from 200\u202f000 soʻm"
    assert business.service("unknown") is None
    assert len(business.options()) == len(business.services) <= 9
    assert business.hours.open_at(datetime(2027, 3, 2, 5, 0, tzinfo=UTC))
    assert not business.hours.open_at(datetime(2027, 3, 21, 5, 0, tzinfo=UTC)), "Navroʻz"
    assert (business.calls_per_minute, business.burst) == (20, 20)


def test_what_has_a_default_may_be_left_out() -> None:
    optional = ("holidays", "staff_group", "phone", "link", "visits", "quiet_hours", "facts", "whatsapp_templates")
    text = changed(lambda data: [data.pop(key) for key in optional])
    business = read_business("b.yaml", text, ZONE)
    assert (business.calls_per_minute, business.burst) == (20, 20)
    assert (business.visits, business.quiet, business.templates, business.own_types) == (None, None, {}, {})
    assert "link" not in business.facts
    assert "business_phone" not in business.facts


def test_rules_facts_and_templates_are_read() -> None:
    business = read_business("example.yaml", EXAMPLE, ZONE)
    assert business.visits == VisitRules(capacity=2, minutes=120, ahead_days=14, notice_hours=2)
    assert business.quiet == QuietHours(time(22), time(8), ZONE)
    form = business.templates["still_thinking"]
    assert (form.name, form.values, list(form.buttons)) == (
        "still_thinking",
        ("name", "business"),
        ["book", "question", "stop"],
    )
    assert business.own_types == {"market_price": "text", "masters": "number"}


def test_facts_have_the_type_of_how_they_are_written() -> None:
    own = {
        "masters": 5,
        "rating_of_us": 4.9,
        "has_parking": True,
        "free": dict.fromkeys(("uz", "kk", "ru", "en"), "x"),
    }
    business = read_business("b.yaml", changed(deep("facts", value=own)), ZONE)
    assert business.own_types == {
        "free": "text",
        "has_parking": "yes_no",
        "masters": "number",
        "rating_of_us": "number",
    }
    assert [business.facts[name] for name in ("masters", "rating_of_us", "has_parking")] == [5, "4.9", True]


def test_a_templates_languages_may_have_metas_own_codes_and_another_name() -> None:
    def change(data: dict[str, Any]) -> None:
        data["whatsapp_templates"]["follow_up"] |= {"languages": {"uz": "uz", "en": "en_US"}, "name": "follow_up_2"}

    form = read_business("b.yaml", changed(change), ZONE).templates["follow_up"]
    assert (form.name, dict(form.languages)) == ("follow_up_2", {"uz": "uz", "en": "en_US"})
    assert [form.language(code) for code in ("uz", "uz_Cyrl", "en", "ru")] == ["uz", "uz", "en", "uz"]
    assert form.language("kk") == "en", "the first one that stands in the file"


def deep(*path: str, value: Any) -> Change:
    """A change of one value."""

    def change(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = value

    return change


MISTAKES: dict[str, tuple[Change, str]] = {
    "an unknown key": (deep("mood", value="good"), '"mood" is not a key I know'),
    "a key that is no text": (lambda data: data.update({7: "x"}), '"7" is not a key I know'),
    "a missing key": (lambda data: data.pop("services"), 'the key "services" is missing'),
    "a language of staff": (deep("staff_language", value="de"), '"staff_language" must be one of'),
    "a language that is a list": (deep("staff_language", value=["uz"]), '"staff_language" must be one of'),
    "a name in too few languages": (lambda data: data["name"].pop("kk"), '"name" must be a text in each of'),
    "an empty text": (deep("warranty", "uz", value=""), '"warranty" must be a text in each of'),
    "a text that is a number": (deep("address", "ru", value=5), '"address" must be a text in each of'),
    "a wait of nothing": (deep("wait_minutes", value=0), '"wait_minutes" must be a whole number'),
    "a wait of yes": (deep("wait_minutes", value=True), '"wait_minutes" must be a whole number'),
    "a wait in words": (deep("wait_minutes", value="15"), '"wait_minutes" must be a whole number'),
    "no calls": (deep("staff_group", "burst", value=0), '"staff_group.burst" must be a number'),
    "calls of infinity": (deep("staff_group", "burst", value=float("inf")), '"staff_group.burst" must be a number'),
    "calls of nan": (deep("staff_group", "calls_per_minute", value=float("nan")), '"staff_group.calls_per_minute"'),
    "a group that is a list": (deep("staff_group", value=[20]), '"staff_group" must be'),
    "an unknown day": (deep("hours", "someday", value="9-10"), '"hours" must be'),
    "hours that are a list": (deep("hours", value=["9-10"]), '"hours" must be'),
    "hours backwards": (deep("hours", "mon", value="21:00-9:00"), '"hours.mon" must be'),
    "hours in words": (deep("hours", "tue", value="all day"), '"hours.tue" must be'),
    "an hour that is none": (deep("hours", "wed", value="9:00-25:00"), '"hours.wed" must be'),
    "a bare number of an hour": (deep("hours", "thu", value=9), '"hours.thu" must be'),
    "a holiday in words": (deep("holidays", value=["soon"]), '"holidays" must be'),
    "a holiday that no calendar has": (deep("holidays", value=["13-45"]), '"holidays" must be'),
    "a holiday of one digit": (deep("holidays", value=["3-21"]), '"holidays" must be'),
    "holidays that are a text": (deep("holidays", value="03-21"), '"holidays" must be'),
    "no desks": (deep("desks", value={}), '"desks" must be'),
    "a desk without a name": (deep("desks", "sales", value={"name": None}), '"desks.sales.name" must be'),
    "a desk that is a text": (deep("desks", "sales", value="Sales"), '"desks.sales" must be'),
    "no services": (deep("services", value={}), '"services" must be'),
    "ten services": (
        lambda data: data["services"].update({f"s{n}": data["services"]["fridge"] for n in range(10)}),
        '"services" must be a map of one to 9',
    ),
    "a price in words": (deep("services", "fridge", "price_from", value="200 000"), '"services.fridge.price_from"'),
    "a negative price": (deep("services", "fridge", "price_from", value=-1), '"services.fridge.price_from"'),
    "a service that goes with none": (deep("services", "fridge", "goes_with", value="oven"), "fridge.goes_with"),
    "a service that goes with itself": (deep("services", "fridge", "goes_with", value="fridge"), "fridge.goes_with"),
    "a duration in one language": (deep("services", "fridge", "duration", value={"uz": "x"}), "fridge.duration"),
    "a service that is a text": (deep("services", "fridge", value="repair"), '"services.fridge" must be'),
    "a phone that is a number": (deep("phone", value=998712001212), '"phone" must be a text in quotes'),
    "an empty link": (deep("link", value=" "), '"link" must be a text in quotes'),
    "a link in one language": (deep("link", value={"uz": "x"}), '"link" must be a text in each of'),
    "visits without a length": (lambda data: data["visits"].pop("minutes"), '"visits" must be a map with capacity'),
    "visits with more than that": (deep("visits", "colour", value="red"), '"visits" must be a map with capacity'),
    "visits that are a number": (deep("visits", value=2), '"visits" must be a map with capacity'),
    "no hands": (deep("visits", "capacity", value=0), '"visits.capacity" must be a whole number from 1'),
    "hands of yes": (deep("visits", "capacity", value=True), '"visits.capacity" must be a whole number'),
    "visits of half an hour and a bit": (deep("visits", "minutes", value=30.5), '"visits.minutes" must be a whole'),
    "visits in a year": (deep("visits", "ahead_days", value=365), '"visits.ahead_days" must be a whole number from 1'),
    "notice in words": (deep("visits", "notice_hours", value="two"), '"visits.notice_hours" must be a whole number'),
    "a quiet hour": (deep("quiet_hours", value="21:00"), '"quiet_hours" must be written like'),
    "quiet hours of no length": (deep("quiet_hours", value="9:00-9:00"), '"quiet_hours" must be written like'),
    "quiet hours in words": (deep("quiet_hours", value="at night"), '"quiet_hours" must be written like'),
    "facts that are a list": (deep("facts", value=["masters"]), '"facts" must be a map'),
    "a fact with a capital": (deep("facts", "Masters", value=5), '"facts.Masters" must be named in small letters'),
    "a fact that is a number's name": (lambda data: data["facts"].update({5: 5}), '"facts.5" must be named in small'),
    "a fact that the desk has": (deep("facts", "orders", value=5), '"facts.orders" must be given another name'),
    "a fact in one language": (deep("facts", "market_price", value={"uz": "x"}), '"facts.market_price" must be a text'),
    "templates that are a list": (deep("whatsapp_templates", value=["x"]), '"whatsapp_templates" must be a map'),
    "a template without a text": (
        lambda data: data["whatsapp_templates"]["follow_up"].pop("text"),
        '"whatsapp_templates.follow_up" must be a map with languages and text',
    ),
    "a template with more than that": (
        deep("whatsapp_templates", "follow_up", "header", value="x"),
        '"whatsapp_templates.follow_up" must be a map with languages and text',
    ),
    "a template's name with a space": (
        deep("whatsapp_templates", "follow_up", "name", value="Follow up"),
        '"whatsapp_templates.follow_up.name" must be the template\'s name at Meta',
    ),
    "a template in no language": (
        deep("whatsapp_templates", "follow_up", "languages", value=[]),
        '"whatsapp_templates.follow_up.languages" must be a list of those of uz, kk, ru, en',
    ),
    "a template in another language": (
        deep("whatsapp_templates", "follow_up", "languages", value=["de"]),
        '"whatsapp_templates.follow_up.languages" must be a list',
    ),
    "a value that the text does not show": (
        deep("whatsapp_templates", "follow_up", "values", value=["name", "business", "service"]),
        '"whatsapp_templates.follow_up.text.uz" must be a text with exactly these in braces: name, business, service',
    ),
    "a value twice": (
        deep("whatsapp_templates", "follow_up", "values", value=["name", "name"]),
        '"whatsapp_templates.follow_up.values" must be a list of names, each once',
    ),
    "a text that forgets a value": (
        deep("whatsapp_templates", "follow_up", "text", "ru", value="Здравствуйте, {name}!"),
        '"whatsapp_templates.follow_up.text.ru" must be a text with exactly these',
    ),
    "a text that Meta does not take": (
        deep("whatsapp_templates", "follow_up", "text", "kk", value="{name} {business}" + "x" * 1024),
        '"whatsapp_templates.follow_up.text.kk" must be at most 1024',
    ),
    "a label that is too long": (
        deep("whatsapp_templates", "follow_up", "buttons", "book", "en", value="x" * 26),
        '"whatsapp_templates.follow_up.buttons.book" must be at most 25 letters',
    ),
    "a label in one language": (
        deep("whatsapp_templates", "follow_up", "buttons", "book", value={"en": "x"}),
        '"whatsapp_templates.follow_up.buttons.book" must be a text in each of',
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place(name: str) -> None:
    change, told = MISTAKES[name]
    with pytest.raises(BusinessError) as error:
        read_business("b.yaml", changed(change), ZONE)
    sentence = str(error.value)
    assert sentence.startswith("b.yaml")
    assert told in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "b.yaml must be a list of keys"),
        ("- a\n- b\n", "b.yaml must be a list of keys"),
        ("just words", "b.yaml must be a list of keys"),
        ("name: {uz: a, kk: b", "b.yaml:1:20 is no YAML"),
        ("a: b\n  c: d\n", "b.yaml:2:4 is no YAML"),
        ("a: !!python/object/apply:os.system ['true']", "b.yaml:1:4 is no YAML"),
        ("a: \x07", "is no YAML"),
    ],
)
def test_what_is_no_yaml_or_no_map_is_told_with_line_and_column(text: str, told: str) -> None:
    with pytest.raises(BusinessError) as error:
        read_business("b.yaml", text, ZONE)
    assert told in str(error.value)
    assert "\n" not in str(error.value)

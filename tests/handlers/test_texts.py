"""Phrases become sentences: the right form and script, names tidied when they are empty, no value ever looked into."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.texts import Catalog, Texts, read_catalogs
from scenarios.engine.languages import LANGUAGES
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.understanding.transliteration import to_cyrillic

MINUTES = Phrase("{n} minute", plural="{n} minutes", count="n")
PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: {plural}\\n"

msgid "{{n}} minute"
msgid_plural "{{n}} minutes"
{forms}

msgid "Hello"
msgstr "{hello}"

msgctxt "button"
msgid "Hello"
msgstr "{button}"

#, fuzzy
msgid "Old"
msgstr "{hello}"

msgid "Unfinished"
msgstr ""
"""
RUSSIAN = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    """Small catalogs: Russian and Uzbek, nothing in Kazakh."""
    folder = tmp_path_factory.mktemp("locales")
    catalogs = {
        "ru": (RUSSIAN, ["{n} минута", "{n} минуты", "{n} минут"], "Здравствуйте", "Привет"),
        "uz": ("nplurals=1; plural=0;", ["{n} daqiqa"], "Assalomu alaykum", "Salom"),
    }
    for language, (plural, forms, hello, button) in catalogs.items():
        path = folder / language / "LC_MESSAGES" / "desk.po"
        path.parent.mkdir(parents=True)
        told = "\n".join(f'msgstr[{n}] "{form}"' for n, form in enumerate(forms))
        path.write_text(PO.format(plural=plural, forms=told, hello=hello, button=button), encoding="utf-8")
    return Texts(read_catalogs(folder))


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "0 минут"), (1, "1 минута"), (2, "2 минуты"), (4, "4 минуты"), (5, "5 минут"), (11, "11 минут"),
        (12, "12 минут"), (21, "21 минута"), (22, "22 минуты"), (100, "100 минут"), (101, "101 минута"),
        (111, "111 минут"), (1_000_002, "1000002 минуты"),
    ],
)  # fmt: skip
def test_russian_has_three_forms(texts: Texts, number: int, told: str) -> None:
    assert texts.render(MINUTES.having(n=number), "ru") == told


@pytest.mark.parametrize("number", [1, 2, 5])
def test_uzbek_has_one_form_in_either_script_and_the_source_has_two(texts: Texts, number: int) -> None:
    phrase = MINUTES.having(n=number)
    assert texts.render(phrase, "uz") == f"{number} daqiqa"
    assert texts.render(phrase, "uz_Cyrl") == f"{number} дақиқа"
    assert texts.render(phrase, "en") == ("1 minute" if number == 1 else f"{number} minutes")


def test_a_language_without_a_text_borrows_its_neighbours(texts: Texts) -> None:
    assert texts.render(Phrase("Hello"), "kk") == "Здравствуйте"
    assert texts.render(MINUTES.having(n=3), "kk") == "3 минуты"
    assert texts.render(Phrase("Nowhere"), "kk") == "Nowhere"
    assert texts.render(Phrase("Hello"), "xx") == "Hello"


def test_the_context_tells_equal_words_apart(texts: Texts) -> None:
    assert texts.render(Phrase("Hello", "button"), "ru") == "Привет"
    assert texts.render(Phrase("Hello", "elsewhere"), "ru") == "Hello"


def test_what_is_outdated_or_unfinished_is_not_said(texts: Texts) -> None:
    assert texts.render(Phrase("Old"), "ru") == "Old"
    assert texts.render(Phrase("Unfinished"), "ru") == "Unfinished"


def test_cyrillic_uzbek_leaves_what_was_filled_in_as_it_is(texts: Texts) -> None:
    own = Phrase("Hi", texts={"uz": "Salom, {name}", "en": "Hi, {name}"})
    assert texts.render(own.having(name="Aziza"), "uz_Cyrl") == f"{to_cyrillic('Salom')}, Aziza"


def test_a_phrase_of_the_business_is_said_in_its_own_words(texts: Texts) -> None:
    own = Phrase("Fridge", texts={"en": "Fridge", "ru": "Холодильник"})
    assert [texts.render(own, language) for language in ("ru", "kk", "en", "uz")] == [
        "Холодильник", "Холодильник", "Fridge", "Fridge",
    ]  # fmt: skip
    assert texts.render(verbatim("as it is {x}"), "ru") == "as it is {x}"


def test_a_phrase_in_a_phrase_is_said_in_the_same_language(texts: Texts) -> None:
    whole = Phrase("{greeting}: {time}", texts={})
    filled = whole.having(greeting=Phrase("Hello"), time=MINUTES.having(n=2))
    assert texts.render(filled, "ru") == "Здравствуйте: 2 минуты"


@pytest.mark.parametrize(
    ("template", "name", "said"),
    [
        ("{name}, how are you?", "", "How are you?"),
        ("{name}, how are you?", "Aziza", "Aziza, how are you?"),
        ("Thank you, {name}!", "", "Thank you!"),
        ("Thank you, {name}.", "", "Thank you."),
        ("Hello {name}! Welcome.", "", "Hello! Welcome."),
        ("Thank you {name}, bye", "", "Thank you, bye"),
        ("Done.\n{name}, see you.", "", "Done.\nSee you."),
        ("Done! {name}, see you.", "", "Done! See you."),
        ("{name}! {other}", "", "X"),
        ("{name}, {other}", "Aziza", "Aziza, x"),
        ("{name}, ёлка", "", "Ёлка"),
        ("{name}", "", ""),
        ("ещё раз, {name}", "", "ещё раз"),
    ],
)
def test_an_empty_name_takes_its_comma_along(texts: Texts, template: str, name: str, said: str) -> None:
    assert texts.render(Phrase(template, texts={}).having(name=name, other="x"), "en") == said


@pytest.mark.parametrize(
    "template",
    ["{name.__class__}", "{name[0]}", "{0}", "{}", "{name!r}", "{name:>99999999}", "{unknown}", "{", "}{", "{{name}"],
)
def test_values_are_filled_in_and_never_looked_into(texts: Texts, template: str) -> None:
    said = texts.render(Phrase(template, texts={}).having(name="Aziza"), "en")
    assert said == template.replace("{name}", "Aziza")


def test_what_a_customer_writes_is_never_a_template(texts: Texts) -> None:
    phrase = Phrase("{name} wrote: {text}", texts={}).having(name="{text}", text="{name} \\1 \\g<0> %s")
    assert texts.render(phrase, "en") == "{text} wrote: {name} \\1 \\g<0> %s"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40), st.text(max_size=20), st.sampled_from([*LANGUAGES]))
def test_no_template_and_no_value_crashes(template: str, value: str, language: str) -> None:
    phrase = Phrase(template, texts={}).having(name=value, n=3)
    assert isinstance(Texts({}).render(phrase, language), str)


def test_the_shipped_catalogs_are_read_and_every_reading_is_distinct() -> None:
    catalogs = read_catalogs(Path(__file__).parents[2] / "locales")
    assert {"uz", "kk", "ru"} <= catalogs.keys()
    texts = Texts(catalogs)
    for catalog in catalogs.values():
        assert isinstance(catalog, Catalog)
        assert catalog.forms
    readings = texts.readings(Phrase("Talk to a person", "answer"))
    assert len(readings) == len(set(readings))
    assert texts.readings(Phrase("nowhere at all")) == ("nowhere at all",)

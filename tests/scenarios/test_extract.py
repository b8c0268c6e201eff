"""Translators get every text with its place, its context and what it is for."""

from __future__ import annotations

import io

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract as babel_extract
from babel.messages.pofile import write_po

from scenarios.engine.reading.extract import extract
from tests.scenarios.books import HESITANT


def extracted(text: str, name: str = "scenarios/hesitant.yaml"):
    file = io.BytesIO(text.encode())
    file.name = name
    return list(extract(file, {}, ["Translators:"], {}))


def test_a_sentence_a_label_and_a_plural_come_as_babel_wants_them():
    found = extracted(HESITANT)
    assert (
        27,
        "gettext",
        (
            "{service} costs {price} here, materials and guarantee included.\n"
            "The average in the city is {market_price}, without a guarantee."
        ),
        ["Translators: keep it short, it is read on a phone", "hesitant > compare: the bot says"],
    ) in found
    assert (
        15,
        "pgettext",
        ("hesitant.barrier", "The price"),
        ["hesitant > barrier: button, WhatsApp shows 20 letters (24 in a list)"],
    ) in found
    assert (
        35,
        "ngettext",
        (
            "{masters} certified master, rated {rating} of 5.",
            "{masters} certified masters, rated {rating} of 5.",
        ),
        ["hesitant > proof: the bot says"],
    ) in found
    assert [line for line, *_ in found] == sorted(line for line, *_ in found)


def test_every_kind_of_text_says_what_it_is_for():
    roles = {comments[-1] for *_, comments in extracted(HESITANT)}
    assert {
        "hesitant > barrier: the bot asks",
        "hesitant > barrier: the bot says when it did not understand the answer",
        "hesitant > barrier: the bot says after 2 hours without a word from the customer",
        "hesitant > to_sales: the bot says after 15 minutes without a word from the staff",
        "hesitant > to_sales: the staff read this when the customer comes to them",
    } <= roles


def test_the_words_of_detours_and_synonyms_are_extracted():
    assert extracted('always:\n  - {hears: "price | how much", run: prices}\n', "always.yaml") == [
        (
            2,
            "gettext",
            "price | how much",
            ['always: a customer may write one of these, divided by "|"; leads to prices'],
        )
    ]
    text = (
        "scenario: a\nstart: x\nsteps:\n  x:\n    ask: Hi\n"
        "    answers: {b: {label: Yes, synonyms: sure | ok}}\n    go: end\n"
    )
    assert extracted(text, "a.yaml")[-1] == (
        6,
        "pgettext",
        ("a.x", "sure | ok"),
        ['a > x: other words for the answer "Yes", divided by "|"'],
    )


@pytest.mark.parametrize("text", ["", "facts:\n  x: {type: text}\n", "start:\n  - {else: a}\n", "- test: a\n"])
def test_files_without_texts_give_nothing(text):
    assert extracted(text) == []


def test_a_file_that_cannot_be_read_stops_the_extraction():
    with pytest.raises(ValueError, match=r"^hesitant.yaml:1:11: error E01"):
        extracted("scenario: 'x")


def test_babel_writes_the_template_of_the_design():
    catalog = Catalog()
    file = io.BytesIO(HESITANT.encode())
    file.name = "hesitant.yaml"
    for line, message, comments, context in babel_extract(
        "scenarios.engine.reading.extract:extract", file, comment_tags=["Translators:"]
    ):
        catalog.add(message, None, [("hesitant.yaml", line)], auto_comments=comments, context=context)
    out = io.BytesIO()
    write_po(out, catalog, omit_header=True)
    written = out.getvalue().decode()
    assert (
        "#. hesitant > proof: the bot says\n"
        "#: hesitant.yaml:35\n"
        "#, python-brace-format\n"
        'msgid "{masters} certified master, rated {rating} of 5."\n'
        'msgid_plural "{masters} certified masters, rated {rating} of 5."\n'
    ) in written
    assert 'msgctxt "hesitant.barrier"\nmsgid "The price"\n' in written

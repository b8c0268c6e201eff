"""Typed answers other than days and times: a table of each language, shared things, and how they are said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from handlers.texts import Texts, read_catalogs
from scenarios.engine.context import Slot
from scenarios.engine.events import Content, Media, SharedContact, Spot
from scenarios.engine.phrases import Phrase, verbatim
from scenarios.engine.slots import phone_in, read, said
from tests.scenarios.slots.table import NOW, rows, short, told

ROWS = rows("answers.yaml")
KINDS = ("yes_no", "number", "phone", "rating", "nps", "place")


@pytest.mark.parametrize(("language", "kind", "text", "key"), ROWS, ids=[f"{r[0]}-{r[1]}-{r[2]}" for r in ROWS])
def test_an_answer_is_understood_as_it_is_written(language: str, kind: str, text: str, key: str) -> None:
    assert told(kind, text, language) == key


@pytest.mark.parametrize(("language", "kind"), [(one, kind) for one in ("en", "ru", "uz", "kk") for kind in KINDS])
def test_each_language_has_a_table_for_each_type(language: str, kind: str) -> None:
    assert Counter((row[0], row[1]) for row in ROWS)[language, kind] >= 15


def test_a_shared_contact_is_a_phone_and_its_name_is_not() -> None:
    shared = Content(contact=SharedContact("998901234567", "Aziza", own=True))

    assert read("phone", shared, NOW, "uz") == {"key": "+998901234567", "type": "phone"}
    assert read("place", Content(contact=SharedContact("998901234567", "Aziza")), NOW, "uz") is None


def test_a_shared_place_is_a_place_and_may_be_free_words() -> None:
    spot = Content(spot=Spot(41.3, 69.24, "Chorsu"))

    assert read("place", spot, NOW, "uz") == {"key": "41.30000,69.24000", "type": "place", "title": "Chorsu"}
    assert read("place", Content(spot=Spot(41.3, 69.24)), NOW, "uz") == {"key": "41.30000,69.24000", "type": "place"}
    assert read("text", spot, NOW, "uz") == {"key": "Chorsu", "type": "text"}


@pytest.mark.parametrize(
    ("media", "key"),
    [
        (Media("photo", "telegram", "f1"), "f1"),
        (Media("document", "telegram", "f2", mime="image/jpeg"), "f2"),
        (Media("document", "telegram", "f3", mime="application/pdf"), "-"),
        (Media("video", "whatsapp", "f4", mime="video/mp4"), "-"),
        (Media("voice", "whatsapp", "f5"), "-"),
        (Media("sticker", "telegram", "f6", mime="image/webp"), "-"),
        (None, "-"),
    ],
)
def test_a_photo_is_a_picture_and_nothing_else(media: Media | None, key: str) -> None:
    assert short(read("photo", Content("here it is", media=media), NOW, "en")) == key


def test_the_words_under_a_photo_are_kept_with_it() -> None:
    sent = Content("the door", media=Media("photo", "whatsapp", "f1"))

    assert read("photo", sent, NOW, "en") == {
        "key": "f1",
        "type": "photo",
        "channel": "whatsapp",
        "words": "the door",
    }


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("+998901234567 or +998911234567", "+998901234567"),
        ("order 4512345678, phone 901234567", "901234567"),
        ("01.02.2026 - 05.02.2026", None),
        ("1234", None),
        ("", None),
    ],
)
def test_the_first_number_that_can_be_called_is_the_phone(text: str, phone: str | None) -> None:
    assert phone_in(text) == phone


@pytest.mark.parametrize(
    ("slot", "texts"),
    [
        (
            {"key": "2026-11-25", "type": "date"},
            [
                "Wednesday, 25 November",
                "среда, 25 ноября",
                "chorshanba, 25-noyabr",
                "чоршанба, 25-ноябрь",
                "сәрсенбі, 25 қараша",
            ],
        ),
        ({"key": "15:00", "type": "time"}, ["15:00"] * 5),
        (
            {"key": "10:00", "type": "time", "about": True, "span": "morning"},
            ["in the morning", "утром", "ertalab", "эрталаб", "таңертең"],
        ),
        (
            {"key": "17:00", "type": "time", "about": True, "span": "after"},
            ["after 17:00", "после 17:00", "17:00 dan keyin", "17:00 дан кейин", "сағат 17:00 өткен соң"],
        ),
        (
            {"key": "15:00", "type": "time", "about": True, "span": "between", "until": "17:00"},
            ["15:00–17:00"] * 5,
        ),
        ({"key": "12.5", "type": "number"}, ["12.5", "12,5", "12,5", "12,5", "12,5"]),
        ({"key": "1500000", "type": "number"}, ["1\u00a0500\u00a0000"] * 5),
        ({"key": "yes", "type": "yes_no"}, ["Yes", "Да", "Ha", "Ҳа", "Иә"]),
        ({"key": "no", "type": "yes_no"}, ["No", "Нет", "Yoʻq", "Йўқ", "Жоқ"]),
        ({"key": "+998901234567", "type": "phone"}, ["+998 90 123 45 67"] * 5),
        ({"key": "901234567", "type": "phone"}, ["901234567"] * 5),
        ({"key": "41.30000,69.24000", "type": "place", "title": "Chorsu"}, ["Chorsu"] * 5),
        ({"key": "Chilonzor 9", "type": "place"}, ["Chilonzor 9"] * 5),
    ],
)
def test_what_is_remembered_is_said_in_the_customers_language(slot: Slot, texts: list[str]) -> None:
    render = Texts(read_catalogs(Path(__file__).parents[3] / "locales")).render
    value = said(slot)
    phrase = value if isinstance(value, Phrase) else verbatim(str(value))

    assert [render(phrase, language) for language in ("en", "ru", "uz", "uz_Cyrl", "kk")] == texts


def test_what_has_no_type_is_said_as_it_is() -> None:
    assert said({"key": "price"}) is None
    assert said({"key": "anything", "type": "text"}) is None

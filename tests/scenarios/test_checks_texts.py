"""What customers read: each check has wrong texts, translations and limits, and right ones."""

from __future__ import annotations

import pytest

from tests.scenarios.books import Translated, one, problems, refuses_and_accepts

PERSON = "  help: {handoff: sales, go: end}\n"
SAY = one("  first: {say: 'It costs {price}', go: end}\n")
MASTERS = one("  first: {say: {count: visits, one: '{visits} visit', other: '{visits} visits'}, go: end}\n")
LABEL = one("  first: {ask: Hi, answers: {a: Mine, b: B}, go: end}\n" + PERSON, "person: help\n")
MESSAGE = "It costs {price}"

TABLE = [
    (
        "E40",
        one(
            "  first: {ask: Hi, answers: {" + ", ".join(f"a{n}: L{n}" for n in range(10)) + "}, go: end}\n" + PERSON,
            "person: help\n",
        ),
        'a.yaml:6:20: error E40: WhatsApp shows at most 10 choices; here are 10 and "Talk to a person"',
        one("  first: {ask: Hi, answers: {" + ", ".join(f"a{n}: L{n}" for n in range(10)) + "}, go: end}\n"),
    ),
    (
        "E40",
        one("  first: {ask: Hi, answers: {" + ", ".join(f"a{n}: L{n}" for n in range(11)) + "}, go: end}\n"),
        "error E40: WhatsApp shows at most 10 choices; here are 11",
        one(
            "  first: {ask: Hi, answers: {" + ", ".join(f"a{n}: L{n}" for n in range(11)) + "}, go: end}\n",
            "channels: [telegram]\n",
        ),
    ),
    (
        "E41",
        one(
            "  first: {ask: Hi, answers: {a: A label of 21 letters, b: B}, go: end}\n" + PERSON,
            "person: help\n",
        ),
        'a.yaml:6:30: error E41: en: "A label of 21 letters" has 21 letters; WhatsApp shows at most 20',
        one(
            "  first: {ask: Hi, answers: {a: A label of 21 letters, b: B, c: C}, go: end}\n" + PERSON,
            "person: help\n",
        ),
    ),
    (
        "E41",
        one(
            "  first: {ask: Hi, answers: {a: A label with 25 letters..}, go: end}\n".replace(
                "}, go", ", b: B, c: C, d: D}, go"
            )
        ),
        "WhatsApp shows at most 24 on a list row",
        one("  first: {ask: Hi, answers: {a: A label with 24 letters., b: B, c: C, d: D}, go: end}\n"),
    ),
    (
        "E42",
        one(f"  first: {{say: {'x' * 500}, ask: {'y' * 523}, answers: {{a: A}}, go: end}}\n"),
        "error E42: en: this message has 1025 letters; WhatsApp shows at most 1024 above choices",
        one(f"  first: {{say: {'x' * 500}, ask: {'y' * 522}, answers: {{a: A}}, go: end}}\n"),
    ),
    (
        "E42",
        one(f"  first: {{say: {'x' * 4097}, go: end}}\n"),
        "error E42: en: this message has 4097 letters; a message has at most",
        one(f"  first: {{say: {'x' * 4096}, go: end}}\n"),
    ),
]

TRANSLATED = [
    (
        "E30",
        SAY,
        {"ru": Translated({})},
        'a.yaml:5:11: error E30: no ru translation of "It costs {price}"',
        {"ru": Translated({MESSAGE: "Стоит {price}"})},
    ),
    (
        "E30",
        MASTERS,
        {"kk": Translated({"{visits} visit": ("", "")})},
        'error E30: no kk translation of "{visits} visit"',
        {"kk": Translated({"{visits} visit": ("{visits} рет", "{visits} рет")})},
    ),
    (
        "E31",
        SAY,
        {"ru": Translated({MESSAGE: "Стоит {cena}"})},
        "error E31: the ru translation must use the same {words}: missing ['price'], unknown ['cena']",
        {"ru": Translated({MESSAGE: "Стоит {price}"})},
    ),
    (
        "E32",
        MASTERS,
        {"ru": Translated({"{visits} visit": ("{visits} визит", "{visits} визита")})},
        "a.yaml:5:11: error E32: ru needs 3 plural forms, has 2",
        {"ru": Translated({"{visits} visit": ("{visits} визит", "{visits} визита", "{visits} визитов")})},
    ),
    (
        "E33",
        SAY,
        {"ru": Translated({MESSAGE: "Стоит"}, frozenset({MESSAGE}))},
        "a.yaml:5:11: error E33: the ru translation is older than this text; review it",
        {"ru": Translated({MESSAGE: "Стоит {price}"})},
    ),
    (
        "E41",
        LABEL,
        {"uz": Translated({"Hi": "Salom", "Mine": "Bu yorliq juda uzun ekan", "B": "B"})},
        'a.yaml:6:30: error E41: uz: "Bu yorliq juda uzun ekan" has 24 letters; WhatsApp shows at most 20',
        {"uz": Translated({"Hi": "Salom", "Mine": "Meniki", "B": "B"})},
    ),
    (
        "E41",
        LABEL,
        {"ru": Translated({"Hi": "a", "Mine": "b", "B": "c", "Talk to a person": "Поговорить с человеком"})},
        'a.yaml:4:1: error E41: ru: "Поговорить с человеком" has 22 letters; WhatsApp shows at most 20',
        {"ru": Translated({"Hi": "a", "Mine": "b", "B": "c", "Talk to a person": "К человеку"})},
    ),
    (
        "E42",
        SAY,
        {"ru": Translated({MESSAGE: "{price}" + "ж" * 4090})},
        "error E42: ru: this message has 4097 letters",
        {"ru": Translated({MESSAGE: "{price}" + "ж" * 4089})},
    ),
]


@pytest.mark.parametrize("row", TABLE, ids=[f"{number}-{row[0]}" for number, row in enumerate(TABLE)])
def test_each_check_refuses_the_wrong_text_and_accepts_the_right_one(row):
    refuses_and_accepts(*row)


@pytest.mark.parametrize(("code", "files", "wrong", "expected", "right"), TRANSLATED)
def test_each_check_refuses_the_wrong_translation_and_accepts_the_right_one(code, files, wrong, expected, right):
    told = [str(found) for found in problems(files, wrong)]
    assert any(expected in line for line in told), told
    assert {line.split(" ")[2] for line in told} == {f"{code}:"}
    assert problems(files, right) == []


def test_a_text_that_several_languages_lack_is_told_once_and_not_measured_in_them():
    steps = "  first: {ask: Hi, answers: {a: A label of 21 letters}, go: end}\n" + PERSON
    nothing = {code: Translated({}) for code in ("uz", "kk", "ru")}
    told = [str(found) for found in problems(one(steps, "person: help\n"), nothing)]
    label = [line.split(": ", 1)[1] for line in told if "21 letters" in line]
    assert label == [
        'error E30: no kk, ru, uz translation of "A label of 21 letters"',
        'error E41: en: "A label of 21 letters" has 21 letters; WhatsApp shows at most 20 on a button',
    ]


def test_a_book_written_in_russian_needs_the_russian_plurals_and_no_russian_texts():
    files = {name: text.replace("start: first", "start: first\ntexts: ru") for name, text in MASTERS.items()}
    english = Translated({"{visits} visit": ("{visits} a", "{visits} b")})
    told = [str(found) for found in problems(files, {"ru": Translated({}), "en": english})]
    assert [line.split(": ", 2)[1:] for line in told] == [["error E32", "ru needs 3 plural forms, has 0"]]


def test_the_question_for_a_rating_offers_nobody_and_has_room_for_ten_answers():
    answers = ", ".join(f"a{number}: L{number}" for number in range(10))
    steps = f"  first: {{ask: Hi, answers: {{{answers}}}, go: end}}\n" + PERSON
    assert problems(one(steps, "person: help\n", name="feedback")) == []


def test_a_text_that_is_not_translated_is_no_longer_in_the_other_languages_too():
    steps = "  first: {ask: Hi, answers: {a: A label of 21 letters, b: B}, go: end}\n" + PERSON
    languages = {code: Translated({}) for code in ("uz", "kk", "ru")}
    told = [str(issue) for issue in problems(one(steps, "person: help\n"), languages) if issue.code == "E41"]
    assert told == [
        'a.yaml:6:30: error E41: en: "A label of 21 letters" has 21 letters; WhatsApp shows at most 20 on a button'
    ]
    said = one(f"  first: {{say: {'x' * 4097}, go: end}}\n")
    assert [str(issue)[:28] for issue in problems(said, languages) if issue.code == "E42"] == [
        "a.yaml:5:11: error E42: en: "
    ]

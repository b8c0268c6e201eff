"""What a customer may wish or ask at any question, in every language and script, whatever it asks."""

from __future__ import annotations

from functools import cache

import pytest

from scenarios.book import shipped_files
from scenarios.engine.model import Book
from scenarios.engine.reading import read_book
from tests.driver import LANGUAGES, Desk
from tests.talks.words import WARRANTY

KINDS = {
    "choice": "answers: {red: Red, blue: Blue}",
    "list": "answers: {from: services}",
    **dict.fromkeys(("text", "phone", "number", "date", "time", "yes_no", "place", "photo", "rating", "nps"), ""),
}
FILE = """\
scenario: {name}
start: first
person: to_sales
silent: [{{after: 20 hours, go: end}}]
remember: {{given: {kind}}}
steps:
  first:
    ask: Shall we begin?
    answers: {{well: Of course, badly: Rather not}}
    go: second
  second:
    ask: What do you say?
    save: given
    {answers}
    go: done
  done:
    say: All set.
    go: end
  to_sales:
    handoff: sales
    go: end
"""
PERSON = {
    "uz": ["odam", "inson", "xodim", "operator", "menejer"],
    "uz_Cyrl": ["одам", "инсон", "ходим", "оператор", "менежер"],
    "kk": ["адам", "маман", "қызметкер", "оператор", "менеджер"],
    "ru": ["человек", "специалист", "сотрудник", "оператор", "менеджер"],
    "en": ["person", "human", "operator", "manager"],
}
CANCEL = {"uz": "bekor", "uz_Cyrl": "бекор", "kk": "бас тарту", "ru": "отмена", "en": "cancel"}
BACK = {
    "uz": ["orqaga", "qaytish"],
    "uz_Cyrl": ["орқага", "қайтиш"],
    "kk": ["артқа", "алдыңғы сұрақ"],
    "ru": ["назад", "вернуться", "предыдущий вопрос"],
    "en": ["back", "previous question"],
}
REPEAT = {
    "uz": ["qaytaring", "yana bir marta"],
    "uz_Cyrl": ["қайтаринг", "яна бир марта"],
    "kk": ["қайтала", "тағы бір рет"],
    "ru": ["повторите", "что?"],
    "en": ["repeat", "again", "what?"],
}
LANGUAGE = {"uz": "til", "uz_Cyrl": "тил", "kk": "тіл", "ru": "язык", "en": "language"}
STOP = {"uz": "to'xtat", "uz_Cyrl": "тўхтат", "kk": "тоқта", "ru": "стоп", "en": "stop"}

every_kind = pytest.mark.parametrize("kind", KINDS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def small_book() -> Book:
    """The shipped book, and a scenario with a second question for each kind."""
    files = dict(shipped_files())
    for name, answers in KINDS.items():
        kind = "choice" if name == "list" else name
        files[f"k_{name}.yaml"] = FILE.format(name=f"k_{name}", kind=kind, answers=answers or "unclear: Please answer.")
    book, issues = read_book(files)
    assert book is not None, [str(one) for one in issues]
    return book


def asked(kind: str, language: str) -> Desk:
    """A desk that waits at the second question."""
    desk = Desk.asking(f"k_{kind}", "first", language)
    desk.book = small_book()
    desk.customer.says("1")
    assert desk.context.step == "second"
    return desk


@every_kind
@every_language
def test_a_person_comes_at_one_word(kind: str, language: str) -> None:
    for word in PERSON[language]:
        desk = asked(kind, language)
        desk.customer.says(word)
        assert desk.context.holder == "waiting", word


@every_kind
@every_language
def test_one_word_leads_back_and_another_asks_again(kind: str, language: str) -> None:
    for word in BACK[language]:
        desk = asked(kind, language)
        desk.customer.says(word)
        assert (desk.context.step, desk.context.tries) == ("first", 0), word
    for word in REPEAT[language]:
        desk = asked(kind, language)
        desk.customer.says(word)
        assert (desk.context.step, desk.context.tries) == ("second", 0), word
        assert len(desk.said) == 1


@every_kind
@every_language
def test_one_word_cancels_and_another_stops_us(kind: str, language: str) -> None:
    desk = asked(kind, language)
    desk.customer.says(CANCEL[language])
    assert (desk.context.holder, desk.context.opted_out) == ("closed", False)
    desk = asked(kind, language)
    desk.customer.says(STOP[language])
    assert (desk.context.holder, desk.context.opted_out) == ("closed", True)


@every_kind
@every_language
def test_the_word_for_language_offers_them_and_the_question_comes_back(kind: str, language: str) -> None:
    desk = asked(kind, language)
    desk.customer.says(LANGUAGE[language])
    assert desk.context.scenario == "language", "a language is no answer"
    desk.customer.says("English")
    assert (desk.context.scenario, desk.context.step) == (f"k_{kind}", "second")
    assert desk.context.language == "en"
    assert "given" not in desk.context.slots


@every_kind
@every_language
def test_a_question_aside_is_answered_and_is_no_answer(kind: str, language: str) -> None:
    desk = asked(kind, language)
    desk.customer.says(WARRANTY[language])
    assert (desk.context.step, desk.context.tries) == ("second", 0)
    assert "given" not in desk.context.slots

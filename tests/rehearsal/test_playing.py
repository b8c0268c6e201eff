"""A transcript test passes when all came as it says; otherwise it tells a manager which line went otherwise."""

from __future__ import annotations

import pytest

from bot.rehearsal.ground import Ground
from scenarios.engine.reading import read_book
from tests.rehearsal.shop import FILES, chat, failure, played, read
from tests.shipped import book, business, texts

WHOLE = """\
- test: The whole way
  scenario: shop
  with: {language: en, name: Aida, phone: "+998901234567", visits: 0}
  chat:
    - bot: hello
    - wait: 2 hours
    - bot: hello.silent
    - customer: what is the price?
    - bot: [prices, hello]
    - taps: A repair
    - bot: When shall we…
    - remembers: {what: repair, when: }
    - customer: tomorrow
    - does: book_visit
      outcome: taken
    - bot: shop.when
    - customer: on Friday
    - does: book_visit
    - does: book_visit
      outcome: booked
    - notify: operations
      text: A visit…
    - bot: done
    - ends: true
    - wait: 2 days
    - bot: how_was_it
    - taps: bad
    - staff: sales
      summary: "Wants A repair. Phone +998901234567."
    - bot: to_sales
    - wait: 15 minutes
    - bot: We are busy.
    - agent: Good afternoon
    - closes: all done
"""


def test_what_people_do_and_what_comes_of_it_is_told_line_by_line() -> None:
    assert played(WHOLE).failure is None


def test_facts_hold_from_the_line_on_that_tells_them() -> None:
    lines = ("- bot: hello", "- taps: repair", "- bot: when", "- facts: {open_now: false}", "- customer: now")
    assert played(chat(*lines, "- bot: to_sales", "- staff: sales")).failure is None
    assert "does" in failure(chat(*lines[:3], *lines[4:], "- bot: to_sales"))


def test_a_talk_without_a_scenario_begins_with_start_or_with_the_customers_words() -> None:
    assert played(chat("- bot: hello", head="")).failure is None
    assert played(chat("- customer: hello there", "- bot: hello", head="")).failure is None


def test_a_follow_up_that_is_refused_says_nothing() -> None:
    head = "  scenario: shop\n  with: {visits: 0}\n"
    lines = [
        "- bot: hello",
        "- taps: repair",
        "- bot: when",
        "- customer: today",
        "- {does: book_visit, outcome: booked}",
    ]
    lines += ["- notify: operations", "- bot: done", "- facts: {visits: 1}", "- wait: 3 days", "- ends: true"]
    assert played(chat(*lines, head=head)).failure is None


def test_an_old_button_is_tapped_by_the_step_that_had_it() -> None:
    lines = ["- bot: hello", "- taps: advice", "- bot: phone", "- {taps: repair, of: hello}", "- bot: phone"]
    assert played(chat(*lines)).failure is None


def test_a_contact_a_place_and_files_can_be_sent() -> None:
    lines = ["- bot: hello", "- taps: advice", "- bot: phone", "- shares: photo", "- bot: phone"]
    lines += ['- shares: {contact: "+998907654321"}', '- remembers: {phone: "+998907654321"}', "- bot: to_sales"]
    assert played(chat(*lines, "- staff: sales")).failure is None
    assert failure(chat("- bot: hello", "- shares: {place: here}")).endswith(
        '"here" is no place; write it like "41.31,69.24"'
    )


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ["- bot: hello", "- taps: The cost"],
            't.yaml:5:7: there is no button "The cost" here; there are A repair, Some advice, Talk to a person.',
        ),
        (
            ["- bot: hello", "- taps: repairs"],
            't.yaml:5:7: there is no button "repairs" here; there are A repair, Some advice, Talk to a person. Did you',
        ),
        (
            ["- bot: hello", "- taps: repair", "- bot: phone"],
            't.yaml:6:7: expected bot "phone" / got bot "When shall we come?" (step when)',
        ),
        (
            ["- bot: hello", "- bot: when"],
            't.yaml:5:7: expected bot "when", but the bot said nothing (it waits at "hello")',
        ),
        (["- bot: helo"], 't.yaml:4:7: there is no step "helo". Did you mean "hello"? The bot said "Hello from'),
        (
            ["- taps: repair"],
            't.yaml:4:7: the bot also said "Hello from the shop. What do you need?" (step hello); if that is right',
        ),
        (
            ["- bot: hello", "- taps: repair"],
            't.yaml:5:7: the bot also said "When shall we come?" (step when); if that is right, add "- bot: when"',
        ),
        (
            ["- bot: hello", "- taps: person", "- bot: to_sales", "- wait: 1 minute"],
            't.yaml:7:7: the conversation went to the desk "sales"; if that is right, add "staff: sales"',
        ),
        (
            ["- bot: hello", "- taps: person", "- bot: to_sales", "- staff: support"],
            't.yaml:7:7: expected the conversation to go to "support", it went to "sales"',
        ),
        (
            ["- bot: hello", "- staff: sales"],
            't.yaml:5:7: expected the conversation to go to "sales", but it did not go to the staff',
        ),
        (
            ["- bot: hello", "- taps: person", "- bot: to_sales", "- {staff: sales, summary: Wants nothing}"],
            't.yaml:7:8: expected the summary "Wants nothing" / got "Wants —. Phone —."',
        ),
        (
            ["- bot: hello", "- taps: repair", "- bot: when", "- remembers: {what: advice}"],
            't.yaml:7:7: expected "advice" to be remembered as "what" / got "repair"',
        ),
        (
            ["- bot: hello", "- taps: repair", "- bot: when", "- remembers: {when: today}"],
            't.yaml:7:7: expected "today" to be remembered as "when" / got nothing',
        ),
        (
            ["- bot: hello", "- ends: true"],
            't.yaml:5:7: expected the talk to be over, but it waits at the step "hello"',
        ),
        (
            ["- bot: hello", "- does: book_visit"],
            't.yaml:5:7: expected the desk to do "book_visit", it does nothing',
        ),
        (
            ["- bot: hello", "- notify: leads"],
            't.yaml:5:7: expected a line to "leads", but nobody was told anything',
        ),
        (
            ["- bot: hello", "- wait: 20 hours", "- bot: No rush."],
            't.yaml:6:7: the desk "leads" was told',
        ),
        (
            ["- bot: hello", "- taps: person", "- staff: sales", "- bot: to_sales", "- customer: hm", "- bot: hello"],
            't.yaml:9:7: expected bot "hello", but the bot said nothing; the staff have the conversation',
        ),
    ],
)
def test_a_line_that_went_otherwise_is_told_with_its_place(lines: list[str], told: str) -> None:
    assert failure(chat(*lines)).startswith(told)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("What do you need?", True),
        ("What do you need", False),
        ("What…", True),
        ("…need?", True),
        ("Hello…need?", True),
        ("Hello from the shop. What do you need?", True),
        ("Hello from the shop.", True),
        ("hello from the shop.", False),
    ],
)
def test_words_are_those_of_the_message_or_of_one_of_its_parts(wanted: str, said: bool) -> None:
    assert (played(chat(f"- bot: {wanted}")).failure is None) is said


def test_a_test_of_feedback_begins_when_people_have_closed_a_conversation() -> None:
    from bot.rehearsal.playing import play
    from bot.rehearsal.reading import read_cases
    from tests.rehearsal.test_shipped import shipped_ground

    text = "- test: T\n  scenario: feedback\n  chat:\n    - bot: rate\n"
    cases, _ = read_cases(shipped_ground(), "t.yaml", text)
    assert play(shipped_ground(), cases[0]).failure is None


def test_a_comment_may_stand_behind_words() -> None:
    assert played(chat("- bot: What do you need?   # the first question")).failure is None
    _, issues = read(chat("- bot: What do you need #1?"))
    assert [one.text.split(" (")[0] for one in issues] == ['everything after "#" is dropped here']


def test_words_may_be_those_of_the_scenarios_file_whatever_the_customer_speaks() -> None:
    lines = ["    - wait: 2 hours", "    - bot: No rush…", "    - wait: 1 minute"]
    for language, words in (("ru", "Спешить некуда…"), ("uz", "Shoshilmang…"), ("kk", "Асықпаңыз…")):
        head = f"- test: Silent\n  scenario: hesitant\n  with: {{language: {language}}}\n  chat:\n    - bot: barrier\n"
        for said in ("No rush…", words):
            text = head + "\n".join(lines).replace("No rush…", said) + "\n"
            assert played(text, Ground(book(), texts(), business())).failure is None, (language, said)


def test_a_silence_that_tells_a_desk_and_says_something_is_named_by_either_or_both() -> None:
    told = FILES["shop.yaml"].replace("say: We are busy.}", "say: We are busy., notify: leads}")
    loud, issues = read_book({**FILES, "shop.yaml": told})
    assert loud is not None, issues
    ground = Ground(loud, texts(), business())
    way = ["- bot: hello", "- taps: person", "- staff: sales", "- bot: to_sales", "- wait: 15 minutes"]
    said, notice = "- bot: We are busy.", "- notify: leads"
    for lines in ([notice], [notice, said], [said, notice]):
        assert played(chat(*way, *lines), ground).failure is None, lines
    left = played(chat(*way, "- bot: We are busy."), ground).failure
    assert left is not None
    assert 'the desk "leads" was told' in left.text

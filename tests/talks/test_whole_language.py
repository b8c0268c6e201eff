"""What scenarios may write beyond questions: follow-ups, lines to desks, long lists, ways back."""

from __future__ import annotations

from functools import cache

from scenarios.book import shipped_files
from scenarios.engine.model import Book
from scenarios.engine.phrases import verbatim
from scenarios.engine.reading import read_book
from scenarios.engine.world import Option
from tests.driver import Desk
from tests.talks.words import STOP

STEPS = """\
scenario: new
start: first
person: to_sales
silent: [{after: 20 hours, go: end}]
remember: {sure: yes_no, day: date, clock: time, sum: number}
steps:
  first:
    ask: Which one?
    save: thing
    answers: {red: Red, blue: Blue, plain: In words}
    go: {red: second, blue: promise, plain: day}
  day:
    ask: Which day?
    save: day
    unclear: For example Friday.
    go: hour
  hour:
    ask: And what time?
    save: clock
    go: sum
  sum:
    ask: "{day}, {clock}. How many rooms?"
    save: sum
    go: agreed
  agreed:
    say: "Agreed: {clock}."
    go: end
  second:
    run: inner
    go: third
  third:
    ask: Are you sure?
    save: sure
    go:
      - {if: {sure: yes}, then: times}
      - {else: first}
  times:
    ask: Which time?
    save: hour
    answers: {from: free_times}
    go: noted
  noted:
    say: "Noted: {hour}."
    notify: {desk: operations, text: "{name} wants {hour}"}
    go: end
  promise:
    say: I will write in two days.
    go: remind
  remind:
    later: {in: 2 days, go: follow_up, unless: {thing: red}, whatsapp_template: follow_up}
    go: end
  follow_up:
    ask: Did you decide?
    answers: {yes_please: I did, not_yet: Not yet}
    silent: [{after: 20 hours, go: end}]
    go: {yes_please: to_sales, not_yet: end}
  to_sales:
    say: A colleague comes.
    handoff: sales
    silent: [{after: 15 minutes, say: Sorry for the wait., notify: leads}]
    go: check
  check:
    later: {in: 1 day, go: all_right}
    go: end
  all_right:
    ask: Is it all right now?
    answers: {good: All is well, bad: No}
    silent: [{after: 20 hours, go: end}]
    go: {good: end, bad: to_sales}
"""
INNER = """\
scenario: inner
start: detail
person: to_sales
silent: [{after: 20 hours, go: end}]
steps:
  detail:
    ask: Which size?
    save: size
    answers: {small: Small, large: Large}
    go: end
  to_sales:
    handoff: sales
    go: end
"""
TIMES = tuple(Option(f"t{hour}", verbatim(f"{hour}:00 today")) for hour in range(1, 26))


@cache
def small_book() -> Book:
    """A book whose first scenario uses the whole language."""
    files = {**shipped_files(), "new.yaml": STEPS, "inner.yaml": INNER}
    book, issues = read_book(files)
    assert book is not None, [str(one) for one in issues]
    return book


def desk(channel: str = "telegram") -> Desk:
    """A desk with that book."""
    return Desk(channel=channel, scenarios=small_book(), facts={"free_times": TIMES})


def to_third(one: Desk) -> None:
    """On to the question whether they are sure."""
    one.customer.says("hello")
    one.customer.taps("Red")
    one.customer.taps("Small")
    one.bot_said("Are you sure?")


def test_a_follow_up_comes_after_its_time_and_outlives_the_end() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("Blue")
    assert one.context.holder == "closed"
    one.passes(hours=47)
    assert len(one.everything_said) == 2
    one.passes(hours=2)
    assert one.bot_said("Did you decide?").labels[0] == "I did"
    assert one.context.holder == "bot"
    assert one.happened("opened") == [""], "nobody new has come"
    one.customer.taps("I did")
    assert one.context.holder == "waiting"


def test_a_follow_up_carries_the_template_that_whatsapp_may_send() -> None:
    one = desk("whatsapp")
    one.customer.says("hello")
    one.customer.taps("Blue")
    one.passes(days=3)
    says = [effect for effect in one.turns[-1].letters if effect.op == "say"]
    assert one.context.step in ("follow_up", "")
    sent = [letter for turn in one.turns for letter in turn.letters if letter.op == "say"]
    assert any("template" in letter.payload for letter in sent), [letter.payload for letter in says]


def test_a_follow_up_is_dropped_when_the_customer_is_back_already() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("Blue")
    one.passes(hours=3)
    one.customer.says("hello")
    one.passes(hours=46)
    assert "Did you decide?" not in [said.text for said in one.everything_said]


def test_a_follow_up_is_dropped_when_the_customer_has_asked_us_to_stop() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("Blue")
    one.customer.says(STOP["en"])
    one.passes(days=3)
    assert not any("Did you decide?" in said.text for said in one.everything_said)


def test_a_follow_up_is_dropped_while_people_talk_and_after_they_have() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("Blue")
    one.customer.says("operator")
    one.agent.says("Hello, I am here")
    one.passes(days=3)
    assert not any("Did you decide?" in said.text for said in one.everything_said)


def test_what_stands_behind_a_handoff_is_done_when_people_close() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.says("operator")
    one.agent.says("Hello")
    one.agent.commands("/close")
    one.bot_said("1 to 5")
    one.passes(hours=25)
    assert any("Is it all right now?" in said.text for said in one.everything_said)


def test_a_desk_is_told_when_a_step_says_so() -> None:
    one = desk()
    to_third(one)
    one.customer.says("yes")
    one.customer.taps("3:00 today")
    letters = [letter for turn in one.turns for letter in turn.letters if letter.op == "notify"]
    told = [{name: letter.payload[name] for name in ("desk", "text")} for letter in letters]
    assert told == [{"desk": "operations", "text": "Aziza Karimova wants 3:00 today"}] or told == [
        {"desk": "operations", "text": "Aziza wants 3:00 today"}
    ]


def test_the_leads_are_told_when_people_let_a_customer_wait() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.says("operator")
    one.passes(minutes=16)
    told = [letter.payload["desk"] for turn in one.turns for letter in turn.letters if letter.op == "notify"]
    assert told == ["leads"]


def test_yes_and_no_have_buttons_and_are_understood_in_words() -> None:
    one = desk()
    to_third(one)
    assert one.bot_said().labels[:2] == ["Yes", "No"]
    one.customer.says("no")
    one.bot_said("Which one?")


def test_a_long_list_comes_page_by_page() -> None:
    one = desk()
    to_third(one)
    one.customer.taps("Yes")
    first = one.bot_said("Which time?")
    assert first.labels == [*(f"{hour}:00 today" for hour in range(1, 9)), "More", "Talk to a person"]
    one.customer.taps("More")
    second = one.bot_said("Which time?")
    assert second.labels[0] == "9:00 today"
    one.customer.taps("More")
    one.customer.taps("More")
    assert one.bot_said().labels[0] == "25:00 today"
    one.customer.taps("More")
    assert one.bot_said().labels[0] == "1:00 today", "after the last page comes the first"
    one.customer.taps("9:00 today", of=second)
    one.bot_said("Noted: 9:00 today.")


def test_a_page_turned_is_no_miss_and_what_is_typed_may_be_on_any_page() -> None:
    one = desk()
    to_third(one)
    one.customer.taps("Yes")
    one.customer.says("More")
    assert one.context.tries == 0
    one.customer.says("2")
    one.bot_said("Noted: 10:00 today.")
    one = desk()
    to_third(one)
    one.customer.taps("Yes")
    one.customer.says("24:00 today")
    one.bot_said("Noted: 24:00 today.")


def test_back_leads_to_the_question_before_also_out_of_another_scenario() -> None:
    one = desk()
    to_third(one)
    one.customer.says("back")
    one.bot_said("Which size?")
    one.customer.says("go back")
    one.bot_said("Which one?")
    one.customer.says("back")
    one.bot_said("This is where we began, there is no earlier question.", "Which one?")
    one.customer.taps("Red")
    one.customer.taps("Large")
    one.bot_said("Are you sure?")


def test_repeat_asks_the_same_question_again_and_is_no_miss() -> None:
    one = desk()
    to_third(one)
    one.customer.says("repeat please")
    one.bot_said("Are you sure?")
    assert one.context.tries == 0


def test_cancel_ends_what_was_begun() -> None:
    one = desk()
    to_third(one)
    one.customer.says("cancel")
    one.bot_said("All right, I have cancelled that.")
    assert one.context.holder == "closed"
    one.passes(days=3)
    assert len(one.said) <= 1


def test_cancel_in_a_story_is_part_of_the_story() -> None:
    one = Desk.asking("new", "describe")
    one.customer.says("they wanted to cancel my order and then came anyway")
    assert one.context.step == "soon"


def test_a_time_that_was_named_with_the_day_is_not_asked_for_again() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("In words")
    one.bot_said("Which day?")
    one.customer.says("tomorrow at 3 pm")
    one.bot_said("24 November", "15:00. How many rooms?")
    one.customer.says("two")
    one.bot_said("Agreed: 15:00.")
    assert one.context.slots["sum"]["key"] == "2"


def test_a_day_without_a_time_is_followed_by_the_question_for_the_time() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("In words")
    one.customer.says("on Friday")
    one.bot_said("And what time?")
    one.customer.says("at 10")
    one.bot_said("27 November", "10:00. How many rooms?")


def test_a_day_that_has_passed_is_told_so_and_asked_for_again() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("In words")
    one.customer.says("yesterday")
    said = one.bot_said().text
    assert "For example Friday." not in said
    assert one.context.step == "day"
    assert one.context.tries == 1


def test_an_answer_that_ends_the_talk_is_answered_even_where_the_scenario_says_nothing() -> None:
    one = desk()
    one.customer.says("hello")
    one.customer.taps("Blue")
    one.passes(hours=49)
    one.customer.taps("Not yet")
    one.bot_said("All right. Write whenever you need us.")
    assert one.context.holder == "closed"


def test_a_silence_that_ends_the_talk_says_nothing() -> None:
    one = desk()
    one.customer.says("hello")
    one.passes(hours=21)
    assert one.context.holder == "closed"
    assert one.is_silent

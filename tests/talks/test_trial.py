"""A manager tries the desk as a customer: the same talk, and nobody else notices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.managers.trying import Wish, wish_of
from handlers.trial import STAFF_WOULD_READ, TO_STAFF_WITH
from scenarios.engine.answering import NOT_FOR_YOU
from scenarios.engine.effects import Do
from scenarios.engine.events import Content, CustomerSaid, Sender, TimerFired, TrialCommanded, address_of
from scenarios.engine.reading import read_files
from scenarios.engine.records import Letter, Turn
from scenarios.engine.step import step
from scenarios.engine.trial import BANNER, HURRIED, as_customer
from tests.driver import CHANNELS, LANGUAGES, Desk
from tests.shipped import moment, said_in

MANAGER = Sender("telegram", "9", ("4711",), "Rustam", "", "ru", "")


class Trial(Desk):
    """A desk that a manager tries."""

    def __init__(self, channel: str = "telegram", language: str = "en", **more: object) -> None:
        super().__init__(language, channel, **more)  # type: ignore[arg-type]
        self.sender = replace(as_customer(MANAGER, channel), language_code=self.customer.code)

    def commands(self, command: str, rest: str = "") -> Turn:
        """Begin, end or close the trial; the manager reads Russian."""
        reader = "ru" if command != "end" else ""
        return self.happens(TrialCommanded(self.number("t"), self.now, self.sender, command, reader, "", rest))

    def begins(self) -> Turn:
        """The manager is a customer who has pressed Start."""
        self.commands("begin")
        return self.says("/start")

    def says(self, text: str) -> Turn:
        """The manager writes as a customer."""
        self.customer.sent.append(text)
        said = self.customer.sender
        event = CustomerSaid(self.number("e"), self.now, self.sender, Content(text=text), self.number("m"), self.now)
        assert said != event.sender
        return self.happens(event)

    def told(self) -> list[str]:  # type: ignore[override]
        """What the manager was told of the people in the newest turn."""
        assert self.turn is not None
        return [str(x.payload["text"]) for x in self.turn.letters if x.op == "say" and x.speaker == "desk"]


def elsewhere(turns: list[Turn], address: str) -> list[Letter]:
    """Letters that went anywhere but to the manager."""
    return [
        x for turn in turns for x in turn.letters if x.destination != address and not x.destination.startswith("media")
    ]


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_first_answer_says_how_to_come_back(language: str, channel: str) -> None:
    trial = Trial(channel, language)
    trial.begins()
    assert trial.bot_said().text.startswith(said_in(trial.context.language, BANNER))
    assert trial.context.channel == channel
    assert trial.bot_said().address == f"{channel}:trial:4711"
    trial.says("/start")
    first = trial.context.conversation
    trial.commands("end")
    trial.begins()
    assert trial.context.conversation == first + 1
    assert trial.bot_said().text.startswith(said_in(trial.context.language, BANNER))


def test_a_handoff_is_told_to_the_manager_in_their_language_and_to_nobody_else() -> None:
    trial = Trial()
    trial.begins()
    trial.says("operator")
    assert trial.context.holder == "waiting"
    (told,) = trial.told()
    assert told.startswith(said_in("ru", TO_STAFF_WITH).split("{", maxsplit=1)[0])
    assert "/close" in told
    trial.says("are you there?")
    trial.passes(minutes=20)
    assert elsewhere(trial.turns, "telegram:trial:4711") == []
    assert [x for turn in trial.turns for x in turn.happenings] == []


def test_the_people_who_are_late_and_who_close_can_be_tried_too() -> None:
    trial = Trial()
    trial.begins()
    trial.says("operator")
    trial.passes(minutes=30)
    assert any(said_in("ru", STAFF_WOULD_READ).split("{", maxsplit=1)[0] in letter for letter in _all_told(trial))
    trial.commands("close", "repaired")
    assert trial.context.holder == "closed"
    assert trial.bot_said().labels, "the rating is asked for"
    trial.says("5")
    assert trial.context.last_rating == 5
    assert [x for turn in trial.turns for x in turn.happenings] == []


def test_the_end_of_a_trial_forgets_it_and_stops_its_timers() -> None:
    trial = Trial()
    trial.begins()
    assert trial.timers
    old = trial.bot_said()
    trial.commands("end")
    assert not trial.timers
    assert (trial.context.trial, trial.context.trial_reader, trial.context.step) == (True, "", "")
    trial.begins()
    question = trial.context.question
    trial.customer.presses(next(iter(old.choices.values())))
    assert trial.context.question in (question, question + 1), "an old button is no answer"
    assert trial.context.holder == "bot"


BOOKING = """
scenario: new
about: Books a visit
start: first
person: people
steps:
  first:
    ask: Shall we come?
    answers: {yes_please: Yes, never: No}
    silent: [{after: 2 hours, go: end}]
    go: {yes_please: book, never: end}
  book:
    do: book_visit
    go: {booked: done, taken: first}
  done:
    say: We shall come.
    notify: leads
    go: end
  people:
    handoff: sales
    go: end
"""


def test_nothing_is_booked_and_the_talk_goes_on_as_if_it_were() -> None:
    book = read_files({"new.yaml": BOOKING, "start.yaml": "start: [{else: new}]"}).book
    trial = Trial(scenarios=book)
    trial.begins()
    trial.says("Yes")
    assert not any(isinstance(effect, Do) for effect in trial.effects)
    trial.bot_said("We shall come.")
    assert trial.context.orders == []
    assert len(trial.told()) == 1, "those who lead would be told"
    assert not [timer for timer in trial.timers if timer.startswith("d")]
    assert elsewhere(trial.turns, "telegram:trial:4711") == []


def test_a_trial_is_decided_as_a_customers_talk_is() -> None:
    """But for the banner, the bot's words are those that any customer hears."""
    trial, desk = Trial(), Desk("en")
    trial.begins()
    desk.customer.says("/start")
    for words in ("fridge", "operator"):
        desk.customer.says(words)
        trial.says(words)
        assert [x.text for x in trial.said] == [x.text for x in desk.said]


def test_what_is_said_after_time_was_made_pass_goes_out_at_once() -> None:
    trial = Trial("whatsapp")
    trial.begins()
    timer = min(trial.timers.values(), key=lambda x: x.due)
    data = {**timer.data, HURRIED: trial.now.isoformat()}
    trial.happens(TimerFired("timer:x", timer.due, timer.contact, timer.key, data))
    assert timer.due > trial.now
    assert [x.at for x in trial.turn.letters] == [trial.now]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("customer", Wish(True)),
        ("customer ru", Wish(True, "telegram", "ru")),
        ("customer whatsapp kk", Wish(True, "whatsapp", "kk")),
        ("Customer, KK, WhatsApp", Wish(True, "whatsapp", "kk")),
        ("mijoz rus whatsapp", Wish(True, "whatsapp", "ru")),
        ("мижоз рус WhatsApp", Wish(True, "whatsapp", "ru")),
        ("клиент казахский whatsapp", Wish(True, "whatsapp", "kk")),
        ("клиент орыс whatsapp", Wish(True, "whatsapp", "ru")),
        ("customer uz_cyrl", Wish(True, "telegram", "uz_Cyrl")),
        ("manager", Wish(False)),
        ("менежер", Wish(False)),
        ("менеджер", Wish(False)),
        ("manager ru", None),
        ("customer klingon", None),
        ("ru customer", None),
        ("", None),
        ("boss", None),
    ],
)
def test_as_understands_whom_somebody_wants_to_be(words: str, wish: Wish | None) -> None:
    assert wish_of(words) == wish


def test_a_customer_of_that_number_is_somebody_else() -> None:
    for channel in CHANNELS:
        sender = as_customer(MANAGER, channel)
        assert address_of(sender) == f"{channel}:trial:4711"
    assert as_customer(MANAGER, "whatsapp").phone


@pytest.mark.parametrize("command", ["as customer", "later", "rollout new 100%", "scenarios", "audit"])
def test_who_is_no_manager_is_refused_kindly_and_it_is_written_down(command: str) -> None:
    desk = Desk()
    desk.customer.says(f"/{command}")
    assert said_in("en", NOT_FOR_YOU).split("{", maxsplit=1)[0] in desk.bot_said().text
    assert desk.audit == [f"tried /{command.split(maxsplit=1)[0]}"]
    assert not desk.context.trial


def test_a_step_of_a_trial_leaves_its_context_as_it_was() -> None:
    trial = Trial()
    trial.begins()
    before = trial.context
    event = TrialCommanded("x", trial.now, trial.sender, "end")
    step(trial.book, before, event, moment(trial.now))
    assert before == trial.context


def _all_told(trial: Trial) -> list[str]:
    return [str(x.payload["text"]) for turn in trial.turns for x in turn.letters if x.speaker == "desk"]

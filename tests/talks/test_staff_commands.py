"""Commands in the topic: /take, /note, /history, /undo, /close, /help, and what is none."""

from __future__ import annotations

import pytest

from scenarios.engine.staff import (
    ALREADY_CLOSED,
    ALREADY_TAKEN,
    ALREADY_YOURS,
    CLOSED,
    CLOSED_BECAUSE,
    COMMANDS,
    EMPTY_NOTE,
    HELP,
    NO_SUCH_COMMAND,
    PERHAPS,
    TAKEN,
)
from tests.driver import CHANNELS, LANGUAGES, Desk, label_of, said_in
from tests.talks.words import GREETING, PERSON

RATE = "How did it all go? Please rate us from 1 to 5."


def _waiting(language: str = "en", channel: str = "telegram") -> Desk:
    desk = Desk(language, channel)
    desk.customer.says("/start" if channel == "telegram" else GREETING[language])
    desk.customer.says(PERSON[language][0])
    return desk


def test_take_takes_and_says_so() -> None:
    desk = _waiting()
    desk.agent.commands("/take")
    desk.topic_said(TAKEN.having(name="Otabek"))
    assert (desk.context.holder, desk.context.agent) == ("staffed", "7")
    assert desk.is_silent


def test_a_second_take_is_refused_with_the_holders_name() -> None:
    desk = _waiting()
    desk.agent.commands("/take")
    desk.colleague.commands("/take")
    desk.topic_said(ALREADY_TAKEN.having(name="Otabek"))
    assert desk.context.agent == "7"
    desk.agent.commands("/take")
    desk.topic_said(ALREADY_YOURS)


def test_take_while_the_bot_talks_silences_it() -> None:
    desk = _waiting()
    desk.agent.commands("/close")
    desk.customer.says("hello")
    timers = dict(desk.timers)
    desk.agent.commands("/take")
    assert desk.timers == {}
    desk.customer.says("fridge")
    assert desk.is_silent
    for timer in timers.values():
        desk.fires(timer)
        assert desk.effects == []


@pytest.mark.parametrize(
    ("command", "meant"), [("/clos done", "close"), ("/takee", "take"), ("/hist", "history"), ("/nots x", "note")]
)
def test_an_unknown_command_is_explained_with_the_one_that_may_be_meant(command: str, meant: str) -> None:
    desk = _waiting()
    desk.agent.commands(command)
    name = command[1:].split(maxsplit=1)[0]
    desk.topic_said(PERHAPS.having(command=name, meant=meant))
    assert desk.relayed == []
    assert desk.context.holder == "waiting"


@pytest.mark.parametrize("command", ["/xyz", "/discount 20", "/assign @x", "/start", "/stats"])
def test_a_command_like_no_other_is_explained_and_never_relayed(command: str) -> None:
    desk = _waiting()
    desk.agent.commands(command)
    assert desk.relayed == []
    assert "/help" in desk.topic_said() or "Did you mean" in desk.topic_said()


@pytest.mark.parametrize("text", ["/закрыть готово", "/take, please", "/ёпиш", " /close!", "\u200b/close"])
def test_what_looks_like_a_command_but_is_none_is_explained_and_never_relayed(text: str) -> None:
    desk = _waiting()
    desk.agent.says(text)
    assert desk.relayed == []
    assert desk.told
    assert desk.context.holder == "waiting"
    desk.agent.says(text, media="photo")
    assert desk.relayed == []


@pytest.mark.parametrize("text", ["/5 rooms", "1/2", "and/or", "/", "/ no"])
def test_a_stroke_that_begins_no_word_is_an_answer(text: str) -> None:
    desk = _waiting()
    desk.agent.says(text)
    assert desk.relayed == [text]


def test_a_long_unknown_command_is_cut_in_its_explanation() -> None:
    desk = _waiting()
    desk.agent.commands("/" + "x" * 5000)
    assert desk.topic_said(NO_SUCH_COMMAND.having(command="x" * 32))


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_lists_what_works_in_the_agents_language(language: str) -> None:
    desk = _waiting()
    desk.agent.language = {"uz_Cyrl": "uz-Cyrl"}.get(language, language)
    desk.agent.commands("/help")
    assert desk.told == [said_in(language, HELP)]
    assert all(f"/{command}" in desk.told[0] for command in COMMANDS)


def test_an_agent_whose_language_the_desk_does_not_speak_is_answered_in_the_staffs() -> None:
    desk = _waiting()
    desk.agent.language = "de-AT"
    desk.agent.commands("/take")
    assert desk.told == [said_in("en", TAKEN, name="Otabek")]


def test_history_sends_the_document_up_to_now() -> None:
    desk = _waiting()
    desk.agent.commands("/history")
    assert [letter.payload["until_event"] for letter in desk.topic_letters("history")] == [desk.turn.event]


def test_a_note_by_command_stays_inside_and_an_empty_one_is_explained() -> None:
    desk = _waiting()
    desk.agent.commands("/note called, no answer")
    assert desk.notes == ["called, no answer"]
    desk.agent.commands("/note")
    desk.topic_said(EMPTY_NOTE)
    assert desk.relayed == []
    assert len(desk.notes) == 1


# -- closing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_close_closes_the_topic_and_then_asks_for_a_rating_from_1_to_5(language: str, channel: str) -> None:
    desk = _waiting(language, channel)
    desk.agent.says("done")
    desk.agent.commands("/close")
    desk.topic_said(CLOSED.having(name="Otabek"))
    assert len(desk.topic_letters("close")) == 1
    said = desk.bot_said(said_in(desk.context.language, RATE))
    assert [label[0] for label in said.labels] == ["5", "4", "3", "2", "1"]
    ops = [letter.op for letter in desk.turn.letters]
    assert ops.index("close") < ops.index("say")
    assert desk.context.holder == "closed"


def test_close_with_a_reason_says_it_in_the_topic_and_keeps_it() -> None:
    desk = _waiting()
    desk.agent.commands("/close fridge repaired")
    desk.topic_said(CLOSED_BECAUSE.having(name="Otabek", reason="fridge repaired"))
    assert desk.happened("closed") == ["fridge repaired"]


@pytest.mark.parametrize("before", ["nobody", "colleague", "bot"])
def test_any_agent_may_close_whoever_holds_it(before: str) -> None:
    desk = _waiting()
    if before == "colleague":
        desk.colleague.says("mine")
    if before == "bot":
        desk.agent.commands("/close")
        desk.customer.says("hello")
    desk.agent.commands("/close")
    assert desk.context.holder == "closed"
    assert desk.timers.keys() <= {"q0"}


def test_closing_twice_is_said_and_asks_for_one_rating() -> None:
    desk = _waiting()
    desk.agent.commands("/close")
    desk.colleague.commands("/close again")
    desk.topic_said(ALREADY_CLOSED)
    assert desk.is_silent
    assert len(desk.happened("asked_rating")) == 1


def test_an_album_sent_just_before_closing_reaches_the_customer() -> None:
    desk = _waiting()
    desk.agent.says("bill", media="photo", album="b1")
    desk.agent.says("", media="photo", album="b1")
    desk.customer.sends("photo", caption="thanks", album="a1")
    desk.agent.commands("/close")
    desk.passes(seconds=10)
    assert desk.relayed == ["bill", ""]
    assert desk.mirrored == ["thanks"]
    assert desk.context.holder == "closed"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", ["greeting", "person", "other"])
def test_other_words_than_a_rating_start_a_new_conversation_with_the_bot(words: str, language: str) -> None:
    desk = _waiting(language)
    desk.agent.commands("/close")
    desk.customer.says({"greeting": GREETING[language], "person": PERSON[language][0], "other": "fridge"}[words])
    assert desk.context.conversation == 2
    assert desk.context.holder == ("waiting" if words == "person" else "bot")
    assert desk.happened("rated") == []
    assert desk.is_silent is False


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_rating_is_thanked_for_and_the_customer_is_not_asked_more(language: str) -> None:
    desk = _waiting(language)
    desk.facts = {"nps_due": False}
    desk.agent.commands("/close")
    desk.customer.taps(label_of("feedback", "rate", "5", desk.context.language))
    desk.bot_said(said_in(desk.context.language, "Thank you! We are glad that all went well."))
    assert (desk.context.last_rating, desk.context.holder, desk.context.conversation) == (5, "closed", 1)
    assert desk.timers == {}


def test_what_could_be_better_is_passed_on_to_the_topic() -> None:
    desk = _waiting()
    desk.agent.commands("/close")
    desk.customer.says("3")
    desk.customer.says("come on time, please")
    desk.bot_said("Thank you, I will pass it on.")
    desk.topic_said("come on time, please")
    assert desk.context.conversation == 1


def test_a_rating_that_never_comes_ends_by_itself() -> None:
    desk = _waiting()
    desk.agent.commands("/close")
    desk.passes(days=1)
    assert desk.context.step == ""
    desk.customer.says("5")
    assert desk.context.conversation == 2


def test_who_does_not_want_to_be_written_to_is_not_asked_for_a_rating() -> None:
    desk = _waiting()
    desk.customer.says("stop writing to me")
    desk.agent.commands("/close")
    assert desk.is_silent
    assert desk.context.step == ""


def test_the_next_handoff_uses_the_same_topic() -> None:
    desk = _waiting()
    desk.agent.commands("/close")
    desk.customer.says("operator")
    assert [letter.op for letter in desk.topic_letters("open")] == ["open"]
    again = [effect.again for effect in desk.effects if hasattr(effect, "again")]
    assert again == [True]


def test_a_plain_message_in_a_closed_conversation_takes_a_new_one() -> None:
    desk = _waiting()
    desk.agent.commands("/close")
    desk.agent.says("one more thing")
    assert desk.relayed == ["one more thing"]
    assert (desk.context.holder, desk.context.conversation) == ("staffed", 2)
    desk.customer.says("5")
    assert desk.is_silent
    assert desk.mirrored == ["5"]


def test_the_human_stretch_has_a_start_and_an_end_for_the_figures() -> None:
    desk = _waiting()
    desk.agent.says("one")
    desk.agent.commands("/close done")
    kinds = [x.kind for turn in desk.turns for x in turn.happenings]
    walked = [kind for kind in kinds if kind != "walked"]
    assert walked == ["opened", "handed_off", "taken", "replied", "closed", "asked_rating"]
    assert kinds.count("walked") == 2, "the scenario, and the one that asks for a rating"


def test_a_service_that_was_done_is_the_last_one_and_something_else_is_none() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.taps("Fridge repair")
    desk.customer.says("operator")
    desk.agent.commands("/close")
    assert desk.context.last_service == "fridge"
    desk.customer.taps("5 ⭐ Excellent")
    desk.customer.says("hello")
    desk.bot_said("Hello, Aziza! Good to hear from you again. Last time we did this for you: Fridge repair.")
    desk.customer.taps("Something else")
    desk.customer.taps("Something else")
    desk.customer.says("a door")
    desk.agent.commands("/close")
    assert desk.context.last_service == "fridge"

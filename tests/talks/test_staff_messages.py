"""What an agent writes in the topic: answers, notes, albums, edits; what never reaches the customer."""

from __future__ import annotations

import pytest

from scenarios.engine.staff import (
    ANONYMOUS,
    CANNOT_GO,
    CHANNEL,
    HELD_BY,
    NOT_AS_COMMAND,
    NOT_RELAYED,
    NOTE_STAYS,
    NOTHING_TO_UNDO,
    OTHER_BOT,
    REASONS,
    TAKEN,
)
from tests.driver import CHANNELS, Desk, said_in


@pytest.fixture(params=CHANNELS)
def desk(request: pytest.FixtureRequest) -> Desk:
    """A customer who waits for a person."""
    desk = Desk("ru", request.param)
    desk.customer.says("Здравствуйте")
    desk.customer.says("оператор")
    return desk


def test_a_plain_message_goes_to_the_customer_at_once_and_takes_the_conversation(desk: Desk) -> None:
    desk.agent.says("Salom, hozir kelamiz 🙂")
    assert desk.relayed == ["Salom, hozir kelamiz 🙂"]
    assert desk.relayed_to == [desk.customer.address]
    assert (desk.context.holder, desk.context.agent_name) == ("staffed", "Otabek")
    assert desk.told == []


def test_a_plain_message_takes_a_conversation_from_the_bot(desk: Desk) -> None:
    desk.agent.commands("/close")
    desk.customer.says("нужна уборка")
    assert desk.context.holder == "bot"
    epoch = desk.bot_said().epoch
    desk.agent.says("I am here")
    assert desk.context.holder == "staffed"
    assert desk.context.epoch > epoch, "what the bot had queued is older than the hold"
    desk.customer.says("хорошо")
    assert desk.is_silent


def test_a_colleagues_message_is_delivered_and_the_topic_says_who_holds_it(desk: Desk) -> None:
    desk.agent.says("one")
    desk.colleague.says("two")
    assert desk.relayed == ["one", "two"]
    assert desk.topic_said(HELD_BY.having(name="Otabek"))
    assert desk.context.agent_name == "Otabek"
    assert desk.topic_letters("tell")[0].payload["reply_to"] == desk.colleague.last


def test_a_colleagues_album_is_hinted_at_once(desk: Desk) -> None:
    desk.agent.says("one")
    desk.colleague.says("two", media="photo", album="b1")
    desk.colleague.says("three", media="photo", album="b1")
    desk.passes(seconds=1)
    assert desk.relayed == ["one", "two", "three"]
    assert len(desk.told) == 1


def test_while_staffed_the_bot_is_silent_and_every_word_goes_to_the_topic(desk: Desk) -> None:
    desk.agent.says("one")
    for words in ("operator", "/start", "Здравствуйте", "стоп", "ужасный сервис", "гарантия есть?", "5"):
        desk.customer.says(words)
        assert desk.is_silent, words
    desk.passes(days=2)
    assert desk.is_silent
    assert len(desk.mirrored) == 7


# -- notes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["// secret", "//secret", "  // secret", "\n//secret", "\u200b// secret", "\u2066//secret"]
)
def test_two_strokes_keep_a_text_inside(desk: Desk, text: str) -> None:
    desk.agent.says(text)
    assert desk.relayed == []
    assert desk.notes == ["secret"]
    assert desk.context.holder == "waiting", "a note takes nothing"


def test_two_strokes_in_a_caption_keep_the_file_inside(desk: Desk) -> None:
    desk.agent.says("// the bill", media="document")
    assert desk.relayed == []
    assert desk.notes == ["the bill"]


@pytest.mark.parametrize("marked", [0, 1, 2])
def test_two_strokes_at_any_item_keep_the_whole_album_inside(desk: Desk, marked: int) -> None:
    for index in range(3):
        desk.agent.says("// look" if index == marked else "", media="photo", album="b1")
        desk.passes(seconds=0.5)
    desk.passes(seconds=1)
    assert desk.relayed == []
    assert len(desk.notes) == 3


def test_two_strokes_edited_into_an_album_that_still_gathers_keep_it_inside(desk: Desk) -> None:
    desk.agent.says("look", media="photo", album="b1")
    desk.agent.edits("// look", media="photo")
    desk.passes(seconds=2)
    assert desk.relayed == []
    assert desk.notes == ["look"]


def test_an_album_without_a_mark_is_relayed_once_in_order(desk: Desk) -> None:
    for text in ("a", "b", "c"):
        desk.agent.says(text, media="photo", album="b1")
    desk.passes(seconds=1)
    desk.passes(minutes=5)
    assert desk.relayed == ["a", "b", "c"]


def test_a_reply_to_a_note_and_to_such_a_reply_stays_inside(desk: Desk) -> None:
    first = desk.agent.says("// call him?")
    second = desk.colleague.says("yes, call", reply=first)
    third = desk.agent.says("done", reply=second)
    desk.colleague.says("", reply=third, media="photo")
    desk.agent.commands("/nonsense here", reply=third)
    by_command = desk.agent.commands("/note he is nice")
    desk.agent.says("very", reply=by_command)
    assert desk.relayed == []
    assert desk.notes == ["call him?", "yes, call", "done", "", "/nonsense here", "he is nice", "very"]


def test_an_album_in_reply_to_a_note_stays_inside(desk: Desk) -> None:
    note = desk.agent.says("// photos?")
    desk.agent.says("", media="photo", album="b1", reply=note)
    desk.agent.says("", media="photo", album="b1")
    desk.passes(seconds=1)
    assert desk.relayed == []
    assert len(desk.notes) == 3


def test_a_reply_to_the_customers_words_is_an_answer(desk: Desk) -> None:
    desk.agent.says("of course", reply="whatever the customer wrote")
    assert desk.relayed == ["of course"]


def test_a_note_edited_into_plain_text_stays_a_note(desk: Desk) -> None:
    note = desk.agent.says("// secret")
    desk.agent.edits("not so secret")
    desk.topic_said(NOTE_STAYS)
    assert desk.relayed == []
    assert desk.sent_ops == []
    desk.agent.says("reply", reply=note)
    assert desk.relayed == []


def test_a_sent_message_edited_into_a_note_is_taken_back_and_is_a_note_from_then_on(desk: Desk) -> None:
    sent = desk.agent.says("we are late")
    desk.agent.edits("// we are late")
    assert desk.sent_ops == ["delete"]
    assert [x.deleted for x in desk.lines.values() if x.author == "agent"] == [True]
    desk.agent.edits("we are late again", message=sent)
    assert desk.sent_ops == []
    desk.topic_said(NOTE_STAYS)
    desk.colleague.says("why?", reply=sent)
    assert desk.relayed == ["we are late"]


def test_an_edit_reaches_the_customer_and_keeps_the_older_version(desk: Desk) -> None:
    desk.agent.says("at 5")
    desk.agent.edits("at 6")
    assert desk.sent_ops == ["edit"]
    assert desk.turn is not None
    assert [version.text for version in desk.turn.versions] == ["at 6"]


def test_an_edit_of_a_message_we_never_saw_is_not_relayed(desk: Desk) -> None:
    desk.agent.edits("hello", message="s999")
    assert desk.effects == []


def test_a_sent_message_edited_into_a_command_is_not_changed(desk: Desk) -> None:
    desk.agent.says("at 5")
    desk.agent.edits("/close")
    assert desk.sent_ops == []
    desk.topic_said(NOT_AS_COMMAND)
    assert desk.context.holder == "staffed"


# -- others ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "why"), [("anonymous", ANONYMOUS), ("bot", OTHER_BOT), ("channel", CHANNEL)])
def test_a_post_that_nobody_can_be_named_for_is_not_relayed_and_the_topic_says_so(
    desk: Desk, who: str, why: object
) -> None:
    desk.somebody_posts(who)
    assert desk.relayed == []
    desk.topic_said(NOT_RELAYED.having(who=why))


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_what_could_not_be_delivered_is_said_with_its_reason_and_what_to_do(desk: Desk, reason: str) -> None:
    desk.agent.says("hello")
    line = list(desk.lines.values())[-1].id
    desk.is_not_delivered(line, reason, "code-1")
    desk.topic_said(REASONS[reason].having(code="code-1"))


def test_a_refusal_of_an_unknown_kind_is_said_too(desk: Desk) -> None:
    desk.is_not_delivered("l1", "something new", "130999")
    desk.topic_said("130999")


def test_an_answer_from_the_businesss_phone_takes_the_conversation(desk: Desk) -> None:
    desk.customer.is_answered_by_phone("We are on our way")
    assert (desk.context.holder, desk.context.agent) == ("staffed", "phone")
    assert desk.relayed == [], "it has reached the customer already"
    assert any("We are on our way" in text for text in desk.mirrored)
    desk.customer.says("спасибо")
    assert desk.is_silent
    desk.agent.says("and bring tea")
    assert desk.context.agent_name == "Otabek", "who writes in the topic has it from then on"
    assert desk.told == []


def test_a_conversation_that_is_answered_from_the_phone_can_be_taken(desk: Desk) -> None:
    desk.customer.is_answered_by_phone("We are on our way")
    desk.agent.commands("/take")
    desk.topic_said(TAKEN.having(name="Otabek"))
    assert desk.context.agent_name == "Otabek"


def test_the_newest_own_message_is_taken_back_by_undo_and_then_the_one_before(desk: Desk) -> None:
    desk.agent.says("one")
    desk.agent.says("two")
    desk.colleague.says("three")
    desk.agent.commands("/undo")
    desk.agent.commands("/undo")
    taken = [x.content.text for x in desk.lines.values() if x.deleted]
    assert taken == ["one", "two"]
    desk.agent.commands("/undo")
    desk.topic_said(NOTHING_TO_UNDO)
    assert desk.sent_ops == []


def test_undo_in_reply_takes_back_that_message(desk: Desk) -> None:
    first = desk.agent.says("one")
    desk.agent.says("two")
    desk.agent.commands("/undo", reply=first)
    assert [x.content.text for x in desk.lines.values() if x.deleted] == ["one"]


def test_a_message_of_the_bot_carries_the_epoch_after_its_step(desk: Desk) -> None:
    for said in desk.everything_said:
        assert said.epoch > 0
    assert desk.everything_said[-1].epoch == desk.context.epoch
    assert said_in("ru", "Talk to a person", "person") in desk.everything_said[0].choices


def test_what_cannot_be_passed_on_is_said_in_the_topic_and_takes_nothing(desk: Desk) -> None:
    desk.agent.says(unread="poll")
    assert desk.relayed == []
    assert desk.topic_said(CANNOT_GO)
    assert desk.topic_letters("tell")[0].payload["reply_to"] == desk.agent.last
    assert desk.context.holder == "waiting"

"""Two addresses of one customer; what edits and reactions of customers do."""

from __future__ import annotations

from scenarios.engine.customer import BACK_AGAIN, BLOCKED_US
from tests.driver import Desk


def _staffed() -> Desk:
    desk = Desk(channel="telegram")
    desk.customer.says("hello")
    desk.customer.says("operator")
    desk.agent.says("one")
    return desk


def test_the_answer_goes_to_the_address_of_the_customers_last_message_and_the_card_says_which() -> None:
    desk = _staffed()
    other = desk.also_on("whatsapp")
    other.says("I am here now")
    assert [x.op for x in desk.turn.letters if x.destination == "extra:c1"] == ["card"]
    desk.agent.says("two")
    desk.customer.says("and here again")
    desk.agent.says("three")
    assert desk.relayed_to == [desk.customer.address, other.address, desk.customer.address]


def test_the_bot_answers_on_the_address_it_was_written_to() -> None:
    desk = Desk()
    desk.customer.says("hello")
    other = desk.also_on("whatsapp")
    other.says("fridge")
    assert desk.bot_said("Fridge repair").address == other.address


def test_a_tap_on_the_other_address_moves_the_answer_too() -> None:
    desk = Desk()
    desk.customer.says("hello")
    data = desk.bot_said().choices["Fridge repair"]
    other = desk.also_on("whatsapp")
    other.presses(data, "Fridge repair")
    assert desk.bot_said("Fridge repair").address == other.address


def test_an_answer_from_the_businesss_phone_does_not_move_the_address() -> None:
    desk = _staffed()
    desk.also_on("whatsapp").is_answered_by_phone("hi from the phone")
    assert desk.context.address == desk.customer.address
    assert next(x.channel for x in desk.lines.values() if x.content.text == "hi from the phone") == "whatsapp"


def test_a_block_counts_where_we_would_write() -> None:
    desk = _staffed()
    desk.also_on("whatsapp").blocks()
    assert desk.context.reachable
    desk.customer.blocks()
    desk.topic_said(BLOCKED_US)
    desk.customer.blocks(False)
    desk.topic_said(BACK_AGAIN)


def test_an_edit_is_a_new_version_beside_the_old_and_runs_no_step_again() -> None:
    desk = Desk()
    desk.customer.says("hello")
    desk.customer.says("fridge")
    before = desk.context
    desk.customer.edits("sofa")
    assert desk.is_silent
    assert desk.context == before
    assert [version.text for version in desk.turn.versions] == ["sofa"]


def test_an_edit_is_shown_to_the_people() -> None:
    desk = _staffed()
    desk.customer.says("at 5")
    desk.customer.edits("at 6")
    assert desk.mirrored[-1].endswith("at 6")
    assert len(desk.mirrored) == 2


def test_an_edit_of_a_message_we_never_saw_is_a_message() -> None:
    desk = Desk()
    desk.customer.edits("fridge please", known=False)
    assert len(desk.bot_said().choices) >= 2
    desk = _staffed()
    desk.customer.edits("fridge please", known=False)
    assert desk.mirrored == ["fridge please"]


def test_a_reaction_is_shown_to_the_people_and_answered_by_nobody() -> None:
    desk = _staffed()
    desk.customer.reacts("👍")
    desk.topic_said("👍")
    assert desk.is_silent
    desk.customer.reacts("")
    assert desk.effects == []


def test_a_message_taken_back_is_told_to_the_people_and_kept() -> None:
    desk = _staffed()
    desk.customer.says("at 5")
    desk.customer.deletes()
    assert "deleted a message" in desk.mirrored[-1]
    assert any(line.content.text == "at 5" for line in desk.lines.values())

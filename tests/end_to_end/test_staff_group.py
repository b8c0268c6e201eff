"""The staff group: everything arrives there, in order and once, whatever the messenger allows and staff do."""

from __future__ import annotations

import time

import pytest

from bot.playground.telegram.limits import FLOODED
from tests.end_to_end.desk import Storage, measured
from tests.end_to_end.scene import PERSON, Customer, Inlet, Scene, scene

UNDER_WAY = 0.5
"""Seconds that a call may have been on its way when the messenger told to wait."""


@pytest.mark.parametrize("size", [10, pytest.param(100, marks=pytest.mark.long)])
async def test_every_word_is_in_the_topics_in_order_though_the_group_takes_twenty_calls_in_three_seconds(
    any_storage: Storage, size: int
) -> None:
    inlet: Inlet = "webhook" if any_storage.postgres else "polling"
    async with scene(any_storage, inlet, calls=400, burst=20) as it:
        # A strict window is less than the desk reckons with, so it is told to wait; a bucket is what it reckons with.
        it.group_limit(20, 3.0, "window" if any_storage.postgres else "bucket")
        customers = it.customers(size)
        await it.desk.start()
        for one in customers:
            one.says("operator")
        await it.until(lambda: all(one.heard_about(PERSON) for one in customers), "everybody is told", 30)
        # Nobody waits for the staff group's budget to be told that a person comes.
        assert not all(map(it.has_handoff, customers))
        words = {one.name: [f"{one.name} says {n}" for n in range(4)] for one in customers}
        for n in range(4):
            for one in customers:
                one.says(words[one.name][n])
        it.telegram.fail_next(kind="429", methods=["sendMessage"], chat_id=it.staff_chat, parameters={"retry_after": 1})
        await it.handed_off(customers, 20 + size * 2.5)
        await it.until(
            lambda: all(it.has_handoff(c) and len(set(it.mirrored(c, words[c.name]))) == 4 for c in customers),
            "every handoff and every word is in the topics",
            20 + size * 2.5,
        )
        for one in customers:
            it.reply(one, f"Good day, {one.name}!")
        await it.until(lambda: all(c.heard()[-1] == f"Good day, {c.name}!" for c in customers), "the answers arrive")
        await it.desk.all_sent()
        for one in customers:
            assert it.once(it.mirrored(one, words[one.name])) == words[one.name]
            assert it.documents(one) == 1
            assert it.once(one.heard())[1:] == [f"Good day, {one.name}!"]
            assert [text for author, text in (await it.desk.history())[one.address] if author == "customer"] == [
                "operator",
                *words[one.name],
            ]
        assert len(it.topics()) == size
        it.doubled()
        _must_have_waited_as_told(it)


async def test_a_crowd_of_newcomers_has_one_topic_each_and_twenty_messages_at_once_keep_their_order(
    any_storage: Storage, size: int
) -> None:
    inlet: Inlet = "polling" if any_storage.postgres else "webhook"
    async with scene(any_storage, inlet) as it:
        newcomers, (talker,) = it.customers(size), it.customers(1, first=size)
        await it.desk.start()
        for one in newcomers:
            one.says("operator please")
            one.says("I want a human")
        talker.says("operator")
        await it.handed_off([talker])
        burst = [f"word {n}" for n in range(20)]
        for text in burst:
            talker.says(text)
        await it.until(lambda: set(it.mirrored(talker, burst)) == set(burst), "twenty of twenty are in the topic")
        await it.handed_off(newcomers, 30)
        await it.desk.all_sent()
        history = await it.desk.history()
        assert it.once(it.mirrored(talker, burst)) == burst
        it.doubled()
        assert [text for author, text in history[talker.address] if author == "customer"] == ["operator", *burst]
        assert len(it.topics()) == size + 1
        for one in newcomers:
            said = [text for author, text in history[one.address] if author == "customer"]
            assert said == ["operator please", "I want a human"]
            assert len(it.once(one.heard_about(PERSON))) == 1
            # The second is in the handoff's own history or mirrored after it, never in neither.
            shown = it.history_document(one) + "".join(str(m.get("text")) for m in it.in_topic(one))
            assert "I want a human" in shown
        made = it.telegram.calls_of("createForumTopic")
        assert len(made) == size + 1


@pytest.fixture(params=[8, pytest.param(50, marks=pytest.mark.long)])
def size(request: pytest.FixtureRequest) -> int:
    """How many newcomers."""
    return int(request.param)


# Not with workers that are killed all the time: reactions are kept in memory alone.
async def test_staff_are_told_the_truth_whatever_the_messenger_answers(storage: Storage) -> None:
    async with scene(storage, "webhook" if storage.postgres else "polling") as it:
        throttled, broken, blocking = customers = it.customers(3)
        await it.desk.start()
        for one in customers:
            one.says("operator")
        await it.until(lambda: all(map(it.has_handoff, customers)), "the handoffs are there")
        await it.desk.all_sent()
        quiet = {one.name: len(it.in_topic(one)) for one in customers}

        it.telegram.fail_next(kind="429", methods=["sendMessage"], chat_id=throttled.id, parameters={"retry_after": 2})
        it.telegram.fail_next(3, kind="500", methods=["sendMessage"], chat_id=broken.id)
        it.telegram.block(blocking.id)
        answers = {one.name: it.reply(one, f"For {one.name}") for one in customers}
        second = it.reply(throttled, "And one more")
        began = time.time()

        def reactions(message: dict[str, object]) -> list[str]:
            found = it.telegram.reactions(it.staff_chat, int(str(message["message_id"])))
            return found.get(int(it.telegram.bot["id"]), [])

        def said(one: Customer) -> list[str]:
            return [str(m.get("text", "")) for m in it.in_topic(one)[quiet[one.name] :]]

        await it.until(
            lambda: any("Not delivered" in text for text in said(blocking)), "staff read that it was not delivered"
        )
        await it.until(lambda: broken.heard_about("For"), "delivered when the messenger works again")
        await it.until(lambda: throttled.heard_about("And one more"), "delivered after the pause")
        await it.until(lambda: reactions(second), "what was delivered shows it")
        await it.until(lambda: reactions(answers[broken.name]), "what was delivered shows it")
        await it.desk.all_sent()
        to_throttled = [c.time for c in it.telegram.calls_of("sendMessage", throttled.id) if c.time >= began]
        assert to_throttled[1] - to_throttled[0] >= 2.0
        assert [text for text in throttled.heard() if "For" in text or "one more" in text] == [
            f"For {throttled.name}",
            "And one more",
        ]
        assert broken.heard_about("For") == [f"For {broken.name}"]
        # Nothing false is said: no word in the topics of those who got it, no sign of delivery for the one who did not.
        assert said(throttled) == said(broken) == []
        assert blocking.heard_about("For") == []
        assert reactions(answers[blocking.name]) == []
        (told,) = [text for text in said(blocking) if "Not delivered" in text]
        assert "blocked the bot" in told
        lines = await it.desk.rows("SELECT status, reason FROM lines WHERE author = 'agent' ORDER BY seq")
        assert sorted(lines) == [("failed", "blocked"), ("sent", ""), ("sent", ""), ("sent", "")]
        it.telegram.unblock(blocking.id)
        it.reply(blocking, "For you again")
        await it.until(lambda: blocking.heard_about("For you again"), "reachable again")


async def test_a_topic_is_made_again_after_its_deletion_and_only_once_though_the_desk_dies_making_it(
    storage: Storage,
) -> None:
    async with scene(storage, "polling" if storage.postgres else "webhook") as it:
        first, second = it.customers(2)
        await it.desk.start()
        first.says("operator")
        first.says("my fridge is warm")
        await it.until(lambda: it.has_handoff(first), "the handoff is in its topic")
        await it.desk.all_sent()
        topic = it.topic(first)
        assert topic is not None
        it.telegram.delete_topic(it.staff_chat, topic["thread_id"])
        # The history of the topic that is made again must survive a messenger that says wait just then.
        it.telegram.fail_next(
            kind="429", methods=["sendDocument"], chat_id=it.staff_chat, parameters={"retry_after": 1}
        )
        late = ["are you there?", "it is still warm"]
        for text in late:
            first.says(text)
        await it.until(lambda: len(it.mirrored(first, late)) == 2, "what came after the deletion is in the new topic")
        await it.desk.all_sent()
        texts = [str(m.get("text", "(document)")) for m in it.in_topic(first)]
        assert texts[0].startswith("👤")
        assert texts[1] == "(document)"
        assert it.mirrored(first, late) == late
        document = it.history_document(first)
        assert "operator" in document
        assert "my fridge is warm" in document
        assert "are you there?" not in document
        it.reply(first, "We are")
        await it.until(lambda: first.heard_about("We are"), "the new topic leads to the customer")

        # The messenger makes the topic, its answer is lost, and the desk dies before it can ask again.
        it.telegram.fail_next(kind="drop", methods=["createForumTopic"], after=True)
        second.says("operator")
        await it.until(lambda: it.topic(second) is not None, "the topic is there")
        await it.desk.kill()
        await it.desk.start()
        await it.until(lambda: it.has_handoff(second), "the handoff is in the topic that was there")
        await it.desk.all_sent()
        assert len([t for t in it.topics() if t["name"].startswith(second.name)]) == 1
        assert (
            len([c for c in it.telegram.calls_of("createForumTopic", ok=True) if second.name in c.params["name"]]) == 1
        )


def _must_have_waited_as_told(it: Scene) -> None:
    """After a 429 nobody calls the group until the told seconds are over, but for what was on its way."""
    calls = [
        call
        for call in it.telegram.calls
        if call.method.lower() in FLOODED and call.params.get("chat_id") == it.staff_chat
    ]
    refusals = [call for call in calls if call.code == 429]
    assert refusals, "the messenger never told the desk to wait: this proves nothing"
    for refusal in refusals:
        told = refusal.result if isinstance(refusal.result, dict) else {}
        seconds = float(told.get("retry_after") or str(refusal.description).rsplit(" ", 1)[1])
        early = [c for c in calls if refusal.time + UNDER_WAY < c.time < refusal.time + seconds - 0.05]
        assert not early, f"{len(early)} calls within {seconds} s after a 429"
    measured(f"{len(calls)} calls to the group, {len(refusals)} told to wait")

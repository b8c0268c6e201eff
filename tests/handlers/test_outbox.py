"""The outbox: in order per destination, whatever dies, with pauses that grow and a success that wakes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from handlers import outbox as module
from handlers import tries
from handlers.ports import ChannelDown, Rejected, Throttled, Unreachable
from scenarios.engine.records import Receipt
from tests.handlers.desk import Around, letter
from tests.virtual import START, in_virtual_time, now, seconds

YESTERDAY = START - tries.GIVE_UP + timedelta(minutes=10)
"""A letter of then is given up ten minutes after the test's beginning."""


def test_pauses_grow_up_to_a_minute_however_often_it_was_tried() -> None:
    for attempts in (0, 5, 20, 2_000, 100_000):
        assert 0.3 < tries._pause(attempts, timedelta(minutes=1)).total_seconds() <= 5
        assert tries._pause(attempts, timedelta(hours=9)).total_seconds() <= 60


@in_virtual_time
async def test_one_destinations_letters_go_in_order_and_others_side_by_side(around: Around) -> None:
    letters = [letter(f"{n}", f"telegram:1:{n % 5}") for n in range(50)]
    async with around.outbox() as outbox:
        took = await around.sent(outbox, *letters)
    for key in range(5):
        assert around.telegram.texts(str(key)) == [str(n) for n in range(key, 50, 5)]
    assert around.telegram.most_under_way == 5
    assert took < 2
    assert around.letters.claims == {}


@in_virtual_time
async def test_letters_that_come_with_their_claim_are_sent_without_looking_for_them(around: Around) -> None:
    async with around.outbox() as outbox:
        for n in range(20):
            (key,) = around.letters.add(letter(str(n), f"telegram:1:{n % 2}"))
            await around.letters.claim([key], "1", now(), now() + module.CLAIM)
            outbox.take([around.letters.rows[str(n)]])
            await asyncio.sleep(0.03)
        await around.until(around.all_done)
        assert around.letters.asked["unsent"] == 0
    for key in range(2):
        assert around.telegram.texts(str(key)) == [str(n) for n in range(key, 20, 2)]


@in_virtual_time
async def test_where_nothing_waits_any_more_is_given_back_soon_for_other_processes(around: Around) -> None:
    async with around.outbox("1") as one, around.outbox("2") as two:
        await around.sent(one, letter("a"))
        assert list(around.letters.claims) == ["telegram:1:7"]
        await around.until(lambda: not around.letters.claims, longest=2)
        assert await around.sent(two, letter("b")) < 0.3


@in_virtual_time
async def test_a_letter_that_comes_while_its_destination_is_given_back_is_sent_once(around: Around) -> None:
    async with around.outbox("1") as one, around.outbox("2"):
        for n in range(60):
            (key,) = around.letters.add(letter(str(n)))
            await around.letters.claim([key], "1", now(), now() + module.CLAIM)
            one.take([around.letters.rows[str(n)]])
            await asyncio.sleep(0.4 + n / 100)
        await around.until(around.all_done)
    assert around.telegram.texts() == [str(n) for n in range(60)]


@in_virtual_time
async def test_a_claim_that_is_gone_is_noticed_before_anything_is_sent_and_taken_anew(around: Around) -> None:
    async with around.outbox() as outbox:
        around.letters.add(letter("a"))
        outbox.take([around.letters.rows["a"]])
        await around.until(around.all_done, longest=5)
    assert around.telegram.texts() == ["a"]
    assert around.letters.asked["claim"] >= 1


@in_virtual_time
async def test_what_another_process_recorded_behind_our_claim_is_sent_though_no_wake_up_comes(around: Around) -> None:
    async def nothing(destinations: Sequence[str]) -> None:
        """Redis is down."""

    around.cache.wake = nothing  # type: ignore[method-assign]
    async with around.outbox("1") as one, around.outbox("2") as two:
        await around.sent(one, letter("a"))
        assert await around.sent(two, letter("b"), longest=5) < 3


@in_virtual_time
async def test_a_backlog_longer_than_what_is_read_at_once_is_sent_to_its_end(around: Around) -> None:
    around.telegram.takes = 0.0
    for n in range(module.READ_AHEAD * 3 // 4):
        around.letters.add(letter(f"{n}a", f"telegram:1:{n}"), letter(f"{n}b", f"telegram:1:{n}"))
    async with around.outbox():
        await around.until(around.all_done, longest=600)


@in_virtual_time
async def test_a_claim_of_a_commit_whose_answer_was_lost_is_noticed(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("other", "telegram:1:8", due=START + timedelta(seconds=1)))
        around.letters.add(letter("a"), letter("much later", "telegram:1:9", due=START + timedelta(hours=1)))
        await outbox.wake(["telegram:1:9"])
        await around.letters.claim(["telegram:1:7"], "1", now(), now() + module.CLAIM)
        await around.until(lambda: around.letters.status["a"] == "sent", longest=15)


@in_virtual_time
async def test_letters_that_come_in_another_order_go_in_that_in_which_they_were_recorded(
    around: Around,
) -> None:
    async with around.outbox() as outbox:
        (key, _) = around.letters.add(letter("a"), letter("b"))
        await around.letters.claim([key], "1", now(), now() + module.CLAIM)
        outbox.take([around.letters.rows["b"], around.letters.rows["a"]])
        await around.until(around.all_done, longest=5)
    assert around.telegram.texts() == ["a", "b"]


@in_virtual_time
async def test_a_letter_that_was_committed_after_a_later_one_is_found(around: Around) -> None:
    async with around.outbox() as outbox:
        (key, _) = around.letters.add(letter("slow"), letter("quick"))
        slow = around.letters.rows.pop("slow")
        await around.letters.claim([key], "1", now(), now() + module.CLAIM)
        outbox.take([around.letters.rows["quick"]])
        await asyncio.sleep(0.2)
        around.letters.rows["slow"] = slow
        await outbox.wake([key])
        await around.until(around.all_done, longest=5)


@in_virtual_time
async def test_a_stopping_desk_begins_no_call_that_was_waiting_for_its_place(around: Around) -> None:
    around.telegram.takes = 2.0
    outbox = around.make()
    outbox.start()
    await outbox.wake(around.letters.add(*(letter(str(n), f"telegram:1:{n}") for n in range(500))))
    await asyncio.sleep(1)
    await outbox.stop(5)
    assert len(around.telegram.texts()) == around.telegram.tried == module.SIDE_BY_SIDE


@in_virtual_time
async def test_letters_added_while_others_are_sent_follow_them(around: Around) -> None:
    async with around.outbox() as outbox:
        for n in range(30):
            await outbox.wake(around.letters.add(letter(str(n))))
            await asyncio.sleep(0.03)
        await around.until(around.all_done)
    assert around.telegram.texts() == [str(n) for n in range(30)]


@in_virtual_time
async def test_what_nobody_told_of_is_found_by_the_sweep(around: Around) -> None:
    around.letters.add(letter("lost"))
    async with around.outbox():
        assert await around.until(around.all_done) < 2


@in_virtual_time
async def test_an_outbox_with_nothing_to_do_asks_only_the_sweep(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("a"))
        before = around.letters.asked["claim"] + around.letters.asked["unsent"]
        await asyncio.sleep(60)
        assert around.letters.asked["claim"] + around.letters.asked["unsent"] <= before + 2
        assert around.letters.asked["renew"] == 0


@in_virtual_time
async def test_two_processes_keep_one_destinations_order_and_send_each_letter_once(around: Around) -> None:
    letters = [letter(str(n)) for n in range(40)]
    async with around.outbox("1") as one, around.outbox("2") as two:
        for n, each in enumerate(letters):
            around.letters.add(each)
            await (one, two)[n % 2].wake([each.destination])
            await asyncio.sleep(0.07)
        await around.until(around.all_done)
    assert around.telegram.texts() == [str(n) for n in range(40)]
    assert around.telegram.most_under_way == 1


@in_virtual_time
async def test_what_a_dead_process_held_is_sent_when_its_claim_expires(around: Around) -> None:
    await around.letters.claim(["telegram:1:7"], "dead", now(), now() + timedelta(seconds=30))
    async with around.outbox() as outbox:
        took = await around.sent(outbox, letter("a"))
    assert 30 <= took < 33


@in_virtual_time
async def test_a_messenger_that_is_down_is_tried_quickly_at_first_and_then_every_minute(around: Around) -> None:
    around.telegram.takes = 0.0
    around.telegram.trouble["7"] = ChannelDown("502")
    tries: list[float] = []
    meet = around.telegram.trouble.meet

    def met(*names: str) -> None:
        tries.append(seconds())
        meet(*names)

    around.telegram.trouble.meet = met  # type: ignore[method-assign]
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(letter("a"), letter("behind")))
        await asyncio.sleep(3600)
    pauses = [after - before for before, after in pairwise(tries)]
    early = [pause for at, pause in zip(tries, pauses, strict=False) if at < 118]
    assert early[0] < 1
    assert max(early) < 5.2
    assert early[0] < early[1] < early[2]
    late = [pause for at, pause in zip(tries, pauses, strict=False) if at > 200]
    assert all(40 < pause < 61 for pause in late)
    assert around.telegram.texts() == []


@in_virtual_time
async def test_a_messenger_that_answers_one_process_again_is_tried_by_the_others_at_once(around: Around) -> None:
    around.telegram.trouble["all"] = ChannelDown("502")
    async with around.outbox("1") as one, around.outbox("2") as two:
        await one.wake(around.letters.add(letter("a", "telegram:1:7")))
        await two.wake(around.letters.add(letter("b", "telegram:1:8"), letter("c", "telegram:1:9")))
        await asyncio.sleep(600)
        del around.telegram.trouble["all"]
        await around.until(around.all_done, 61)
    assert sorted(around.telegram.texts()) == ["a", "b", "c"]
    assert max(around.telegram.at) - min(around.telegram.at) < 1


@in_virtual_time
async def test_after_a_day_it_is_told_and_the_next_letter_has_its_turn(around: Around) -> None:
    around.telegram.trouble["7"] = ChannelDown("502")
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(letter("a", at=YESTERDAY), letter("b")))
        await around.until(lambda: bool(around.refused))
        assert 600 < seconds() < 720
        del around.telegram.trouble["7"]
        await around.until(around.all_done, 120)
    assert [(x.letter.id, x.reason, x.status) for x in around.refused] == [("a", "gave_up", "failed")]
    assert around.telegram.texts() == ["b"]


@in_virtual_time
async def test_a_chat_that_must_wait_waits_as_told_and_others_go_on(around: Around) -> None:
    around.telegram.trouble["7"] = [Throttled("429", 40)]
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("a"), letter("b"), letter("c", "telegram:1:8"))
    by_text = dict(zip(around.telegram.texts(), around.telegram.at, strict=True))
    assert around.telegram.texts() == ["c", "a", "b"]
    assert by_text["c"] < 1
    assert 40 <= by_text["a"] < 41


@in_virtual_time
async def test_an_account_that_must_wait_waits_as_a_whole_and_the_other_messenger_goes_on(around: Around) -> None:
    around.telegram.trouble["7"] = [Throttled("429", 40, "account")]
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(letter("a")))
        await asyncio.sleep(1)
        await around.sent(
            outbox, *(letter(f"t{n}", f"telegram:1:{n}") for n in range(9)), letter("w", "whatsapp:1:p:7")
        )
    assert around.whatsapp.at[0] < 2
    assert min(around.telegram.at) >= 40
    assert len(around.telegram.texts()) == 10


@in_virtual_time
async def test_one_success_wakes_the_whole_account_but_not_who_was_told_to_wait(around: Around) -> None:
    keys = [str(n) for n in range(5)]
    for key in keys:
        around.telegram.trouble[key] = ChannelDown("timeout")
    around.telegram.trouble["t"] = [Throttled("429", 900)]
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(*(letter(key, f"telegram:1:{key}") for key in keys)))
        await outbox.wake(around.letters.add(letter("told", "telegram:1:t")))
        await asyncio.sleep(600)
        for key in keys:
            del around.telegram.trouble[key]
        began = seconds()
        took = await around.sent(outbox, letter("new", "telegram:1:9"), longest=901)
    back = [at for text, at in zip(around.telegram.texts(), around.telegram.at, strict=True) if text in keys]
    assert len(back) == 5
    assert max(back) - began < 2
    assert 299 < took < 302, "who was told to wait waits"


@in_virtual_time
async def test_a_refusal_for_good_is_told_and_holds_nobody_up(around: Around) -> None:
    around.telegram.trouble["7"] = [Unreachable("403: bot was blocked", blocked=True), Rejected("400: odd")]
    async with around.outbox() as outbox:
        took = await around.sent(outbox, letter("a"), letter("b"), letter("c"))
    assert [(x.letter.id, x.reason) for x in around.refused] == [("a", "blocked"), ("b", "rejected")]
    assert around.telegram.texts() == ["c"]
    assert took < 1


@in_virtual_time
async def test_the_robot_never_talks_over_a_person_and_people_are_never_fenced(around: Around) -> None:
    around.telegram.trouble["7"] = [ChannelDown("502")]
    letters = [
        letter("old", speaker="bot", epoch=3),
        letter("agent", speaker="agent", epoch=3),
        letter("desk", speaker="desk", epoch=3),
        letter("thanks", speaker="bot", epoch=4),
    ]
    around.letters.holders["C"] = ("bot", 3)
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(*letters))
        await around.until(lambda: around.telegram.tried > 0)
        # A person takes the conversation between two tries.
        around.letters.holders["C"] = ("staffed", 4)
        await around.until(around.all_done)
    assert around.telegram.texts() == ["agent", "desk", "thanks"]
    assert around.letters.status["old"] == "dropped"
    assert around.letters.results[-4].reason == "late"


@pytest.mark.parametrize("holder", ["bot", "waiting", "closed"])
def test_as_long_as_no_person_holds_the_conversation_older_words_are_sent(around: Around, holder: str) -> None:
    @in_virtual_time
    async def run() -> None:
        around.letters.holders["C"] = (holder, 9)
        async with around.outbox() as outbox:
            await around.sent(outbox, letter("a", speaker="bot", epoch=3))
        assert around.telegram.texts() == ["a"]

    run()


@in_virtual_time
async def test_what_was_changed_or_taken_back_before_it_was_sent_goes_as_it_is_now_or_not_at_all(
    around: Around,
) -> None:
    around.telegram.trouble["7"] = [ChannelDown("502")]
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(letter("a"), letter("b"), letter("c")))
        await around.until(lambda: around.telegram.tried > 0)
        around.letters.rows["a"] = replace(around.letters.rows["a"], payload={"text": "changed"})
        around.letters.changed.add("a")
        around.letters.status["b"] = "dropped"
        await around.until(around.all_done)
    assert around.telegram.texts() == ["changed", "c"]


@in_virtual_time
async def test_a_database_that_is_down_for_a_while_loses_and_doubles_nothing(around: Around) -> None:
    async with around.outbox() as outbox:
        for name in ("claim", "unsent", "standing", "release", "waiting", "mark"):
            around.letters.trouble[name] = [OSError(name) for _ in range(3)]
        await around.sent(outbox, letter("a"), letter("b"), longest=60)
    assert around.telegram.texts() == ["a", "b"]


@in_virtual_time
async def test_a_letter_that_nobody_can_carry_out_is_tried_ever_more_rarely_and_given_up(around: Around) -> None:
    around.telegram.trouble["7"] = ZeroDivisionError()
    async with around.outbox() as outbox:
        await outbox.wake(around.letters.add(letter("bad", at=YESTERDAY), letter("other", "telegram:1:8")))
        await asyncio.sleep(590)
        assert around.telegram.texts() == ["other"]
        assert around.telegram.tried < 30
        await around.until(around.all_done)
    assert [x.letter.id for x in around.refused] == ["bad"]


@in_virtual_time
async def test_what_waits_for_the_staff_group_never_holds_up_a_customer(around: Around) -> None:
    async with around.outbox(desk=around.desk(burst=1, per_minute=1)) as outbox:
        crowd = [letter(f"t{n}", f"topic:C{n}", "mirror", f"C{n}") for n in range(module.SIDE_BY_SIDE * 2)]
        await outbox.wake(around.letters.add(*crowd))
        await asyncio.sleep(5)
        await outbox.wake(around.letters.add(letter("answer")))
        assert await around.until(lambda: around.telegram.texts() == ["answer"]) < 1


@in_virtual_time
async def test_many_chats_are_written_to_side_by_side_up_to_the_limit(around: Around) -> None:
    around.telegram.takes = 1.0
    async with around.outbox() as outbox:
        await around.sent(outbox, *(letter(str(n), f"telegram:1:{n}") for n in range(200)))
    assert around.telegram.most_under_way == module.SIDE_BY_SIDE


@in_virtual_time
async def test_a_long_sending_keeps_its_claim(around: Around) -> None:
    around.telegram.takes = 70.0
    async with around.outbox("1") as one, around.outbox("2"):
        await around.sent(one, letter("upload"))
    assert around.telegram.tried == 1


@in_virtual_time
async def test_a_stopping_desk_finishes_what_is_under_way_records_it_and_gives_its_claims_back(around: Around) -> None:
    around.telegram.takes = 2.0
    outbox = around.make()
    outbox.start()
    await outbox.wake(
        around.letters.add(letter("a"), letter("b"), letter("later", "telegram:1:8", due=START.replace(year=2028)))
    )
    await asyncio.sleep(1)
    await outbox.stop(5)
    assert seconds() < 4
    assert around.telegram.texts() == ["a"]
    assert around.letters.status == {"a": "sent", "b": "queued", "later": "queued"}
    assert around.letters.claims == {}


@in_virtual_time
async def test_a_stopping_desk_waits_neither_for_a_messenger_nor_for_a_database_that_does_not_answer(
    around: Around,
) -> None:
    around.letters.trouble["mark"] = OSError("down")
    around.whatsapp.takes = 1000.0
    outbox = around.make()
    outbox.start()
    await outbox.wake(around.letters.add(letter("a"), letter("b", "whatsapp:1:p:7")))
    await asyncio.sleep(1)
    await asyncio.wait_for(outbox.stop(3), 10)


@in_virtual_time
async def test_receipts_that_came_too_early_are_handed_on(around: Around) -> None:
    receipt = Receipt("C", "L", "agent", "whatsapp", "read", "44")
    around.letters.early = [receipt]
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("a"))
    assert around.receipts == [receipt]

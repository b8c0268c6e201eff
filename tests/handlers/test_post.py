"""Carrying out one letter: what is said, changed, taken back and fetched, each once and to the right address."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from handlers import post as module
from handlers.ports import ChannelDown, Rejected
from scenarios.engine.events import Content, Media
from tests.handlers.desk import Around, letter
from tests.virtual import in_virtual_time

PHOTO = Media("photo", "telegram", "ref-1", "a.jpg", "image/jpeg", 4)
SAID = letter("said", line="L", speaker="agent", payload={"text": "old", "source": "44"})
EDIT = letter("edit", op="edit", payload={"line": "L", "text": "new", "source": "45"})
DELETE = letter("delete", op="delete", payload={"line": "L", "source": "45"})


@in_virtual_time
async def test_a_message_goes_with_its_choices_and_names(around: Around) -> None:
    payload = {
        "text": "Which?",
        "choices": [["a", "A"], ["b", "B"]],
        "list": "Choose",
        "pick": "Number",
        "share": "Phone",
    }
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("a", payload=payload))
    (message,) = around.telegram.sent
    assert message.content == Content(text="Which?")
    assert message.choices == (("a", "A"), ("b", "B"))
    assert (message.list_label, message.pick, message.share_label) == ("Choose", "Number", "Phone")
    (result,) = around.letters.results
    assert (result.status, result.chat, result.message, result.text) == ("sent", "chat7", "1", "Which?")


@in_virtual_time
async def test_an_address_may_have_colons_in_its_key(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("a", "whatsapp:1:p:998901234567"))
    assert around.whatsapp.texts("p:998901234567") == ["a"]


@in_virtual_time
async def test_a_message_sent_on_is_changed_where_it_went(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, SAID)
        await around.sent(outbox, EDIT)
    assert around.telegram.calls == [("send", "7", "old"), ("edit", "7", "1", "new", False)]
    assert around.letters.results[-1].text == "new"


@in_virtual_time
async def test_a_change_that_the_message_already_went_with_is_not_made_again(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("said", line="L", payload={"text": "new"}), EDIT)
    assert around.telegram.texts() == ["new"]
    assert len(around.telegram.calls) == 1
    assert around.letters.status["edit"] == "dropped"


@in_virtual_time
async def test_a_change_waits_for_its_message_even_at_another_address(around: Around) -> None:
    around.whatsapp.trouble["p:7"] = [ChannelDown("502")] * 4
    around.whatsapp.can_edit = True
    async with around.outbox() as outbox:
        said = letter("said", "whatsapp:1:p:7", line="L", payload={"text": "old", "media": asdict(PHOTO)})
        await around.sent(outbox, said, EDIT)
    assert [call[0] for call in around.whatsapp.calls] == ["send", "edit"]
    assert around.whatsapp.calls[-1][-1] is True, "a file's text is its caption"
    assert around.telegram.calls == [("fetch", "ref-1")]


@in_virtual_time
async def test_a_message_is_taken_back_where_it_went(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, SAID)
        await around.sent(outbox, DELETE)
    assert around.telegram.calls[-1] == ("delete", "7", "1")


@pytest.mark.parametrize("op", [EDIT, DELETE])
def test_what_was_never_said_or_was_refused_is_neither_changed_nor_taken_back(around: Around, op: object) -> None:
    @in_virtual_time
    async def run() -> None:
        around.telegram.trouble["send"] = [Rejected("400")]
        async with around.outbox() as outbox:
            await around.sent(outbox, op)  # type: ignore[arg-type]
            assert around.letters.status[op.id] == "dropped"  # type: ignore[attr-defined]
            await around.sent(outbox, SAID, op)  # type: ignore[arg-type]
        assert around.telegram.calls == []
        assert around.letters.status[op.id] == "dropped"  # type: ignore[attr-defined]
        assert [x.letter.id for x in around.refused] == ["said"]

    run()


@pytest.mark.parametrize("op", ["edit", "delete"])
def test_on_whatsapp_nothing_can_be_changed_and_the_people_are_told(around: Around, op: str) -> None:
    @in_virtual_time
    async def run() -> None:
        place = "whatsapp:1:p:7"
        async with around.outbox() as outbox:
            await around.sent(outbox, letter("said", place, line="L", payload={"text": "old"}))
            await around.sent(outbox, letter("op", place, op, payload={"line": "L", "text": "new"}))
        assert [(x.letter.id, x.reason, x.code) for x in around.refused] == [("op", "edit", "whatsapp")]
        assert [call[0] for call in around.whatsapp.calls] == ["send"]

    run()


@in_virtual_time
async def test_a_file_is_fetched_once_and_kept_by_its_content(around: Around) -> None:
    keep = {"text": "", "unread": "", "media": asdict(PHOTO)}
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("k1", "media:L1", "keep", payload=keep))
        await around.sent(outbox, letter("k2", "media:L2", "keep", payload=keep))
        await around.sent(outbox, letter("w", "whatsapp:1:p:7", payload={"text": "see", "media": asdict(PHOTO)}))
    assert around.telegram.calls == [("fetch", "ref-1")]
    (message,) = around.whatsapp.sent
    assert message.content.media is not None
    assert message.content.media.hash == "hash-4"


@in_virtual_time
async def test_a_file_of_the_same_messenger_goes_by_its_own_handle(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("t", payload={"text": "see", "media": asdict(PHOTO)}))
    assert around.telegram.sent[0].content.media == PHOTO
    assert around.files.kept == 0


@in_virtual_time
async def test_a_file_that_is_too_big_is_told_and_one_that_cannot_be_fetched_now_is_fetched_later(
    around: Around, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = {"text": "", "unread": "", "media": asdict(PHOTO)}
    around.telegram.trouble["fetch"] = [ChannelDown("502"), ChannelDown("502")]
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("later", "media:L1", "keep", payload=keep))
        monkeypatch.setattr(module, "LARGEST_FILE", 3)
        around.files.refs.clear()
        await around.sent(outbox, letter("big", "media:L2", "keep", payload=keep))
    assert [(x.letter.id, x.reason) for x in around.refused] == [("big", "too_big")]
    assert around.letters.status["later"] == "sent"


@in_virtual_time
async def test_a_channel_that_is_off_and_an_order_that_nobody_knows_are_refused(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, letter("off", "viber:1:7"), letter("odd", op="sing"))
    assert {(x.letter.id, x.reason) for x in around.refused} == {("off", "rejected"), ("odd", "rejected")}


@in_virtual_time
async def test_managers_get_pictures_and_papers(around: Around) -> None:
    picture = around.folder / "a.png"
    picture.write_bytes(b"png")
    async with around.outbox() as outbox:
        await around.sent(
            outbox,
            letter("pic", "manager:1:55", "picture", payload={"path": str(picture), "caption": "figures"}),
            letter("paper", "manager:1:55", "paper", payload={"contact": "C", "caption": "history"}),
        )
    assert around.staff.did("picture") == [(55, 0, str(picture), "figures")]
    ((chat, thread, name, caption),) = around.staff.did("document")
    assert (chat, thread, caption) == (55, 0, "history")
    assert "C" in name
    assert around.cache.taken == [], "a manager's chat is not the group"


@in_virtual_time
async def test_a_picture_that_another_host_drew_does_not_hold_up_what_is_behind_it(around: Around) -> None:
    async with around.outbox() as outbox:
        gone = letter("pic", "telegram:1:55", "picture", payload={"path": str(around.folder / "gone.png")})
        took = await around.sent(outbox, gone, letter("next", "telegram:1:55"))
    assert took < 5
    assert around.staff.did("picture") == []
    assert around.telegram.texts() == ["next"]


@in_virtual_time
async def test_an_agents_message_that_telegram_took_is_shown_as_delivered(around: Around) -> None:
    async with around.outbox() as outbox:
        await around.sent(outbox, SAID, letter("bot", speaker="bot", payload={"text": "hi", "source": "99"}))
        await around.until(lambda: bool(around.staff.did("react")))
    assert [call[1:] for call in around.staff.did("react")] == [("44", "👌")]

"""Webhook bodies of every kind beside the arrivals they mean; and no JSON makes the parser raise."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.arrivals import Arrival, NumberChanged, OwnReply, Receipt, Unread, keys_of
from bot.channels.whatsapp.parse import parse
from scenarios.engine.events import (
    ButtonPressed,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Media,
    Sender,
    SharedContact,
    Spot,
)
from tests.channels.whatsapp_world import AT, MALIKA, NUMBER, PAYLOADS, PHONE, SENT_AT, USER_ID, parsed, payload

ID = f"wa:{NUMBER}:wamid.IN1="
OLD_STYLE = Sender("whatsapp", NUMBER, (f"p:{PHONE}",), "Malika Yusupova", phone=f"+{PHONE}")
WITHOUT_CARD = replace(MALIKA, name="", username="")
HIDDEN = replace(MALIKA, keys=(f"u:{USER_ID}",), phone="")
FILE = "1234567890987654321"


def said(content: Content, sender: Sender = MALIKA, reply_to: str = "") -> CustomerSaid:
    return CustomerSaid(ID, AT, sender, content, "wamid.IN1=", SENT_AT, reply_to=reply_to)


def pressed(data: str, label: str) -> ButtonPressed:
    return ButtonPressed(ID, AT, MALIKA, data, label, "wamid.IN1=", SENT_AT)


def media(kind: str, ref: str, mime: str, name: str = "") -> Media:
    return Media(kind, "whatsapp", ref, name, mime)


TEXT = Content(text="Salom, narxi qancha?")
ASKED = "wamid.OUT1="
EXPECTED: dict[str, Arrival] = {
    "text": said(TEXT),
    "text_old_style": said(TEXT, OLD_STYLE),
    "text_without_contacts": said(TEXT, WITHOUT_CARD),
    "text_without_profile": said(TEXT, replace(OLD_STYLE, name="")),
    "text_without_phone": said(TEXT, HIDDEN),
    "text_user_id_only_on_the_card": said(TEXT, HIDDEN),
    "text_with_a_number_as_timestamp": said(TEXT),
    "text_reply": said(TEXT, reply_to=ASKED),
    "text_forwarded": said(TEXT),
    "text_forwarded_often": said(TEXT),
    "text_about_a_product": said(TEXT, reply_to=ASKED),
    "text_from_an_advertisement": said(TEXT),
    "image": said(Content("Mana shu", media("photo", "1003383421387256", "image/jpeg"))),
    "image_with_url": said(Content(media=media("photo", "1003383421387256", "image/jpeg"))),
    "video": said(Content("video", media("video", "765756756", "video/mp4")), reply_to=ASKED),
    "audio": said(Content(media=media("audio", FILE, "audio/mpeg"))),
    "voice": said(Content(media=media("voice", FILE, "audio/ogg; codecs=opus"))),
    "document": said(Content("Shartnoma", media("document", FILE, "application/pdf", "Шартнома.pdf"))),
    "sticker": said(Content(media=media("sticker", FILE, "image/webp"))),
    "sticker_moving": said(Content(media=media("sticker", FILE, "image/webp"))),
    "location": said(Content(spot=Spot(12.25089, 43.90539))),
    "location_of_a_place": said(Content(spot=Spot(41.311081, 69.240562, "Markaz, Amir Temur 1, Toshkent"))),
    "location_as_text": said(Content("LOCATION_NAME, LOCATION_ADDRESS", unread="location")),
    "contacts_other": said(Content(contact=SharedContact("+998905552319", "Aziz Karimov"))),
    "contacts_own": said(Content(contact=SharedContact("+998901112233", "Malika Yusupova", own=True))),
    "contacts_requested": said(Content(contact=SharedContact("+998907776655", "Malika Yusupova", own=True)), HIDDEN),
    "contacts_several": said(
        Content("Bobur Ali +998906666666\nDilnoza +998907777777", contact=SharedContact("+998905555555", "Aziz"))
    ),
    "contacts_full": said(Content(contact=SharedContact("71 200 00 00", "Aziz Karimov"))),
    # Only the number they write from is proven, not the one that the card shows beside it.
    "contacts_claiming_to_be_own": said(Content(contact=SharedContact("+998901112233", "Malika", own=True))),
    "button_reply": pressed("price:7:cost", "Narxi"),
    "list_reply": pressed("price:7:time", "Muddati"),
    "quick_reply": pressed("follow:1:yes", "Ha"),
    "quick_reply_without_context": pressed("follow:1:yes", "Ha"),
    "form": said(Content(unread="form"), reply_to=ASKED),
    "call_permission": said(Content(unread="call_permission_reply"), reply_to=ASKED),
    "interactive_with_errors": said(Content(unread="interactive"), reply_to=ASKED),
    "reaction": CustomerReacted(ID, AT, MALIKA, "👍", ASKED),
    "reaction_removed": CustomerReacted(ID, AT, MALIKA, "", ASKED),
    "reaction_emptied": CustomerReacted(ID, AT, MALIKA, "", ASKED),
    "order": said(Content("tezroq", unread="order")),
    "unsupported": said(Content(unread="unsupported")),
    "unsupported_poll": said(Content(unread="poll_creation")),
    "unknown": said(Content(unread="unknown"), OLD_STYLE),
    "newer_kind": said(Content(unread="hologram")),
    "edit_text": CustomerEdited(f"{ID}:edit:1763980000", AT, MALIKA, Content(text="Salom!"), "wamid.IN0=", SENT_AT),
    "edit_image": CustomerEdited(
        f"{ID}:edit:1763980000",
        AT,
        MALIKA,
        Content("Yangi", media("photo", "1234567890", "image/jpeg")),
        "wamid.IN0=",
        SENT_AT,
    ),
    "revoke": CustomerEdited(f"{ID}:revoke:1763980000", AT, MALIKA, Content(unread="deleted"), "wamid.IN0=", SENT_AT),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_message_becomes_the_event_it_means(name: str) -> None:
    assert parsed(name) == [EXPECTED[name]]


RECEIPTS = {
    "status_sent": "sent",
    "status_delivered": "delivered",
    "status_read": "read",
    "status_with_tag": "delivered",
}


@pytest.mark.parametrize(("name", "status"), RECEIPTS.items())
def test_a_status_becomes_a_receipt_with_the_recipients_keys(name: str, status: str) -> None:
    (receipt,) = parsed(name)
    assert receipt == Receipt(
        f"wa:{NUMBER}:wamid.OUT1=:{status}",
        SENT_AT.replace(second=SENT_AT.second + 5),
        "wamid.OUT1=",
        status,
        MALIKA.keys,
    )


def test_a_receipt_without_a_phone_has_the_user_id_alone() -> None:
    (receipt,) = parsed("status_played")
    assert isinstance(receipt, Receipt)
    assert (receipt.status, receipt.keys) == ("played", (f"u:{USER_ID}",))


def test_a_failed_status_tells_reason_code_and_metas_words() -> None:
    (long,), (short,) = parsed("status_failed"), parsed("status_failed_short")
    assert isinstance(long, Receipt)
    assert isinstance(short, Receipt)
    assert (long.reason, long.code, long.details) == ("window", "131047", "more than 24 hours have passed")
    assert (short.reason, short.code, short.details) == ("rejected", "131053", "Media upload error")


def test_of_the_further_parts_of_a_message_only_a_failure_counts_and_for_the_first_part() -> None:
    body = payload("status_failed")
    status = body["entry"][0]["changes"][0]["value"]["statuses"][0]
    status |= {"id": "wamid.PART2=", "biz_opaque_callback_data": "part-of:wamid.PART1="}
    (receipt,) = parse(body, NUMBER, AT)
    assert isinstance(receipt, Receipt)
    assert (receipt.message, receipt.status) == ("wamid.PART1=", "failed")
    status["status"] = "read"
    assert parse(body, NUMBER, AT) == []


def test_statuses_of_groups_say_nothing() -> None:
    assert parsed("status_of_a_group") == []


def test_the_business_answering_from_its_own_phone_is_told_with_the_customer() -> None:
    at = SENT_AT.replace(second=SENT_AT.second + 10)
    name, words = "wamid.ECHO1=", Content(text="Hozir yozaman")
    assert parsed("echo_text") == [OwnReply(f"wa:{NUMBER}:{name}:echo", AT, MALIKA, words, name, at)]
    (edit,), (revoke,) = parsed("echo_edit"), parsed("echo_revoke")
    assert isinstance(edit, OwnReply)
    assert isinstance(revoke, OwnReply)
    assert (edit.content.text, edit.edits) == ("Text was edited", "wamid.ECHO0=")
    assert (revoke.content.unread, revoke.edits) == ("deleted", "wamid.ECHO0=")


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("system_number", (f"p:{PHONE}",), ("p:998939998877",)),
        ("system_number_old_style", (f"p:{PHONE}",), ("p:998939998877",)),
        ("system_user_id", ("u:UZ.1",), ("u:UZ.2",)),
        ("system_user_id_in_words", ("u:UZ.1",), ("u:UZ.2",)),
    ],
)
def test_a_changed_number_or_user_id_names_both_sides(
    name: str, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    (moved,) = parsed(name)
    assert isinstance(moved, NumberChanged)
    assert (moved.id, moved.before.keys, moved.after.keys) == (ID, before, after)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("text_from_nobody", "text"),
        ("text_in_a_group", "text"),
        ("system_identity", "system"),
        ("call", "calls"),
        ("status_of_a_call", "calls"),
        ("user_preferences", "user_preferences"),
        ("template_status", "message_template_status_update"),
        ("account_restricted", "account_update"),
        ("group_made", "group_lifecycle_update"),
    ],
)
def test_what_is_no_message_of_a_known_person_is_kept_as_it_came(name: str, kind: str) -> None:
    (unread,) = parsed(name)
    assert isinstance(unread, Unread)
    assert unread.kind == kind
    assert unread.id.startswith(f"wa:{NUMBER}:unread:")
    kept, change = json.loads(unread.raw), payload(name)["entry"][0]["changes"][0]
    assert kept in (change, *change["value"].get("messages", []))


def test_every_recorded_payload_is_expected_somewhere() -> None:
    told = _cases(test_what_is_no_message_of_a_known_person_is_kept_as_it_came) | _cases(
        test_a_changed_number_or_user_id_names_both_sides
    )
    told |= EXPECTED.keys() | RECEIPTS.keys()
    told |= {"status_played", "status_failed", "status_failed_short", "status_of_a_group"}
    told |= {"echo_text", "echo_edit", "echo_revoke"}
    told |= {"two_changes", "two_people", "another_number", "request_welcome"}
    assert {path.stem for path in PAYLOADS.glob("*.json")} == told


def _cases(test: Any) -> set[str]:
    return {case[0] for case in test.pytestmark[0].args[1]}


def test_an_opened_chat_is_no_message() -> None:
    assert parsed("request_welcome") == []


def test_another_number_is_never_served() -> None:
    assert parsed("another_number") == []


def test_all_changes_come_in_their_order() -> None:
    assert [one.message for one in parsed("two_changes") if isinstance(one, CustomerSaid)] == [
        "wamid.IN1=",
        "wamid.IN2=",
    ]


def test_each_message_gets_the_card_of_its_own_sender() -> None:
    first, second = parsed("two_people")
    assert isinstance(first, CustomerSaid)
    assert isinstance(second, CustomerSaid)
    assert first.sender == MALIKA
    assert second.sender == Sender("whatsapp", NUMBER, ("u:UZ.2222", "p:998935554433"), "Botir", phone="+998935554433")


@pytest.mark.parametrize(
    "card",
    [
        {"user_id": "UZ.OTHER", "wa_id": PHONE},
        {"user_id": "UZ.OTHER"},
        {"user_id": "UZ.OTHER", "wa_id": "998935554433", "profile": {"name": "Botir"}},
    ],
)
def test_the_card_of_somebody_else_is_never_taken(card: dict[str, Any]) -> None:
    body = payload("text")
    body["entry"][0]["changes"][0]["value"]["contacts"] = [card]
    (one,) = parse(body, NUMBER, AT)
    assert isinstance(one, CustomerSaid)
    assert one.sender == WITHOUT_CARD


def test_one_card_beside_two_people_belongs_to_whom_it_names() -> None:
    body = payload("two_people")
    value = body["entry"][0]["changes"][0]["value"]
    value["contacts"] = [{"profile": {"name": "Kimdir"}, "user_id": "UZ.KIMDIR"}]
    for message in value["messages"]:
        del message["from_user_id"]
    found = [one for one in parse(body, NUMBER, AT) if isinstance(one, CustomerSaid)]
    assert [one.sender.keys for one in found] == [(f"p:{PHONE}",), ("p:998935554433",)]


def test_a_message_without_an_id_is_named_by_what_it_says() -> None:
    body = payload("text")
    del body["entry"][0]["changes"][0]["value"]["messages"][0]["id"]
    (once,), (again,) = parse(body, NUMBER, AT), parse(copy.deepcopy(body), NUMBER, AT)
    assert once == again
    assert isinstance(once, CustomerSaid)
    assert once.message.startswith("raw.")


def test_what_no_database_stores_is_replaced() -> None:
    body = payload("text")
    message = body["entry"][0]["changes"][0]["value"]["messages"][0]
    message["text"]["body"] = "a\x00b\ud83dc\U0001f600"
    (one,) = parse(body, NUMBER, AT)
    assert isinstance(one, CustomerSaid)
    assert one.content.text == "a\ufffdb\ufffdc\U0001f600"
    del message["from"], message["from_user_id"]
    body["entry"][0]["changes"][0]["value"]["contacts"] = []
    message["text"]["body"] += "\\u0000"
    (kept,) = parse(body, NUMBER, AT)
    assert isinstance(kept, Unread)
    assert json.loads(kept.raw)["text"]["body"] == "a\ufffdb\ufffdc\U0001f600\\u0000"


@pytest.mark.parametrize("stamp", ["", "soon", None, -5, 1e30, "9" * 40, True, [], {}])
def test_a_time_that_is_none_becomes_the_time_it_came(stamp: Any) -> None:
    body = payload("text")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = stamp
    (one,) = parse(body, NUMBER, AT)
    assert isinstance(one, CustomerSaid)
    assert one.sent_at == AT


def test_a_button_without_data_is_its_label_said() -> None:
    body = payload("quick_reply")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["button"] = {"text": "Ha"}
    assert parse(body, NUMBER, AT) == [said(Content(text="Ha"), reply_to=ASKED)]


NASTY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["\x00", "\ud800", PHONE, USER_ID, NUMBER, "text", "image", "9" * 400]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += places(one, (*path, key))
    return found


def storable(arrival: Arrival) -> None:
    shown = repr(arrival)
    assert "\x00" not in shown
    shown.encode()
    assert arrival.id
    assert keys_of(arrival)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_mutation_of_a_body_makes_the_parser_raise(data: st.DataObject) -> None:
    body = payload(data.draw(st.sampled_from(sorted(path.stem for path in PAYLOADS.glob("*.json")))))
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(places(body)))
        target = body
        for key in path[:-1]:
            target = target[key]
        if data.draw(st.booleans()):
            target[path[-1]] = data.draw(NASTY)
        else:
            del target[path[-1]]
        if not places(body):
            break
    found = parse(body, NUMBER, AT)
    assert found == parse(copy.deepcopy(body), NUMBER, AT) or "nan" in repr(found)
    for arrival in found:
        storable(arrival)


@settings(max_examples=100, deadline=None)
@given(NASTY)
def test_no_json_at_all_makes_the_parser_raise(body: Any) -> None:
    for arrival in parse(body, NUMBER, AT):
        storable(arrival)

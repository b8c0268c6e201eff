"""Outgoing messages beside their payloads; and none breaks a limit of Meta's or loses a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.carriage import Carriage
from bot.channels.whatsapp.cutting import cut
from bot.channels.whatsapp.render import Uploaded, render
from handlers.ports import Outgoing, Rejected
from scenarios.engine.events import Content, Media, SharedContact, Spot

IMAGE = Uploaded("77", Carriage("image", "image/jpeg", "photo.jpg"))
VOICE = Uploaded("78", Carriage("audio", "audio/ogg", "voice.ogg", voice=True))
PAPER = Uploaded("79", Carriage("document", "application/pdf", "Шартнома.pdf"))


def asking(text: str, *labels: str, **more: Any) -> Outgoing:
    choices = tuple((f"price:{place}:x", label) for place, label in enumerate(labels, 1))
    return Outgoing(Content(text=text), choices, **({"list_label": "Tanlang", "pick": "Raqamini yozing."} | more))


def kinds(payloads: list[dict[str, Any]]) -> list[str]:
    return [one["interactive"]["type"] if one["type"] == "interactive" else one["type"] for one in payloads]


def sent(message: Outgoing, uploaded: Uploaded | None = None, phone_known: bool = True) -> list[str]:
    return kinds(render(message, uploaded, phone_known))


def test_a_text_is_one_text_without_a_preview() -> None:
    assert render(Outgoing(Content(text="Salom")), None, True) == [
        {"type": "text", "text": {"body": "Salom", "preview_url": False}}
    ]


def test_up_to_three_short_labels_are_buttons() -> None:
    (payload,) = render(asking("Nima?", "Narxi", "Muddati", "a" * 20), None, True)
    assert payload["interactive"] == {
        "type": "button",
        "body": {"text": "Nima?"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "price:1:x", "title": "Narxi"}},
                {"type": "reply", "reply": {"id": "price:2:x", "title": "Muddati"}},
                {"type": "reply", "reply": {"id": "price:3:x", "title": "a" * 20}},
            ]
        },
    }


def test_four_to_ten_choices_are_a_list() -> None:
    (payload,) = render(asking("Nima?", *(f"{place} xona" for place in range(1, 11))), None, True)
    action = payload["interactive"]["action"]
    assert payload["interactive"]["type"] == "list"
    assert action["button"] == "Tanlang"
    assert [row["title"] for row in action["sections"][0]["rows"]] == [f"{place} xona" for place in range(1, 11)]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (asking("?", "a" * 21, "b"), "list"),
        (asking("?", "a" * 25, "b"), "text"),
        (asking("?", *"abcdefghijk"), "text"),
        (asking("?", "bir", "bir"), "text"),
        (asking("?", *"abcd", list_label=""), "text"),
        (asking("?", *"abcd", list_label="a" * 21), "text"),
        (asking("", "a", "b"), "text"),
        (Outgoing(Content(text="?"), (("i" * 257, "a"),)), "text"),
        (Outgoing(Content(text="?"), (("i" * 201, "a" * 21),), list_label="l"), "text"),
        (Outgoing(Content(text="?"), (("same", "a"), ("same", "b"))), "text"),
        (asking("x" * 1025, "a"), "list"),
    ],
)
def test_what_does_not_fit_falls_to_the_next_form(message: Outgoing, kind: str) -> None:
    assert sent(message) == [kind]


def test_numbered_choices_are_whole_and_ask_for_the_number() -> None:
    (payload,) = render(asking("Nima?", "bir xonali kvartira kerak edi", "ikki"), None, True)
    assert payload["text"]["body"] == "Nima?\n\n1. bir xonali kvartira kerak edi\n2. ikki\n\nRaqamini yozing."


def test_of_a_long_text_the_last_part_carries_the_choices() -> None:
    text = "\n\n".join(f"{place}. " + "so'z " * 200 for place in range(6))
    payloads = render(asking(text, "a", "b", list_label=""), None, True)
    assert kinds(payloads)[:-1] == ["text"] * (len(payloads) - 1)
    assert kinds(payloads)[-1] == "button"
    assert len(payloads) == 3


def test_file_text_and_buttons_are_one_message_where_whatsapp_has_one() -> None:
    (payload,) = render(asking("Mana", "Ha", "Yo'q"), IMAGE, True)
    assert payload["interactive"]["header"] == {"type": "image", "image": {"id": "77"}}
    (payload,) = render(Outgoing(Content(text="Mana")), PAPER, True)
    assert payload == {"type": "document", "document": {"id": "79", "filename": "Шартнома.pdf", "caption": "Mana"}}


def test_what_cannot_stand_under_a_file_follows_it() -> None:
    assert sent(Outgoing(Content(text="x" * 1025)), IMAGE) == ["image", "text"]
    assert sent(Outgoing(Content(text="eshiting")), VOICE) == ["audio", "text"]
    assert sent(asking("Nima?", *"abcd"), IMAGE) == ["image", "list"]
    assert sent(asking("Nima?", "a"), VOICE) == ["audio", "button"]


def test_a_voice_message_is_marked_as_one() -> None:
    assert render(Outgoing(Content()), VOICE, True) == [{"type": "audio", "audio": {"id": "78", "voice": True}}]


def test_the_phone_is_asked_for_with_whatsapps_own_button() -> None:
    message = Outgoing(Content(text="Raqamingiz?"), share_label="Raqamni yuborish")
    assert sent(message) == sent(message, phone_known=False) == ["request_contact_info"]


def test_who_hides_the_phone_is_asked_for_it_with_the_choices_in_the_text() -> None:
    message = asking("Raqamingiz?", "Odam bilan gaplashish", share_label="Raqamni yuborish")
    (payload,) = render(message, None, False)
    assert payload["interactive"]["type"] == "request_contact_info"
    assert "1. Odam bilan gaplashish" in payload["interactive"]["body"]["text"]
    assert sent(message, phone_known=True) == ["list"]


def test_a_contact_and_a_place_are_cards_of_their_own() -> None:
    both = Content(contact=SharedContact("+998901112233", "Ali"), spot=Spot(41.3, 69.2, "Markaz"))
    contact, place = render(Outgoing(both), None, True)
    assert contact["contacts"][0]["name"] == {"formatted_name": "Ali", "first_name": "Ali"}
    assert contact["contacts"][0]["phones"] == [{"phone": "+998901112233", "type": "CELL"}]
    assert place["location"] == {"latitude": 41.3, "longitude": 69.2, "name": "Markaz"}


@pytest.mark.parametrize(
    "content", [Content(), Content(text=" \n"), Content(spot=Spot(float("nan"), 0)), Content(spot=Spot(91, 0))]
)
def test_nothing_and_nowhere_are_refused(content: Content) -> None:
    with pytest.raises(Rejected):
        render(Outgoing(content), None, True)


def check(payload: dict[str, Any]) -> None:
    """The limits of Meta's pages, written out once more on purpose."""
    kind, inner = payload["type"], payload[payload["type"]]
    if kind == "text":
        assert 1 <= len(inner["body"]) <= 4096
        assert inner["body"].strip()
    if kind in ("image", "document"):
        assert len(inner.get("caption", "")) <= 1024
    if kind != "interactive":
        return
    body, action = inner["body"]["text"], inner["action"]
    assert body.strip()
    assert len(body) <= (4096 if inner["type"] == "list" else 1024)
    if inner["type"] == "button":
        replies = [one["reply"] for one in action["buttons"]]
        assert 1 <= len(replies) <= 3
        check_titles(replies, 20, 256)
    if inner["type"] == "list":
        rows = [row for section in action["sections"] for row in section["rows"]]
        assert 1 <= len(rows) <= 10
        assert 1 <= len(action["button"]) <= 20
        check_titles(rows, 24, 200)


def check_titles(buttons: list[dict[str, str]], title: int, id_: int) -> None:
    assert all(1 <= len(one["title"]) <= title and one["title"].strip() for one in buttons)
    assert all(1 <= len(one["id"]) <= id_ for one in buttons)
    assert len({one["title"] for one in buttons}) == len({one["id"] for one in buttons}) == len(buttons)


LABELS = st.text(max_size=30) | st.sampled_from(["Narxi", "Odam bilan gaplashish", " ", "👩‍👩‍👧‍👦"])
TEXTS = st.text(max_size=60) | st.builds(
    lambda word, times: word * times,
    st.sampled_from(["so'z ", "аб\n\n", "👩‍👩‍👧", "e\u0301", "x", "\n"]),
    st.integers(0, 3000),
)
MESSAGES = st.builds(
    Outgoing,
    st.builds(Content, text=TEXTS,
              contact=st.none() | st.builds(SharedContact, st.text(max_size=9), st.text(max_size=9)),
              spot=st.none() | st.builds(Spot, st.floats(-90, 90), st.floats(-180, 180), st.text(max_size=9))),
    st.lists(st.tuples(st.text(max_size=12) | st.sampled_from(["x" * 201, "x" * 257]), LABELS), max_size=12).map(tuple),
    LABELS,
    LABELS,
    LABELS,
)  # fmt: skip


def bare(text: str) -> str:
    return "".join(text.split())


def shown(payload: dict[str, Any]) -> str:
    inner = payload[payload["type"]]
    if payload["type"] == "interactive":
        rows = [row["title"] for section in inner["action"].get("sections", []) for row in section["rows"]]
        return str(inner["body"]["text"]) + "".join(
            rows + [one["reply"]["title"] for one in inner["action"].get("buttons", [])]
        )
    return str(inner.get("body", "") or inner.get("caption", "")) if isinstance(inner, dict) else ""


@settings(max_examples=300, deadline=None)
@given(MESSAGES, st.sampled_from([None, IMAGE, VOICE, PAPER]), st.booleans())
def test_no_payload_breaks_a_limit_and_no_word_is_lost(
    message: Outgoing, uploaded: Uploaded | None, phone_known: bool
) -> None:
    contact = message.content.contact
    nothing = not any((message.content.text.strip(), contact, message.content.spot, uploaded, message.choices))
    if nothing or (contact and not (contact.name.strip() or contact.phone.strip())):
        with pytest.raises(Rejected, match="empty"):
            render(message, uploaded, phone_known)
        return
    payloads = render(message, uploaded, phone_known)
    assert payloads
    for payload in payloads:
        check(payload)
    everything = bare("".join(shown(one) for one in payloads))
    assert bare(message.content.text) in everything
    assert all(bare(label) in everything for _, label in message.choices)


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(5, 90), st.integers(1, 90))
def test_cutting_keeps_the_bounds_and_every_character(text: str, most: int, last: int) -> None:
    last = min(most, last)
    parts = cut(text, most, last)
    assert bare("".join(parts)) == bare(text)
    assert all(1 <= len(part) <= most for part in parts)
    assert not parts or len(parts[-1]) <= last


def test_a_cut_falls_between_paragraphs_words_and_whole_characters() -> None:
    assert cut("bir ikki\n\nuch to'rt", 12, 12) == ["bir ikki", "uch to'rt"]
    assert cut("bir ikki uch", 9, 9) == ["bir ikki", "uch"]
    assert cut("e\u0301" * 5, 5, 5) == ["e\u0301" * 2, "e\u0301" * 2, "e\u0301"]


def test_media_and_choices_with_other_data_stay_the_same_object() -> None:
    media = Media("photo", "telegram", "x", hash="h")
    message = replace(asking("a", "b"), content=Content("a", media))
    assert sent(message, IMAGE) == ["button"]

"""What raw Telegram updates mean, as payloads in Telegram's own shape; and that no payload raises."""

from __future__ import annotations

import copy
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.arrivals import (
    BotRights,
    ChatMigrated,
    GeneralCommand,
    ManagerPressed,
    ManagerSaid,
    StaffSeen,
    TopicMade,
    Unread,
)
from bot.channels.telegram.parse import callback_of, parse
from scenarios.engine.events import (
    AddressChanged,
    Agent,
    AgentCommanded,
    AgentEdited,
    AgentSaid,
    AgentUnheard,
    ButtonPressed,
    Content,
    CustomerEdited,
    CustomerReacted,
    CustomerSaid,
    Media,
    Sender,
    SharedContact,
    Spot,
    Topic,
)

BOT, GROUP, MANAGER, OTHER_GROUP = 7000000001, -1001234567489, 5550, -100999
AT = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
SENT = datetime.fromtimestamp(1794600000, UTC)
DILNOZA = {
    "id": 123456,
    "is_bot": False,
    "first_name": "Dilnoza",
    "last_name": "Karimova",
    "username": "dilnoza_k",
    "language_code": "uz",
}
PRIVATE = {"id": 123456, "first_name": "Dilnoza", "last_name": "Karimova", "type": "private"}
FORUM = {"id": GROUP, "title": "Desk", "is_forum": True, "type": "supergroup"}
SENDER = Sender("telegram", str(BOT), ("123456",), "Dilnoza Karimova", "dilnoza_k", "uz")
AGENT = Agent("123456", "Dilnoza Karimova", "dilnoza_k", "uz")
TOPIC = Topic(GROUP, 33)


def read(update: dict[str, Any], bot_name: str = "qabul_bot") -> list[Any]:
    return parse(update, BOT, frozenset({GROUP}), frozenset({MANAGER}), AT, bot_name)


def only(update: dict[str, Any]) -> Any:
    (arrival,) = read(update)
    return arrival


def private(**body: Any) -> dict[str, Any]:
    message = {"message_id": 35, "from": DILNOZA, "chat": PRIVATE, "date": 1794600000}
    return {"update_id": 963407580, "message": {**message, **body}}


def in_topic(**body: Any) -> dict[str, Any]:
    created = {
        "message_id": 33,
        "from": {"id": BOT, "is_bot": True, "first_name": "Qabul"},
        "chat": FORUM,
        "date": 1794500000,
        "message_thread_id": 33,
        "forum_topic_created": {"name": "Aziz", "icon_color": 7322096},
        "is_topic_message": True,
    }
    message = {
        "message_id": 72,
        "from": DILNOZA,
        "chat": FORUM,
        "date": 1794600000,
        "message_thread_id": 33,
        "is_topic_message": True,
        "reply_to_message": created,
    }
    return {"update_id": 963407601, "message": {**message, **body}}


def in_general(**body: Any) -> dict[str, Any]:
    message = {"message_id": 35, "from": DILNOZA, "chat": FORUM, "date": 1794600000}
    return {"update_id": 9, "message": {**message, **body}}


def edited(update: dict[str, Any], **body: Any) -> dict[str, Any]:
    message = {**update["message"], "edit_date": 1794600100, **body}
    return {"update_id": update["update_id"] + 1, "edited_message": message}


def press(**body: Any) -> dict[str, Any]:
    rows = [[{"text": "Narxlar", "callback_data": "c:1:2"}, {"text": "Ustaga", "callback_data": "c:1:3"}]]
    message = {
        "message_id": 40,
        "from": {"id": BOT, "is_bot": True, "first_name": "Qabul"},
        "chat": PRIVATE,
        "date": 1794600000,
        "text": "Salom",
        "reply_markup": {"inline_keyboard": rows},
    }
    query = {
        "id": "666728699048485871",
        "from": DILNOZA,
        "message": message,
        "chat_instance": "1",
        "data": "c:1:3",
    }
    return {"update_id": 2, "callback_query": {**query, **body}}


def reaction(old: list[str], new: list[str], **body: Any) -> dict[str, Any]:
    change = {
        "message_id": 123,
        "user": DILNOZA,
        "chat": PRIVATE,
        "date": 1794600000,
        "old_reaction": [{"type": "emoji", "emoji": emoji} for emoji in old],
        "new_reaction": [{"type": "emoji", "emoji": emoji} for emoji in new],
    }
    return {"update_id": 1, "message_reaction": {**change, **body}}


def membership(status: str, chat: dict[str, Any] = PRIVATE, **member: Any) -> dict[str, Any]:
    user = {"id": BOT, "is_bot": True, "first_name": "Qabul"}
    change = {
        "chat": chat,
        "from": DILNOZA,
        "date": 1794600000,
        "old_chat_member": {"status": "member", "user": user},
        "new_chat_member": {"status": status, "user": user, **member},
    }
    return {"update_id": 5, "my_chat_member": change}


def test_a_private_text_is_a_customers_words_with_everything_telegram_tells_of_them() -> None:
    assert only(private(text="Salom, narxi qancha?")) == CustomerSaid(
        id=f"tg:{BOT}:963407580:1794600000",
        at=AT,
        sender=SENDER,
        content=Content("Salom, narxi qancha?"),
        message="35",
        sent_at=SENT,
    )


@pytest.mark.parametrize("text", ["/start", "/start abc", "//inside", "/nosuch@qabul_bot", "/close"])
def test_a_customers_commands_are_their_words(text: str) -> None:
    assert only(private(text=text)).content == Content(text)


def test_the_same_update_id_a_silent_week_later_is_another_event() -> None:
    first, later = only(private(text="a")), only(private(text="a", date=1795300000))
    assert first.id != later.id


SIZES = [
    {"file_id": "small", "file_unique_id": "s", "width": 90, "height": 60, "file_size": 1000},
    {"file_id": "large", "file_unique_id": "l", "width": 1280, "height": 960, "file_size": 90000},
    {"file_id": "middle", "file_unique_id": "m", "width": 320, "height": 200},
]
FILE = {"file_id": "F1", "file_unique_id": "u", "file_size": 77}


def media(kind: str, mime: str, name: str = "") -> Media:
    return Media(kind, "telegram", "F1", name, mime, 77)


CONTENTS = [
    (
        {"photo": SIZES, "caption": "mana"},
        Content("mana", Media("photo", "telegram", "large", "", "image/jpeg", 90000)),
    ),
    ({"video": {**FILE, "mime_type": "video/mp4"}}, Content(media=media("video", "video/mp4"))),
    ({"voice": {**FILE, "mime_type": "audio/ogg"}}, Content(media=media("voice", "audio/ogg"))),
    (
        {"audio": {**FILE, "file_name": "a.mp3", "title": "x"}},
        Content(media=media("audio", "audio/mpeg", "a.mp3")),
    ),
    ({"video_note": {**FILE, "length": 240}}, Content(media=media("video_note", "video/mp4"))),
    ({"animation": FILE, "document": FILE}, Content(media=media("animation", "video/mp4"))),
    (
        {"document": {**FILE, "file_name": "akt.pdf", "mime_type": "application/pdf"}, "caption": "akt"},
        Content("akt", media("document", "application/pdf", "akt.pdf")),
    ),
    ({"sticker": {**FILE, "emoji": "🙂"}}, Content(media=media("sticker", "image/webp"))),
    ({"sticker": {**FILE, "is_animated": True}}, Content(media=media("sticker", "application/x-tgsticker"))),
    ({"sticker": {**FILE, "is_video": True}}, Content(media=media("sticker", "video/webm"))),
    (
        {"live_photo": FILE, "photo": SIZES},
        Content(media=Media("photo", "telegram", "large", "", "image/jpeg", 90000)),
    ),
    (
        {"contact": {"phone_number": "998901234567", "first_name": "Dilnoza", "user_id": 123456}},
        Content(contact=SharedContact("+998901234567", "Dilnoza", own=True)),
    ),
    (
        {"contact": {"phone_number": "+998 90 765", "first_name": "Aziz", "last_name": "Aka", "user_id": 9}},
        Content(contact=SharedContact("+998 90 765", "Aziz Aka")),
    ),
    (
        {"contact": {"phone_number": "911", "first_name": "911"}},
        Content(contact=SharedContact("+911", "911")),
    ),
    (
        {
            "contact": {"phone_number": "998901234567", "first_name": "D", "user_id": 123456},
            "forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1},
        },
        Content(contact=SharedContact("+998901234567", "D")),
    ),
    ({"location": {"latitude": 41.31, "longitude": 69.24}}, Content(spot=Spot(41.31, 69.24))),
    (
        {
            "venue": {
                "location": {"latitude": 41, "longitude": 69},
                "title": "Chorsu",
                "address": "Toshkent",
            },
            "location": {"latitude": 41, "longitude": 69},
        },
        Content(spot=Spot(41.0, 69.0, "Chorsu, Toshkent")),
    ),
    ({"poll": {"id": "1", "question": "?"}}, Content(unread="poll")),
    ({"dice": {"emoji": "🎲", "value": 4}}, Content(unread="dice")),
    ({"game": {"title": "G", "photo": SIZES}}, Content(unread="game")),
    ({"story": {"id": 3}}, Content(unread="story")),
    ({"paid_media": {"star_count": 1}, "caption": "buy"}, Content("buy", unread="paid_media")),
    ({"hologram": {"x": 1}, "has_media_spoiler": True}, Content(unread="hologram")),
    ({}, Content(unread="empty")),
    ({"text": "new", "sender_mood": "calm"}, Content("new")),
    ({"text": "a\x00b\ud83d c"}, Content("a\ufffdb\ufffd c")),
]


@pytest.mark.parametrize(("body", "content"), CONTENTS)
def test_every_kind_of_content_is_read(body: dict[str, Any], content: Content) -> None:
    assert only(private(**body)).content == content
    assert only(in_topic(**body)).content.kind == content.kind


@pytest.mark.parametrize(
    "body",
    [
        {"pinned_message": {"message_id": 1}},
        {"forum_topic_created": {"name": "x"}},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 1}},
        {"write_access_allowed": {}},
    ],
)
def test_service_messages_say_nothing(body: dict[str, Any]) -> None:
    assert read(private(**body)) == []
    assert read(in_topic(**body)) == []


def test_albums_and_replies_carry_their_ids() -> None:
    replied = {"message_id": 20, "chat": PRIVATE, "date": 1}
    said = only(private(text="ha", media_group_id="13", reply_to_message=replied))
    assert (said.album, said.reply_to) == ("13", "20")


def test_an_edit_is_the_message_with_its_new_words_and_the_time_of_the_edit() -> None:
    assert only(edited(private(text="Salomm"), text="Salom")) == CustomerEdited(
        f"tg:{BOT}:963407581:1794600100",
        AT,
        SENDER,
        Content("Salom"),
        "35",
        datetime.fromtimestamp(1794600100, UTC),
    )


def test_a_live_location_moving_on_is_no_news() -> None:
    assert read(edited(private(location={"latitude": 41.3, "longitude": 69.2}))) == []


def test_a_press_carries_the_label_of_its_button() -> None:
    assert only(press()) == ButtonPressed(f"tg:{BOT}:2:666728699048485871", AT, SENDER, "c:1:3", "Ustaga", "40", AT)
    assert callback_of(press()) == "666728699048485871"


def test_a_press_on_a_message_too_old_to_be_shown_still_counts() -> None:
    shown = {"message_id": 69587, "chat": PRIVATE, "date": 0}
    assert (only(press(message=shown)).label, only(press(message=shown)).message) == ("", "69587")
    assert only(press(message=None)).message == ""


def test_a_press_in_a_staff_group_reaches_nobody_but_is_acknowledged() -> None:
    update = press(message={"message_id": 4, "chat": FORUM, "date": 1794600000})
    assert read(update) == []
    assert callback_of(update)
    assert callback_of({"callback_query": {"id": ["x"]}}) == callback_of({"message": {}}) == ""


@pytest.mark.parametrize(
    ("old", "new", "emoji"),
    [([], ["👍"], "👍"), (["👍"], ["👍", "🔥"], "🔥"), (["👍"], [], ""), (["👍", "🔥"], ["👍"], "👍")],
)
def test_a_reaction_is_the_emoji_that_was_put_or_none(old: list[str], new: list[str], emoji: str) -> None:
    event = CustomerReacted(f"tg:{BOT}:1:1794600000", AT, SENDER, emoji, "123")
    assert read(reaction(old, new)) == [event]


def test_reactions_of_staff_are_no_news_and_custom_ones_unread() -> None:
    assert read(reaction([], ["👍"], chat=FORUM)) == []
    custom = reaction([], [], new_reaction=[{"type": "custom_emoji", "custom_emoji_id": "1"}])
    assert only(custom).kind == "message_reaction"
    assert only(reaction([], [], new_reaction=[{"type": "paid"}])).emoji == "⭐"


@pytest.mark.parametrize(("status", "reachable"), [("kicked", False), ("left", False), ("member", True)])
def test_blocking_the_bot_changes_the_address(status: str, reachable: bool) -> None:
    assert only(membership(status)) == AddressChanged(f"tg:{BOT}:5:1794600000", AT, SENDER, reachable)


def test_the_bots_standing_in_a_group_is_told_with_its_rights() -> None:
    known = only(membership("administrator", FORUM, can_manage_topics=True, can_pin_messages=False))
    assert known == BotRights(f"tg:{BOT}:5:1794600000", AT, GROUP, "administrator", topics=True, pins=False)
    assert only(membership("kicked", FORUM)).status == "kicked"


def test_a_plain_message_in_a_topic_is_an_agents_and_the_topic_itself_is_no_reply() -> None:
    assert only(in_topic(text="Assalomu alaykum")) == AgentSaid(
        f"tg:{BOT}:963407601:1794600000", AT, TOPIC, AGENT, Content("Assalomu alaykum"), "72"
    )
    answered = only(in_topic(text="ha", reply_to_message={"message_id": 70, "chat": FORUM, "date": 1}))
    assert answered.reply_to == "70"


def test_the_inside_mark_is_no_command() -> None:
    assert only(in_topic(text="//close")).content.text == "//close"


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("/close fridge  repaired ", "close", "fridge  repaired"),
        ("/take", "take", ""),
        ("/TAKE@Qabul_Bot", "TAKE", ""),
        ("/note\nline one\nline two", "note", "line one\nline two"),
    ],
)
def test_a_command_in_a_topic_is_taken_apart(text: str, name: str, rest: str) -> None:
    event = only(in_topic(text=text))
    assert event == AgentCommanded(f"tg:{BOT}:963407601:1794600000", AT, TOPIC, AGENT, name, rest, "72", text)


def test_a_command_for_another_bot_is_not_ours() -> None:
    assert read(in_topic(text="/close@other_bot now")) == []
    assert read(in_general(text="/close@other_bot"))[0].__class__ is StaffSeen


@pytest.mark.parametrize("text", ["/закрыть", "/path/to/file", "/", "/ close", "/" + "a" * 33])
def test_what_only_begins_with_a_slash_is_no_command(text: str) -> None:
    assert isinstance(only(in_topic(text=text)), AgentSaid)


def test_a_file_with_a_command_in_its_caption_never_reaches_the_customer() -> None:
    note = only(in_topic(photo=SIZES, caption="/note old scratch", media_group_id="7"))
    assert (note.content.text, note.content.media.ref, note.album) == ("// old scratch", "large", "7")
    said, command = read(in_topic(photo=SIZES, caption="/close repaired"))
    assert said.content.text == "// repaired"
    assert (command.name, command.rest) == ("close", "repaired")
    assert said.id != command.id


def test_an_edit_in_a_topic_is_an_agents_whatever_it_says() -> None:
    event = only(edited(in_topic(text="hi"), text="//hi"))
    assert event == AgentEdited(f"tg:{BOT}:963407602:1794600100", AT, TOPIC, AGENT, Content("//hi"), "72")


OTHER_BOT = {"id": 600, "is_bot": True, "first_name": "Helper", "username": "helper_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
FORWARDER = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL_CHAT = {"id": -1003, "title": "News", "type": "channel"}


@pytest.mark.parametrize(
    ("body", "who"),
    [
        ({"from": OTHER_BOT}, "bot"),
        ({"from": ANONYMOUS, "sender_chat": FORUM}, "anonymous"),
        ({"from": ANONYMOUS, "sender_chat": FORUM, "text": "/close"}, "anonymous"),
        ({"from": FORWARDER, "sender_chat": CHANNEL_CHAT, "is_automatic_forward": True}, "channel"),
        ({"from": DILNOZA, "sender_chat": CHANNEL_CHAT}, "channel"),
    ],
)
def test_who_cannot_be_named_is_not_relayed_and_the_topic_is_told_once(body: dict[str, Any], who: str) -> None:
    update = in_topic(**{"text": "hello", **body})
    assert only(update) == AgentUnheard(f"tg:{BOT}:963407601:1794600000", AT, TOPIC, who, "72")
    assert read(edited(update)) == []
    assert read(in_general(**{"text": "hello", **body})) == []


def test_the_bots_own_messages_are_no_news_except_a_topic_it_made() -> None:
    own = {"id": BOT, "is_bot": True, "first_name": "Qabul"}
    assert read(in_topic(**{"from": own}, text="card")) == []
    made = in_topic(**{"from": own}, forum_topic_created={"name": "Aziz · K7Q"}, reply_to_message=None)
    assert only(made) == TopicMade(f"tg:{BOT}:963407601:1794600000", AT, GROUP, 33, "Aziz · K7Q")


def test_the_general_topic_shows_who_is_there_and_takes_commands_only() -> None:
    identity = f"tg:{BOT}:9:1794600000"
    assert only(in_general(text="hi all")) == StaffSeen(identity, AT, GROUP, AGENT)
    # A thread of replies in General has a number, and is no topic.
    assert isinstance(only(in_general(text="bbb", message_thread_id=66)), StaffSeen)
    command = only(in_general(text="/desk here"))
    assert command == GeneralCommand(identity, AT, GROUP, AGENT, "desk", "here", "35")


def test_a_foreign_group_is_silent_except_for_a_managers_command() -> None:
    foreign = {"id": OTHER_GROUP, "title": "Elsewhere", "type": "supergroup"}
    assert read(in_topic(chat=foreign, text="hello")) == read(in_topic(chat=foreign, text="/desk here")) == []
    boss = {**DILNOZA, "id": MANAGER}
    assert read(in_general(**{"from": boss}, chat=foreign, text="hello")) == []
    command = only(in_general(**{"from": boss}, chat=foreign, text="/desk here"))
    assert (command.chat, command.name, command.rest, command.staff) == (OTHER_GROUP, "desk", "here", False)


def test_a_group_that_got_another_id_is_told_from_both_sides() -> None:
    new = {**FORUM, "id": -1007}
    assert only(in_general(migrate_to_chat_id=-1007)) == ChatMigrated(f"tg:{BOT}:9:1794600000", AT, GROUP, -1007)
    assert only(in_general(chat=new, migrate_from_chat_id=GROUP)).new == -1007
    assert read(in_general(chat={**FORUM, "id": -5}, migrate_to_chat_id=-1007)) == []


def test_a_manager_is_heard_as_such_with_the_message_a_customer_would_have_sent() -> None:
    boss = {**DILNOZA, "id": MANAGER}
    arrival = only(private(**{"from": boss}, chat={**PRIVATE, "id": MANAGER}, text="/stats week"))
    assert isinstance(arrival, ManagerSaid)
    assert (arrival.user, arrival.text, arrival.language, arrival.chat) == (
        "5550",
        "/stats week",
        "uz",
        "5550",
    )
    assert arrival.said.content == Content("/stats week")
    assert read(edited(private(**{"from": boss}, text="/stats"))) == []
    pressed = only(press(**{"from": boss}))
    assert isinstance(pressed, ManagerPressed)
    assert (pressed.user, pressed.data, pressed.pressed.label) == ("5550", "c:1:3", "Ustaga")


@pytest.mark.parametrize("kind", ["poll_answer", "channel_post", "business_message", "brand_new_kind"])
def test_a_kind_we_do_not_know_is_kept_as_it_came(kind: str) -> None:
    update = {"update_id": 3, kind: {"id": "1", "name": "\x00 \ud800 Aziz"}}
    unread = only(update)
    assert (unread.kind, json.loads(unread.raw)[kind]["name"]) == (kind, "\ufffd \ufffd Aziz")
    assert only(copy.deepcopy(update)).id == unread.id


BROKEN: list[dict[str, Any]] = [
    private(text=["a", "list"]),
    private(date="yesterday"),
    private(date=-5),
    private(date=10**30),
    private(**{"from": None}),
    private(**{"from": "me"}),
    private(**{"from": {**DILNOZA, "id": "123"}}),
    private(**{"from": {**DILNOZA, "id": True}}),
    private(**{"from": {**DILNOZA, "id": 2**70}}),
    private(message_id=-1),
    private(chat={"id": 1, "type": "planet"}),
    private(photo=[]),
    private(photo="x"),
    private(document={"file_size": 1}),
    private(document={**FILE, "file_size": "big"}),
    private(location={"latitude": float("nan"), "longitude": 1}),
    private(location={"latitude": 91, "longitude": 1}),
    private(contact=[]),
    press(data=None),
    press(id=17),
    reaction([], ["👍"], old_reaction="none"),
    membership(""),
    in_topic(message_thread_id="x"),
    {"update_id": 1, "message": []},
    {"update_id": 1},
    {"update_id": "1", "message": private(text="a")["message"]},
    {"update_id": 2**80, "message": private(text="a")["message"]},
    {},
]


@pytest.mark.parametrize("update", BROKEN)
def test_what_is_not_as_telegram_says_becomes_unread(update: dict[str, Any]) -> None:
    assert isinstance(only(update), Unread)


def test_a_payload_too_deep_to_be_written_down_is_still_told() -> None:
    deep: dict[str, Any] = {"update_id": 1, "message": {}}
    inner = deep["message"]
    for _ in range(5000):
        inner["a"] = {}
        inner = inner["a"]
    assert "lost" in only(deep).raw


SAMPLES = [
    private(text="Salom"),
    private(photo=SIZES, caption="c"),
    private(contact={"phone_number": "998", "first_name": "D", "user_id": 123456}),
    private(venue={"location": {"latitude": 41, "longitude": 69}, "title": "T", "address": "A"}),
    in_topic(text="/close now"),
    in_topic(document=FILE, caption="/note x"),
    in_general(text="hello"),
    in_general(migrate_to_chat_id=-1007),
    edited(private(text="a")),
    edited(in_topic(text="a")),
    press(),
    reaction(["👍"], ["🔥"]),
    membership("kicked"),
    membership("administrator", FORUM),
]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["\ud800", "\x00", -(10**40), 10**5000, [], {}, [[]], [{}], {"id": []}, "private", GROUP]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.sampled_from(["id", "type", "text", "file_id"]), st.integers() | st.text(), max_size=3),
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) inside a payload."""
    if isinstance(value, dict):
        return [(value, key) for key in value] + [place for item in value.values() for place in _places(item)]
    if isinstance(value, list):
        return [(value, at) for at in range(len(value))] + [place for item in value for place in _places(item)]
    return []


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [words for item in value.values() for words in _strings(item)]
    if isinstance(value, list | tuple):
        return [words for item in value for words in _strings(item)]
    return [value] if isinstance(value, str) else []


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_no_change_to_a_payload_makes_reading_raise(data: st.DataObject) -> None:
    update = copy.deepcopy(data.draw(st.sampled_from(SAMPLES)))
    for _ in range(data.draw(st.integers(1, 4))):
        places = _places(update)
        if not places:
            break
        container, key = places[data.draw(st.integers(0, len(places) - 1))]
        if data.draw(st.booleans()) or not isinstance(container, dict):
            container[key] = data.draw(JUNK)
        else:
            container[data.draw(st.sampled_from([str(key), "reply_to_message", "sender_chat", "sticker", "game"]))] = (
                data.draw(JUNK)
            )
    for arrival in read(update):
        assert arrival.id.startswith(f"tg:{BOT}:")
        for words in _strings(asdict(arrival)):
            assert "\x00" not in words
            words.encode()
    callback_of(update)

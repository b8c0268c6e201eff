"""What a person can do on the local Telegram. Each act returns the message (or update payload) it made;
what Telegram's app would not let a person do raises ValueError, a person or message that is not there
LookupError."""

from __future__ import annotations

from collections.abc import Iterable

from bot.playground.telegram.chats import Chat
from bot.playground.telegram.entities import detect
from bot.playground.telegram.files import FOLDERS
from bot.playground.telegram.refusals import CAPTION_CHARACTERS, TEXT_CHARACTERS, Json
from bot.playground.telegram.state import WorldState

OWN_ID = -1
"""`share_contact(user_id=OWN_ID)`: the card carries the sharer's own id, as the request_contact button
sends it."""

UNSUPPORTED_KINDS: dict[str, Json] = {
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "venue": {
        "venue": {
            "location": {"latitude": 41.3, "longitude": 69.24},
            "title": "Chorsu",
            "address": "Tashkent",
        },
        "location": {"latitude": 41.3, "longitude": 69.24},
    },
    "story": {"story": {"chat": {"id": -1001000000001, "title": "News", "type": "channel"}, "id": 3}},
    "game": {"game": {"title": "Game", "description": "A game", "photo": []}},
}


class People(WorldState):
    """The acts of customers and staff members."""

    def add_user(
        self,
        user_id: int | None = None,
        first_name: str = "Person",
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = None,
    ) -> Json:
        """A person with a private chat to the bot that is not started yet; returns the User."""
        number = user_id or 500_000_000 + self.next_number()
        names = {"first_name": first_name, "last_name": last_name, "username": username}
        known = {name: value for name, value in names.items() if value}
        user: Json = {"id": number, "is_bot": False, **known}
        if language_code:
            user["language_code"] = language_code
        self.users[number] = user
        self.chats[number] = Chat({"id": number, **known, "type": "private"}, started=False)
        self.changed("user", user)
        return user

    def user(self, who: Json | int) -> Json:
        """The User of an id, or the user itself."""
        number = who if isinstance(who, int) else int(who["id"])
        if number not in self.users:
            raise LookupError(f"user {number} is not known here: add_user first")
        return self.users[number]

    def place(self, user: Json, chat_id: int | None, thread: int | None) -> Chat:
        """The chat a person writes to, allowed to do so; None = the private chat with the bot."""
        chat = self.chats.get(int(user["id"]) if chat_id is None else chat_id)
        if chat is None:
            raise LookupError(f"chat {chat_id} is not known here: make_forum first")
        if chat.is_private:
            if chat.bot_status == "kicked":
                raise ValueError("this person blocked the bot: unblock first")
            chat.started = True
            return chat
        status = chat.members.get(int(user["id"]), "left")
        if status in ("left", "kicked"):
            raise ValueError(f"{user['first_name']} is not a member of the group: join first")
        if thread and thread != 1:
            topic = chat.open_topic(thread)
            if topic is None:
                raise LookupError(f"topic {thread} is not there (deleted or never made)")
            if topic.closed and status not in ("creator", "administrator"):
                raise ValueError("the topic is closed: only administrators can write into it")
        return chat

    def act(
        self, who: Json | int, body: Json, chat: int | None, thread: int | None, reply_to: int | None = None
    ) -> Json:
        """A person's message of any content."""
        user = self.user(who)
        place = self.place(user, chat, thread)
        return self.post(place, user, body, thread=None if thread == 1 else thread, reply_to=reply_to)

    def say(
        self,
        user: Json | int,
        text: str,
        chat: int | None = None,
        thread: int | None = None,
        reply_to: int | None = None,
    ) -> Json:
        """A text (a reply keyboard's button is just its label); 1-4096 characters, longer ones are split
        by apps."""
        if not text.strip() or len(text) > TEXT_CHARACTERS:
            raise ValueError(f"a text has 1-{TEXT_CHARACTERS} characters, this one {len(text)}")
        body: Json = {"text": text}
        if entities := detect(text):
            body["entities"] = entities
        message = self.act(user, body, chat, thread, reply_to)
        place = self.chats[int(message["chat"]["id"])]
        if place.keyboard and place.keyboard.get("one_time_keyboard"):
            place.keyboard = None
        return message

    def send_media(
        self,
        user: Json | int,
        kind: str,
        data: bytes,
        file_name: str | None = None,
        mime_type: str | None = None,
        caption: str | None = None,
        chat: int | None = None,
        thread: int | None = None,
        media_group_id: str | None = None,
        reply_to: int | None = None,
    ) -> Json:
        """A photo, video, voice, audio, video_note, animation, document or sticker, alone or as an album's
        item."""
        if kind not in FOLDERS:
            raise ValueError(f"media kind {kind!r}: use one of {', '.join(FOLDERS)}")
        if caption and len(caption) > CAPTION_CHARACTERS:
            raise ValueError(f"a caption has at most {CAPTION_CHARACTERS} characters, this one {len(caption)}")
        stored = self.files.add(kind, data, file_name, mime_type)
        body: Json = {kind: stored.media}
        if kind == "animation":
            body["document"] = {k: v for k, v in dict(body[kind]).items() if k not in ("width", "height", "duration")}
        if caption:
            body["caption"] = caption
            if entities := detect(caption):
                body["caption_entities"] = entities
        if media_group_id:
            body["media_group_id"] = media_group_id
        return self.act(user, body, chat, thread, reply_to)

    def share_contact(
        self,
        user: Json | int,
        phone: str,
        user_id: int | None = OWN_ID,
        first_name: str | None = None,
        chat: int | None = None,
        thread: int | None = None,
    ) -> Json:
        """A contact card: with the own id (the default), another's, or none (a card typed by hand)."""
        person = self.user(user)
        contact: Json = {"phone_number": phone, "first_name": first_name or person["first_name"]}
        owner = person["id"] if user_id == OWN_ID else user_id
        if owner is not None:
            contact["user_id"] = owner
        return self.act(person, {"contact": contact}, chat, thread)

    def send_location(
        self,
        user: Json | int,
        latitude: float,
        longitude: float,
        chat: int | None = None,
        thread: int | None = None,
    ) -> Json:
        """A place on the map."""
        return self.act(user, {"location": {"latitude": latitude, "longitude": longitude}}, chat, thread)

    def send_poll(
        self,
        user: Json | int,
        question: str,
        options: Iterable[str],
        chat: int | None = None,
        thread: int | None = None,
    ) -> Json:
        """A poll (no kind a desk can relay)."""
        poll: Json = {
            "id": str(self.next_number()),
            "question": question,
            "options": [
                {"persistent_id": str(n), "text": text, "voter_count": 0} for n, text in enumerate(options)
            ],
            "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
            "allows_multiple_answers": False, "allows_revoting": True, "members_only": False,
        }  # fmt: skip
        return self.act(user, {"poll": poll}, chat, thread)

    def send_unsupported(
        self,
        user: Json | int,
        kind: str = "dice",
        content: Json | None = None,
        chat: int | None = None,
        thread: int | None = None,
    ) -> Json:
        """A message of a kind a desk does not relay: dice, venue, story, game, or any other with its own
        content."""
        body = {kind: content} if content is not None else UNSUPPORTED_KINDS.get(kind)
        if body is None:
            raise ValueError(f"kind {kind!r} has no example here: give its content")
        return self.act(user, body, chat, thread)

    def send_dice(self, user: Json | int, chat: int | None = None, thread: int | None = None) -> Json:
        """A die."""
        return self.send_unsupported(user, "dice", None, chat, thread)

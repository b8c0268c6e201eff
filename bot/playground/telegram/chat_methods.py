"""What the bot asks and tells about itself and its chats: getMe, members, commands, chat actions, files.
Answers have the fields Bot API 10.3 promises, so that strict clients can read them."""

from __future__ import annotations

import json
import re

from bot.playground.telegram.chats import SEND_RIGHTS
from bot.playground.telegram.forms import Form
from bot.playground.telegram.refusals import (
    CHAT_ACTIONS,
    COMMAND_DESCRIPTION_CHARACTERS,
    COMMANDS_PER_SCOPE,
    DOWNLOAD_BYTES,
    Json,
    bad,
)
from bot.playground.telegram.sending import Handler
from bot.playground.telegram.world import TelegramWorld

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SCOPES_WORDS = "default all_private_chats all_group_chats all_chat_administrators chat chat_administrators chat_member"
_SCOPES = frozenset(_SCOPES_WORDS.split())


class ChatMethods:
    """Bot API methods about the bot, its chats, their members and files."""

    def __init__(self, world: TelegramWorld) -> None:
        self._world = world

    def methods(self) -> dict[str, Handler]:
        """Handlers by lower-case method name."""
        return {
            "getme": self._me,
            "getchat": self._chat,
            "getchatmember": self._member,
            "getchatadministrators": self._administrators,
            "leavechat": self._leave,
            "sendchataction": self._action,
            "setmycommands": self._set_commands,
            "getmycommands": self._get_commands,
            "deletemycommands": self._delete_commands,
            "getfile": self._file,
        }

    def _me(self, _: Form) -> Json:
        return {
            **self._world.bot,
            **self._world.bot_flags,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
            "has_topics_enabled": False,
        }

    def _chat(self, form: Form) -> Json:
        chat = self._world.target(form.get("chat_id"))
        if chat.is_private and not chat.started:
            raise bad("chat not found")
        if not chat.is_private:
            chat.require_access()
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        full: Json = {
            **chat.public,
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, chat.is_private),
        }
        if not chat.is_private:
            full["permissions"] = dict.fromkeys(SEND_RIGHTS, True)
        if chat.pinned:
            full["pinned_message"] = chat.messages[chat.pinned[-1]]
        return full

    def _member(self, form: Form) -> Json:
        chat = self._world.target(form.get("chat_id"))
        chat.require_access()
        number = form.integer("user_id")
        if number == self._world.bot["id"]:
            return chat.bot_member(self._world.bot)
        user = self._world.users.get(number)
        if user is None:
            raise bad("PARTICIPANT_ID_INVALID" if number > 0 else "invalid user_id specified")
        return chat.member(user)

    def _administrators(self, form: Form) -> list[Json]:
        chat = self._world.target(form.get("chat_id"))
        chat.require_access()
        if chat.is_private:
            raise bad("there are no administrators in the private chat")
        people = [
            chat.member(self._world.users[number])
            for number, status in chat.members.items()
            if status in ("creator", "administrator")
        ]
        return people + ([chat.bot_member(self._world.bot)] if chat.bot_is_admin else [])

    def _leave(self, form: Form) -> bool:
        chat = self._world.target(form.get("chat_id"))
        chat.require_access()
        if chat.is_private:
            raise bad("chat not found")
        self._world.set_bot_status(chat.chat_id, "left", ())
        return True

    def _action(self, form: Form) -> bool:
        chat = self._world.target(form.get("chat_id"))
        chat.require_access()
        topic = self._world.topic_for(chat, form.integer("message_thread_id"))
        if form.text("action") not in CHAT_ACTIONS:
            raise bad("wrong parameter action in request")
        shown: Json = {"action": form.text("action"), "time": self._world.clock()}
        shown["thread_id"] = topic.thread_id if topic else None
        chat.actions.append(shown)
        self._world.changed("chat_action", {"chat": chat.public, **shown})
        return True

    def _scope(self, form: Form) -> tuple[str, str]:
        scope = form.get("scope") or {"type": "default"}
        if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
            raise bad("can't parse BotCommandScope: unsupported type specified")
        if "chat_id" in scope:
            self._world.target(int(scope["chat_id"]))
        language = form.text("language_code")
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise bad("invalid language code specified")
        return json.dumps(scope, sort_keys=True), language

    def _set_commands(self, form: Form) -> bool:
        key = self._scope(form)
        commands = form.get("commands")
        if not isinstance(commands, list) or not all(isinstance(item, dict) for item in commands):
            raise bad("can't parse commands JSON object")
        if len(commands) > COMMANDS_PER_SCOPE:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        kept: list[Json] = []
        for item in commands:
            name = str(item.get("command", "")).removeprefix("/")
            if not _COMMAND.fullmatch(name):
                raise bad("BOT_COMMAND_INVALID")
            words = str(item.get("description", ""))
            if not 1 <= len(words.strip()) <= COMMAND_DESCRIPTION_CHARACTERS:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
            kept.append({"command": name, "description": words.strip()})
        self._world.commands[key] = kept
        self._world.changed("commands", {"scope": key[0], "language_code": key[1]})
        return True

    def _get_commands(self, form: Form) -> list[Json]:
        return self._world.commands.get(self._scope(form), [])

    def _delete_commands(self, form: Form) -> bool:
        self._world.commands.pop(self._scope(form), None)
        return True

    def _file(self, form: Form) -> Json:
        if not form.text("file_id"):
            raise bad("file_id not specified")
        stored = self._world.files.by_id(form.text("file_id"))
        if stored is None:
            raise bad("invalid file_id")
        if len(stored.data) > DOWNLOAD_BYTES:
            raise bad("file is too big")
        return stored.as_file()

"""How Telegram says no: its error shape, its own words and the figures behind them. Figures come from Bot
API 10.1 and the public Bot API server 10.0 (November 2026); a figure is written here once and nowhere
else."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TEXT_CHARACTERS = 4096
CAPTION_CHARACTERS = 1024
QUOTE_CHARACTERS = 1024
CALLBACK_DATA_BYTES = 64
CALLBACK_ANSWER_CHARACTERS = 200
TOPIC_NAME_CHARACTERS = 128
ALBUM_ITEMS = (2, 10)
IDS_PER_CALL = 100
DELETE_AGE_SECONDS = 48 * 3600
COMMANDS_PER_SCOPE = 100
COMMAND_DESCRIPTION_CHARACTERS = 256
DOWNLOAD_BYTES = 20 * 1024 * 1024
UPLOAD_BYTES = 50 * 1024 * 1024
PHOTO_BYTES = 10 * 1024 * 1024
UPDATE_SECONDS = 24 * 3600
CALLBACK_SECONDS = 150
GENERAL_TOPIC = 1
GROUP_ANONYMOUS_BOT = 1087968824
CHANNEL_FORWARDER = 777000
INLINE_BUTTONS = 100

TOPIC_COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)

_REACTION_WORDS = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯 🤣 ⚡ "
    "🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 "
    "🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS = frozenset(_REACTION_WORDS.split())

_ACTION_WORDS = (
    "typing upload_photo record_video upload_video record_voice upload_voice record_audio upload_audio "
    "upload_document choose_sticker find_location record_video_note upload_video_note"
)
CHAT_ACTIONS = frozenset(_ACTION_WORDS.split())

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
SECOND_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
POLL_ENDED_BY_WEBHOOK = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class ApiError(Exception):
    """A refused Bot API call: HTTP status (also `error_code`), Telegram's sentence, and `parameters` if
    any."""

    def __init__(self, code: int, description: str, parameters: Json | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def payload(self) -> Json:
        """The answer's JSON body."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad(words: str) -> ApiError:
    """400 with Telegram's prefix."""
    return ApiError(400, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    """403 with Telegram's prefix."""
    return ApiError(403, f"Forbidden: {words}")


def too_many_requests(seconds: int) -> ApiError:
    """429 that asks for a pause of whole `seconds`."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def plain_emoji(emoji: str) -> str:
    """An emoji without its variation selector, as Telegram compares reactions."""
    return emoji.replace("\ufe0f", "")

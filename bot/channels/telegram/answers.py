"""What Telegram's answer to a call means: its result, or one of the handlers' errors.

Rule: every vendor sentence is told apart here and nowhere else, and no error carries the bot's token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from handlers.ports import ChannelDown, GroupMoved, Rejected, SendError, Throttled, TopicGone, Unreachable

__all__ = ["PollConflict", "read_answer"]

CODE_CHARACTERS: Final = 200
"""How much of a vendor's sentence is kept."""
USUAL_PAUSE: Final = 5.0
"""Seconds to wait after a 429 that does not say how long."""

DONE_ALREADY: Final = ("message is not modified", "topic_not_modified", "chat_not_modified")
"""What was asked for is so already (Bot API server 10.0)."""
TOPIC_GONE: Final = ("message thread not found", "topic_deleted", "topic_id_invalid")
"""Three sentences for one thing, all seen in public code (November 2026)."""
BLOCKED: Final = ("bot was blocked by the user", "user_is_blocked")
UNREACHABLE: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "input_user_deactivated",
    "bot can't initiate conversation",
    "peer_id_invalid",
)
TOO_BIG: Final = ("file is too big", "too big for a photo", "request entity too large", "file_parts_invalid")


class PollConflict(SendError):
    """Another process asks for the same bot's updates, or a webhook is set."""

    reason = "conflict"


def read_answer(status: int, body: bytes, token: str) -> Any:
    """The `result` of an answer; True where what was asked for is so already.

    Raises the handlers' SendError kinds, GroupMoved or PollConflict. A 429 never says whether it means the chat
    or the whole bot, so it counts for the chat.
    """
    answer = _json_of(body)
    if answer is None:
        raise _without_json(status)
    if answer.get("ok") is True:
        return answer.get("result")
    given = answer.get("error_code")
    code = given if type(given) is int else status
    words = str(answer.get("description") or f"HTTP {code}").replace(token, "(hidden)")[:CODE_CHARACTERS]
    parameters = answer.get("parameters")
    error = _error(code, words, parameters if isinstance(parameters, Mapping) else {})
    if error is None:
        return True
    raise error


def _json_of(body: bytes) -> dict[str, Any] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _without_json(status: int) -> SendError:
    """A proxy's page, not Telegram's answer."""
    if status == 413:
        return Rejected("HTTP 413 Request Entity Too Large", too_big=True)
    if status == 429:
        return Throttled("HTTP 429", USUAL_PAUSE)
    return ChannelDown(f"HTTP {status} without JSON")


def _error(code: int, words: str, parameters: Mapping[str, Any]) -> SendError | None:
    """The error of a refusal; None when it says that nothing was left to do."""
    said = words.lower()
    moved = parameters.get("migrate_to_chat_id")
    if type(moved) is int:
        return GroupMoved(words, moved)
    if code == 429:
        return Throttled(words, _pause(words, parameters))
    if code >= 500:
        return ChannelDown(words)
    if code in (401, 404):
        return Rejected(words, account=True)
    if code == 409:
        return PollConflict(words)
    if any(sign in said for sign in DONE_ALREADY):
        return None
    if any(sign in said for sign in TOPIC_GONE):
        return TopicGone(words)
    if code == 413 or any(sign in said for sign in TOO_BIG):
        return Rejected(words, too_big=True)
    if any(sign in said for sign in BLOCKED):
        return Unreachable(words, blocked=True)
    if code == 403 or any(sign in said for sign in UNREACHABLE):
        return Unreachable(words)
    return Rejected(words)


def _pause(words: str, parameters: Mapping[str, Any]) -> float:
    seconds = parameters.get("retry_after")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        found = re.search(r"retry after (\d{1,6})", words)
        return float(found[1]) if found else USUAL_PAUSE
    return min(max(float(seconds), 0.0), 86_400.0)

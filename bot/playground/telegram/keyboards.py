"""Keyboards under messages: what Telegram takes and what it refuses. Only inline keyboards live on a
message; a reply keyboard belongs to the chat and is kept there for the person to see."""

from __future__ import annotations

from typing import Any

from bot.playground.telegram.refusals import CALLBACK_DATA_BYTES, INLINE_BUTTONS, Json, bad

_INLINE_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip


def checked_markup(markup: object, private: bool) -> Json | None:
    """A `reply_markup` as it was given, or None when there is none; refused with Telegram's sentence when
    wrong."""
    if markup is None or markup == "":
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" in markup:
        return {"inline_keyboard": _inline_rows(markup["inline_keyboard"])}
    if "keyboard" in markup:
        return {**markup, "keyboard": _reply_rows(markup["keyboard"], private)}
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return dict(markup)
    return None


def inline_only(markup: object) -> Json | None:
    """The markup of an edited message: an inline keyboard or nothing (which takes the keyboard away)."""
    checked = checked_markup(markup, private=True)
    if checked is not None and "inline_keyboard" not in checked:
        raise bad("inline keyboard expected")
    return checked if checked and checked["inline_keyboard"] else None


def _rows(rows: object, what: str) -> list[list[Any]]:
    if not isinstance(rows, list):
        raise bad(f"object expected as {what}")
    for row in rows:
        if not isinstance(row, list):
            raise bad(f"can't parse {what}: expected an Array of buttons")
    return [row for row in rows if row]


def _inline_rows(rows: object) -> list[list[Json]]:
    checked = _rows(rows, "inline keyboard")
    if sum(len(row) for row in checked) > INLINE_BUTTONS:
        raise bad("reply markup is too long")
    for row in checked:
        for button in row:
            _inline_button(button)
    return checked


def _inline_button(button: object) -> None:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: Expected an Object")
    if not str(button.get("text", "")).strip():
        raise bad("inline keyboard button text must be non-empty")
    if not any(button.get(action) is not None for action in _INLINE_ACTIONS):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not str(url).startswith(("http://", "https://", "tg://")):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _reply_rows(rows: object, private: bool) -> list[list[Json]]:
    result: list[list[Json]] = []
    for row in _rows(rows, "reply keyboard"):
        buttons = [{"text": button} if isinstance(button, str) else button for button in row]
        for button in buttons:
            if not isinstance(button, dict) or not str(button.get("text", "")).strip():
                raise bad("keyboard button text must be non-empty")
            if button.get("request_contact") and not private:
                raise bad("phone number can be requested in private chats only")
            if button.get("request_location") and not private:
                raise bad("location can be requested in private chats only")
        result.append(buttons)
    return result


def find_button(message: Json, wanted: str) -> Json | None:
    """The inline button of a message whose data or label is `wanted`; data wins."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons: list[Json] = [button for row in rows for button in row]
    for field in ("callback_data", "text"):
        for button in buttons:
            if button.get(field) == wanted:
                return button
    return None

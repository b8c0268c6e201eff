"""The buttons under a message to a customer.

Rule: choices are inline buttons; where the customer's own phone is asked for, they stand under that button
instead, since one message carries one keyboard.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from handlers.ports import Outgoing, Rejected

__all__ = ["markup_of"]

DATA_BYTES: Final = 64
BUTTONS: Final = 100
"""Limits of the Bot API (November 2026)."""
SHORT_LABEL: Final = 16
"""Labels up to this length stand two in a row; longer ones would be cut on a phone."""


def markup_of(message: Outgoing) -> dict[str, Any] | None:
    """The `reply_markup` of a message. Raises Rejected for choices no Telegram button can carry.

    A choice beside the phone's button comes back as the customer's text, its label.
    """
    if message.share_label:
        rows: list[list[dict[str, Any]]] = [[{"text": message.share_label, "request_contact": True}]]
        rows += _rows([{"text": label} for _, label in message.choices])
        return {"keyboard": rows, "one_time_keyboard": True, "resize_keyboard": True}
    if not message.choices:
        return None
    if len(message.choices) > BUTTONS:
        raise Rejected(f"{len(message.choices)} choices, Telegram shows at most {BUTTONS}")
    for data, label in message.choices:
        size = len(data.encode("utf-8", "replace"))
        if not 0 < size <= DATA_BYTES or not label.strip():
            raise Rejected(f"a choice with {size} bytes of data and {len(label)} letters; Telegram takes 1 to 64 bytes")
    return {"inline_keyboard": _rows([{"text": label, "callback_data": data} for data, label in message.choices])}


def _rows(buttons: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    width = 1 if any(len(button["text"]) > SHORT_LABEL for button in buttons) else 2
    return [list(buttons[start : start + width]) for start in range(0, len(buttons), width)]

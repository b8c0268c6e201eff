"""What a customer has before their eyes: how much the desk has written, and which answers it offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from bot.playground.stage import Customer, Stage
from bot.playground.telegram.refusals import Json

__all__ = ["Heard", "answer_of", "heard_of", "missing_answer"]


@dataclass(frozen=True, slots=True)
class Heard:
    """How many messages the desk has sent to a customer, and the newest of them."""

    count: int
    last_text: str


def heard_of(stage: Stage, customer: Customer) -> Heard:
    """What this customer got so far."""
    if isinstance(customer.ref, str):
        texts = [one.text for one in stage.whatsapp.chat(customer.ref) if one.side == "business"]
    else:
        texts = [
            str(one.get("text") or one.get("caption") or "")
            for one in stage.telegram.messages(customer.ref)
            if one["from"]["is_bot"]
        ]
    return Heard(len(texts), texts[-1] if texts else "")


def answer_of(stage: Stage, customer: Customer, key: str) -> tuple[str, str] | None:
    """(message, button) of the newest answer with this key; a button's id ends with the key of its answer."""
    if isinstance(customer.ref, str):
        for message in reversed(stage.whatsapp.chat(customer.ref)):
            found = next((one.id for one in message.buttons if one.id.rpartition(":")[2] == key), None)
            if message.side == "business" and found is not None:
                return message.id, found
        return None
    for shown in reversed(stage.telegram.messages(customer.ref)):
        rows: list[list[Json]] = shown.get("reply_markup", {}).get("inline_keyboard", [])
        data = next((str(one.get("callback_data", "")) for row in rows for one in row if _is(one, key)), None)
        if data is not None:
            return str(shown["message_id"]), data
    return None


def _is(button: Json, key: str) -> bool:
    return str(button.get("callback_data", "")).rpartition(":")[2] == key


def missing_answer(key: str) -> NoReturn:
    """Say that an answer that was offered a moment ago is gone."""
    raise LookupError(f"the answer {key!r} is not offered any more")

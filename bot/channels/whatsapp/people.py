"""Who a webhook speaks of: business-scoped user ids and phones as keys, names from the cards beside the
messages.

Rule: a contact card belongs to a message only when an id says so, or when it is the only one and nothing
contradicts it; two customers must never be taken for one.
"""

from __future__ import annotations

import re
from typing import Any

from bot.channels.whatsapp.arrivals import CHANNEL
from bot.channels.whatsapp.fields import digits, items, part, text
from scenarios.engine.events import Sender

__all__ = ["People", "keys_for", "phone_of"]

_USER_ID = re.compile(r"[A-Za-z0-9._-]{1,160}")
"""Meta's form is CC.alnum or CC.ENT.alnum (page of June 2026); read more widely, since it is only a name to
us."""


def keys_for(user_id: str, phone: str) -> tuple[str, ...]:
    """The keys of a person, best first; empty when neither id can be one."""
    found = [f"u:{user_id}"] if _USER_ID.fullmatch(user_id) else []
    if number := digits(phone):
        found.append(f"p:{number}")
    return tuple(found)


def phone_of(keys: tuple[str, ...]) -> str:
    """The phone among the keys with its "+", or nothing."""
    return next((f"+{key[2:]}" for key in keys if key.startswith("p:")), "")


class People:
    """The `contacts` of one change, found by the ids of its messages.

    `alone` says that all its messages come from one person, so that a single card can only be theirs.
    """

    def __init__(self, value: Any, account: str, alone: bool) -> None:
        cards = items(value, "contacts")
        self._account = account
        self._only = cards[0] if alone and len(cards) == 1 else {}
        self._by_id = {name: card for card in cards if (name := text(card, "user_id"))}
        self._by_phone = {number: card for card in cards if (number := digits(text(card, "wa_id")))}

    def person(self, user_id: str, phone: str) -> Sender | None:
        """The sender with these ids and what their card adds; None when nobody can be named."""
        number = digits(phone)
        nearest = self._by_id.get(user_id) or self._by_phone.get(number) or self._only
        card = {} if _contradicts(nearest, user_id, number) else nearest
        keys = keys_for(user_id or text(card, "user_id"), number or text(card, "wa_id"))
        if not keys:
            return None
        profile = part(card, "profile")
        return Sender(
            channel=CHANNEL,
            account=self._account,
            keys=keys,
            name=text(profile, "name").strip(),
            username=(text(profile, "username") or text(card, "username")).strip().removeprefix("@"),
            phone=phone_of(keys),
        )


def _contradicts(card: dict[str, Any], user_id: str, number: str) -> bool:
    """Whether the card names another person: another user id, or another phone where no user id agrees."""
    card_id, card_number = text(card, "user_id"), digits(text(card, "wa_id"))
    if user_id and card_id:
        return user_id != card_id
    return bool(number and card_number and number != card_number)

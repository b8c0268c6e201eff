"""The business's WhatsApp templates as Meta would have approved them, for the local WhatsApp."""

from __future__ import annotations

import re

from bot.playground.whatsapp import WhatsAppWorld
from handlers.business import Business

__all__ = ["approve"]

_PLACE = re.compile(r"\{(\w+)\}")


def approve(world: WhatsAppWorld, business: Business) -> None:
    """Put every template of the business file on the account, in each of its languages."""
    for form in business.templates.values():
        places = {name: f"{{{{{place}}}}}" for place, name in enumerate(form.values, 1)}
        for code, language in form.languages.items():
            words = (form.text.texts or {})[code]
            labels = [(label.texts or {})[code] for label in form.buttons.values()]
            body = _PLACE.sub(lambda found, places=places: places[found[1]], words)  # type: ignore[misc]
            world.add_template(form.name, language, body, quick_replies=labels)

"""/as and /later: what a manager who tries the desk as a customer asks for, and what they are told beside the trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scenarios.engine.phrases import Phrase

__all__ = [
    "BACK_AGAIN",
    "EXAMPLE",
    "IT_IS_NOW",
    "NOTHING_WAITS",
    "NOT_TRYING",
    "OLD_BUTTON",
    "STILL_TRYING",
    "Wish",
    "wish_of",
]

WORDS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("telegram", "телеграм", "tg"), ("channel", "telegram")),
    **dict.fromkeys(("whatsapp", "ватсап", "вотсап", "wa"), ("channel", "whatsapp")),
    **dict.fromkeys(("uz", "uzbek", "ozbek", "oʻzbek", "o'zbek", "узбекский", "өзбек", "өзбекше"), ("language", "uz")),
    **dict.fromkeys(("uz_cyrl", "ўзбек", "ўзбекча"), ("language", "uz_Cyrl")),
    **dict.fromkeys(("kk", "kz", "kazakh", "қазақ", "қазақша", "казахский", "qozoq"), ("language", "kk")),
    **dict.fromkeys(("ru", "ру", "russian", "русский", "орыс", "орысша", "rus", "рус"), ("language", "ru")),
    **dict.fromkeys(("en", "english", "английский", "ingliz", "ағылшын", "ағылшынша"), ("language", "en")),
}
CUSTOMER = frozenset({"customer", "mijoz", "клиент", "клиентом", "мижоз"})
MANAGER = frozenset({"manager", "menejer", "менежер", "менеджер", "менеджером"})

EXAMPLE = Phrase(
    "I did not understand that. For example:\n"
    "/as customer – try the desk as a customer would\n"
    "/as customer ru whatsapp – in Russian, and as WhatsApp shows it\n"
    "/as manager – back again"
)
BACK_AGAIN = Phrase("You are a manager again. Nothing of the trial is left: no figures, no topic, no visit.")
NOT_TRYING = Phrase("You are not trying anything right now. /as customer begins.")
STILL_TRYING = Phrase("🧪 You are still trying the desk as a customer; /as manager brings you back.")
OLD_BUTTON = Phrase("This button belongs to a trial that is over. /as customer begins a new one.")
IT_IS_NOW = Phrase("⏩ It is now {moment} in this trial.")
NOTHING_WAITS = Phrase("⏩ Nothing waits for time to pass here. The scenario goes on when you write or press a button.")


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom a manager wants to be: a customer of that channel who speaks that language (empty: own), or a manager."""

    customer: bool
    channel: str = "telegram"
    language: str = ""


def wish_of(words: str) -> Wish | None:
    """What the words after /as ask for; None when they cannot be understood."""
    first, *more = words.casefold().replace(",", " ").split() or [""]
    if first in MANAGER and not more:
        return Wish(False)
    if first not in CUSTOMER:
        return None
    found = {"channel": "telegram", "language": ""}
    for word in more:
        if word not in WORDS:
            return None
        name, value = WORDS[word]
        found[name] = value
    return Wish(True, **found)

"""The languages of the desk: codes, and how a vendor's language tag maps to them."""

from __future__ import annotations

__all__ = ["LANGUAGES", "OWN_NAMES", "from_code", "spoken_name"]

LANGUAGES = ("uz", "uz_Cyrl", "kk", "ru", "en")
"""What the desk speaks; uz_Cyrl is Uzbek in Cyrillic letters, made from uz."""

_NAMES = {
    "uz": "Xoʻp, oʻzbekcha davom etamiz.",
    "uz_Cyrl": "Хўп, ўзбекча давом этамиз.",
    "kk": "Жақсы, қазақша жалғастырайық.",
    "ru": "Хорошо, давайте по-русски.",
    "en": "All right, let us go on in English.",
}


def from_code(code: str) -> str | None:
    """Our language for an IETF tag such as "ru", "uz-Cyrl" or "en-GB"; None when we do not speak it."""
    tag = code.replace("_", "-").casefold()
    if tag.startswith("uz") and "cyrl" in tag:
        return "uz_Cyrl"
    language = tag.split("-", 1)[0]
    return language if language in LANGUAGES else None


OWN_NAMES = {"uz": "Oʻzbekcha", "uz_Cyrl": "Ўзбекча", "kk": "Қазақша", "ru": "Русский", "en": "English"}
"""What each language is called by those who speak it."""


def spoken_name(language: str) -> str:
    """How we agree to go on in that language, in that language."""
    return _NAMES[language]

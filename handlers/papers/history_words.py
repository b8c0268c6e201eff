"""The words of the history document, looked up once for its language rather than for each of its lines."""

from __future__ import annotations

from babel import Locale

from handlers.papers import labels
from handlers.texts import Texts
from scenarios.engine.phrases import Phrase

__all__ = ["Words"]

TITLE = Phrase("History of the conversations")
CODE = Phrase("Code", "history")
PHONE = Phrase("Phone", "history")
CHANNEL = Phrase("Channel", "history")
LANGUAGE = Phrase("Language", "history")
SEGMENT = Phrase("Customer is", "history")
MADE = Phrase("Made", "history")
TO_END = Phrase("To the latest message")
TO_TOP = Phrase("Back to the top")
EMPTY = Phrase("Nothing has been said yet.")
CONVERSATION = Phrase("Conversation {number}")
COUNTED = Phrase("{count} message in this history.", plural="{count} messages in this history.", count="count")
INSIDE_ROLE = Phrase("Note", "author")
INSIDE = Phrase("inside only, the customer did not see it")
TAPPED = Phrase("tapped a button")
CHANGED = Phrase("changed at {time}; before that:")
EMPTIED = Phrase("(without text)")
DELETED = Phrase("deleted, kept here")
OWN_NUMBER = Phrase("their own number, confirmed by the messenger")
FAILED = Phrase("not delivered")
FAILED_BECAUSE = Phrase("not delivered: {reason}")

STATUSES = {
    "": Phrase("being sent", "status"),
    "sent": Phrase("sent", "status"),
    "delivered": Phrase("delivered", "status"),
    "read": Phrase("read", "status"),
    "played": Phrase("played", "status"),
}

REASONS = {
    "blocked": Phrase("the customer has blocked the bot", "undelivered"),
    "window": Phrase("WhatsApp's 24 hours were over", "undelivered"),
    "unreachable": Phrase("this address cannot be reached", "undelivered"),
    "rejected": Phrase("the messenger refused it", "undelivered"),
    "too_big": Phrase("the file was too big", "undelivered"),
    "gave_up": Phrase("the messenger did not answer", "undelivered"),
    "late": Phrase("a person was already talking with the customer", "undelivered"),
}
"""Why a message did not arrive, by the kind of refusal."""


class Words:
    """All words of the document in one language."""

    def __init__(self, texts: Texts, language: str) -> None:
        def said(phrase: Phrase) -> str:
            return texts.render(phrase, language)

        self._texts, self._language = texts, language
        self.tag = language.replace("_", "-")
        self.locale: Locale = labels.locale_of(language)
        self.title, self.code, self.phone = said(TITLE), said(CODE), said(PHONE)
        self.channel, self.language = said(CHANNEL), said(LANGUAGE)
        self.segment, self.made = said(SEGMENT), said(MADE)
        self.to_end, self.to_top, self.empty = said(TO_END), said(TO_TOP), said(EMPTY)
        self.no_name = said(labels.CUSTOMER)
        self.inside, self.tapped = said(INSIDE), said(TAPPED)
        self.deleted, self.emptied, self.nothing = said(DELETED), said(EMPTIED), said(labels.NOTHING)
        self.contact, self.place, self.own_number = said(labels.CONTACT), said(labels.PLACE), said(OWN_NUMBER)
        self.languages = {code: said(name) for code, name in labels.LANGUAGE_NAMES.items()}
        self.segments = {key: said(name) for key, name in labels.SEGMENTS.items()}
        self.statuses = {key: said(name) for key, name in STATUSES.items()}
        self.authors = {
            "customer": said(labels.CUSTOMER),
            "bot": said(labels.BOT),
            "agent": said(labels.STAFF),
            "note": said(labels.STAFF),
            "desk": said(labels.DESK),
        }
        self.roles = {
            "customer": "",
            "bot": said(labels.BOT),
            "agent": said(labels.STAFF),
            "note": said(INSIDE_ROLE),
            "desk": said(labels.DESK),
        }
        self._media = {kind: (icon, said(name)) for kind, (icon, name) in labels.MEDIA.items()}
        self._reasons = {kind: said(FAILED_BECAUSE.having(reason=why)) for kind, why in REASONS.items()}
        self._failed = said(FAILED)

    def conversation(self, number: int) -> str:
        """The heading of a conversation."""
        return self._texts.render(CONVERSATION.having(number=number), self._language)

    def counted(self, count: int) -> str:
        """How many messages the document has."""
        return self._texts.render(COUNTED.having(count=count), self._language)

    def changed(self, time: str) -> str:
        """That a message was changed, and when."""
        return self._texts.render(CHANGED.having(time=time), self._language)

    def unread(self, kind: str) -> str:
        """That a message was of a kind we cannot read."""
        return self._texts.render(labels.UNREAD.having(kind=kind), self._language)

    def failed(self, reason: str) -> str:
        """That a message was not delivered, and why where that is known."""
        return self._reasons.get(reason, self._failed)

    def media_kind(self, kind: str) -> tuple[str, str]:
        """A file's icon and kind; a kind of tomorrow is a file."""
        return self._media.get(kind, self._media["document"])

    def size(self, size: int) -> str:
        """A file's size, empty when it is not known."""
        return labels.size_text(size, self._texts, self._language)

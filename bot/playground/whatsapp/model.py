"""What exists in the local WhatsApp: people, messages, buttons, calls and switches. Values only, nothing
here acts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

JsonObject = dict[str, Any]
ButtonKind = Literal["reply", "row", "quick_reply", "contact", "location", "url", "phone", "other"]
# Meta's statuses with their rank; `failed` is outside the ladder.
RANKS: Mapping[str, int] = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4}


class WrongAct(ValueError):
    """A person was asked to do what nobody can do on a phone: press a button that is not there, edit a
    foreign message.
    """


@dataclass(frozen=True, slots=True)
class Person:
    """A customer's phone. `phone_visible` False leaves `wa_id` and `from` out of the webhooks, as with
    usernames.
    """

    key: str
    name: str
    phone: str | None
    user_id: str
    username: str | None = None
    phone_visible: bool = True
    blocked: bool = False
    phone_off: bool = False
    last_inbound: float | None = None
    typing_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Button:
    """What can be pressed in a message; `id` comes back for reply, row (id) and quick_reply (payload)."""

    id: str
    title: str
    kind: ButtonKind
    description: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """Media of a message: a stored file (`media_id`) or a foreign link that is shown and never fetched."""

    kind: str
    media_id: str | None = None
    link: str | None = None
    mime: str | None = None
    file_name: str | None = None
    voice: bool = False


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message as the person's phone shows it. `status` of business messages: accepted, sent, ... or
    failed.
    """

    id: str
    person: str
    side: Literal["customer", "business"]
    type: str
    at: float
    text: str = ""
    header: str = ""
    footer: str = ""
    list_label: str = ""
    buttons: tuple[Button, ...] = ()
    attachment: Attachment | None = None
    reply_to: str | None = None
    reactions: Mapping[str, str] = field(default_factory=dict)
    status: str = ""
    error: int | None = None
    category: str = "service"
    callback_data: str | None = None
    to_user_id: bool = False
    seen_by_business: bool = False
    edited: bool = False
    revoked: bool = False
    payload: JsonObject = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the Graph API. `payload` is the request's JSON; of a call that was not `ok`, `code` is
    Meta's error code, or 0 when the connection was cut.
    """

    at: float
    method: str
    path: str
    payload: JsonObject
    ok: bool
    status: int
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Switches:
    """How this WhatsApp behaves; change with `WhatsAppWorld.switch(auto_read=True, ...)`."""

    auto_deliver: bool = True
    """`sent` and `delivered` follow a send by themselves."""
    status_delay: float = 0.02
    """Seconds from a send to its first status; at 0 a status may overtake the answer to the call, as
    happens with Meta.
    """
    auto_read: bool = False
    """`read` follows too."""
    shuffle_statuses: bool = False
    """Statuses of one send arrive in the wrong order."""
    duplicates: int = 0
    """How many more times every webhook body arrives."""
    batch: int = 1
    """Most updates in one body; above 1 whatever waits is put together (Meta: up to 1000)."""
    batch_wait: float = 0.0
    """Seconds to wait for more before a body leaves, when `batch` is above 1."""
    window: bool = True
    """The 24-hour customer service window is kept."""
    refusals: Literal["webhook", "response"] = "webhook"
    """Where 131047, 131026 and 131053 are told: a failed status, or the answer to the call."""
    pair_rate: bool = True
    """One message per 6 s to one person, a burst of up to 45 within 6 s borrowed from the future."""
    number_rate: bool = True
    """The number's messages per second."""
    contacts_array: bool = True
    """False: message webhooks come without `contacts`, as some do."""
    status_contacts: bool = True
    """Statuses other than failed carry `contacts`."""
    user_ids: bool = True
    """False: webhooks as before April 2026, without business-scoped user ids."""
    media_url: bool = True
    """Inbound media carry their `url` beside the id."""
    sniff_media: bool = False
    """The bytes of images, videos and stickers must fit their MIME type (Ogg is always looked into)."""
    approve_templates: bool = True
    """A created template is APPROVED at once, else it stays PENDING."""

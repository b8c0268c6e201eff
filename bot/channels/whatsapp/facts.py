"""What Meta says about the business number, the token and the webhook's subscription.

Rule: only questions, and only what one token can ask. The id of the account and of the app come from the number's
health, since no setting names them. Fields: Business Messaging API v23.0 (phone number, subscribed apps) and Meta's
pages on health status, messaging limits, webhook overrides, debug_token and app subscriptions (June 2026).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bot.channels.whatsapp.fields import items, number, part, text
from bot.channels.whatsapp.graph import Graph
from bot.secret import Secret
from handlers.ports import Rejected

__all__ = [
    "AppFacts",
    "NumberFacts",
    "SubscriptionFacts",
    "TokenFacts",
    "app_facts",
    "number_facts",
    "subscription_facts",
    "token_facts",
]

FIELDS: Final = ("verified_name", "quality_rating", "code_verification_status", "name_status", "status", "throughput")
"""Every version of the API has these."""
NEWER_FIELDS: Final = ("whatsapp_business_manager_messaging_limit", "webhook_configuration", "health_status")
"""An API version without one of these refuses the whole question, which is then asked without them."""
UNKNOWN_FIELD: Final = "100"
MESSAGES: Final = "messages"
ACCOUNT_OBJECT: Final = "whatsapp_business_account"
_NEVER, _LAST = 0, 4_102_444_800


@dataclass(frozen=True, slots=True)
class NumberFacts:
    """The business number, in Meta's words; what Meta did not tell is empty.

    `quality` is GREEN, YELLOW, RED or UNKNOWN (Meta also writes NA); `status` CONNECTED, PENDING, FLAGGED, RESTRICTED,
    …; `name_status` APPROVED, PENDING_REVIEW, DECLINED, …; `limit` the portfolio's TIER_250 … TIER_UNLIMITED (people
    written to outside of their window in 24 hours); `throughput` STANDARD (80 messages/s), HIGH or NOT_APPLICABLE;
    `health` AVAILABLE, LIMITED or BLOCKED, with the reasons in `trouble`; `callback` where its messages are delivered.
    """

    name: str
    quality: str
    status: str
    name_status: str
    verification: str
    limit: str
    throughput: str
    health: str
    callback: str
    account: str
    app: str
    trouble: Sequence[str] = field(default=())


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """The apps that are told what happens in the account: their ids."""

    apps: frozenset[str]


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """An access token. `expires_at` None: never; `scopes` are its permissions."""

    app: str
    is_valid: bool
    expires_at: datetime | None
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class AppFacts:
    """The app's own webhook for business accounts: where it delivers, whether it is on, which fields it is told."""

    callback: str
    is_active: bool
    fields: frozenset[str]


async def number_facts(graph: Graph) -> NumberFacts:
    """The number's standing. Raises SendError kinds: Rejected (account) for a wrong token or a number it cannot see."""
    try:
        found = await _number(graph, (*FIELDS, *NEWER_FIELDS))
    except Rejected as refused:
        if refused.code != UNKNOWN_FIELD:
            raise
        found = await _number(graph, FIELDS)
    health = part(found, "health_status")
    entities = items(health, "entities")
    ids = {text(one, "entity_type"): _id(one) for one in entities}
    quality = text(found, "quality_rating").upper()
    return NumberFacts(
        name=text(found, "verified_name"),
        quality="UNKNOWN" if quality in ("", "NA") else quality,
        status=text(found, "status").upper(),
        name_status=text(found, "name_status").upper(),
        verification=text(found, "code_verification_status").upper(),
        limit=text(found, "whatsapp_business_manager_messaging_limit").upper(),
        throughput=text(part(found, "throughput"), "level").upper(),
        health=text(health, "can_send_message").upper(),
        callback=_callback(part(found, "webhook_configuration")),
        account=ids.get("WABA", ""),
        app=ids.get("APP", ""),
        trouble=tuple(words for one in entities for words in _trouble(one)),
    )


async def subscription_facts(graph: Graph, account: str) -> SubscriptionFacts:
    """Which apps hear of the account's messages. Needs the permission whatsapp_business_management. Raises SendError
    kinds."""
    found = await graph.ask(f"{account}/subscribed_apps", {})
    apps = (text(part(one, "whatsapp_business_api_data"), "id") or text(one, "id") for one in items(found, "data"))
    return SubscriptionFacts(frozenset(app for app in apps if app))


async def token_facts(graph: Graph, token: Secret, app: str, app_secret: Secret) -> TokenFacts:
    """How long the token lives and what it may do, asked in the name of its app. Raises SendError kinds: Rejected with
    code 190 when the secret is not this app's."""
    asked = await graph.ask("debug_token", {"input_token": token.reveal()}, _in_the_name_of(app, app_secret))
    found = part(asked, "data")
    scopes = found.get("scopes")
    return TokenFacts(
        app=text(found, "app_id"),
        is_valid=found.get("is_valid") is True,
        expires_at=_moment(found, "expires_at"),
        scopes=frozenset(map(str, scopes)) if isinstance(scopes, list) else frozenset(),
    )


async def app_facts(graph: Graph, app: str, app_secret: Secret) -> AppFacts:
    """The app's webhook for business accounts; empty when it has none. Raises SendError kinds, as `token_facts`."""
    found = await graph.ask(f"{app}/subscriptions", {}, _in_the_name_of(app, app_secret))
    for one in items(found, "data"):
        if text(one, "object") == ACCOUNT_OBJECT:
            fields = frozenset(text(each, "name") for each in items(one, "fields"))
            return AppFacts(text(one, "callback_url"), one.get("active") is True, fields)
    return AppFacts("", is_active=False, fields=frozenset())


async def _number(graph: Graph, fields: Sequence[str]) -> Any:
    return await graph.ask(graph.number, {"fields": ",".join(fields)})


def _in_the_name_of(app: str, app_secret: Secret) -> Secret:
    """An app access token, as Meta composes it."""
    return Secret(f"{app}|{app_secret.reveal()}")


def _callback(configuration: Mapping[str, Any]) -> str:
    """The address that wins: the number's own, else the account's, else the app's."""
    places = ("phone_number", "whatsapp_business_account", "application")
    return next((address for place in places if (address := text(configuration, place))), "")


def _id(entity: Mapping[str, Any]) -> str:
    """The id of an entity, which becomes a part of addresses."""
    found = text(entity, "id")
    return found if found.isascii() and found.isdecimal() else ""


def _trouble(entity: Mapping[str, Any]) -> list[str]:
    """Why an entity is limited or blocked: what Meta says, with its advice."""
    told = [
        " ".join(filter(None, (text(error, "error_description"), text(error, "possible_solution"))))
        for error in items(entity, "errors")
    ]
    more = entity.get("additional_info")
    told += [str(one) for one in more] if isinstance(more, list) else []
    return [" ".join(words.split()) for words in told if words.strip()]


def _moment(found: Mapping[str, Any], key: str) -> datetime | None:
    seconds = number(found, key)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None and _NEVER < seconds < _LAST else None

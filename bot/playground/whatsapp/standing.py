"""How Meta sees the number, its token and its app: what Graph answers to questions about them.

Names and values: Business Messaging API v23.0 (phone number) and Meta's pages on health status, messaging limits,
debug_token and app subscriptions (June 2026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .errors import GraphError
from .model import JsonObject

Health = Literal["AVAILABLE", "LIMITED", "BLOCKED"]
MANAGEMENT = "whatsapp_business_management"
ALWAYS_TOLD = ("id", "verified_name", "code_verification_status", "display_phone_number", "quality_rating",
               "platform_type", "throughput", "webhook_configuration")  # fmt: skip
"""The fields of a number that come without being asked for."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Change with `WhatsAppWorld.stand(quality_rating="RED", ...)`."""

    quality_rating: str = "GREEN"
    status: str = "CONNECTED"
    name_status: str = "APPROVED"
    code_verification_status: str = "VERIFIED"
    messaging_limit: str = "TIER_2K"
    health: Health = "AVAILABLE"
    health_of: str = "WABA"
    """Which entity has that health: PHONE_NUMBER, WABA, BUSINESS or APP."""
    health_words: str = "The account has no valid payment method. Add one in Business Manager."
    unknown_fields: tuple[str, ...] = ()
    """Fields that this version of the API does not have."""
    app_callback: str | None = None
    """The callback of the app's own webhook; None: the world's."""
    account_callback: str = ""
    number_callback: str = ""
    """Addresses that win over the app's, for the account and for the number."""
    app_fields: tuple[str, ...] = ("messages",)
    app_active: bool = True
    token_expires_at: int = 0
    """Unix seconds; 0: never."""
    token_scopes: tuple[str, ...] = (MANAGEMENT, "whatsapp_business_messaging", "public_profile")

    def of_health(self, ids: JsonObject) -> JsonObject:
        """`health_status` of a number, `ids` by kind of entity."""
        entities: list[JsonObject] = []
        for kind, number in ids.items():
            entity: JsonObject = {"entity_type": kind, "id": number, "can_send_message": "AVAILABLE"}
            if kind == self.health_of and self.health != "AVAILABLE":
                entity["can_send_message"] = self.health
                if self.health == "BLOCKED":
                    said, _, advice = self.health_words.partition(". ")
                    entity["errors"] = [
                        {"error_code": 141006, "error_description": f"{said}.", "possible_solution": advice}
                    ]
                else:
                    entity["additional_info"] = [self.health_words]
            entities.append(entity)
        return {"can_send_message": self.health, "entities": entities}


def callbacks(standing: Standing, app: str) -> JsonObject:
    """`webhook_configuration` of a number: what is set, for each level."""
    levels = {
        "phone_number": standing.number_callback,
        "whatsapp_business_account": standing.account_callback,
        "application": app,
    }
    return {level: address for level, address in levels.items() if address}


def chosen(found: JsonObject, fields: str | None, standing: Standing) -> JsonObject:
    """The fields asked for; refused, as by Graph, when one is not there."""
    if not fields:
        return {key: value for key, value in found.items() if key in ALWAYS_TOLD}
    wanted = [one.strip() for one in fields.split(",")]
    for name in wanted:
        if name not in found or name in standing.unknown_fields:
            raise GraphError(
                100,
                message=f"(#100) Tried accessing nonexistent field ({name}) on node type (WhatsAppBusinessPhoneNumber)",
            )
    return {key: value for key, value in found.items() if key in wanted or key == "id"}

"""What the local WhatsApp refuses with: Meta's code, HTTP status and error JSON. Unknown codes are a
mistake of ours.

Codes and HTTP statuses: Meta's error-code pages (stored copy of December 2025); branch on `code` and
`details`.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_urlsafe

HREF = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"

# code -> (HTTP status, title)
CODES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (400, "Too many API calls"),
    10: (403, "Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Invalid OAuth access token - Cannot parse access token"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Business Account locked"),
    131037: (400, "Display name approval needed"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement"),
    131050: (400, "User has stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131055: (400, "Method not allowed"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131060: (400, "This message is currently unavailable"),
    131062: (400, "Business-scoped user ids are not supported for this message"),
    131063: (400, "Marketing templates are disabled on Cloud API"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132068: (400, "Flow is in blocked state"),
    133004: (503, "Server temporarily unavailable"),
    133010: (400, "Phone number not registered"),
    135000: (400, "Generic user error"),
}


@dataclass(slots=True)
class GraphError(Exception):
    """A refusal. `details` is the sentence in `error_data.details`; `subcode` and `kind` are Graph's own
    two fields.
    """

    code: int
    details: str = ""
    status: int | None = None
    subcode: int | None = None
    kind: str = "OAuthException"
    message: str | None = None

    @property
    def title(self) -> str:
        return CODES.get(self.code, (400, f"Error {self.code}"))[1]

    @property
    def http_status(self) -> int:
        return self.status if self.status is not None else CODES.get(self.code, (400, ""))[0]

    def __str__(self) -> str:
        return f"(#{self.code}) {self.title}: {self.details}"

    def body(self) -> dict[str, object]:
        """The JSON of an HTTP answer."""
        error: dict[str, object] = {
            "message": self.message or (self.title if self.code == 190 else f"(#{self.code}) {self.title}"),
            "type": self.kind,
            "code": self.code,
        }
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        error["fbtrace_id"] = "A" + token_urlsafe(16)
        return {"error": error}

    def in_status(self) -> dict[str, object]:
        """The JSON inside `statuses[].errors` of a webhook."""
        return {
            "code": self.code,
            "title": self.title,
            "message": self.title,
            "error_data": {"details": self.details or self.title},
            "href": HREF,
        }


def invalid(details: str) -> GraphError:
    """131009: a value that is present and wrong."""
    return GraphError(131009, details)


def missing(details: str) -> GraphError:
    """131008: a value that has to be there."""
    return GraphError(131008, details)


def no_object(method: str, object_id: str) -> GraphError:
    """Graph's answer about an id that it does not know or that this token may not see."""
    return GraphError(
        100,
        subcode=33,
        kind="GraphMethodException",
        message=(
            f"Unsupported {method} request. Object with ID '{object_id}' does not exist, cannot be "
            f"loaded due to "
            "missing permissions, or does not support this operation"
        ),
    )

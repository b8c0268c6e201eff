"""What the tests of the WhatsApp channel share: recorded payloads, the moment they came, and people."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.channels.whatsapp.arrivals import Arrival
from bot.channels.whatsapp.parse import parse
from scenarios.engine.events import Sender

PAYLOADS = Path(__file__).parent / "payloads" / "whatsapp"
NUMBER = "200300400500600"
AT = datetime(2025, 11, 24, 12, 0, tzinfo=UTC)
SENT_AT = datetime.fromtimestamp(1763980000, UTC)
PHONE, USER_ID = "998901112233", "UZ.13491208655302741918"
MALIKA = Sender("whatsapp", NUMBER, (f"u:{USER_ID}", f"p:{PHONE}"), "Malika Yusupova", "malika.y", phone=f"+{PHONE}")


def payload(name: str) -> dict[str, Any]:
    """A recorded webhook body (shapes of Meta's examples, our own values)."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found


def parsed(name: str) -> list[Arrival]:
    return parse(payload(name), NUMBER, AT)

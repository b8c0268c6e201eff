"""Trouble that the page's user may make on both local messengers: slow, "too many requests", out of reach.

Rule: a switch says how the messengers behave until it is turned off; what the desk makes of it is the desk's business.
"""

from __future__ import annotations

from bot.playground.stage import Stage
from bot.playground.telegram.limits import FLOODED

__all__ = ["SWITCHES", "Weather"]

SWITCHES = ("slow", "busy", "down")
SLOW_SECONDS = 2.0
"""What a phone network on a bad day adds to each call."""
RETRY_AFTER = 5
"""Seconds that Telegram asks the desk to wait; WhatsApp names none with its code 130429."""
UNTIL_TOLD = 1_000_000_000


class Weather:
    """The three switches of a stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._on: set[str] = set()

    def set(self, name: str, on: bool) -> None:
        """Turn a switch. Raises ValueError for one that does not exist."""
        if name not in SWITCHES:
            raise ValueError(f"trouble {name!r}: use one of {', '.join(SWITCHES)}")
        self._on = self._on | {name} if on else self._on - {name}
        telegram, whatsapp = self._stage.telegram, self._stage.whatsapp
        telegram.clear_trouble()
        whatsapp.trouble.clear()
        if "slow" in self._on:
            telegram.set_latency(SLOW_SECONDS)
            whatsapp.set_latency(SLOW_SECONDS)
        if "down" in self._on:
            telegram.fail_next(UNTIL_TOLD, "drop")
            whatsapp.fail_next(UNTIL_TOLD, how="drop")
            # What waits for an update is cut off too, as by a network that goes away.
            telegram.updates.wake()
        elif "busy" in self._on:
            wait = {"retry_after": RETRY_AFTER}
            telegram.fail_next(UNTIL_TOLD, "429", methods=FLOODED, parameters=wait)
            whatsapp.fail_next(UNTIL_TOLD, code=130429, path="/messages", details="Too many messages at once.")

    def shown(self) -> dict[str, bool]:
        """Each switch, for the page."""
        return {name: name in self._on for name in SWITCHES}

"""How much may be sent: Meta's figures, the pair rate, the number's rate and the management quota.

Figures: Meta's Cloud API pages, stored copies of November 2025 to August 2026. Lengths are counted in
Unicode code points;
Meta does not say what it counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from .errors import GraphError

TEXT, CAPTION = 4096, 1024
BUTTONS, BUTTON_TITLE, BUTTON_ID, BUTTON_BODY = 3, 20, 256, 1024
SECTIONS, ROWS, ROW_TITLE, ROW_DESCRIPTION, ROW_ID, SECTION_TITLE = 10, 10, 24, 72, 200, 24
LIST_BUTTON, LIST_BODY = 20, 4096
HEADER, FOOTER = 60, 60
CALLBACK_DATA = 512
DAY = 86_400.0
WINDOW = DAY
MARK_READ_WITHIN = REACT_WITHIN = 30 * DAY
UPLOAD_LIVES, INBOUND_MEDIA_LIVES, MEDIA_URL_LIVES = 30 * DAY, 7 * DAY, 300.0
TYPING_LASTS = 25.0
WEBHOOK_BYTES, WEBHOOK_UPDATES = 3_145_728, 1000
MEDIA_BYTES: Mapping[str, int] = {
    "image": 5_242_880,
    "video": 16_777_216,
    "audio": 16_777_216,
    "document": 104_857_600,
    "sticker": 512_000,
}
STATIC_STICKER_BYTES = 102_400
PAIR_SECONDS, PAIR_BURST = 6.0, 45
NUMBER_PER_SECOND = 80
MANAGEMENT_PER_HOUR = 5000


class PairRate:
    """The rate to one person, as Meta words it: a burst of n messages within 6 s, then nothing until n
    times 6 s passed.
    """

    def __init__(self) -> None:
        self._bursts: dict[str, tuple[float, int]] = {}

    def take(self, person: str, now: float) -> None:
        """Count one message at `now` (seconds). Raises 131056."""
        started, sent = self._bursts.get(person, (0.0, 0))
        if now >= started + sent * PAIR_SECONDS:
            self._bursts[person] = (now, 1)
        elif now < started + PAIR_SECONDS and sent < PAIR_BURST:
            self._bursts[person] = (started, sent + 1)
        else:
            raise GraphError(
                131056,
                "Message failed to send because there were too many messages sent from this phone "
                "number to the same "
                "phone number in a short period of time.",
            )

    def forget(self) -> None:
        self._bursts.clear()


class SteadyRate:
    """So many per span, refilled evenly: the number's messages per second (130429), the management quota
    (80007).
    """

    def __init__(self, amount: float, seconds: float, code: int, details: str) -> None:
        self.amount = amount
        self._seconds, self._code, self._details = seconds, code, details
        self._left, self._at = amount, 0.0

    def take(self, now: float) -> None:
        """Count one call at `now` (seconds). Raises the code this rate was made with."""
        passed = max(0.0, now - self._at)
        self._left = min(self.amount, self._left + passed * self.amount / self._seconds)
        self._at = now
        if self._left < 1.0:
            raise GraphError(self._code, self._details)
        self._left -= 1.0

    def forget(self) -> None:
        self._left = self.amount


def number_rate(per_second: float) -> SteadyRate:
    return SteadyRate(
        per_second,
        1.0,
        130429,
        "Message failed to send because there were too many messages sent from this phone number in a "
        "short period of time.",
    )


def management_rate(per_hour: float) -> SteadyRate:
    return SteadyRate(per_hour, 3600.0, 80007, "Too many management calls to this WhatsApp Business Account.")

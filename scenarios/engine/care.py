"""Care for who is written to unasked: not at night, not too often, not against their will, not past the people.

Rule: one follow-up in a conversation, and one in three days for a contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from scenarios.engine.context import Context

__all__ = ["NOT_AGAIN_WITHIN", "QuietHours", "may_follow_up", "note_follow_up"]

NOT_AGAIN_WITHIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when, by the business's clock, customers are not written to unasked; the end is usually the next
    morning."""

    begins: time
    ends: time
    zone: tzinfo

    def until(self, at: datetime) -> datetime | None:
        """When the quiet hours that `at` falls into are over (UTC), None when it falls into none."""
        local = at.astimezone(self.zone)
        clock = local.time().replace(tzinfo=None)
        over_night = self.begins > self.ends
        evening, morning = clock >= self.begins, clock < self.ends
        if not (evening or morning if over_night else evening and morning):
            return None
        day = local.date() + timedelta(days=1) if over_night and evening else local.date()
        return datetime.combine(day, self.ends, self.zone).astimezone(at.tzinfo)


def may_follow_up(context: Context, at: datetime) -> bool:
    """Whether this customer may be followed up now."""
    if context.opted_out or not context.reachable or context.holder in ("waiting", "staffed"):
        return False
    if context.followed_up_at is None:
        return True
    return context.followed_up != context.conversation and at - context.followed_up_at >= NOT_AGAIN_WITHIN


def note_follow_up(context: Context, at: datetime) -> None:
    """The customer is being followed up."""
    context.followed_up_at, context.followed_up = at, context.conversation

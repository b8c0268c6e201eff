"""The named actions of the desk that a scenario may `do`, and the outcomes by which the step is left.

Rule: an action is carried out by `handlers`, once, however often it is asked; here stands only what it is called.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["ACTIONS", "FAILED"]

ACTIONS: Mapping[str, tuple[str, ...]] = {
    "book_visit": ("booked", "taken"),
    "cancel_visit": ("cancelled", "too_late"),
    "move_visit": ("moved", "taken", "too_late"),
}
"""Name -> outcomes. book_visit takes {service}, {day} and {hour}, and {where} and {need} where they are known;
cancel_visit {order}; move_visit {order}, {day} and {hour}. Without {service} the customer's usual one is meant, without
{order} the next visit. An action that cannot be carried out at all comes back as FAILED: the talk goes to a person."""

FAILED = "failed"

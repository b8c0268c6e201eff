"""The loss table, for people."""

from __future__ import annotations

from bot.bench.confirmations import Told
from bot.bench.losses import Loss, Losses
from bot.bench.table import markdown

__all__ = ["losses_tables"]


def losses_tables(found: Losses) -> str:
    """What was relayed, then what staff were told."""
    head = ("scenario", "relayed", "doubled", "two topics", "out of order", "seconds", "recovered after s")
    rows = [_cells(row) for row in found.rows]
    told = [_told(one) for one in found.told]
    notes = [f"{row.scenario}: {row.note}" for row in found.rows if row.note]
    parts = [
        f"{found.bot}: {found.lost} messages lost.",
        markdown(head, rows),
        markdown(("confirmations", "staff were told meanwhile", "verdict", "customer has it"), told),
        *notes,
    ]
    return "\n\n".join(parts)


def _cells(row: Loss) -> list[str]:
    return [
        f"{row.scenario}: {row.what}",
        f"{row.relayed} of {row.messages}",
        *(str(number) for number in (row.doubled, row.two_topics, row.disordered)),
        f"{row.seconds:.1f}",
        "" if row.recovery is None else f"{row.recovery:.1f}",
    ]


def _told(one: Told) -> list[str]:
    return [
        f"an agent answers while the messenger says {one.trouble}",
        one.during,
        "FALSE" if one.false else "no false word",
        "once" if one.delivered == 1 else f"{one.delivered} times",
    ]

"""Tables in Markdown, which a terminal shows well enough and a document takes as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.bench.throughput import Row

__all__ = ["facts", "markdown", "rows_table"]


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; numbers to the right, the first column to the left."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        shown = [
            cell.ljust(width) if n == 0 else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(shown) + " |"

    rule = "| " + " | ".join("-" * w if n == 0 else "-" * (w - 1) + ":" for n, w in enumerate(widths)) + " |"
    return "\n".join([line(head), rule, *map(line, rows)])


def facts(values: Mapping[str, str]) -> str:
    """What stands above a table."""
    return "\n".join(f"- {name}: {value}" for name, value in values.items())


def rows_table(rows: Sequence[Row]) -> str:
    """The table of throughput."""
    head = (
        *("subject", "offered/s", "messages/s", "p50 ms", "p99 ms", "app CPU ms", "database CPU ms", "Redis CPU ms"),
        *(
            "first messages/s",
            "their app CPU ms",
            "RSS MB",
            "PSS MB",
            "messages",
            "lost",
            "doubled",
            "refused",
            "bench CPU ms",
        ),
    )
    return markdown(head, [_cells(row) for row in rows])


def _cells(row: Row) -> list[str]:
    return [
        row.title,
        "max" if row.offered is None else f"{row.offered:,.0f}",
        f"{row.rate:,.0f}",
        *(f"{value:,.0f}" if value >= 10 else f"{value:.1f}" for value in (row.p50, row.p99)),
        *(f"{value:.3f}" for value in (row.app_cpu, row.database_cpu, row.redis_cpu)),
        f"{row.new_rate:,.0f}",
        f"{row.new_cpu:.2f}",
        *(f"{value:,.0f}" for value in (row.rss, row.pss)),
        *(f"{value:,}" for value in (row.messages, row.lost, row.doubled, row.refused)),
        f"{row.bench_cpu:.3f}",
    ]

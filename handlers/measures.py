"""What the desk counts: every metric there is, defined here and nowhere else.

Labels are words of ours (kinds, lanes, reasons), never a contact, so their number is bounded. What is counted for every
message goes through children that are bound once (0.3 µs a count, 0.7 µs a time); the rest is set by `bot/pulse.py`
every few seconds. With several processes behind one port each gauge says how theirs become one: a sum, the worst, or
the newest where one process looks for all of them. docs/metrics.md is the table of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Generic, Protocol, TypeVar

from prometheus_client import Counter, Gauge, Histogram

from scenarios.engine.records import Letter, Outcome, Result

__all__ = [
    "LANES",
    "arrived",
    "grouped",
    "lane_of",
    "receipted",
    "refused_as_busy",
    "resulted",
    "stopped",
    "turned",
]

LANES: Final = ("customer_telegram", "customer_whatsapp", "topic", "extra", "manager", "media")
"""What letters wait in: towards customers, the staff's topics, reactions and cards, managers, files to fetch."""

REASONS: Final = frozenset(
    ("throttled", "gave_up", "window", "blocked", "unreachable", "rejected", "too_big", "topic_gone", "moved", "edit")
)
_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
_SLOW = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0)

# -- customers -----------------------------------------------------------------------------------------------------

RECEIVED = Counter(
    "qabul_messages_received", "Arrivals that were taken, by channel and kind of arrival", ["channel", "kind"]
)
BUSY = Counter("qabul_arrivals_refused", "Arrivals refused as busy, which the messenger delivers again", ["channel"])
STOPPED = Counter(
    "qabul_arrivals_unhandled",
    "Arrivals kept as they came: unread by us, or stumbled over by a mistake of ours",
    ["why"],
)
TURN = Histogram(
    "qabul_turn_seconds", "Time of a turn from its context to its commit, by kind of event", ["kind"], buckets=_QUICK
)
OUTCOMES = Counter("qabul_turns", "Turns by what became of them", ["outcome"])
GROUP = Histogram("qabul_commit_turns", "Turns that went into one commit", buckets=(1, 2, 3, 5, 8, 13, 21, 34, 50))
UNDER_WAY = Gauge("qabul_turns_under_way", "Turns under way now", multiprocess_mode="livesum")
INSIDE = Gauge(
    "qabul_events_inside", "Events that are under way or wait for their lane or a place", multiprocess_mode="livesum"
)

# -- letters -------------------------------------------------------------------------------------------------------

LETTERS = Counter("qabul_letters", "Letters by lane and by what became of them", ["lane", "outcome"])
DELAY = Histogram(
    "qabul_letter_delay_seconds", "Time from what a letter answers to the messenger's yes", ["lane"], buckets=_SLOW
)
RETRIES = Counter("qabul_letter_retries", "Tries that ended in a later try, by lane and reason", ["lane", "reason"])
REFUSALS = Counter("qabul_refusals", "Letters and messages refused for good, by lane and reason", ["lane", "reason"])
RECEIPTS = Counter("qabul_receipts", "Receipts that raised a message's rank", ["channel", "status"])
DEPTH = Gauge("qabul_outbox_letters", "Letters not sent yet, by lane", ["lane"], multiprocess_mode="livemostrecent")
OLDEST = Gauge(
    "qabul_outbox_oldest_seconds",
    "Age of the oldest letter that may go and is not sent, by lane",
    ["lane"],
    multiprocess_mode="livemostrecent",
)
TIMERS_LATE = Gauge(
    "qabul_timers_late_seconds", "How long the oldest due timer waits to fire", multiprocess_mode="livemostrecent"
)

# -- the staff group -----------------------------------------------------------------------------------------------

CALLS_LEFT = Gauge(
    "qabul_staff_calls_left", "Calls to the staff group that may be made now", multiprocess_mode="livemostrecent"
)
CALLS_WAITING = Gauge(
    "qabul_staff_calls_waiting", "Calls that wait for the staff group's budget", multiprocess_mode="livesum"
)
CALLS_OLDEST = Gauge(
    "qabul_staff_calls_oldest_seconds",
    "How long the oldest call has waited for the staff group's budget, reactions and cards left out",
    multiprocess_mode="livemax",
)

# -- processes and stores ------------------------------------------------------------------------------------------

DATABASE = Histogram("qabul_database_seconds", "Time of a database operation", ["operation"], buckets=_QUICK)
REDIS = Histogram("qabul_redis_seconds", "Time of a Redis operation", ["operation"], buckets=_QUICK)
DATABASE_UP = Gauge("qabul_database_up", "1 while the database answers", multiprocess_mode="livemin")
REDIS_UP = Gauge("qabul_redis_up", "1 while Redis answers", multiprocess_mode="livemin")
READY = Gauge("qabul_ready", "1 while the desk is ready, as /readyz says", multiprocess_mode="livemin")
LAG = Histogram("qabul_loop_lag_seconds", "How late the event loop wakes what has slept", buckets=_QUICK)
BUILD = Gauge(
    "qabul_build_info", "1 for what is at work: version, scenario book, Python", ["version", "book", "python"],
    multiprocess_mode="livemax",
)  # fmt: skip
CPU = Counter("qabul_worker_cpu_seconds", "Processor time of the desk's processes")
MEMORY = Gauge("qabul_worker_resident_bytes", "Memory of the desk's processes", multiprocess_mode="livesum")
WORKERS = Gauge("qabul_workers", "Processes of the desk behind this port", multiprocess_mode="livesum")
DISK_FREE = Gauge("qabul_disk_free_bytes", "Free space where the data directory lies", multiprocess_mode="livemin")
DISK_SIZE = Gauge("qabul_disk_size_bytes", "All space where the data directory lies", multiprocess_mode="livemin")
TROUBLE = Gauge("qabul_trouble", "1 while the watch sees this trouble", ["kind"], multiprocess_mode="livemostrecent")
LOOKED = Gauge("qabul_watch_looked_timestamp_seconds", "When the watch last looked", multiprocess_mode="livemostrecent")
LINES_LOST = Counter("qabul_log_lines_lost", "Log lines dropped because nobody read them fast enough")

# -- counted for every message -------------------------------------------------------------------------------------


class _Labelled(Protocol):
    def labels(self, *values: str) -> object: ...


C = TypeVar("C")


class _Bound(dict[tuple[str, ...], C], Generic[C]):
    """A metric's children by their labels, each looked up in the metric once."""

    def __init__(self, metric: _Labelled) -> None:
        super().__init__()
        self._metric = metric

    def __missing__(self, labels: tuple[str, ...]) -> C:
        child: C = self._metric.labels(*labels)  # type: ignore[assignment]
        self[labels] = child
        return child


_received: _Bound[Counter] = _Bound(RECEIVED)
_turn: _Bound[Histogram] = _Bound(TURN)
_outcomes: _Bound[Counter] = _Bound(OUTCOMES)
_letters: _Bound[Counter] = _Bound(LETTERS)
_delay: _Bound[Histogram] = _Bound(DELAY)


def arrived(channel: str, kind: str) -> None:
    """An arrival was taken; `kind` is the name of its class."""
    _received[channel, kind].inc()


def refused_as_busy(channel: str) -> None:
    """An arrival must come again."""
    BUSY.labels(channel).inc()


def stopped(why: str) -> None:
    """An arrival was kept as it came: unread or stumbled."""
    STOPPED.labels(why).inc()


def turned(kind: str, seconds: float) -> None:
    """A turn was committed."""
    _turn[(kind,)].observe(seconds)


def grouped(outcomes: Iterable[Outcome]) -> None:
    """Turns went into one commit."""
    number = 0
    for outcome in outcomes:
        _outcomes[(outcome.value,)].inc()
        number += 1
    GROUP.observe(number)


def resulted(results: Iterable[Result]) -> None:
    """What became of letters was recorded."""
    for result in results:
        lane = lane_of(result.letter)
        if result.status == "queued":
            RETRIES.labels(lane, reason_of(result.reason)).inc()
            continue
        _letters[lane, result.status].inc()
        if result.status == "sent":
            _delay[(lane,)].observe(max(0.0, (result.at - result.letter.at).total_seconds()))
        elif result.status == "failed":
            REFUSALS.labels(lane, reason_of(result.reason)).inc()


def receipted(channel: str, status: str, reason: str) -> None:
    """A receipt raised a message's rank, or said that it failed after all."""
    RECEIPTS.labels(channel, status).inc()
    if status == "failed":
        REFUSALS.labels(f"customer_{channel}", reason_of(reason)).inc()


def lane_of(letter: Letter) -> str:
    """The lane a letter waits in."""
    kind = letter.destination.split(":", 1)[0]
    if kind in ("telegram", "whatsapp"):
        return f"customer_{kind}" if letter.contact else "manager"
    return kind if kind in LANES else "other"


def reason_of(reason: str) -> str:
    """A reason we know, or other: a vendor's word never becomes a label."""
    return reason if reason in REASONS else "other"

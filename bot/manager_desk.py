"""Where the managers' parts meet: their answers, the scenarios they change, and the door they come in by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from pathlib import Path

from bot.ground import Ground
from bot.managers import ManagerDoor
from bot.store import DeskStore
from handlers.corridor import Corridor
from handlers.managers.changing import Changes
from handlers.managers.desk import ManagerDesk
from handlers.managers.scenario_desk import ScenarioDesk
from handlers.managers.scenario_picture import draw_graph
from handlers.managers.sent import SentFiles
from handlers.ports import Channel
from storage.audit import Audit
from storage.clock import Timers
from storage.transcripts import Transcripts

__all__ = ["open_managers"]


def open_managers(
    ground: Ground,
    store: DeskStore,
    corridor: Corridor,
    channels: Mapping[str, Channel],
    papers: Path,
    zone: tzinfo,
    now: Callable[[], datetime],
) -> ManagerDoor:
    """The managers' door of this desk; `papers` is where pictures and lists are made."""
    texts, transcripts = ground.texts, Transcripts(ground.database)
    changes = Changes(ground.library, ground.publisher)
    # matplotlib does not promise to draw two pictures at once.
    drawing = asyncio.Lock()
    sent = SentFiles(changes, texts, draw_graph, drawing, papers)
    scenarios = ScenarioDesk(changes, sent, Audit(ground.database), transcripts, texts, zone)
    desk = ManagerDesk(store, transcripts, texts, ground.business, zone, papers, ground.library, scenarios, drawing)
    timers = Timers(ground.database)
    return ManagerDoor(corridor, desk, store.contacts, store, timers, channels, texts, now, zone)

"""What sees to the desk while everybody sleeps, put together: the pulse, the watchdog, and the lease they share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.channels.telegram.webhook import PATH
from bot.ground import Ground
from bot.messengers import Messengers
from bot.pulse import Lease, Pulse, StaffBudget
from bot.settings import Settings
from bot.trouble import Trouble
from bot.watchdog import Watchdog
from handlers.budget import Budget
from handlers.corridor import Corridor
from storage.hearing import Hearing
from storage.owners import Owner
from storage.waiting import Waiting

__all__ = ["Night"]


@dataclass(slots=True)
class Night:
    """Put together by `open`."""

    pulse: Pulse
    watchdog: Watchdog
    lease: Lease

    @classmethod
    def open(
        cls,
        settings: Settings,
        ground: Ground,
        messengers: Messengers,
        owner: Owner,
        corridor: Corridor,
        budget: Budget | None,
        trouble: Trouble,
        ready: Callable[[], Awaitable[str]],
        now: Callable[[], datetime],
    ) -> Night:
        """The pulse and the watchdog of this desk."""
        business, chat = ground.business, settings.staff_chat_id
        lease = Lease(ground.cache, owner, alone=settings.is_on_sqlite)
        waiting = Waiting(ground.database)
        staff = None
        if budget is not None and chat is not None:
            staff = StaffBudget(budget, chat, ground.cache, business.burst, business.calls_per_minute / 60)
        pulse = Pulse(
            corridor,
            waiting,
            ground.cache,
            lease,
            staff,
            settings.data_dir.absolute(),
            lambda: ground.library.newest.version,
            ready,
            now,
        )
        base = settings.telegram_webhook_url
        watchdog = Watchdog(
            trouble,
            waiting,
            Hearing(ground.database),
            business.hours,
            lambda: lease.ours,
            now,
            api=messengers.api,
            graph=None if messengers.whatsapp is None else messengers.whatsapp.graph,
            wanted="" if base is None else base.rstrip("/") + PATH,
            staff_chat=chat,
            budget=budget,
            calls_per_minute=business.calls_per_minute,
        )
        return cls(pulse, watchdog, lease)

    def works(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What runs until the desk stops."""
        return {"pulse": self.pulse.run(), "watchdog": self.watchdog.run()}

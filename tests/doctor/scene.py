"""An installation on local messengers, well in every respect; a test breaks one thing and asks the doctor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias

from bot.doctor.examination import CHECKS, examine
from bot.doctor.findings import Finding
from bot.doctor.installation import Installation, present
from bot.playground import telegram, whatsapp
from bot.playground.telegram import DEMO_TOKEN, TelegramWorld
from bot.playground.whatsapp import WhatsAppWorld
from bot.settings import read_what_can_be

__all__ = ["BASE", "Break", "Case", "Scene"]

BASE = "http://desk.example.uz"
GROUP = -1002000000777
EXAMPLE = Path(__file__).parents[2] / "bot/business/example.yaml"


@dataclass(slots=True)
class Scene:
    """The two messengers and the settings; `environ` may be changed until the doctor is asked."""

    folder: Path
    telegram: TelegramWorld
    whatsapp: WhatsAppWorld
    environ: dict[str, str]
    manager: int
    now: Callable[[], datetime] = field(default=present)
    settings: dict[str, Any] = field(default_factory=dict)
    """Settings as no reading would let them through, put in afterwards."""

    async def ask(self, *names: str) -> dict[str, Finding]:
        """The findings of these checks, or of all, by name."""
        reading = read_what_can_be(self.environ, self.folder / ".env")
        reading = replace(reading, settings=replace(reading.settings, **self.settings))
        checks = [check for check in CHECKS if not names or check.name in names]
        assert len(checks) == len(names) or not names, f"no such check among {names}"
        async with Installation(reading, self.now) as here:
            return {told.check: told.finding async for told in examine(here, checks)}


Break: TypeAlias = Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class Case:
    """What is broken, which check must see it as what, and words that must stand in what it found and in what to do."""

    broken: Break
    check: str
    state: str
    found: str
    todo: str = ""

    async def holds(self, scene: Scene) -> None:
        """Break it and look."""
        outcome = self.broken(scene)
        if hasattr(outcome, "__await__"):
            await outcome
        finding = (await scene.ask(self.check))[self.check]
        assert (finding.state, self.found in finding.found) == (self.state, True), finding
        assert bool(finding.todo) == (self.state != "ok"), finding
        assert self.todo in finding.todo, finding


async def open_scene(folder: Path, close: list[Callable[[], object]]) -> Scene:
    """Everything well; the runners' ends are put into `close`."""
    telegram_world, whatsapp_world = TelegramWorld(poll_pacing=False), WhatsAppWorld(business_name="Ozoda Uy")
    runner, telegram_url = await telegram.start(telegram_world, webhook_pause=0.0)
    close.append(runner.cleanup)
    runner, whatsapp_url = await whatsapp.start(whatsapp_world)
    close.append(runner.cleanup)
    telegram_world.make_forum("Desk", GROUP)
    manager = telegram_world.add_user(first_name="Dilnoza")
    telegram_world.say(manager, "/start")
    telegram_world.updates.drop_all()
    whatsapp_world.set_webhook(f"{BASE}/whatsapp/webhook")
    business = folder / "business.yaml"
    business.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    environ = {
        "QABUL_DATA_DIR": str(folder / "data"),
        "QABUL_TELEGRAM_TOKEN": DEMO_TOKEN,
        "QABUL_TELEGRAM_API_URL": telegram_url,
        "QABUL_STAFF_CHAT_ID": str(GROUP),
        "QABUL_MANAGER_IDS": str(manager["id"]),
        "QABUL_WHATSAPP_TOKEN": whatsapp_world.token,
        "QABUL_WHATSAPP_PHONE_NUMBER_ID": whatsapp_world.phone_number_id,
        "QABUL_WHATSAPP_APP_SECRET": whatsapp_world.app_secret,
        "QABUL_WHATSAPP_VERIFY_TOKEN": "local-verify-token",
        "QABUL_WHATSAPP_API_URL": whatsapp_url,
        "QABUL_BUSINESS_FILE": str(business),
    }
    return Scene(folder, telegram_world, whatsapp_world, environ, int(manager["id"]))


def names_of(cases: Sequence[Case]) -> set[str]:
    """The checks that the cases provoke into something else than well."""
    return {case.check for case in cases if case.state != "ok"}

"""All checks side by side, each within its time, told in their order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.doctor import book, database, machine, redis, settings, telegram, whatsapp
from bot.doctor.findings import Check, Finding, NotChecked, failure, vendor_words, warning
from bot.doctor.installation import Installation
from handlers.ports import SendError

__all__ = ["CHECKS", "Told", "examine"]

CHECK_SECONDS: Final = 8.0
"""How long one check may take. They run side by side, so the whole takes little more, whatever is dead."""
CHECKS: Final[Sequence[Check]] = (
    *settings.CHECKS,
    *telegram.CHECKS,
    *whatsapp.CHECKS,
    *database.CHECKS,
    *redis.CHECKS,
    *machine.CHECKS,
    *book.CHECKS,
)


@dataclass(frozen=True, slots=True)
class Told:
    """A check's line."""

    check: str
    finding: Finding


async def examine(here: Installation, checks: Sequence[Check] = CHECKS) -> AsyncIterator[Told]:
    """Run the checks; each line as soon as it and those before it are there."""
    tasks = [(check, asyncio.create_task(_look(check, here), name=check.name)) for check in checks]
    try:
        for check, task in tasks:
            finding = await task
            if finding is not None:
                shown = here.without_own_secrets
                yield Told(check.name, replace(finding, found=shown(finding.found), todo=shown(finding.todo)))
    finally:
        for _, task in tasks:
            task.cancel()
        await asyncio.gather(*(task for _, task in tasks), return_exceptions=True)


async def _look(check: Check, here: Installation) -> Finding | None:
    wrong = sorted(here.reading.wrong.intersection(check.needs))
    if wrong:
        return warning(f"not checked, because {' and '.join(wrong)} cannot be read", "correct the settings first")
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check.look(here)
    except TimeoutError:
        return failure(
            f"no answer within {CHECK_SECONDS:.0f} s", "look whether this machine reaches what the settings name"
        )
    except NotChecked as base:
        return warning(f"not checked, because “{base}” is not well", "mend that first")
    except SendError as error:
        return failure(f"the messenger does not tell ({vendor_words(error.code)})", "look again in a minute")
    except Exception as error:  # noqa: BLE001 - one check that breaks must not hide what the others found
        words = vendor_words(f"{type(error).__name__}: {error}")
        return failure(f"the check itself broke ({words})", "report this line to those who maintain the desk")

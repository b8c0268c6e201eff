"""The staff group, called by one call at a time: when it says "slow down", no other call is already on its way.

At twenty calls a minute nothing is lost by it; a call that overtakes a refusal would be one more refusal.
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.budget import Budget
from handlers.ports import StaffRoom
from scenarios.engine.events import Content

__all__ = ["PacedStaff"]


class PacedStaff:
    """handlers.ports.StaffRoom in front of the real one; whoever calls has waited for the budget already."""

    def __init__(self, staff: StaffRoom, budget: Budget) -> None:
        self._staff = staff
        self._budget = budget

    async def create_topic(self, chat: int, name: str) -> int:
        """Make a topic; its thread."""
        async with self._budget.alone(chat):
            return await self._staff.create_topic(chat, name)

    async def post(
        self, chat: int, thread: int, text: str, mentions: Sequence[tuple[str, str, str]] = (), reply_to: str = ""
    ) -> str:
        """Post a text; the message's id."""
        async with self._budget.alone(chat):
            return await self._staff.post(chat, thread, text, mentions, reply_to)

    async def post_content(self, chat: int, thread: int, content: Content) -> str:
        """Post a file, a place or a contact; the message's id."""
        async with self._budget.alone(chat):
            return await self._staff.post_content(chat, thread, content)

    async def post_document(self, chat: int, thread: int, path: str, name: str, caption: str) -> str:
        """Post a document; the message's id."""
        async with self._budget.alone(chat):
            return await self._staff.post_document(chat, thread, path, name, caption)

    async def post_picture(self, chat: int, thread: int, path: str, caption: str) -> str:
        """Post a picture; the message's id."""
        async with self._budget.alone(chat):
            return await self._staff.post_picture(chat, thread, path, caption)

    async def edit_text(self, chat: int, message: str, text: str) -> None:
        """Change a message of ours."""
        async with self._budget.alone(chat):
            await self._staff.edit_text(chat, message, text)

    async def pin(self, chat: int, message: str) -> None:
        """Pin a message."""
        async with self._budget.alone(chat):
            await self._staff.pin(chat, message)

    async def react(self, chat: int, message: str, emoji: str) -> None:
        """React to a message."""
        async with self._budget.alone(chat):
            await self._staff.react(chat, message, emoji)

    async def close_topic(self, chat: int, thread: int) -> None:
        """Close a topic."""
        async with self._budget.alone(chat):
            await self._staff.close_topic(chat, thread)

    async def reopen_topic(self, chat: int, thread: int) -> None:
        """Open a topic again."""
        async with self._budget.alone(chat):
            await self._staff.reopen_topic(chat, thread)

    async def admins(self, chat: int) -> Sequence[tuple[str, str, str]]:
        """The people who administer the group; asking costs none of its calls."""
        return await self._staff.admins(chat)

"""Carrying out one letter: to a customer, to a manager, into a topic, or fetching a file.

Every vendor's refusal arrives here as one of the few kinds of `ports` and leaves as a result or as the same error; the
outbox decides what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from handlers.actions import ActionDesk
from handlers.pace import Pace
from handlers.ports import Channel, Letters, MediaStore, Outgoing, Rejected, StaffRoom, Throttled
from handlers.template_message import TemplateMessage, unpacked
from handlers.topics import TopicDesk
from scenarios.engine.contents import content_from
from scenarios.engine.events import Media
from scenarios.engine.records import Letter, Result

__all__ = ["FileDesk", "Post"]

LARGEST_FILE = 100 * 1024 * 1024
"""Bytes kept of one file: WhatsApp's largest document (Meta, media page, 2026); Telegram's bots get 20 MB anyway."""

UNSENT_PAUSE = 1.0


class FileDesk:
    """Gets a vendor's file once and keeps it by its content."""

    def __init__(self, files: MediaStore, channels: Mapping[str, Channel]) -> None:
        self._files = files
        self._channels = channels

    async def kept(self, media: Media) -> Media:
        """The file with its hash, fetched if it is not here yet. Raises SendError kinds."""
        if media.hash:
            return media
        known = await self._files.known(media.channel, media.ref)
        if known is None:
            channel = self._channels.get(media.channel)
            if channel is None:
                raise Rejected(f"the channel {media.channel} is off")
            try:
                known, size = await self._files.keep(channel.fetch(media), LARGEST_FILE)
            except ValueError:
                raise Rejected(f"a file of more than {LARGEST_FILE} bytes", too_big=True) from None
            await self._files.remember(media.channel, media.ref, known, size, media.mime)
        return replace(media, hash=known)


class Post:
    """Sends letters."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        staff: StaffRoom | None,
        letters: Letters,
        topics: TopicDesk | None,
        files: FileDesk,
        now: Callable[[], datetime],
        actions: ActionDesk | None = None,
    ) -> None:
        self._actions = actions
        self._channels = channels
        self._staff = staff
        self._letters = letters
        self._topics = topics
        self._files = files
        self._now = now
        self.pace = Pace()

    def joined(self, letter: Letter, following: Sequence[Letter]) -> Sequence[Letter]:
        """Which of the following letters go together with this one in one call."""
        return self._topics.joined(letter, following) if self._topics and letter.op == "mirror" else ()

    def close(self) -> None:
        """The desk stops: what waits for the staff group is left to the next process."""
        if self._topics is not None:
            self._topics.close()

    async def ready(self, letter: Letter) -> None:
        """Wait until this chat and this account may be written to."""
        if letter.op == "say":
            channel, account, _ = letter.destination.split(":", 2)
            await self.pace.wait(f"{channel}:{account}:", letter.destination)

    async def send(self, letter: Letter, together: Sequence[Letter] = ()) -> Sequence[Result]:
        """What became of the letter and of those that went with it. Raises SendError kinds."""
        if letter.destination.startswith(("topic:", "extra:", "notify:")):
            if self._topics is None:
                return [self._result(letter, "dropped")]
            return await self._topics.send(letter, together)
        match letter.op:
            case "say":
                return [await self._say(letter)]
            case "edit":
                return [await self._edit(letter)]
            case "delete":
                return [await self._delete(letter)]
            case "keep":
                media = content_from(dict(letter.payload)).media
                assert media is not None
                await self._files.kept(media)
                return [self._result(letter, "sent")]
            case "do":
                assert self._actions is not None
                return [await self._actions.carry_out(letter)]
            case "general":
                assert self._topics is not None
                chat = letter.destination.rsplit(":", 1)[1]
                message = await self._topics.answer_in_general(int(chat), str(letter.payload["text"]))
                return [replace(self._result(letter, "sent"), chat=chat, message=message)]
            case "lead" | "picture" | "paper" | "file":
                return [await self._to_manager(letter)]
        raise Rejected(f"nobody knows how to {letter.op}")

    async def _say(self, letter: Letter) -> Result:
        channel, key = self._channel(letter.destination)
        payload = dict(letter.payload)
        content = content_from(payload)
        if content.media is not None and content.media.channel != channel.name:
            content = replace(content, media=await self._files.kept(content.media))
        message = Outgoing(
            content=content,
            choices=tuple((data, label) for data, label in payload.get("choices", ())),
            share_label=payload.get("share", ""),
            list_label=payload.get("list", ""),
            pick=payload.get("pick", ""),
            template=self._template(channel, payload),
        )
        sent = await channel.send(key, message)
        if letter.speaker == "agent" and self._topics is not None and channel.name == "telegram":
            # Telegram tells bots nothing later: accepted is all there is to show.
            self._topics.leftovers.show_status(str(payload.get("source", "")), "delivered")
        text = content.text if message.template is None else message.template.text
        return replace(self._result(letter, "sent"), chat=sent.chat, message=sent.message, text=text)

    def _template(self, channel: Channel, payload: Mapping[str, Any]) -> TemplateMessage | None:
        """The template that goes instead, when the customer has been silent for too long to be written to freely."""
        if "template" not in payload or channel.window is None:
            return None
        heard = datetime.fromisoformat(payload["heard_at"]) if payload["heard_at"] else None
        if heard is not None and self._now() - heard < channel.window:
            return None
        return unpacked(payload["template"])

    async def _edit(self, letter: Letter) -> Result:
        original = await self._letters.sent_as(str(letter.payload["line"]))
        text = str(letter.payload["text"])
        if original is None or original[0] in ("dropped", "failed") or original[4] == text:
            return self._result(letter, "dropped")
        if original[0] == "queued":
            raise Throttled("the message itself is not sent yet", UNSENT_PAUSE)
        channel, key = self._channel(original[1])
        if not channel.can_edit:
            return replace(self._result(letter, "failed"), reason="edit", code=channel.name)
        await channel.edit(key, original[3], text, caption=original[5])
        return replace(self._result(letter, "sent"), text=text)

    async def _delete(self, letter: Letter) -> Result:
        original = await self._letters.sent_as(str(letter.payload["line"]))
        if original is None or original[0] in ("dropped", "failed"):
            return self._result(letter, "dropped")
        if original[0] == "queued":
            raise Throttled("the message itself is not sent yet", UNSENT_PAUSE)
        channel, key = self._channel(original[1])
        if not channel.can_delete:
            return replace(self._result(letter, "failed"), reason="edit", code=channel.name)
        await channel.delete(key, original[3])
        return self._result(letter, "sent")

    async def _to_manager(self, letter: Letter) -> Result:
        if self._staff is None:
            return self._result(letter, "dropped")
        chat = int(letter.destination.rsplit(":", 1)[1])
        if letter.op == "lead":
            assert self._topics is not None
            message = await self._staff.post(chat, 0, self._topics.notices.text(letter))
        elif letter.op in ("picture", "file"):
            path, told = str(letter.payload["path"]), str(letter.payload.get("caption", ""))
            if not Path(path).exists():  # noqa: ASYNC240 - one call of the kernel
                # Made on a host that is gone; what it is about went before it, as text.
                raise Rejected(f"the {letter.op} is not on this host")
            if letter.op == "picture":
                message = await self._staff.post_picture(chat, 0, path, told)
            else:
                message = await self._staff.post_document(chat, 0, path, str(letter.payload["name"]), told)
        else:
            assert self._topics is not None
            contact, caption = str(letter.payload["contact"]), str(letter.payload["caption"])
            message = await self._topics.documents.post(chat, 0, contact, caption=caption)
        return replace(self._result(letter, "sent"), chat=str(chat), message=message)

    def _channel(self, destination: str) -> tuple[Channel, str]:
        name, account, key = destination.split(":", 2)
        # Accounts that are shown on another channel (a trial) have one of their own.
        channel = self._channels.get(f"{name}:{account}") or self._channels.get(name)
        if channel is None:
            raise Rejected(f"the channel {name} is off")
        return channel, key

    def _result(self, letter: Letter, status: str) -> Result:
        return Result(letter, status, self._now())

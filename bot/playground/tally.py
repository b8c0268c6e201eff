"""Is anything lost, is anything there twice? The messengers' own books held against the desk's database.

Rule: only facts. In: what people sent, which the messenger has handed over or still keeps, and whether the event is
stored. Out: letters that the desk calls sent, and whether the message is on the phone; a message of the bot that no
letter knows, equal to one that a letter knows, is there twice (sent, and killed before that was written down).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from bot.playground.stage import Stage
from bot.playground.telegram.refusals import Json
from bot.playground.telegram.state import is_service
from storage.reckoning import Posted, Reckoning

__all__ = ["Tally", "take"]


@dataclass(frozen=True, slots=True)
class Tally:
    """All since the demo began. `said` = `stored` + `on_the_way` + `lost_in`; `promised` are answers and copies that
    the desk wrote down to be sent, `delivered` of them are there, `to_send` wait, `refused` came back for good."""

    said: int
    stored: int
    on_the_way: int
    promised: int
    delivered: int
    to_send: int
    refused: int
    lost: int
    doubled: int
    timers: int

    @property
    def settled(self) -> bool:
        """Whether nothing is under way any more."""
        return not self.on_the_way and not self.to_send

    def shown(self) -> Json:
        """For the page."""
        return {**asdict(self), "settled": self.settled}


async def take(stage: Stage, reckoning: Reckoning) -> Tally:
    """Count. What the messengers keep is read first, so that a message on its way is never called lost."""
    waiting = {int(number) for number in stage.telegram.updates.pending}
    whatsapp_waits = stage.whatsapp.webhook.waiting
    said = [*_telegram_said(stage), *_whatsapp_said(stage)]
    events = {":".join(one.split(":")[:3]) for one in await reckoning.events()}
    letters = await reckoning.letters()
    missing = [one for one in said if one[0] not in events]
    on_the_way = sum(number in waiting if number else whatsapp_waits > 0 for _, number in missing)
    mine = [one for one in letters if one.op == "say" or one.destination.startswith("topic:")]
    sent = [one for one in mine if one.status == "sent" and one.message]
    vanished = sum(not _is_there(stage, one) for one in sent if one.op == "say")
    return Tally(
        said=len(said),
        stored=len(said) - len(missing),
        on_the_way=on_the_way,
        promised=sum(one.status != "dropped" for one in mine),
        delivered=sum(one.status == "sent" for one in mine) - vanished,
        to_send=sum(one.status == "queued" for one in mine),
        refused=sum(one.status == "failed" for one in mine),
        lost=len(missing) - on_the_way + vanished,
        doubled=_doubled(stage, letters),
        timers=await reckoning.timers(),
    )


def _telegram_said(stage: Stage) -> Iterator[tuple[str, int]]:
    """(the start of the event's id, the update's number) of all that customers and agents wrote or tapped."""
    bot = stage.telegram.bot["id"]
    customers = {one.ref for one in stage.customers()}
    agents = {one.user_id for one in stage.agents}
    for update in stage.telegram.updates.past():
        number = int(update["update_id"])
        content = update.get("message") or update.get("edited_message") or update.get("callback_query")
        if content is None:
            continue
        chat = (content.get("message") or content)["chat"]["id"]
        sender = content["from"]["id"]
        from_customer = sender in customers and chat == sender
        from_agent = sender in agents and "message" in update and content.get("message_thread_id")
        if from_customer or (from_agent and not is_service(content)):
            yield f"tg:{bot}:{number}", number


def _whatsapp_said(stage: Stage) -> Iterator[tuple[str, int]]:
    account = stage.whatsapp.phone_number_id
    for customer in stage.customers():
        if isinstance(customer.ref, str):
            for message in stage.whatsapp.chat(customer.ref):
                if message.side == "customer" and not message.revoked:
                    yield f"wa:{account}:{message.id}", 0


def _is_there(stage: Stage, letter: Posted) -> bool:
    if letter.destination.startswith("whatsapp:"):
        return stage.whatsapp.known(letter.message) is not None
    chat = stage.telegram.chats.get(int(letter.chat)) if letter.chat.lstrip("-").isdigit() else None
    # A customer cannot take a message of the bot away, so what was sent has to be there.
    return chat is None or not letter.message.isdigit() or int(letter.message) in chat.messages


def _doubled(stage: Stage, letters: Sequence[Posted]) -> int:
    """Copies beyond the one that a letter knows, in the customers' chats and in the topics."""
    known = {(one.chat, one.message) for one in letters if one.message}
    messages = {one.message for one in letters if one.destination.startswith("whatsapp:")}
    bot, found = stage.telegram.bot["id"], 0
    for chat_id, chat in stage.telegram.chats.items():
        if chat_id == stage.manager.user_id:
            continue
        own = [one for one in chat.messages.values() if one["from"]["id"] == bot and not is_service(one)]
        claimed = Counter(_telegram_key(one) for one in own if (str(chat_id), str(one["message_id"])) in known)
        found += sum(
            claimed[_telegram_key(one)] > 0 for one in own if (str(chat_id), str(one["message_id"])) not in known
        )
    for customer in stage.customers():
        if isinstance(customer.ref, str):
            theirs = [one for one in stage.whatsapp.chat(customer.ref) if one.side == "business"]
            ours = {(one.type, one.text) for one in theirs if one.id in messages}
            found += sum((one.type, one.text) in ours for one in theirs if one.id not in messages)
    return found


def _telegram_key(message: Json) -> tuple[object, ...]:
    file = next((message[kind] for kind in ("photo", "document", "voice", "video") if kind in message), None)
    one = file[-1] if isinstance(file, list) and file else file
    size = one.get("file_size") if isinstance(one, dict) else None
    return message.get("message_thread_id"), message.get("text") or message.get("caption"), size

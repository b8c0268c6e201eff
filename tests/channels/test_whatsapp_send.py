"""Sending over real HTTP against the local WhatsApp, which refuses what Meta refuses."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from bot.channels.whatsapp.graph import Graph
from bot.channels.whatsapp.send import WhatsAppChannel
from bot.playground.whatsapp import ChatMessage, Person, WhatsAppWorld, start
from bot.secret import Secret
from handlers.ports import ChannelDown, Outgoing, Rejected, SendError, Throttled, Unreachable, WindowClosed
from scenarios.engine.events import Content, Media, Sender, SharedContact, Spot

TOKEN = "EAAlocalWhatsAppTokenThatNobodyMaySee"
OPUS = b"OggS" + b"\x00" * 24 + b"OpusHead\x01\x01" + b"\x00" * 20
JPEG = b"\xff\xd8\xff" + b"\x00" * 2000


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    world: WhatsAppWorld
    channel: WhatsAppChannel
    files: Path
    malika: Person
    clock: Clock
    phone: str = "p:998901112233"
    uploads: list[str] = field(default_factory=list)

    def keep(self, data: bytes, kind: str = "photo", mime: str = "image/jpeg", name: str = "") -> Media:
        hash_ = f"h{len(list(self.files.iterdir()))}"
        (self.files / hash_).write_bytes(data)
        return Media(kind, "telegram", "ref", name, mime, len(data), hash_)

    def shown(self) -> list[ChatMessage]:
        return [one for one in self.world.chat(self.malika) if one.side == "business"]

    def calls(self, path: str) -> int:
        return sum(1 for call in self.world.calls if call.path.endswith(path))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    world = WhatsAppWorld(token=TOKEN)
    world.switch(pair_rate=False, status_delay=0.0, refusals="response", sniff_media=True)
    runner, base = await start(world, hang_seconds=1.0)
    malika = world.add_user("Malika", "998901112233")
    world.say(malika, "Salom")
    clock = Clock()
    channel = WhatsAppChannel(Secret(TOKEN), world.phone_number_id, base, lambda hash_: str(tmp_path / hash_), clock)
    yield Desk(world, channel, tmp_path, malika, clock)
    await channel.close()
    await runner.cleanup()


def words(text: str, *labels: str) -> Outgoing:
    choices = tuple((f"step:1:{place}", label) for place, label in enumerate(labels))
    return Outgoing(Content(text=text), choices, list_label="Tanlang", pick="Raqamini yozing.")


async def test_a_text_arrives_and_its_id_comes_back(desk: Desk) -> None:
    sent = await desk.channel.send(desk.phone, words("Salom, Malika!"))
    assert sent.chat == desk.phone
    assert [(one.id, one.text) for one in desk.shown()] == [(sent.message, "Salom, Malika!")]


async def test_a_user_id_is_addressed_as_recipient(desk: Desk) -> None:
    await desk.channel.send(f"u:{desk.malika.user_id}", words("Salom"))
    assert desk.shown()[0].to_user_id
    assert "to" not in desk.shown()[0].payload


async def test_buttons_and_lists_are_taken_as_they_are(desk: Desk) -> None:
    await desk.channel.send(desk.phone, words("Nima?", "Narxi", "Muddati"))
    await desk.channel.send(desk.phone, words("Nima?", *"abcdefghij"))
    await desk.channel.send(desk.phone, Outgoing(Content(text="Raqam?"), share_label="Yuborish"))
    assert [[button.kind for button in one.buttons] for one in desk.shown()] == [
        ["reply", "reply"],
        ["row"] * 10,
        ["contact"],
    ]


async def test_a_contact_and_a_place_arrive(desk: Desk) -> None:
    await desk.channel.send(desk.phone, Outgoing(Content(contact=SharedContact("+998935554433", "Ali"))))
    await desk.channel.send(desk.phone, Outgoing(Content(spot=Spot(41.3, 69.2, "Markaz"))))
    assert [one.type for one in desk.shown()] == ["contacts", "location"]


async def test_a_file_is_uploaded_once_for_29_days(desk: Desk) -> None:
    photo = Outgoing(Content("Mana", desk.keep(JPEG)))
    await desk.channel.send(desk.phone, photo)
    await desk.channel.send(desk.phone, photo)
    assert desk.calls("/media") == 1
    desk.clock.now += 29 * 86_400 + 1
    await desk.channel.send(desk.phone, photo)
    assert desk.calls("/media") == 2
    assert [(one.type, one.text) for one in desk.shown()] == [("image", "Mana")] * 3


async def test_a_file_that_meta_dropped_is_uploaded_again(desk: Desk) -> None:
    photo = Outgoing(Content("Mana", desk.keep(JPEG)))
    await desk.channel.send(desk.phone, photo)
    attachment = desk.shown()[0].attachment
    assert attachment is not None
    desk.world.media.delete(attachment.media_id or "", desk.world.now())
    await desk.channel.send(desk.phone, photo)
    assert desk.calls("/media") == 2
    assert len(desk.shown()) == 2


@pytest.mark.parametrize(
    ("kind", "mime", "data", "name", "arrives"),
    [
        ("voice", "audio/ogg", OPUS, "", "audio"),
        ("video", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 100, "", "video"),
        ("document", "application/pdf", b"%PDF-1.7 " + b"\x00" * 100, "Шартнома.pdf", "document"),
        ("document", "text/csv", b"a;b\n1;2\n", "narxlar.csv", "document"),
        ("sticker", "image/webp", b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 100, "", "sticker"),
        ("photo", "image/jpeg", JPEG + b"\x00" * 5_300_000, "", "document"),
    ],
)
async def test_files_arrive_as_what_they_are(
    desk: Desk, kind: str, mime: str, data: bytes, name: str, arrives: str
) -> None:
    await desk.channel.send(desk.phone, Outgoing(Content(media=desk.keep(data, kind, mime, name))))
    (message,) = desk.shown()
    assert message.type == arrives
    assert message.attachment is not None
    assert message.attachment.file_name == (name or ("photo.jpg" if arrives == "document" else None))


async def test_a_type_that_no_upload_takes_is_named_in_the_refusal(desk: Desk) -> None:
    archive = desk.keep(b"PK\x03\x04" + b"\x00" * 50, "document", "application/zip", "a.zip")
    with pytest.raises(Rejected) as refused:
        await desk.channel.send(desk.phone, Outgoing(Content(media=archive)))
    assert refused.value.code == "100: application/zip"


async def test_a_file_over_100_mb_is_refused_without_an_upload(desk: Desk) -> None:
    big = desk.keep(b"", "document", "application/pdf")
    with (desk.files / big.hash).open("wb") as file:
        file.truncate(104_857_601)
    with pytest.raises(Rejected) as refused:
        await desk.channel.send(desk.phone, Outgoing(Content(media=big)))
    assert refused.value.reason == "too_big"
    assert desk.calls("/media") == 0


@pytest.mark.parametrize("media", [Media("photo", "telegram", "x"), Media("photo", "telegram", "x", hash="gone")])
async def test_a_file_we_do_not_have_is_refused(desk: Desk, media: Media) -> None:
    with pytest.raises(Rejected):
        await desk.channel.send(desk.phone, Outgoing(Content(media=media)))


@pytest.mark.parametrize("key", ["", "998901112233", "p:", "p:abc", "x:1", "u:"])
async def test_what_is_no_address_is_refused_without_a_call(desk: Desk, key: str) -> None:
    with pytest.raises(Rejected):
        await desk.channel.send(key, words("Salom"))
    assert not desk.world.calls


async def test_refusals_have_the_kind_of_their_code(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        await desk.channel.send("p:998000000000", words("Salom"))
    desk.world.pass_time(25 * 3600)
    with pytest.raises(WindowClosed):
        await desk.channel.send(desk.phone, words("Salom"))
    desk.world.fail_next(code=190)
    with pytest.raises(Rejected) as refused:
        await desk.channel.send(desk.phone, words("Salom"))
    assert refused.value.account
    desk.world.fail_next(code=130429, retry_after=7)
    with pytest.raises(Throttled) as slow:
        await desk.channel.send(desk.phone, words("Salom"))
    assert (slow.value.scope, slow.value.retry_after) == ("account", 7)


async def test_the_pair_rate_of_one_person_grows_until_a_message_is_taken(desk: Desk) -> None:
    async def wait() -> float:
        desk.world.fail_next(code=131056)
        with pytest.raises(Throttled) as slow:
            await desk.channel.send(desk.phone, words("Salom"))
        assert slow.value.scope == "chat"
        return slow.value.retry_after

    assert [await wait() for _ in range(3)] == [1, 4, 16]
    await desk.channel.send(desk.phone, words("Salom"))
    assert await wait() == 1
    desk.clock.now += 601
    assert await wait() == 1


async def test_a_dropped_connection_is_a_channel_that_is_down(desk: Desk) -> None:
    desk.world.fail_next(how="drop")
    with pytest.raises(ChannelDown):
        await desk.channel.send(desk.phone, words("Salom"))
    desk.world.fail_next(code=131016)
    with pytest.raises(ChannelDown):
        await desk.channel.send(desk.phone, words("Salom"))


async def test_a_retry_of_a_long_message_repeats_no_part_that_was_taken(desk: Desk) -> None:
    long = words("so'z " * 2000, "Ha", "Yo'q")
    original = desk.world.accept
    taken = 0

    def second_fails(payload: dict[str, object]) -> dict[str, object]:
        nonlocal taken
        taken += 1
        if taken == 2:
            desk.world.fail_next(code=131000)
        return original(payload)

    desk.world.accept = second_fails  # type: ignore[method-assign]
    with pytest.raises(ChannelDown):
        await desk.channel.send(desk.phone, long)
    desk.world.accept = original  # type: ignore[method-assign]
    sent = await desk.channel.send(desk.phone, long)
    parts = desk.shown()
    assert "".join("".join(one.text for one in parts).split()) == "so'z" * 2000
    assert parts[0].id == sent.message
    assert {one.callback_data for one in parts[1:]} == {f"part-of:{sent.message}"}
    await desk.channel.send(desk.phone, long)
    assert len(desk.shown()) == 2 * len(parts)


async def test_silence_is_a_channel_that_is_down(desk: Desk) -> None:
    graph = Graph(Secret(TOKEN), desk.world.phone_number_id, f"{desk.world.media.base_url}/v24.0", seconds=0.1)
    desk.world.fail_next(how="hang")
    with pytest.raises(ChannelDown) as down:
        await graph.message({"messaging_product": "whatsapp"})
    assert down.value.code == "timeout"
    await graph.close()


async def test_whatsapp_can_neither_edit_nor_delete(desk: Desk) -> None:
    assert not desk.channel.can_edit
    assert not desk.channel.can_delete
    with pytest.raises(Rejected):
        await desk.channel.edit(desk.phone, "wamid.1", "x", False)
    with pytest.raises(Rejected):
        await desk.channel.delete(desk.phone, "wamid.1")


async def test_typing_marks_the_last_message_as_read_and_never_raises(desk: Desk) -> None:
    await desk.channel.typing(desk.phone)
    assert not desk.world.calls
    said = desk.world.chat(desk.malika)[0]
    desk.channel.heard(Sender("whatsapp", desk.world.phone_number_id, ("u:x", desk.phone)), said.id)
    await desk.channel.typing(desk.phone)
    assert desk.world.message(said.id).seen_by_business
    assert desk.world.person(desk.malika.key).typing_until > 0
    desk.world.fail_next(3)
    await desk.channel.typing("u:x")
    desk.channel.heard(Sender("whatsapp", "", (desk.phone,)), "wamid.unknown")
    await desk.channel.typing(desk.phone)


async def fetched(channel: WhatsAppChannel, media: Media) -> bytes:
    return b"".join([chunk async for chunk in channel.fetch(media)])


async def test_a_customers_file_is_fetched_whole(desk: Desk) -> None:
    data = bytes(range(256)) * 2000
    message = desk.world.message(desk.world.send_media(desk.malika, "image", data, "image/jpeg"))
    assert message.attachment is not None
    media = Media("photo", "whatsapp", message.attachment.media_id or "")
    assert await fetched(desk.channel, media) == data
    desk.world.pass_time(8 * 86_400)
    with pytest.raises(Rejected) as refused:
        await fetched(desk.channel, media)
    assert not refused.value.account


@pytest.mark.parametrize("ref", ["", "../1", "1/2", "1?x"])
async def test_what_is_no_media_id_is_never_asked_for(desk: Desk, ref: str) -> None:
    with pytest.raises(Rejected):
        await fetched(desk.channel, Media("photo", "whatsapp", ref))
    assert not desk.world.calls


@dataclass
class OddServer:
    """A server that answers what no WhatsApp should."""

    base: str
    seen: list[str] = field(default_factory=list)
    answer: web.StreamResponse | None = None


@pytest.fixture
async def odd() -> AsyncIterator[OddServer]:
    found = OddServer("")

    async def anything(request: web.Request) -> web.StreamResponse:
        found.seen.append(f"{request.path} {request.headers.get('Authorization', '')}")
        await request.read()
        assert found.answer is not None
        return found.answer

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", anything)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.base = f"http://127.0.0.1:{runner.addresses[0][1]}/v24.0"
    yield found
    await runner.cleanup()


@pytest.mark.parametrize(
    "answer",
    [
        web.Response(text="<html>welcome to the hotel</html>", content_type="text/html"),
        web.Response(text='{"messages": []}'),
        web.Response(text='{"messages": [{"id": {}}]}'),
        web.Response(text="[" * 100_000),
        web.Response(text="[]"),
        web.Response(status=302, headers={"Location": "https://example.org/"}),
        web.Response(status=502, text="bad gateway"),
    ],
)
async def test_an_answer_that_confirms_nothing_is_a_channel_that_is_down(odd: OddServer, answer: web.Response) -> None:
    channel = WhatsAppChannel(Secret(TOKEN), "1", odd.base, str)
    odd.answer = answer
    with pytest.raises(ChannelDown):
        await channel.send("p:998901112233", words("Salom"))
    assert len(odd.seen) == 1
    await channel.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example/x",
        "https://evil.example/x",
        "https://fbsbx.com.evil.example/",
        "ftp://x",
        "",
        "http://[::1",
    ],
)
async def test_the_token_goes_to_no_strange_address(odd: OddServer, url: str) -> None:
    channel = WhatsAppChannel(Secret(TOKEN), "1", odd.base, str)
    odd.answer = web.json_response({"url": url})
    with pytest.raises(Rejected):
        await fetched(channel, Media("photo", "whatsapp", "123"))
    assert len(odd.seen) == 1
    await channel.close()


async def test_nobody_listening_is_a_channel_that_is_down_and_the_token_is_nowhere(
    caplog: pytest.LogCaptureFixture, unused_tcp_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = WhatsAppChannel(Secret(TOKEN), "1", f"http://127.0.0.1:{unused_tcp_port}/v24.0", str)
    channel.heard(Sender("whatsapp", "1", ("p:998901112233",)), "wamid.1")
    await channel.typing("p:998901112233")
    with pytest.raises(ChannelDown) as down:
        await channel.send("p:998901112233", words("Salom"))
    told = f"{down.value!r} {down.value.__cause__!r} {down.value.code} {caplog.text}"
    assert TOKEN not in told
    assert isinstance(down.value, SendError)
    await channel.close()

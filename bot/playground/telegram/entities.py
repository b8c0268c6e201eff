"""Formatted text: HTML parse mode, automatic entities and the checks on lengths. Offsets count UTF-16
units, lengths of texts count code points, both as Telegram does; a parse error carries Telegram's sentence
and a byte offset."""

from __future__ import annotations

import html
import re

from bot.playground.telegram.refusals import Json, bad

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "span": "spoiler", "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji",
    "blockquote": "blockquote",
}  # fmt: skip
_ATTRIBUTE = re.compile(r"""\s+([a-zA-Z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/<])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?![\w/])"
    r"|(?<!\w)(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})\b"
    r"|(?<!\w)(?P<hashtag>\#\w*[^\W\d]\w*)"
)


def units(text: str) -> int:
    """Length in UTF-16 units, the measure of entity offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def detect(text: str) -> list[Json]:
    """The entities Telegram finds by itself: commands, mentions, links, e-mail addresses, hashtags."""
    if "/" not in text and "@" not in text and "#" not in text:
        return []
    return [
        {"offset": units(text[: m.start()]), "length": units(m.group()), "type": str(m.lastgroup)}
        for m in _FOUND.finditer(text)
    ]


def formatted(text: str, parse_mode: str, given: object = None) -> tuple[str, list[Json]]:
    """Text and entities as Telegram would store them, spaces around the text taken off.

    Only HTML is spoken here besides plain text and given entities; the two Markdown modes are refused as
    unsupported.
    """
    mode = parse_mode.lower()
    if mode == "html":
        text, entities = parse_html(text)
    elif mode:
        raise bad("unsupported parse_mode")
    elif isinstance(given, list) and all(isinstance(item, dict) for item in given):
        entities = [dict(item) for item in given]
    else:
        entities = []
    kept = text.rstrip()
    lead = units(kept) - units(kept.lstrip())
    kept = kept.lstrip()
    end = units(kept)
    entities = [cut for item in entities if (cut := _cut(item, lead, end)) is not None]
    taken = [(e["offset"], e["offset"] + e["length"]) for e in entities]
    for item in detect(kept):
        if not any(start < item["offset"] + item["length"] and item["offset"] < stop for start, stop in taken):
            entities.append(item)
    entities.sort(key=lambda e: (e["offset"], -e["length"]))
    return kept, entities


def _cut(entity: Json, lead: int, end: int) -> Json | None:
    start = max(0, int(entity.get("offset", 0)) - lead)
    stop = min(end, int(entity.get("offset", 0)) + int(entity.get("length", 0)) - lead)
    return {**entity, "offset": start, "length": stop - start} if stop > start else None


def parse_html(text: str) -> tuple[str, list[Json]]:
    """Telegram's HTML to plain text and entities, or `can't parse entities: …`."""
    out: list[str] = []
    entities: list[Json] = []
    stack: list[tuple[str, dict[str, str], int]] = []
    size = 0
    at = 0
    while at < len(text):
        if text[at] == "&":
            match = _CHARACTER.match(text, at)
            piece = html.unescape(match.group()) if match else "&"
            at += len(match.group()) if match else 1
        elif text[at] != "<":
            stop = min((i for i in (text.find("<", at), text.find("&", at)) if i >= 0), default=len(text))
            piece = text[at:stop]
            at = stop
        elif text.startswith("</", at):
            at = _close_tag(text, at, stack, entities, size)
            continue
        else:
            at = _open_tag(text, at, stack, size)
            continue
        out.append(piece)
        size += units(piece)
    if stack:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{stack[-1][0]}\"")
    plain = "".join(out)
    for entity in entities:
        if entity["type"] == "text_link" and not entity["url"]:
            raw = plain.encode("utf-16-le", "surrogatepass")
            piece16 = raw[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2]
            entity["url"] = piece16.decode("utf-16-le", "replace")
    return plain, entities


def _bytes_before(text: str, at: int) -> int:
    return len(text[:at].encode("utf-8", "surrogatepass"))


def _open_tag(text: str, at: int, stack: list[tuple[str, dict[str, str], int]], size: int) -> int:
    match = re.compile(r"<([^\s>]*)").match(text, at)
    name = match.group(1).lower() if match else ""
    where = _bytes_before(text, at)
    end = at + 1 + len(name)
    if end >= len(text):
        raise bad(f"can't parse entities: Unclosed start tag at byte offset {where}")
    if name not in _KINDS:
        raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {where}')
    attributes: dict[str, str] = {}
    while found := _ATTRIBUTE.match(text, end):
        attributes[found.group(1).lower()] = html.unescape((found.group(2) or "").strip("\"'"))
        end = found.end()
    while end < len(text) and text[end].isspace():
        end += 1
    if end >= len(text) or text[end] != ">":
        raise bad(f"can't parse entities: Unclosed start tag at byte offset {where}")
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise bad(f'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset {where}')
    stack.append((name, attributes, size))
    return end + 1


def _close_tag(
    text: str, at: int, stack: list[tuple[str, dict[str, str], int]], entities: list[Json], size: int
) -> int:
    where = _bytes_before(text, at)
    if not stack:
        raise bad(f"can't parse entities: Unexpected end tag at byte offset {where}")
    match = re.compile(r"</([^\s>]*)\s*(>?)").match(text, at)
    if match is None or not match.group(2):
        raise bad(f"can't parse entities: Unclosed end tag at byte offset {where}")
    name, attributes, start = stack.pop()
    found = match.group(1).lower()
    if found and found != name:
        raise bad(
            f'can\'t parse entities: Unmatched end tag at byte offset {where}, expected "</{name}>", found "</{found}>"'
        )
    if size > start:
        _add_entity(name, attributes, start, size, stack, entities)
    return match.end()


def _add_entity(
    name: str,
    attributes: dict[str, str],
    start: int,
    size: int,
    stack: list[tuple[str, dict[str, str], int]],
    entities: list[Json],
) -> None:
    entity: Json = {"offset": start, "length": size - start, "type": _KINDS[name]}
    if name == "a":
        entity["url"] = attributes.get("href", "")
    elif name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    elif name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    elif name == "code" and stack and stack[-1][0] == "pre" and attributes.get("class", "").startswith("language-"):
        stack[-1][1]["language"] = attributes["class"].removeprefix("language-")
        return
    elif name == "pre" and attributes.get("language"):
        entity["language"] = attributes["language"]
    entities.append(entity)

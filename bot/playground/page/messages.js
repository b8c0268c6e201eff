// One message as a bubble: text with its marks, media, buttons, ticks, reactions.

import { h, safeUrl } from "./dom.js";
import { openViewer } from "./viewer.js";
import { word } from "./words.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", spoiler: "span",
  blockquote: "q", expandable_blockquote: "q",
};
const TICKS = { sent: "✓", delivered: "✓✓", read: "✓✓" };
const MEDIA_WITH_PLAYER = { voice: "audio", audio: "audio", video: "video", video_note: "video", animation: "video" };

const two = (number) => String(number).padStart(2, "0");

export function clockTime(seconds) {
  const time = new Date(seconds * 1000);
  return `${two(time.getHours())}:${two(time.getMinutes())}`;
}

export const dayOf = (seconds) => new Date(seconds * 1000).toDateString();

/** In digits, because browsers know the months of some languages only by number. */
export function dayName(seconds) {
  const time = new Date(seconds * 1000);
  return `${two(time.getDate())}.${two(time.getMonth() + 1)}.${time.getFullYear()}`;
}

export function sizeText(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

/** A message in a few words, for lists and quotes. */
export function inWords(preview) {
  if (preview.kind === "text") return preview.text;
  const kind = word(preview.kind);
  return preview.text ? `${kind}: ${preview.text}` : kind;
}

/** Text with Telegram's entities, whose offsets count UTF-16 units as JavaScript does. */
export function markedText(text, entities, onCommand) {
  const cuts = new Set([0, text.length]);
  for (const { offset, length } of entities) {
    cuts.add(Math.min(offset, text.length));
    cuts.add(Math.min(offset + length, text.length));
  }
  const points = [...cuts].sort((a, b) => a - b);
  return points.slice(0, -1).map((from, at) => {
    const piece = text.slice(from, points[at + 1]);
    const marks = entities.filter((one) => one.offset <= from && one.offset + one.length >= points[at + 1]);
    return marks.reduce((inner, mark) => marked(inner, mark, piece, onCommand), document.createTextNode(piece));
  });
}

function marked(inner, mark, piece, onCommand) {
  if (mark.type === "bot_command" && onCommand) {
    return h("button", { type: "button", class: "command", onclick: () => onCommand(piece) }, inner);
  }
  const url = mark.type === "url" ? safeUrl(piece) : mark.type === "text_link" ? safeUrl(mark.url) : "";
  if (url) return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, inner);
  if (TAGS[mark.type]) return h(TAGS[mark.type], { class: `mark-${mark.type}` }, inner);
  return inner;
}

function extension(name) {
  const end = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  return end.length <= 4 ? end.toUpperCase() : "";
}

function media(message) {
  const { file, kind } = message;
  const label = file.name || word(kind);
  if (!file.url) return h("p", { class: "file" }, label);
  const url = `/${file.url}`;
  if (kind === "photo" || kind === "sticker") {
    const image = h("img", { src: url, alt: message.text || word(kind), loading: "lazy", class: kind });
    if (file.width && file.height) image.style.aspectRatio = `${file.width} / ${file.height}`;
    const name = `${word(kind)}, ${word("openFile")}`;
    return h("a", { href: url, target: "_blank", rel: "noopener", "aria-label": name, class: "picture", onclick: openPicture }, image);
  }
  const player = MEDIA_WITH_PLAYER[kind];
  if (player) return h(player, { src: url, controls: true, preload: "metadata", class: kind, "aria-label": label });
  return h(
    "a",
    { href: url, target: "_blank", rel: "noopener", class: "file" },
    h("span", { class: "file-sign", "aria-hidden": "true" }, extension(label)),
    h("span", { class: "file-name" }, label),
    h("span", { class: "small" }, sizeText(file.size)),
  );
}

/** A picture opens in place; with a held key, or without its script, in a tab of its own. */
function openPicture(event) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openViewer(event.currentTarget.href, event.currentTarget.querySelector("img").alt);
}

function content(message, on) {
  if (message.revoked) return h("p", { class: "text quiet" }, word("revoked"));
  if (message.kind === "contact") {
    return h("p", { class: "text" }, h("strong", {}, message.text), h("br"), message.phone || "");
  }
  if (message.kind === "location") return h("p", { class: "text" }, h("strong", {}, word("location")), h("br"), message.text);
  if (message.kind === "other") return h("p", { class: "text quiet" }, message.text || word("other"));
  if (!message.text) return null;
  return h("p", { class: "text", dir: "auto" }, markedText(message.text, message.entities || [], on.command));
}

/** Buttons; one that was tapped shows it, for its reader and for whoever hears the page. */
function tapKey(message, button, on) {
  const isChosen = button.id && message.tapped === button.id;
  return h("button", {
    type: "button", onclick: () => on.tap(message, button), "data-focus": `${message.id}/${button.id || button.label}`,
    "data-button": button.id, class: isChosen ? "tapped" : undefined,
  }, isChosen && h("span", { role: "img", "aria-label": word("chosen") }, "✓ "), button.label);
}

function buttonRows(message, on) {
  const rows = (message.buttons || []).map((row) =>
    h(
      "div",
      { class: "button-row" },
      row.map((button) => {
        if (button.url !== undefined) {
          const url = safeUrl(button.url);
          if (url) return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, `${button.label} ↗`);
        }
        return tapKey(message, button, on);
      }),
    ),
  );
  if (message.list) {
    const open = () => on.list(message);
    const label = `☰ ${message.list.label}`;
    const focus = `${message.id}/list`;
    const button = h("button", { type: "button", onclick: open, "aria-haspopup": "dialog", "data-focus": focus }, label);
    rows.push(h("div", { class: "button-row" }, button));
  }
  return rows.length ? h("div", { class: "buttons" }, rows) : null;
}

function reactions(message, names) {
  const shown = (one) => h("span", { title: names?.[one] && word(names[one]), "aria-label": names?.[one] && word(names[one]), role: "img" },
    names?.[one] ? `${one} ${word(names[one])}` : one);
  return h("span", { class: "reactions" }, message.reactions.map(shown));
}

function foot(message, mine, names) {
  const ticks = TICKS[message.ticks];
  return h(
    "p",
    { class: "foot" },
    message.reactions && reactions(message, names),
    message.edited && h("span", {}, word("edited")),
    h("time", {}, clockTime(message.at)),
    mine && ticks && h("span", { class: `ticks ${message.ticks}`, role: "img", "aria-label": word(message.ticks) }, ticks),
    message.ticks === "failed" && h("span", { class: "failed" }, `⚠ ${word("failed")} (${message.error ?? "?"})`),
  );
}

/** What is inside a bubble. `on`: tap(message, button), list(message), command(text). */
export function inside(message, mine, on, names) {
  const reply = message.reply;
  return [
    message.note && h("p", { class: "note-sign" }, word("note")),
    message.forwarded && h("p", { class: "small" }, word("forwarded")),
    reply && h("p", { class: "quote" }, h("strong", {}, reply.from), h("br"), inWords(reply)),
    message.header && h("p", { class: "header" }, message.header),
    message.file && media(message),
    content(message, on),
    message.footer && h("p", { class: "small" }, message.footer),
    foot(message, mine, names),
  ];
}

/** A list item. `look`: mine, named, newDay; `on.menu(message, button)` opens what can be done with it. */
export function bubble(message, look, on) {
  const day = look.newDay && h("p", { class: "day" }, dayName(message.at));
  if (message.kind === "service") {
    return h("li", { class: "message service" }, day, h("p", {}, `${message.name}: ${word(message.event)}`));
  }
  const kinds = ["message", look.mine ? "mine" : "theirs"];
  if (message.note) kinds.push("note");
  if (message.ticks === "failed") kinds.push("undelivered");
  const menu = h("button", {
    type: "button", class: "menu-button", "aria-haspopup": "menu", "aria-label": word("messageMenu"),
    "data-focus": `${message.id}/menu`, onclick: (event) => on.menu(message, event.currentTarget),
  }, "⋯");
  return h(
    "li",
    { class: kinds.join(" ") },
    day,
    h(
      "div",
      { class: "line" },
      h("div", { class: "bubble" }, look.named && h("p", { class: "author" }, message.name), inside(message, look.mine, on, look.reactionNames)),
      menu,
    ),
    buttonRows(message, on),
  );
}

export { buttonRows };

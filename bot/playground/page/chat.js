// One chat: its messages in order and the line to write in. Used for phones, topics and the manager.

import { Attachments } from "./attachments.js";
import { h, openMenu, toast } from "./dom.js";
import { act } from "./link.js";
import { bubble, dayOf, inWords } from "./messages.js";
import { word, pageLanguage, phrase } from "./words.js";
import { openSheet } from "./dialogs.js";

const NEAR_END = 80;
const GROUPED_SECONDS = 300;
const REACTIONS = ["👍", "❤", "👎"];
// A place in Tashkent, near the business.
const PLACE = { latitude: 41.2855, longitude: 69.2044 };

/** `options`: name(), mine(message), named, reactionNames, who(), earlier(), personal (may share phone and place),
    canEdit(), empty, between. */
export class Chat {
  constructor(root, options) {
    this.options = options;
    this.key = "";
    this.model = null;
    this.drafts = new Map();
    this.context = null;
    this.atEnd = true;
    this.list = h("ol", { class: "messages" });
    this.log = h("div", { class: "log", role: "log", tabindex: "0" }, this.list);
    this.log.addEventListener("scroll", () => {
      this.atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
    });
    this.list.addEventListener("load", () => this.stick(), true);
    this.field = h("textarea", { rows: "1", maxlength: "4096", enterkeyhint: "send" });
    this.field.addEventListener("keydown", (event) => this.onKey(event));
    this.attachments = new Attachments(this);
    this.attach = this.attachments.button;
    this.submit = h("button", { type: "submit", class: "icon send" }, "➤");
    this.note = h("div", { class: "context", hidden: true });
    this.form = h("form", { class: "composer", onsubmit: (event) => this.send(event) },
      this.note, this.attach, this.field, this.submit, this.attachments.picker);
    root.append(this.log, ...(options.between || []), this.form);
    this.on = {
      tap: (message, button) => this.tap(message, button),
      list: (message) => openSheet(message, (row) => this.tap(message, row)),
      command: (text) => this.fill(text),
      menu: (message, anchor) => this.openActions(message, anchor),
    };
  }

  /** Everything an act needs to know about where and who. */
  at(body) {
    return { chat: this.key, who: this.options.who?.() || "", ...body };
  }

  show(key, model) {
    if (key !== this.key) {
      this.drafts.set(this.key, this.field.value);
      this.key = key;
      this.field.value = this.drafts.get(key) || "";
      this.setContext(null);
      this.list.replaceChildren();
      this.atEnd = true;
    }
    this.model = model;
    this.log.setAttribute("aria-label", phrase("chatWith", { name: this.options.name() }));
    this.field.setAttribute("aria-label", word("message"));
    this.field.placeholder = model?.placeholder || word("message");
    for (const [button, name] of [[this.attach, "attach"], [this.submit, "send"]]) {
      button.setAttribute("aria-label", word(name));
      button.title = word(name);
    }
    this.paint();
  }

  paint() {
    const known = new Map([...this.list.children].map((item) => [item.dataset.id, item]));
    const focus = document.activeElement?.dataset?.focus;
    const items = [];
    if (this.model?.more) items.push(this.earlierItem(known));
    let before = null;
    for (const id of this.model?.ids || []) {
      const message = this.model.messages.get(id);
      if (!message) continue;
      const look = {
        mine: this.options.mine(message),
        newDay: !before || dayOf(before.at) !== dayOf(message.at),
        reactionNames: this.options.reactionNames,
        named: this.options.named && (!before || before.kind === "service" || before.author !== message.author ||
          message.at - before.at > GROUPED_SECONDS),
      };
      const state = JSON.stringify([message, look, pageLanguage()]);
      let item = known.get(id);
      if (!item || item.state !== state) {
        item = bubble(message, look, this.on);
        item.dataset.id = id;
        item.state = state;
      }
      items.push(item);
      before = message;
    }
    if (!items.length && this.model) items.push(h("li", { class: "empty" }, word(this.options.empty || "empty")));
    this.arrange(items);
    if (focus && document.activeElement === document.body) {
      this.list.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
    }
    this.stick();
  }

  /** Put the items in their places and touch only what moved, so that nothing flickers or loses its focus. */
  arrange(items) {
    const wanted = new Set(items);
    for (const child of [...this.list.children]) if (!wanted.has(child)) child.remove();
    items.forEach((item, at) => {
      if (this.list.children[at] !== item) this.list.insertBefore(item, this.list.children[at] || null);
    });
  }

  earlierItem(known) {
    const item = known.get("earlier");
    if (item?.state === pageLanguage()) return item;
    const button = h("button", { type: "button", onclick: () => this.options.earlier(this.key) }, word("earlier"));
    const made = h("li", { class: "empty" }, button);
    made.dataset.id = "earlier";
    made.state = pageLanguage();
    return made;
  }

  stick() {
    if (this.atEnd) this.log.scrollTop = this.log.scrollHeight;
  }

  onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "Escape" && this.context) {
      event.preventDefault();
      if (this.context.edit) this.field.value = "";
      this.setContext(null);
    }
  }

  async send(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text || !this.key) return;
    const { context } = this;
    const key = this.key;
    const body = context?.edit
      ? this.at({ act: "edit", message: context.message.id, text })
      : this.at({ act: "say", text, reply_to: context?.message.id ?? null });
    this.field.value = "";
    this.setContext(null);
    this.atEnd = true;
    if ((await act(body)) === null && this.key === key && !this.field.value) this.field.value = text;
  }

  /** Send a ready text at once, as a phrase or a key of a reply keyboard. */
  say(text) {
    this.atEnd = true;
    return act(this.at({ act: "say", text }));
  }

  tap(message, button) {
    if (button.url !== undefined) return toast(button.url || button.label);
    if (button.opens === "location") return act(this.at({ act: "location", ...PLACE, reply_to: message.id }));
    return act(this.at({ act: "tap", message: message.id, button: button.id }));
  }

  shareContact() {
    return act(this.at({ act: "contact" }));
  }

  sendPlace() {
    return act(this.at({ act: "location", ...PLACE }));
  }

  fill(text) {
    this.field.value = text;
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  setContext(context) {
    this.context = context;
    this.note.hidden = !context;
    if (!context) return this.note.replaceChildren();
    const { message } = context;
    const title = context.edit ? word("editing") : `${word("replying")} ${message.name}`;
    const cancel = () => {
      if (context.edit) this.field.value = "";
      this.setContext(null);
      this.field.focus();
    };
    this.note.replaceChildren(
      h("p", {}, h("strong", {}, title), " ", inWords(message)),
      h("button", { type: "button", class: "icon", "aria-label": word("cancel"), onclick: cancel }, "✕"),
    );
    this.field.focus();
  }

  openActions(message, anchor) {
    const own = this.options.mine(message);
    const items = [{ label: word("reply"), run: () => this.setContext({ message }) }];
    if (own && this.options.canEdit() && ["text", "photo", "video", "voice", "document"].includes(message.kind)) {
      const edit = () => {
        this.setContext({ message, edit: true });
        this.fill(message.text);
      };
      items.push({ label: word("edit"), run: edit });
    }
    if (own) {
      const remove = () => act(this.at({ act: "delete", message: message.id }));
      items.push({ label: word("delete"), run: remove, danger: true });
    } else {
      for (const emoji of REACTIONS) {
        const react = () => act(this.at({ act: "react", message: message.id, emoji }));
        items.push({ label: emoji, run: react, compact: true });
      }
    }
    openMenu(anchor, items, word("messageMenu"));
  }

  /** The written line becomes the caption. */
  async sendMedia(body) {
    const caption = this.context?.edit ? "" : this.field.value.trim();
    if (caption) this.field.value = "";
    if (!this.context?.edit) this.setContext(null);
    this.atEnd = true;
    const sent = await act(this.at({ act: "media", caption, ...body }));
    if (sent === null && caption && !this.field.value) this.field.value = caption;
  }
}

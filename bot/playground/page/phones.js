// The customers' phones: one is in the hand, the others wait in the tabs above it.

import { Chat } from "./chat.js";
import { openNewCustomer } from "./dialogs.js";
import { byId, h, initial, openMenu } from "./dom.js";
import { act } from "./link.js";
import { LANGUAGE_NAMES, PHRASES, word } from "./words.js";

const SIGNS = { telegram: "TG", whatsapp: "WA" };

export class Phones {
  /** `page`: scene, model(key), unread(entry), visible(pane), look() after a choice, earlier(key). */
  constructor(page) {
    this.page = page;
    this.chosen = "";
    this.reading = "";
    this.keyboard = h("div", { class: "keyboard", hidden: true });
    this.start = h("button", {
      type: "button", id: "phone-start", class: "primary", hidden: true, "data-word": "start", onclick: () => this.chat.say("/start"),
    });
    this.phrases = h("div", { id: "phrases", class: "quick", role: "group", "data-label": "tryThese" });
    this.chat = new Chat(byId("phone-body"), {
      mine: (message) => !message.bot,
      earlier: page.earlier,
      personal: true,
      name: () => this.customer()?.name || "",
      canEdit: () => this.customer()?.channel === "telegram",
      empty: "emptyPhone",
      between: [this.start, this.phrases],
    });
    byId("phone-body").append(this.keyboard);
    byId("add-customer").addEventListener("click", () => openNewCustomer((key) => this.choose(key)));
    byId("phone-menu").addEventListener("click", () => this.openMenu());
    byId("phone-tabs").addEventListener("keydown", (event) => this.onTabKey(event));
  }

  customer() {
    return this.page.scene?.customers.find((one) => one.key === this.chosen);
  }

  /** Take a phone in the hand; one that was just added waits until the page has heard of it. */
  choose(key) {
    this.wanted = key;
    this.page.look();
  }

  onTabKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = this.page.scene.customers;
    const at = all.findIndex((one) => one.key === this.chosen);
    this.choose(all[(at + step + all.length) % all.length].key);
    byId("phone-tabs").querySelector('[aria-selected="true"]')?.focus();
  }

  paint() {
    const { scene } = this.page;
    if (this.wanted && scene.customers.some((one) => one.key === this.wanted)) {
      this.chosen = this.wanted;
      this.wanted = "";
    }
    if (!this.customer()) this.chosen = scene.customers[0]?.key || "";
    this.paintTabs(scene.customers);
    const customer = this.customer();
    if (!customer) return;
    const model = this.page.model(this.chosen);
    byId("phone").dataset.channel = customer.channel;
    byId("phone-avatar").textContent = initial(scene.bot);
    byId("phone-title").textContent = customer.channel === "telegram" ? scene.bot : scene.business;
    byId("phone-owner").textContent =
      `${customer.name} · ${LANGUAGE_NAMES[customer.language]} · ${customer.phone}`;
    this.paintState();
    this.chat.show(this.chosen, model);
    const fresh = customer.channel === "telegram" && model && !model.ids.length && !customer.blocked;
    this.start.hidden = !fresh;
    this.phrases.hidden = Boolean(model?.ids.length);
    this.paintKeyboard(model);
    this.paintPhrases(customer);
    this.tellRead(customer, model);
  }

  /** The line under the name: typing, blocked, or what kind of account it is. */
  paintState() {
    const customer = this.customer();
    if (!customer) return;
    const typing = this.page.isTyping(this.chosen);
    const kind = customer.channel === "telegram" ? "bot" : "business";
    const state = customer.blocked ? `${customer.name}: ${word("blocked")}` : word(typing ? "typing" : kind);
    if (byId("phone-state").textContent !== state) byId("phone-state").textContent = state;
  }

  paintTabs(customers) {
    const tabs = customers.map((one) => {
      const unread = one.key === this.chosen ? 0 : this.page.unread(one);
      return h(
        "button",
        {
          type: "button", role: "tab", "aria-selected": String(one.key === this.chosen), "aria-controls": "phone",
          tabindex: one.key === this.chosen ? "0" : "-1", "data-key": one.key, onclick: () => this.choose(one.key),
        },
        h("span", { class: `sign ${one.channel}`, title: one.channel }, SIGNS[one.channel]),
        one.name,
        unread > 0 && h("span", { class: "badge", "aria-label": `${unread} ${word("unread")}` }, String(unread)),
      );
    });
    const focused = document.activeElement?.dataset?.key;
    const bar = byId("phone-tabs");
    const was = bar.querySelector('[aria-selected="true"]')?.dataset.key;
    bar.replaceChildren(...tabs);
    if (focused) tabs.find((one) => one.dataset.key === focused)?.focus();
    if (was !== this.chosen) tabs.find((one) => one.dataset.key === this.chosen)?.scrollIntoView({ inline: "nearest", block: "nearest" });
  }

  paintKeyboard(model) {
    const rows = model?.keyboard || [];
    this.keyboard.hidden = !rows.length;
    const state = JSON.stringify([this.chosen, rows]);
    if (this.keyboard.state === state) return;
    this.keyboard.state = state;
    const press = (key) => {
      if (key.asks === "contact") this.chat.shareContact();
      else if (key.asks === "location") this.chat.sendPlace();
      else this.chat.say(key.label);
    };
    this.keyboard.replaceChildren(
      ...rows.map((row) =>
        h("div", { class: "button-row" }, row.map((key) => h("button", { type: "button", onclick: () => press(key) }, key.label))),
      ),
    );
    this.chat.stick();
  }

  paintPhrases(customer) {
    const { phrases } = this;
    if (phrases.dataset.language === customer.language) return;
    phrases.dataset.language = customer.language;
    phrases.replaceChildren(
      ...PHRASES[customer.language].map((text) => h("button", { type: "button", onclick: () => this.chat.say(text) }, text)),
    );
  }

  /** Whoever has the chat open has read it; WhatsApp tells the business. */
  tellRead(customer, model) {
    if (customer.channel !== "whatsapp" || !model?.unread || !this.page.visible("phones")) return;
    const state = `${this.chosen}/${model.ids.at(-1)}/${model.unread}`;
    if (this.reading === state || customer.blocked) return;
    this.reading = state;
    act({ act: "read", chat: this.chosen });
  }

  openMenu() {
    const customer = this.customer();
    if (!customer) return;
    const block = () => act({ act: "block", chat: this.chosen, blocked: !customer.blocked });
    openMenu(
      byId("phone-menu"),
      [
        { label: word("contact"), run: () => this.chat.shareContact() },
        { label: word("location"), run: () => this.chat.sendPlace() },
        { label: word(customer.blocked ? "unblock" : "block"), run: block, danger: !customer.blocked },
      ],
      word("more"),
    );
  }
}

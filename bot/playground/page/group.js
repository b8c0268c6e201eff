// The staff group: its topics, one of them open, and the agent who writes.

import { Chat } from "./chat.js";
import { byId, h, openMenu, quickKeys } from "./dom.js";
import { act } from "./link.js";
import { clockTime, inside, buttonRows, inWords } from "./messages.js";
import { pageLanguage, word } from "./words.js";

const QUICK = [["/take", "quick_take"], ["/close ", "quick_close"], ["// ", "quick_note"], ["/history", "quick_history"], ["/undo", "quick_undo"], ["/help", "quick_help"]];
const GENERAL = "topic:1";

export class Group {
  /** `page` as in phones.js. */
  constructor(page) {
    this.page = page;
    this.chosen = "";
    this.agent = "";
    this.picked = false;
    const quick = quickKeys(QUICK, (text) => this.chat.fill(text));
    this.chat = new Chat(byId("topic-body"), {
      mine: (message) => message.author === this.agentId(),
      named: true,
      reactionNames: { "👌": "delivered", "👀": "read" },
      name: () => this.topic()?.name || "",
      who: () => this.agent,
      earlier: page.earlier,
      canEdit: () => true,
      between: [byId("writer"), quick],
    });
    byId("topic-menu").addEventListener("click", () => this.openMenu());
  }

  topic() {
    return this.page.scene?.topics.find((one) => one.key === this.chosen);
  }

  agentId() {
    return this.page.scene?.agents.find((one) => one.key === this.agent)?.id;
  }

  choose(key) {
    this.picked = true;
    this.chosen = key;
    this.page.look();
  }

  paint() {
    const { scene } = this.page;
    // Until somebody chooses, the first conversation is shown as soon as there is one.
    if (!this.topic() || (!this.picked && this.chosen === GENERAL)) {
      const talks = scene.topics.filter((one) => one.key !== GENERAL);
      this.chosen = (talks.find((one) => !one.closed) || talks[0] || scene.topics[0])?.key || "";
    }
    if (!this.agent) this.agent = scene.agents[0].key;
    byId("group-name").textContent = scene.group;
    this.paintTopics(scene.topics);
    this.paintWriters(scene.agents);
    const topic = this.topic();
    if (!topic) return;
    byId("topic-title").textContent = this.nameOf(topic);
    byId("topic-state").hidden = this.chosen === GENERAL;
    byId("topic-state").textContent = word(topic.closed ? "closed" : "open");
    byId("topic-state").className = topic.closed ? "state closed" : "state";
    byId("topic-menu").hidden = this.chosen === GENERAL;
    const model = this.page.model(this.chosen);
    this.paintCard(model?.pinned);
    this.chat.show(this.chosen, model);
  }

  nameOf(topic) {
    return topic.key === GENERAL ? word("general") : topic.name;
  }

  /** What the bot mirrors says by itself who wrote it. */
  lastWords(last) {
    return last.from === this.page.scene.bot ? inWords(last) : `${last.from}: ${inWords(last)}`;
  }

  paintTopics(topics) {
    const focused = document.activeElement?.dataset?.key;
    const entries = topics.map((one) => {
      const unread = one.key === this.chosen ? 0 : this.page.unread(one);
      const dot = h("span", { class: "dot", "aria-hidden": "true" });
      dot.style.background = one.color;
      return h("li", {}, h(
        "button",
        {
          type: "button", "aria-current": one.key === this.chosen && "true", "data-key": one.key,
          onclick: () => this.choose(one.key),
          class: one.closed ? "closed" : undefined,
        },
        dot,
        h("span", { class: "topic-name" }, this.nameOf(one)),
        unread > 0 && h("span", { class: "badge" }, String(unread), h("span", { class: "unseen" }, ` ${word("unread")}`)),
        one.last && h("span", { class: "last" }, one.closed && `${word("closed")} · `, this.lastWords(one.last)),
        one.last && h("time", {}, clockTime(one.last.at)),
      ));
    });
    if (topics.length < 2) entries.push(h("li", { class: "hint" }, word("noTopics")));
    byId("topics").replaceChildren(...entries);
    if (focused) byId("topics").querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  paintWriters(agents) {
    const box = byId("writer");
    const state = JSON.stringify([agents, this.agent, pageLanguage()]);
    if (box.state === state) return;
    box.state = state;
    const pick = (key) => {
      this.agent = key;
      this.paint();
    };
    const radios = agents.map((one) => {
      const radio = h("input", { type: "radio", name: "agent", value: one.key, onchange: () => pick(one.key) });
      radio.checked = one.key === this.agent;
      return h("label", {}, radio, one.name);
    });
    const focused = box.contains(document.activeElement);
    box.replaceChildren(h("legend", {}, word("writingAs")), ...radios);
    if (focused) box.querySelector("input:checked")?.focus();
  }

  paintCard(pinned) {
    const card = byId("card");
    card.hidden = !pinned;
    byId("card-line").textContent = pinned ? inWords(pinned).split("\n", 2).join(" · ") : "";
    const state = JSON.stringify([this.chosen, pinned, pageLanguage()]);
    if (!pinned || card.state === state) return;
    card.state = state;
    const on = { ...this.chat.on };
    byId("card-body").replaceChildren(...[...inside(pinned, false, on), buttonRows(pinned, on)].filter(Boolean));
  }

  openMenu() {
    const topic = this.topic();
    if (!topic) return;
    const toggle = () => act({ act: "close_topic", chat: this.chosen, closed: !topic.closed, who: this.agent });
    const remove = () => act({ act: "delete_topic", chat: this.chosen, who: this.agent });
    openMenu(
      byId("topic-menu"),
      [
        { label: word(topic.closed ? "reopenTopic" : "closeTopic"), run: toggle },
        { label: word("deleteTopic"), run: remove, danger: true },
      ],
      word("more"),
    );
  }
}

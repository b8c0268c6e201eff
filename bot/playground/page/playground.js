// The page as a whole: what the server told, which chats are looked at, and which pane is in front.

import { Chat } from "./chat.js";
import { byId, quickKeys, toast } from "./dom.js";
import { Controls } from "./controls.js";
import { DecidedPanel } from "./decided.js";
import { Group } from "./group.js";
import { Link } from "./link.js";
import { Phones } from "./phones.js";
import { VersionsPanel } from "./versions.js";
import { choose, rememberedLanguage, word } from "./words.js";

const MANAGER = "manager";
const MANAGER_QUICK = [["/queue", "quick_queue"], ["/stats today", "quick_stats"], ["/stats 7d", "quick_stats"], ["/customer ", "quick_customer"], ["/help", "quick_help"]];
const SHOWN = 80;
const MORE = 200;
const PANES = ["phones", "group", "desk", MANAGER];
const WIDE = "(min-width: 1100px)";

class Page {
  constructor() {
    this.scene = null;
    this.models = new Map();
    this.limits = new Map();
    this.clockAhead = 0;
    this.pane = "phones";
    this.seen = {};
    this.earlier = (key) => {
      this.limits.set(key, (this.limits.get(key) || SHOWN) + MORE);
      this.watch();
    };
    this.phones = new Phones(this);
    this.group = new Group(this);
    this.controls = new Controls(this);
    this.decided = new DecidedPanel(this);
    this.versions = new VersionsPanel(() => this.paint());
    const quick = quickKeys(MANAGER_QUICK, (text) => this.manager.fill(text));
    this.manager = new Chat(byId("manager-body"), {
      mine: (message) => !message.bot,
      earlier: this.earlier,
      canEdit: () => true,
      name: () => `${word("manager")}, ${this.scene?.manager.name || ""}`,
      empty: "emptyManager",
      between: [quick],
    });
    for (const tab of document.querySelectorAll("[data-pane]")) {
      tab.addEventListener("click", () => this.front(tab.dataset.pane));
    }
    byId("pane-tabs").addEventListener("keydown", (event) => this.onPaneKey(event));
    const language = byId("language");
    language.value = rememberedLanguage();
    language.addEventListener("change", () => {
      choose(language.value);
      this.controls.speak();
      this.paint();
    });
    choose(language.value);
    this.controls.speak();
    document.addEventListener("visibilitychange", () => this.paint());
    matchMedia(WIDE).addEventListener("change", () => this.paint());
    this.front(this.pane);
    this.link = new Link((news) => this.hear(news), (connected) => this.paintLink(connected));
    setInterval(() => this.paintTyping(), 1000);
  }

  model(key) {
    return this.models.get(key);
  }

  hear(news) {
    if (news.now) this.clockAhead = news.now - Date.now() / 1000;
    if (news.scene) {
      if (this.scene && this.scene.run !== news.scene.run) this.models.clear();
      this.scene = news.scene;
      this.recall();
    }
    for (const { key, messages, ...head } of news.chats || []) {
      const known = this.models.get(key)?.messages || new Map();
      for (const message of messages) known.set(message.id, message);
      const wanted = new Set(head.ids);
      for (const id of known.keys()) if (!wanted.has(id)) known.delete(id);
      this.models.set(key, { ...head, messages: known });
    }
    if (news.decided) this.decided.hear(news.decided);
    if (news.versions) this.versions.hear(news.versions);
    for (const one of news.toasts || []) this.showAnswer(one);
    this.paint();
  }

  /** The bot's answer to a tap appears with the name of the person who sees it. */
  showAnswer({ user, text }) {
    const people = [...this.scene.customers, ...this.scene.agents, this.scene.manager];
    const name = people.find((one) => one.id === user)?.name;
    toast(name ? `${name}: ${text}` : text);
  }

  /** How much of each chat was seen, kept while the tab lives and the same demo runs. */
  recall() {
    if (this.seen.run === this.scene.run) return;
    this.seen = { run: this.scene.run, totals: {} };
    try {
      const kept = JSON.parse(sessionStorage.getItem("playground-seen") || "null");
      if (kept?.run === this.scene.run) this.seen = kept;
    } catch {
      // Without a memory everything counts as unread.
    }
  }

  remember(key, total) {
    if (this.seen.totals[key] === total) return;
    this.seen.totals[key] = total;
    try {
      sessionStorage.setItem("playground-seen", JSON.stringify(this.seen));
    } catch {
      // The badges then last as long as the page.
    }
  }

  unread(entry) {
    return Math.max(0, entry.total - (this.seen.totals[entry.key] || 0));
  }

  wide() {
    return matchMedia(WIDE).matches;
  }

  visible(pane) {
    return document.visibilityState === "visible" && (this.wide() || this.pane === pane);
  }

  front(pane) {
    this.pane = pane;
    document.body.dataset.front = pane;
    for (const tab of document.querySelectorAll("[data-pane]")) {
      const isFront = tab.dataset.pane === pane;
      tab.setAttribute("aria-selected", String(isFront));
      tab.tabIndex = isFront ? 0 : -1;
    }
    this.paint();
  }

  onPaneKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.front(PANES[(PANES.indexOf(this.pane) + step + PANES.length) % PANES.length]);
    byId("pane-tabs").querySelector('[aria-selected="true"]').focus();
  }

  /** After another chat was chosen. */
  look() {
    this.paint();
  }

  /** Bring what is played before the eyes: its phone, its topic, and on a narrow screen the pane where it happens. */
  follow(show) {
    this.phones.choose(show.customer);
    if (show.thread) this.group.choose(`topic:${show.thread}`);
    if (!this.wide() && (this.pane === "phones" || this.pane === "group")) this.front(show.where);
  }

  watch() {
    const keys = [this.phones.chosen, this.group.chosen, MANAGER].filter(Boolean);
    for (const key of this.models.keys()) if (!keys.includes(key)) this.models.delete(key);
    const chats = Object.fromEntries(keys.map((key) => [key, this.limits.get(key) || SHOWN]));
    this.link.watch(chats, this.phones.chosen, this.versions.open && this.visible("desk"));
  }

  paint() {
    if (!this.scene) return;
    this.phones.paint();
    this.group.paint();
    this.paintManager();
    this.controls.paint();
    this.decided.paint();
    this.versions.paint();
    this.watch();
    this.markSeen();
    this.paintPaneBadges();
  }

  markSeen() {
    const customer = this.phones.customer();
    const topic = this.group.topic();
    if (customer && this.visible("phones")) this.remember(customer.key, customer.total);
    if (topic && this.visible("group")) this.remember(topic.key, topic.total);
    if (this.visible(MANAGER)) this.remember(MANAGER, this.scene.manager_total);
  }

  paintPaneBadges() {
    const sum = (entries) => entries.reduce((total, one) => total + this.unread(one), 0);
    const counts = {
      phones: sum(this.scene.customers),
      group: sum(this.scene.topics),
      manager: this.unread({ key: MANAGER, total: this.scene.manager_total }),
    };
    for (const [pane, count] of Object.entries(counts)) {
      const badge = byId(`badge-${pane}`);
      badge.hidden = !count;
      badge.textContent = String(count);
      badge.setAttribute("aria-label", `${count} ${word("unread")}`);
    }
  }

  paintManager() {
    byId("manager-name").textContent = this.scene.manager.name;
    this.manager.show(MANAGER, this.model(MANAGER));
    this.paintTyping();
  }

  isTyping(key) {
    return (this.model(key)?.typing_until || 0) > Date.now() / 1000 + this.clockAhead;
  }

  paintTyping() {
    if (!this.scene) return;
    this.phones.paintState();
    const state = byId("manager-state");
    state.hidden = !this.isTyping(MANAGER);
    state.textContent = `${this.scene.bot} ${word("typing")}`;
  }

  paintLink(connected) {
    const state = byId("connection");
    state.classList.toggle("lost", !connected);
    state.dataset.word = connected ? "live" : "lost";
    state.textContent = word(state.dataset.word);
  }
}

new Page();

// What the desk decided just now for the customer in the hand: read from its own storage, in words.

import { exactTime } from "./clock.js";
import { byId, h } from "./dom.js";
import { act } from "./link.js";
import { inWords } from "./messages.js";
import { openTest } from "./retold.js";
import { WherePanel } from "./where.js";
import { hasWord, inPageLanguage, LANGUAGE_NAMES, pageLanguage, phrase, word } from "./words.js";

const row = (key, name, ...content) => [
  h("dt", {}, word(name)),
  h("dd", { "data-decided": key }, content),
];

export class DecidedPanel {
  /** `page`: scene, phones. */
  constructor(page) {
    this.page = page;
    this.told = null;
    byId("save-test").addEventListener("click", () => openTest(this.page.phones.customer()));
    this.where = new WherePanel();
  }

  hear(told) {
    this.told = told;
  }

  paint() {
    const behind = this.page.scene?.backstage;
    byId("desk").hidden = !behind;
    const customer = this.page.phones.customer();
    if (!behind || !customer) return;
    const told = this.told?.key === customer.key ? this.told : null;
    const state = JSON.stringify([told, customer.key, pageLanguage()]);
    if (this.state === state) return;
    this.state = state;
    this.where.paint(told?.contact ? told : null);
    byId("desk-who").textContent = phrase("deskWho", customer);
    const panel = byId("decided");
    const focus = document.activeElement?.dataset?.timer;
    panel.dataset.key = customer.key;
    panel.dataset.contact = told?.contact || "";
    byId("save-test").hidden = !told?.contact;
    if (!told?.contact) {
      panel.replaceChildren(h("p", { class: "empty" }, phrase("deskUnknown", customer)));
      return;
    }
    panel.replaceChildren(h("dl", {},
      row("segment", "d_segment", this.segment(told)),
      row("holder", "d_holder", this.holder(told)),
      told.waiting.length ? row("waiting", "d_waiting", this.waiting(told)) : [],
      row("scenario", "d_scenario", told.scenario ? phrase("scenario_at", told) : word("scenario_none")),
      told.heard ? row("heard", "d_heard", this.heard(told)) : [],
      told.waiting.length ? [] : row("waiting", "d_waiting", this.waiting(told)),
      row("timers", "d_timers", this.timers(told)),
      told.happened.length ? row("happened", "d_happened", this.happened(told)) : [],
    ));
    if (focus) panel.querySelector(`[data-timer="${CSS.escape(focus)}"]`)?.focus();
  }

  segment(told) {
    return [
      h("strong", { class: `segment ${told.segment}`, "data-segment": told.segment }, word(`segment_${told.segment}`)),
      told.reason && h("span", {}, ` ${phrase("because", { why: inPageLanguage(told.reason) })}`),
    ];
  }

  holder(told) {
    const who = phrase(`holder_${told.holder}`, { desk: inPageLanguage(told.desk), agent: told.agent });
    return [
      h("strong", { "data-holder": told.holder }, who),
      h("p", { class: "small" }, `${word(`rule_${told.holder}`)} `, h("span", { "data-epoch": told.epoch }, phrase("epoch", told))),
    ];
  }

  heard({ heard }) {
    const parts = [heard.tapped ? h("span", {}, phrase("tapped", heard)) : h("q", {}, inWords(heard))];
    const one = heard.understood;
    if (!one) return parts;
    const language = one.language ? word(`lang_${one.language}`) : word("lang_unsure");
    const script = hasWord(`script_${one.script}`) ? `, ${word(`script_${one.script}`)}` : "";
    const chips = [`${word("h_language")}: ${language}${script}`, `${word("h_state")}: ${word(`state_${one.state}`)}`];
    chips.push(...one.flags.map((flag) => word(`flag_${flag}`)));
    if (one.wants_language) chips.push(`→ ${LANGUAGE_NAMES[one.wants_language]}`);
    parts.push(h("ul", { class: "chips" }, chips.map((text) => h("li", {}, text))));
    if (one.because.length) parts.push(h("p", { class: "small" }, phrase("words_heard", { words: one.because.slice(0, 3).map((text) => `“${text}”`).join(", ") })));
    return parts;
  }

  waiting(told) {
    const letters = told.waiting.map((one) => h("li", { "data-why": one.why },
      h("span", { class: "why" }, phrase(`why_${one.why}`, { until: exactTime(one.until) })),
      h("span", { class: "small" },
        ` ${hasWord(`to_${one.to}`) ? word(`to_${one.to}`) : one.to}`,
        one.attempts ? `, ${phrase("tries", one)}` : "", one.text ? `: ${one.text}` : ""),
    ));
    const hidden = told.waiting_in_all - told.waiting.length;
    if (hidden > 0) letters.push(h("li", { class: "small" }, `+ ${hidden}`));
    return [
      letters.length ? h("ul", { class: "waiting" }, letters) : h("span", {}, word("nothing_waits")),
      told.budget && h("p", { class: "small", "data-budget": told.budget.left }, phrase("budget", told.budget)),
    ];
  }

  timers(told) {
    const timers = told.timers.filter((one) => !one.over);
    if (!timers.length) return h("span", {}, word("no_timers"));
    return h("ul", { class: "timers" }, timers.map((one) => {
      const says = inPageLanguage(one.says);
      const what = says ? phrase("timer_says", { text: says })
        : one.goes && one.goes !== "end" ? phrase("timer_goes", { step: one.goes }) : word("timer_ends");
      return h("li", {},
        h("span", {}, phrase(`timer_${one.for}`, { due: exactTime(one.due) }), one.for === "album" ? "" : `: ${what}`),
        one.for !== "album" && h("button", {
          type: "button", class: "quiet-button", "data-timer": one.id, "data-for": one.for,
          onclick: () => act({ act: "hurry", timer: one.id }),
        }, word("skip")),
      );
    }));
  }

  happened(told) {
    return h("ol", { class: "happened" }, [...told.happened].reverse().map((one) => h("li", {},
      h("time", {}, exactTime(one.at)), " ",
      hasWord(`happened_${one.kind}`) ? phrase(`happened_${one.kind}`, one) : one.kind,
    )));
  }
}

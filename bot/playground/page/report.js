// What one `kill -9` did: what was under way, what came back, and whether anything was lost or came twice.

import { byId, h } from "./dom.js";
import { clockTime } from "./messages.js";
import { pageLanguage, phrase, word } from "./words.js";

export class Report {
  constructor() {
    this.closed = 0;
    byId("report-more").open = matchMedia("(min-width: 1100px)").matches;
    byId("report-close").addEventListener("click", () => {
      this.closed = this.kill?.number || 0;
      byId("report").hidden = true;
      byId("kill").focus();
    });
  }

  paint(kill) {
    this.kill = kill;
    const box = byId("report");
    box.hidden = !kill?.number || kill.number === this.closed;
    if (box.hidden) return;
    const state = JSON.stringify([kill, pageLanguage()]);
    if (this.state === state) return;
    this.state = state;
    box.dataset.state = kill.state;
    const { before, now } = kill;
    byId("report-title").textContent = phrase("report_title", kill);
    const steps = [phrase("report_before", {
      time: clockTime(kill.at), pid: kill.pid, in: before.on_the_way, out: before.to_send, timers: before.timers,
    })];
    steps.push(kill.state === "dead" ? word("report_dead") : phrase("report_back", { down: kill.down, pid: kill.new_pid }));
    if (kill.state !== "dead") steps.push(phrase("report_count", now));
    byId("report-steps").replaceChildren(...steps.map((text) => h("li", {}, text)));
    const sum = byId("report-sum");
    sum.dataset.lost = now.lost;
    sum.dataset.doubled = now.doubled;
    sum.className = kill.state === "settled" && !now.lost ? "good" : now.lost ? "bad" : "small";
    const told = this.sum(kill);
    if (sum.textContent !== told) sum.textContent = told;
  }

  sum({ state, now }) {
    if (now.lost && state === "settled") return phrase("report_lost", now);
    if (state !== "settled") return phrase("report_counting", now);
    return now.doubled ? phrase("report_doubled", now) : word("report_clean");
  }
}

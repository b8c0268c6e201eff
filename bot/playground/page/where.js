// Where the talk is: the picture of its scenario in the version that it is on, with the present step marked and in sight.

import { byId } from "./dom.js";
import { bringToMiddle, fetchGraph, graphUrl, markSteps } from "./graph.js";
import { phrase, word } from "./words.js";

export class WherePanel {
  constructor() {
    this.told = null;
    this.drawn = "";
    this.step = "";
    this.panel = byId("where");
    this.view = byId("where-view");
    this.whole = byId("where-whole");
    // Where only one pane has room the picture may have been drawn while nobody saw it.
    new ResizeObserver(() => this.show()).observe(this.view);
    this.panel.addEventListener("toggle", () => this.fetch());
    this.whole.addEventListener("click", () => {
      const whole = this.whole.getAttribute("aria-pressed") !== "true";
      this.whole.setAttribute("aria-pressed", String(whole));
      this.view.classList.toggle("whole", whole);
      this.show();
    });
  }

  /** `told`: what the desk decided for the customer in the hand; null when it knows nobody. */
  paint(told) {
    this.told = told;
    const runs = Boolean(told?.scenario);
    this.panel.hidden = !runs;
    if (!runs) return;
    const version = (told.scenario_version || "").slice(0, 7);
    byId("where-step").textContent = [phrase("scenario_at", told), version].filter(Boolean).join(" · ");
    this.fetch();
  }

  /** The picture of the scenario in the page's language; fetched when it is looked at and another than the one here. */
  async fetch() {
    if (!this.panel.open || !this.told?.scenario) return;
    const { scenario, step, scenario_version: version } = this.told;
    const wanted = version ? graphUrl(scenario, version) : "";
    if (wanted && wanted === this.drawn) {
      if (step !== this.step) this.mark(step);
      return;
    }
    this.drawn = wanted;
    this.step = "";
    try {
      if (!wanted) throw new Error("the desk does not keep this version");
      const picture = await fetchGraph(wanted);
      if (this.drawn !== wanted) return;
      this.view.replaceChildren(picture);
      this.mark(this.told.step);
    } catch {
      if (this.drawn !== wanted) return;
      this.drawn = "";
      this.view.textContent = word("whereNot");
    }
  }

  mark(step) {
    this.step = step;
    markSteps(this.view, [step]);
    this.show();
  }

  /** Bring the present step into the middle. */
  show() {
    bringToMiddle(this.view, this.view.querySelector(".box.here"));
  }
}

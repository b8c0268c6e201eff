// Where the talk is: the picture of the running scenario, drawn by the desk, with the present step marked and in sight.

import { byId } from "./dom.js";
import { pageLanguage, phrase, word } from "./words.js";

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
    byId("where-step").textContent = phrase("scenario_at", told);
    this.fetch();
  }

  /** The picture of the scenario in the page's language; fetched when it is looked at and another than the one here. */
  async fetch() {
    if (!this.panel.open || !this.told?.scenario) return;
    const { scenario, step } = this.told;
    const wanted = `/playground/graph/${encodeURIComponent(scenario)}/${pageLanguage()}.svg`;
    if (wanted === this.drawn) {
      if (step !== this.step) this.mark(step);
      return;
    }
    this.drawn = wanted;
    this.step = "";
    try {
      const answer = await fetch(wanted);
      const text = await answer.text();
      if (this.drawn !== wanted) return;
      if (!answer.ok) throw new Error(text);
      const picture = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
      this.view.replaceChildren(document.importNode(picture, true));
      this.mark(this.told.step);
    } catch {
      if (this.drawn !== wanted) return;
      this.drawn = "";
      this.view.textContent = word("whereNot");
    }
  }

  mark(step) {
    this.step = step;
    for (const box of this.view.querySelectorAll(".box.here")) box.classList.remove("here");
    this.box()?.classList.add("here");
    this.show();
  }

  box() {
    return this.view.querySelector(`.box[data-step="${CSS.escape(this.step)}"]`);
  }

  /** Bring the present step into the middle. */
  show() {
    const box = this.box()?.getBoundingClientRect();
    if (!box?.width) return;
    const view = this.view.getBoundingClientRect();
    this.view.scrollLeft += box.left + box.width / 2 - view.left - view.width / 2;
    this.view.scrollTop += box.top + box.height / 2 - view.top - view.height / 2;
  }
}

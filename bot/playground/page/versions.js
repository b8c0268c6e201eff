// Versions of the scenarios: which are in use, since when and by whom, and where talks stand on them.

import { exactTime } from "./clock.js";
import { byId, h } from "./dom.js";
import { markSteps, openGraph } from "./graph.js";
import { pageLanguage, phrase, word } from "./words.js";

export class VersionsPanel {
  /** `opened()` is called when the panel begins or ends to be looked at. */
  constructor(opened) {
    this.told = null;
    this.state = "";
    this.drawn = null;
    this.panel = byId("versions");
    this.view = byId("versions-view");
    this.panel.addEventListener("toggle", opened);
    byId("graph").addEventListener("close", () => {
      this.drawn = null;
    });
  }

  get open() {
    return this.panel.open;
  }

  hear(told) {
    this.told = told;
  }

  paint() {
    if (!this.open || !this.told) return;
    const state = JSON.stringify([this.told, pageLanguage()]);
    if (this.state === state) return;
    this.state = state;
    const focus = document.activeElement?.dataset?.version;
    const { files, quiet } = this.told;
    this.view.replaceChildren(
      ...files.map((file) => h("section", {},
        h("h3", {}, file.name),
        h("ul", {}, file.versions.map((one) => this.version(file.name, one))))),
      ...(files.length ? [] : [h("p", {}, word("versionsNobody"))]),
      ...(quiet.length ? [h("p", { class: "small" }, phrase("versionsQuiet", { names: quiet.join(", ") }))] : []),
    );
    if (focus) this.view.querySelector(`button[data-version="${CSS.escape(focus)}"]`)?.focus();
    this.mark();
  }

  version(name, one) {
    const since = one.since && phrase(`versionsBy_${one.who.by}`, { since: exactTime(one.since), name: one.who.name });
    const steps = one.steps.map((row) => h("li", { "data-step": row.step },
      phrase(row.oldest ? "versionsStep" : "versionsStepOnly", { ...row, oldest: exactTime(row.oldest) })));
    return h("li", { class: "version", "data-kind": one.kind, "data-name": name },
      h("div", { class: "version-head" },
        one.short && h("code", {}, one.short),
        h("span", { class: "version-kind" }, phrase(`versions_${one.kind}`, one)),
        one.drawn && h("button", {
          type: "button", class: "quiet-button", "aria-haspopup": "dialog", "data-version": `${name} ${one.version}`,
          "aria-label": `${word("versionsPicture")}: ${name} ${one.short}`,
          onclick: () => this.draw(name, one.version),
        }, word("versionsPicture"))),
      since && h("p", { class: "small" }, since),
      h("p", { class: "version-count" }, phrase(one.count ? "versionsCount" : "versionsEmpty", one)),
      steps.length > 0 && h("ul", { class: "version-steps small" }, steps),
    );
  }

  draw(name, version) {
    this.drawn = { name, version };
    openGraph(name, version, this.standing());
  }

  /** The steps where somebody stands in the version whose picture is open. */
  standing() {
    const file = this.told.files.find((one) => one.name === this.drawn.name);
    const version = file?.versions.find((one) => one.version === this.drawn.version);
    return (version?.steps || []).map((row) => row.step);
  }

  /** The open picture follows the talks too. */
  mark() {
    const view = this.drawn && byId("graph").querySelector(".graph-view");
    if (view) markSteps(view, this.standing());
  }
}

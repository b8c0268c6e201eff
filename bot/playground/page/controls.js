// The strip on top: prepared conversations, trouble for the messengers, the kill button, and what is going on.

import { byId, h } from "./dom.js";
import { act } from "./link.js";
import { Report } from "./report.js";
import { hasWord, LANGUAGE_NAMES, pageLanguage, phrase, word } from "./words.js";

const KINDS = ["new", "hesitant", "repeat", "unhappy"];
const SPEEDS = ["slow", "normal", "fast"];
const WEATHER = ["slow", "busy", "down"];
const FINAL = { done: "show_done", stopped: "show_stopped", stuck: "show_stuck" };

export class Controls {
  /** `page`: scene; follow(show) brings what is played before the eyes. */
  constructor(page) {
    this.page = page;
    this.report = new Report();
    this.language = byId("play-language");
    this.speed = byId("play-speed");
    this.language.append(...Object.entries(LANGUAGE_NAMES).map(([key, name]) => h("option", { value: key }, name)));
    this.language.value = pageLanguage();
    this.language.addEventListener("change", () => {
      this.picked = true;
    });
    this.speed.append(...SPEEDS.map((key) => h("option", { value: key, "data-word": `speed_${key}` }, word(`speed_${key}`))));
    this.speed.value = "normal";
    this.speed.addEventListener("change", () => {
      if (this.show()?.state === "playing") act({ act: "pace", speed: this.speed.value });
    });
    byId("kinds").append(...KINDS.map((kind) => h("button", {
      type: "button", class: "primary", "data-kind": kind, "data-word": `kind_${kind}`, onclick: () => this.play(kind),
    }, word(`kind_${kind}`))));
    byId("switches").append(...WEATHER.map((name) => h("button", {
      type: "button", "data-weather": name, "aria-pressed": "false", "data-word": `weather_${name}`,
      onclick: (event) => this.turn(name, event.currentTarget),
    }, word(`weather_${name}`))));
    byId("play-stop").addEventListener("click", () => act({ act: "stop" }));
    byId("kill").addEventListener("click", () => act({ act: "kill" }));
    this.played = "";
  }

  show() {
    return this.page.scene?.backstage?.show;
  }

  async play(kind) {
    await act({ act: "play", kind, language: this.language.value, speed: this.speed.value });
  }

  turn(name, button) {
    act({ act: "weather", name, on: button.getAttribute("aria-pressed") !== "true" });
  }

  /** After the page's language changed: who has not chosen another one plays in it. */
  speak() {
    if (!this.picked) this.language.value = pageLanguage();
  }

  paint() {
    const behind = this.page.scene?.backstage;
    byId("controls").hidden = !behind;
    if (!behind) return;
    this.paintDesk(behind.desk);
    for (const button of byId("switches").children) {
      button.setAttribute("aria-pressed", String(behind.weather[button.dataset.weather]));
    }
    this.paintShow(behind.show);
    this.report.paint(behind.kill, behind.desk);
  }

  paintDesk({ state, pid }) {
    const shown = phrase(`desk_${state}`, { pid });
    const box = byId("desk-state");
    if (box.textContent !== shown) box.textContent = shown;
    box.dataset.state = state;
    byId("kill").disabled = state !== "working";
  }

  paintShow(show) {
    const playing = show.state === "playing";
    byId("play-stop").hidden = !playing;
    for (const button of byId("kinds").children) {
      button.setAttribute("aria-pressed", String(playing && button.dataset.kind === show.kind));
    }
    byId("tell").hidden = !show.state;
    Object.assign(byId("tell").dataset, { state: show.state || "", at: show.at || 0, kind: show.kind || "" });
    if (!show.state) return;
    const step = playing ? phrase("step", show) : "";
    const told = playing ? (hasWord(`tell_${show.tell}`) ? word(`tell_${show.tell}`) : "") : word(FINAL[show.state]);
    if (byId("tell-step").textContent !== step) byId("tell-step").textContent = step;
    if (byId("tell-text").textContent !== told) byId("tell-text").textContent = told;
    const now = JSON.stringify([show.customer, show.at, show.thread]);
    if (playing && now !== this.played) {
      this.played = now;
      this.page.follow(show);
    }
  }
}

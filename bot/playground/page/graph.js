// Pictures of scenarios, drawn by the desk: fetched, marked where talks stand, and shown over the page.

import { byId, h } from "./dom.js";
import { pageLanguage, phrase, word } from "./words.js";

/** Where the picture of a version of a scenario is, in the page's language. */
export const graphUrl = (scenario, version) =>
  `/playground/graph/${encodeURIComponent(scenario)}/${encodeURIComponent(version)}/${pageLanguage()}.svg`;

/** The picture at that address, an element; throws when there is none. */
export async function fetchGraph(url) {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  const picture = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return document.importNode(picture, true);
}

/** Mark these steps in a picture and no others; the first box marked, undefined when none is there. */
export function markSteps(view, steps) {
  for (const box of view.querySelectorAll(".box.here")) box.classList.remove("here");
  const boxes = steps.map((step) => view.querySelector(`.box[data-step="${CSS.escape(step)}"]`)).filter(Boolean);
  for (const box of boxes) box.classList.add("here");
  return boxes[0];
}

/** Scroll `view` until the box is in its middle. */
export function bringToMiddle(view, box) {
  const at = box?.getBoundingClientRect();
  if (!at?.width) return;
  const seen = view.getBoundingClientRect();
  view.scrollLeft += at.left + at.width / 2 - seen.left - seen.width / 2;
  view.scrollTop += at.top + at.height / 2 - seen.top - seen.height / 2;
}

/** The picture of a version over the page; returns where it is shown, to be marked again while it is open. */
export async function openGraph(name, version, steps) {
  const dialog = byId("graph");
  const view = h("div", { class: "graph-view", tabindex: "0", role: "group", "aria-labelledby": "graph-title" });
  dialog.replaceChildren(
    h("header", {}, h("h2", { id: "graph-title" }, phrase("versionsOf", { name, version: version.slice(0, 7) })),
      h("button", { type: "button", class: "icon", "aria-label": word("close"), onclick: () => dialog.close() }, "✕")),
    view,
  );
  dialog.showModal();
  try {
    view.replaceChildren(await fetchGraph(graphUrl(name, version)));
    bringToMiddle(view, markSteps(view, steps));
  } catch {
    view.textContent = word("whereNot");
  }
}

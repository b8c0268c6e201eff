// A picture in its full size, over the page.

import { byId, h } from "./dom.js";
import { word } from "./words.js";

export function openViewer(url, title) {
  const dialog = byId("viewer");
  const close = h("button", { type: "button", class: "icon", "aria-label": word("close"), onclick: () => dialog.close() }, "✕");
  dialog.replaceChildren(
    h("header", {}, h("h2", { id: "viewer-title" }, word("picture")), close),
    h("img", { src: url, alt: title }),
  );
  dialog.showModal();
}

// A picture over the page: first all of it, then, by its button, in its own size to be read and moved about.

import { byId, h } from "./dom.js";
import { word } from "./words.js";

export function openViewer(url, title) {
  const dialog = byId("viewer");
  const close = h("button", { type: "button", class: "icon", "aria-label": word("close"), onclick: () => dialog.close() }, "✕");
  const frame = h("div", { class: "frame", tabindex: "0", role: "group", "aria-label": word("picture") },
    h("img", { src: url, alt: title }));
  const size = h("button", {
    type: "button", "aria-pressed": "false", onclick: () => {
      const own = frame.classList.toggle("own-size");
      size.setAttribute("aria-pressed", String(own));
    },
  }, word("ownSize"));
  dialog.replaceChildren(
    h("header", {}, h("h2", { id: "viewer-title" }, word("picture")), size, close),
    frame,
  );
  dialog.showModal();
}

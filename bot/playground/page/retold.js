// The talk just had, as a transcript test: shown, copied or saved as a file.

import { byId, h, toast } from "./dom.js";
import { act } from "./link.js";
import { phrase, word } from "./words.js";

/** Ask for the talk of this customer and show it; the focus comes back to where it was. */
export async function openTest(customer) {
  const told = await act({ act: "retell", chat: customer.key });
  if (told === null) return;
  if (!told.test) {
    toast(phrase(`test_why_${told.why}`, customer), true);
    return;
  }
  const dialog = byId("retold");
  const text = h("pre", { tabindex: "0", "aria-labelledby": "retold-title" }, told.test);
  dialog.replaceChildren(
    h("header", {}, h("h2", { id: "retold-title" }, phrase("test_title", customer)),
      h("button", { type: "button", class: "icon", "aria-label": word("close"), onclick: () => dialog.close() }, "✕")),
    h("div", { class: "retold" },
      h("p", { class: "small" }, word("test_lead")),
      text,
      h("div", { class: "choices" },
        h("button", { type: "button", class: "primary", onclick: () => save(told.test) }, word("test_save")),
        h("button", { type: "button", class: "quiet-button", onclick: () => copy(told.test, text) }, word("test_copy")))),
  );
  dialog.showModal();
}

function save(test) {
  const url = URL.createObjectURL(new Blob([test], { type: "text/yaml" }));
  h("a", { href: url, download: "talk.yaml" }).click();
  URL.revokeObjectURL(url);
}

async function copy(test, text) {
  try {
    await navigator.clipboard.writeText(test);
    toast(word("test_copied"));
  } catch {
    // A browser that gives no clipboard: the words are marked, to be copied by hand.
    const range = document.createRange();
    range.selectNodeContents(text);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    text.focus();
  }
}

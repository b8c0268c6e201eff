// The two dialogs: a WhatsApp list to choose from, and a new customer.

import { byId, h } from "./dom.js";
import { act } from "./link.js";
import { LANGUAGE_NAMES, word } from "./words.js";

const NAMES = {
  uz: ["Malika", "Jasur", "Nilufar", "Bekzod"], uz_Cyrl: ["Гулнора", "Шерзод", "Дилбар"],
  kk: ["Әсел", "Нұрлан", "Ерлан"], ru: ["Ольга", "Сергей", "Наталья"], en: ["Emma", "Daniel", "Sara"],
};
let added = 0;

/** The sheet of a WhatsApp list; `choose(row)` is called with the row. */
export function openSheet(message, choose) {
  const sheet = byId("sheet");
  const sections = message.list.sections.map((section) =>
    h(
      "section",
      {},
      section.title && h("h3", {}, section.title),
      section.rows.map((row) => {
        const pick = () => {
          sheet.close();
          choose(row);
        };
        const description = row.description && h("span", { class: "small" }, row.description);
        return h("button", { type: "button", class: "row", onclick: pick }, h("span", {}, row.label), description);
      }),
    ),
  );
  sheet.replaceChildren(
    h("header", {}, h("h2", { id: "sheet-title" }, message.list.label), closeButton(sheet)),
    h("div", { class: "rows" }, sections),
  );
  // The chat may be drawn anew while the sheet is open: then its button is another one, in the same place.
  const opener = document.activeElement?.dataset.focus;
  sheet.addEventListener("close", () => {
    if (opener) document.querySelector(`[data-focus="${CSS.escape(opener)}"]`)?.focus({ preventScroll: true });
  }, { once: true });
  sheet.showModal();
}

/** Ask for a new customer; `done(key)` gets the new phone's key. */
export function openNewCustomer(done) {
  const dialog = byId("new-customer");
  const suggestion = (language) => NAMES[language][added % NAMES[language].length];
  const name = h("input", { name: "name", required: true, maxlength: "64", autocomplete: "off", value: suggestion("uz") });
  const language = h("select", { name: "language" },
    Object.entries(LANGUAGE_NAMES).map(([key, shown]) => h("option", { value: key }, shown)));
  const channel = h("select", { name: "channel" },
    h("option", { value: "telegram" }, "Telegram"), h("option", { value: "whatsapp" }, "WhatsApp"));
  language.addEventListener("change", () => {
    if (Object.values(NAMES).flat().includes(name.value)) name.value = suggestion(language.value);
  });
  const submit = async (event) => {
    event.preventDefault();
    const wanted = { name: name.value, channel: channel.value, language: language.value };
    const made = await act({ act: "add_customer", ...wanted });
    if (made === null) return;
    added += 1;
    dialog.close();
    done(made.key);
  };
  dialog.replaceChildren(
    h("header", {}, h("h2", { id: "new-customer-title" }, word("addCustomer")), closeButton(dialog)),
    h("form", { onsubmit: submit },
      h("label", {}, word("name"), name),
      h("label", {}, word("messenger"), channel),
      h("label", {}, word("writes"), language),
      h("button", { type: "submit", class: "primary" }, word("add"))),
  );
  dialog.showModal();
  name.focus();
  name.select();
}

function closeButton(dialog) {
  return h("button", { type: "button", class: "icon", "aria-label": word("close"), onclick: () => dialog.close() }, "✕");
}

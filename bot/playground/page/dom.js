// Elements, menus and short messages. Rule: data becomes text or a checked attribute, never markup.

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Keys that write a command into the line; each says what its command does. `use(text)` gets the command. */
export function quickKeys(commands, use) {
  return h("div", { class: "quick" }, commands.map(([text, about]) => h("button", {
    type: "button", "data-about": about, "data-command": text.trim(), onclick: () => use(text),
  }, text.trim())));
}

export const byId = (id) => document.getElementById(id);

/** An address that may be opened: http and https only. */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : "";
  } catch {
    return "";
  }
}

export function initial(name) {
  return (Array.from(name.trim())[0] || "?").toUpperCase();
}

const TOAST_MS = 6000;

export function toast(text, isError = false) {
  const note = h("p", { class: isError ? "toast error" : "toast" }, text);
  byId(isError ? "alerts" : "toasts").append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}

let closeOpenMenu = () => {};

/** A menu at an element: `items` are {label, run, danger?, compact?}. Arrow keys move, Escape returns. */
export function openMenu(anchor, items, label) {
  closeOpenMenu();
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label });
  const close = (refocus) => {
    menu.remove();
    document.removeEventListener("pointerdown", outside, true);
    anchor.setAttribute("aria-expanded", "false");
    closeOpenMenu = () => {};
    if (refocus && anchor.isConnected) anchor.focus();
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) close(false);
  };
  for (const item of items) {
    const run = () => {
      close(true);
      item.run();
    };
    const kind = (item.danger ? "danger " : "") + (item.compact ? "compact" : "");
    menu.append(h("button", { type: "button", role: "menuitem", class: kind, onclick: run }, item.label));
  }
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  menu.addEventListener("keydown", (event) => {
    const buttons = [...menu.children];
    const at = buttons.indexOf(document.activeElement);
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close(true);
    } else if (steps[event.key]) {
      event.preventDefault();
      buttons[(at + steps[event.key] + buttons.length) % buttons.length].focus();
    }
  });
  document.body.append(menu);
  const box = anchor.getBoundingClientRect();
  const left = Math.min(box.left, innerWidth - menu.offsetWidth - 8);
  const below = box.bottom + 4 + menu.offsetHeight < innerHeight;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${Math.max(8, below ? box.bottom + 4 : box.top - menu.offsetHeight - 4)}px`;
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  closeOpenMenu = () => close(false);
  menu.firstElementChild?.focus();
}

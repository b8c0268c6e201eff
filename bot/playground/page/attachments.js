// What can be sent besides words: samples, a file of one's own, the place, the phone number.

import { h, openMenu, toast } from "./dom.js";
import { word } from "./words.js";

const FILE_BYTES = 20 * 1024 * 1024;
const SAMPLES = ["picture", "voice", "document", "video"];

export class Attachments {
  /** The button "+" of a chat and the browser's own choice of a file. */
  constructor(chat) {
    this.chat = chat;
    this.picker = h("input", { type: "file", hidden: true, tabindex: "-1", onchange: () => this.sendFile() });
    this.button = h("button", {
      type: "button", class: "icon attach", "aria-haspopup": "menu", onclick: () => this.open(),
    }, "+");
  }

  replyTo() {
    return this.chat.context?.message.id ?? null;
  }

  open() {
    const { chat } = this;
    const replyTo = this.replyTo();
    const items = SAMPLES.map((sample) => ({
      label: word(sample),
      run: () => chat.sendMedia({ sample, reply_to: replyTo }),
    }));
    items.push({ label: word("file"), run: () => this.picker.click() });
    if (chat.options.personal) {
      items.push({ label: word("location"), run: () => chat.sendPlace() });
      items.push({ label: word("contact"), run: () => chat.shareContact() });
    }
    openMenu(this.button, items, word("attach"));
  }

  sendFile() {
    const [file] = this.picker.files;
    this.picker.value = "";
    if (!file) return;
    if (file.size > FILE_BYTES) return toast(word("fileTooBig"), true);
    const replyTo = this.replyTo();
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const data = String(reader.result).split(",", 2)[1] || "";
      this.chat.sendMedia({ data_base64: data, file_name: file.name, mime: file.type, reply_to: replyTo });
    });
    reader.readAsDataURL(file);
  }
}

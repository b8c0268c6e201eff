// The connection to the playground: news come over a WebSocket, acts go as POST.

import { toast } from "./dom.js";
import { word } from "./words.js";

const RETRY_MS = [500, 1000, 2000, 4000];

export class Link {
  constructor(onNews, onState) {
    this.onNews = onNews;
    this.onState = onState;
    this.watched = "";
    this.tries = 0;
    this.open();
  }

  open() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/playground/live`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      this.tries = 0;
      this.onState(true);
      if (this.watched) socket.send(this.watched);
    });
    socket.addEventListener("message", (event) => this.onNews(JSON.parse(event.data)));
    socket.addEventListener("close", () => {
      this.onState(false);
      const pause = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
      this.tries += 1;
      setTimeout(() => this.open(), pause);
    });
  }

  /** Look at these chats, {key: how many messages}, at what the desk decides for one customer, and perhaps at the
   * versions of the scenarios. */
  watch(chats, decide, versions) {
    const text = JSON.stringify({ watch: chats, decide, versions });
    if (text === this.watched) return;
    this.watched = text;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }
}

let earlier = Promise.resolve();

/** Ask for an act, after those asked before; a refusal is shown. Returns the answer, null when refused. */
export function act(body) {
  const done = earlier.then(() => perform(body));
  earlier = done;
  return done;
}

async function perform(body) {
  try {
    const answer = await fetch("/playground/act", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const result = text.startsWith("{") ? JSON.parse(text) : { ok: false, error: text };
    if (result.ok) return result;
    toast(`${word("refused")}: ${result.error}`, true);
  } catch {
    toast(word("offline"), true);
  }
  return null;
}

// What every page has: htmx with the session's token, toasts, dialogs, keys, the command palette.
import htmx from "htmx.org/dist/htmx.esm.js";
import "./elements/command-palette.js";
import { dialogs } from "./dialogs.js";
import { onKey } from "./keys.js";
import { toast, watchToasts } from "./toasts.js";

window.htmx = htmx;

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.ctx.request.headers["X-CSRF-Token"] = token;
  // Nobody asked: a page that looks for news by itself keeps no session alive.
  if (event.detail.ctx.sourceEvent?.type === "every") event.detail.ctx.request.headers["X-By-Itself"] = "true";
});

// The server says what happened in HX-Trigger; see `show(said=…)` and web/faults.py.
document.addEventListener("said", (event) => {
  const { text, is_fault: isFault } = event.detail;
  if (text) toast(text, { isFault });
});
document.addEventListener("htmx:error", (event) => {
  // Only when nothing came back: an answer that refuses says so itself.
  if (!event.detail.ctx?.response && document.visibilityState === "visible") {
    toast(document.getElementById("toasts").dataset.offline, { isFault: true });
  }
});

watchToasts();
dialogs();
onKey("?", () => document.getElementById("keys")?.showModal());
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    const palette = document.getElementById("palette");
    if (!palette) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else if (!document.querySelector("dialog[open]")) palette.showModal();
  }
});

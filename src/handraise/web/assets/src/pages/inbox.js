// The inbox by keyboard: J and K choose, letters press the button that shows them; new hand-offs are told.
import { onKey } from "../keys.js";
import { toast } from "../toasts.js";

const rows = () => [...document.querySelectorAll(".handoff")];
const chosen = () => document.querySelector('.handoff[aria-current="true"]');
let known = new Set(rows().map((row) => row.dataset.handoff));

// What stands beside the list is of the chosen line only once it has come; until then nothing there can be pressed.
const beside = () => document.getElementById("beside");
const isShown = () => beside().querySelector("[data-shown]")?.dataset.shown === chosen()?.dataset.handoff;
let waitingKey = null;

function mark(row) {
  chosen()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  Object.assign(document.getElementById("chosen"), { value: row.dataset.handoff, disabled: false });
  beside().inert = !isShown();
  // What is chosen has an address; the list does not fill the browser's history.
  history.replaceState(null, "", row.getAttribute("href"));
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(chosen());
  const row = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  row.focus({ preventScroll: true });
  if (row !== chosen()) row.click();
}

/** The hand-off that comes next when the chosen one leaves the list. */
function following() {
  const all = rows();
  const at = all.indexOf(chosen());
  return (all[at + 1] ?? all[at - 1])?.dataset.handoff ?? "";
}

function press(key) {
  if (!isShown()) {
    waitingKey = key;
    return;
  }
  const button = document.querySelector(`#beside [data-key="${key}"]`);
  if (!button) return;
  if (button.dataset.says) toast(button.dataset.says);
  else button.click();
}

onKey("j", () => step(1));
onKey("k", () => step(-1));
for (const key of ["a", "r", "s", "c", "g"]) onKey(key, () => press(key));
onKey("Enter", (event) => {
  const row = event.target.closest?.(".handoff");
  const link = document.getElementById("open-lead");
  if (row || event.target === document.body) link?.click();
  else event.target.click?.();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest?.(".handoff");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  mark(row);
  // On a narrow screen the hand-off takes the place of the list.
  document.getElementById("inbox").classList.add("is-open");
});

document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement } = event.detail.ctx;
  // Nobody looks: the server need not be asked. Nor while somebody answers.
  if (sourceElement.id === "waiting" && (document.hidden || document.querySelector("dialog[open]"))) event.preventDefault();
});
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.body instanceof FormData || ctx.request.body instanceof URLSearchParams) {
    if (ctx.request.body.has("following")) ctx.request.body.set("following", following());
  }
});
document.addEventListener("htmx:after:swap", () => {
  if (isShown()) {
    beside().inert = false;
    const key = waitingKey;
    waitingKey = null;
    if (key) press(key);
  }
  const now = rows();
  for (const row of now) {
    if (known.has(row.dataset.handoff)) continue;
    const line = row.closest("li");
    line.classList.add("is-new");
    toast(`${document.getElementById("waiting").dataset.new} ${line.dataset.name}`);
  }
  known = new Set(now.map((row) => row.dataset.handoff));
  if (document.activeElement === document.body) chosen()?.focus({ preventScroll: true });
});

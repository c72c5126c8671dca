// A list by keyboard: / searches, J and K go through the rows; a choice in the filters applies at once.
import { onKey } from "../keys.js";

const links = () => [...document.querySelectorAll("[data-row]")];

function step(by) {
  const all = links();
  const at = all.indexOf(document.activeElement);
  all[Math.max(0, Math.min(all.length - 1, at + by))]?.focus();
}

onKey("/", () => document.querySelector("[data-filters] input[type=search]")?.focus());
onKey("j", () => step(1));
onKey("k", () => step(-1));

document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-filters] select")) event.target.form.requestSubmit();
});
// Fields that ask for nothing do not stand in the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("[data-filters]")) return;
  for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("[data-filters] [disabled]")) field.disabled = false;
});

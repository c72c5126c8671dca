// Writing an audience: the text is judged a moment after the last key; what the lines wrote goes into the text.
const WAIT = 400; // ms
const form = document.getElementById("audience");
const text = document.getElementById("text");
let waiting;

text.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => form.dispatchEvent(new Event("typed")), WAIT);
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("#audience .is-set")) form.dispatchEvent(new Event("typed"));
});

document.addEventListener("htmx:after:swap", () => {
  const was = form.querySelector("[name=was]");
  // While somebody types on, theirs is newer than what comes back.
  if (was && document.activeElement !== text) text.value = was.value;
  text.setAttribute("aria-invalid", String(Boolean(document.querySelector("#problems li.error"))));
});
document.addEventListener("click", (event) => {
  const problem = event.target.closest?.("#problems [data-line]");
  if (!problem) return;
  event.preventDefault();
  const lines = text.value.split("\n").slice(0, Math.max(0, problem.dataset.line - 1));
  const at = lines.reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, problem.dataset.column - 1);
  text.focus();
  text.setSelectionRange(at, at);
});

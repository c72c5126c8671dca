// Short words about what happened, in a live region; faults stay until somebody dismisses them.
const STAYS = 6000;

const region = () => document.getElementById("toasts");

export function toast(text, { isFault = false } = {}) {
  const said = document.createElement("p");
  said.className = isFault ? "toast is-fault" : "toast";
  if (isFault) said.setAttribute("role", "alert");
  said.append(Object.assign(document.createElement("span"), { textContent: text }));
  region().append(said);
  settle(said, isFault);
}

export function watchToasts() {
  for (const said of region()?.querySelectorAll(".toast") ?? []) settle(said, false);
}

function settle(said, isFault) {
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", region().dataset.dismiss);
  close.addEventListener("click", () => said.remove());
  said.append(close);
  if (isFault) return;
  let timer = setTimeout(() => said.remove(), STAYS);
  said.addEventListener("pointerenter", () => clearTimeout(timer));
  said.addEventListener("focusin", () => clearTimeout(timer));
  said.addEventListener("pointerleave", () => { timer = setTimeout(() => said.remove(), STAYS); });
}

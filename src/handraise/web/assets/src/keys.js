// Keys of one letter. They do nothing while somebody writes or a dialog is open, or when switched off.
const WRITES = "input, textarea, select, [contenteditable]";

export const isOff = () => document.documentElement.dataset.keys === "off";

/** Call `act(event)` when `key` is pressed by itself; gives what ends that. */
export function onKey(key, act) {
  const listen = (event) => {
    if (event.key !== key && event.key.toLowerCase() !== key) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing || isOff()) return;
    if (event.target.closest?.(WRITES) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act(event);
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

// <button data-opens="ID"> opens the dialog; a click beside it closes it, as Escape does.
export function dialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.opens);
      dialog?.showModal();
      dialog?.querySelector("select, input:not([type=hidden]), textarea")?.focus();
      return;
    }
    if (event.target instanceof HTMLDialogElement && isBeside(event)) event.target.close();
    const closer = event.target.closest?.("[data-closes]");
    if (closer) closer.closest("dialog")?.close();
  });
}

function isBeside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

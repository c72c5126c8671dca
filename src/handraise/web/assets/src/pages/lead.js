// Evidence that is on the page already is shown where it stands, without asking the server.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.evidence");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const entry = document.getElementById(decodeURIComponent(new URL(link.href).hash.slice(1)));
  if (!entry) return;
  event.preventDefault();
  document.querySelector(".entry[aria-current]")?.removeAttribute("aria-current");
  entry.setAttribute("aria-current", "true");
  entry.setAttribute("tabindex", "-1");
  entry.scrollIntoView({ block: "center" });
  entry.focus({ preventScroll: true });
});

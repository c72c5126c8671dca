// The list below a search field: arrows choose, Enter goes there. Pages are filtered here, leads come from htmx.
class CommandPalette extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.field.addEventListener("input", () => this.filter());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("htmx:after:swap", () => this.filter());
    this.closest("dialog").addEventListener("close", () => { this.field.value = ""; this.filter(); });
    this.filter();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")].filter((one) => !one.hidden);
  }

  filter() {
    const wanted = this.field.value.trim().toLowerCase();
    for (const page of this.list.querySelectorAll("[data-page]")) {
      page.hidden = !page.textContent.trim().toLowerCase().includes(wanted);
    }
    if (!wanted) this.list.querySelector("#palette-leads").replaceChildren();
    this.choose(this.options[0]);
  }

  choose(option) {
    for (const one of this.list.querySelectorAll("[aria-selected]")) one.removeAttribute("aria-selected");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  press(event) {
    const options = this.options;
    const at = options.findIndex((one) => one.hasAttribute("aria-selected"));
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(options[(at + step + options.length) % options.length]);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      options[at].click();
    } else if (event.key === "Escape") {
      // A search field would only empty itself.
      event.preventDefault();
      this.closest("dialog").close();
    }
  }
}

customElements.define("command-palette", CommandPalette);

// Writing a definition: a textarea with line numbers, marks where something is wrong, and what may stand at the cursor.
const WAIT = 400; // ms without a key until the text is judged
const LINE = 20; // px

class DefinitionEditor extends HTMLElement {
  connectedCallback() {
    this.text = this.querySelector("textarea");
    this.gutter = Object.assign(document.createElement("div"), { className: "gutter" });
    this.gutter.setAttribute("aria-hidden", "true");
    this.list = Object.assign(document.createElement("ul"), { id: "suggestions", className: "suggestions", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.text.labels[0]?.textContent ?? "");
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.setAttribute("aria-controls", "suggestions");
    this.prepend(this.gutter);
    this.append(this.list);
    this.text.addEventListener("input", (event) => this.typed(event));
    this.text.addEventListener("scroll", () => this.scrolled());
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.text.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.text.addEventListener("click", () => this.close());
    this.list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      this.chosen = [...this.list.children].indexOf(option);
      this.accept();
    });
    this.mark();
  }

  typed(event) {
    this.numbers();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.closest("form").dispatchEvent(new Event("typed")), WAIT);
    if (event.inputType === "insertText" && /[\w.]/.test(event.data ?? "")) this.offer();
    else this.close();
  }

  /** The numbers of the lines, those with something wrong marked. */
  numbers() {
    const lines = this.text.value.split("\n").length;
    if (this.gutter.childElementCount === lines) return;
    this.gutter.replaceChildren(
      ...Array.from({ length: lines }, (_, place) => Object.assign(document.createElement("span"), { textContent: place + 1 })),
    );
    this.mark();
  }

  mark() {
    if (this.gutter.childElementCount !== this.text.value.split("\n").length) return this.numbers();
    const lines = [...this.gutter.children];
    for (const line of lines) line.className = "";
    const problems = [...document.querySelectorAll("#problems [data-line]")];
    for (const problem of problems.reverse()) {
      const line = lines[Math.max(0, Number(problem.dataset.line) - 1)];
      if (line) line.className = problem.closest("li").className;
    }
    this.text.setAttribute("aria-invalid", String(problems.some((one) => one.closest("li.error"))));
  }

  scrolled() {
    this.gutter.scrollTop = this.text.scrollTop;
    this.close();
  }

  pressed(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      this.offer();
      return;
    }
    if (this.list.hidden) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.choose((this.chosen + by + this.list.childElementCount) % this.list.childElementCount);
    else if (event.key === "Enter" || event.key === "Tab") this.accept();
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async offer() {
    const { value, selectionStart: at } = this.text;
    const asked = (this.asked = Symbol("asked"));
    const offset = [...value.slice(0, at)].length; // the server counts letters, not halves of surrogate pairs
    const body = new URLSearchParams({ text: value, offset });
    const token = document.querySelector('meta[name="csrf-token"]').content;
    const answer = await fetch(this.dataset.completions, { method: "POST", body, headers: { "X-CSRF-Token": token } }).catch(() => null);
    if (!answer?.ok || asked !== this.asked) return;
    const { typed, words } = await answer.json();
    if (asked !== this.asked || this.text.selectionStart !== at || !words.length) return this.close();
    this.begins = at - typed.length;
    this.words = words;
    this.list.replaceChildren(
      ...words.map(({ word, meaning }, place) => {
        const option = Object.assign(document.createElement("li"), { id: `suggestion-${place}` });
        option.setAttribute("role", "option");
        option.append(Object.assign(document.createElement("b"), { textContent: word }), " ");
        option.append(Object.assign(document.createElement("span"), { textContent: meaning }));
        return option;
      }),
    );
    this.place(at);
    this.list.hidden = false;
    this.choose(0);
  }

  /** Below the cursor; above it, where there is more room. */
  place(at) {
    const before = this.text.value.slice(0, at).split("\n");
    const style = getComputedStyle(this.text);
    const letter = Object.assign(document.createElement("span"), { className: "letter", textContent: "0".repeat(10) });
    this.append(letter);
    const width = letter.getBoundingClientRect().width / 10;
    letter.remove();
    const left = this.text.offsetLeft + parseFloat(style.paddingLeft) + before.at(-1).length * width - this.text.scrollLeft;
    const top = parseFloat(style.paddingTop) + before.length * LINE - this.text.scrollTop;
    this.list.style.left = `${Math.max(0, Math.min(left, this.clientWidth - 320))}px`;
    this.list.style.top = `${top}px`;
  }

  choose(place) {
    this.chosen = place;
    [...this.list.children].forEach((option, number) => option.setAttribute("aria-selected", String(number === place)));
    const option = this.list.children[place];
    this.text.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  accept() {
    const { insert } = this.words[this.chosen];
    this.text.setRangeText(insert, this.begins, this.text.selectionStart, "end");
    this.close();
    this.text.focus();
    this.text.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  close() {
    this.asked = null;
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }

  /** What the form has written. */
  take(text) {
    if (text === this.text.value) return;
    clearTimeout(this.waiting);
    this.text.value = text;
  }

  go(line, column) {
    const lines = this.text.value.split("\n").slice(0, Math.max(0, line - 1));
    const at = lines.reduce((sum, one) => sum + one.length + 1, 0) + Math.max(0, column - 1);
    this.text.focus();
    this.text.setSelectionRange(at, at);
    this.text.scrollTop = Math.max(0, (line - 5) * LINE);
  }
}
customElements.define("definition-editor", DefinitionEditor);

document.addEventListener("htmx:after:swap", () => {
  const editor = document.querySelector("definition-editor");
  const written = document.getElementById("written");
  if (editor && written) {
    editor.take(JSON.parse(written.textContent));
    written.remove();
  }
  editor?.mark();
});
document.addEventListener("click", (event) => {
  const problem = event.target.closest?.("#problems [data-line]");
  if (problem) {
    event.preventDefault();
    document.querySelector("definition-editor").go(Number(problem.dataset.line), Number(problem.dataset.column));
  }
  if (event.target.closest?.("[data-prints]")) print();
});
for (const button of document.querySelectorAll("[data-prints]")) button.hidden = false;

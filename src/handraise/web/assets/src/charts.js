// <vega-chart><script type="application/json">a Vega-Lite specification</script></vega-chart>: drawn without eval,
// in the page's own colours; a table with the same numbers stands beside every chart.
import embed from "vega-embed";

const DARK = matchMedia("(prefers-color-scheme: dark)");

class VegaChart extends HTMLElement {
  connectedCallback() {
    this.source = this.querySelector("script[type='application/json']");
    if (!this.source) return;
    this.drawn = document.createElement("div");
    this.drawn.className = "drawn";
    // Its element says what the chart is, and a table has the numbers: marks have nothing to say on top.
    this.drawn.setAttribute("aria-hidden", "true");
    this.append(this.drawn);
    DARK.addEventListener("change", this);
    this.draw();
  }

  disconnectedCallback() {
    DARK.removeEventListener("change", this);
  }

  /** The system changed from light to dark, or back. */
  handleEvent() {
    this.draw();
  }

  async draw() {
    await embed(this.drawn, this.coloured(this.source.textContent), {
      ast: true, actions: false, defaultStyle: false, renderer: "svg", tooltip: { disableDefaultStyle: true },
    });
    this.dispatchEvent(new CustomEvent("drawn", { bubbles: true }));
  }

  /** A specification names colours as `token:ink`; they are those of the page as it looks now. */
  coloured(text) {
    const style = getComputedStyle(this);
    return JSON.parse(text, (_key, value) =>
      typeof value === "string" && value.startsWith("token:") ? resolved(style.getPropertyValue(`--${value.slice(6)}`)) : value);
  }
}

/** `light-dark(a, b)` as the page's scheme has it. */
function resolved(colour) {
  const found = /^\s*light-dark\(([^,]+),([^)]+)\)\s*$/.exec(colour);
  if (!found) return colour.trim();
  const theme = document.documentElement.dataset.theme;
  const isDark = theme === "dark" || (theme === "system" && DARK.matches);
  return found[isDark ? 2 : 1].trim();
}

customElements.define("vega-chart", VegaChart);

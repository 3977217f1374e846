// Draws a chart of figures that stand in a table beside it. The drawing program is loaded when the first chart is met.
//   <figure data-controller="chart" data-chart-library-value="/static/dist/chart.js" data-chart-data-value="{…}" role="img" aria-label="…"></figure>
// data: kind (bar, stacked, line, funnel, heat), categories, columns, series [{name, values, texts, urls}], lying.
import { Controller } from "@hotwired/stimulus";

const COLOURS = ["--accent-fill", "--green-fill", "--amber-fill", "--chart-4", "--chart-5", "--chart-6", "--red-fill", "--chart-8", "--grey-fill"];

export default class extends Controller {
  static values = { library: String, data: Object };

  connect() {
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    this.again = () => this.draw();
    this.dark.addEventListener("change", this.again);
    this.theme = new MutationObserver(this.again);
    this.theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.size = new ResizeObserver(() => this.chart?.resize());
    this.size.observe(this.element);
    this.draw();
  }

  disconnect() {
    this.gone = true;
    this.dark.removeEventListener("change", this.again);
    this.theme.disconnect();
    this.size.disconnect();
    this.chart?.dispose();
  }

  async draw() {
    const library = await import(this.libraryValue);
    if (this.gone) return;
    this.chart?.dispose();
    this.chart = library.draw(this.element, this.dataValue, this.look(), (url) => location.assign(url));
    this.element.dataset.drawn = "";
  }

  look() {
    const probe = document.createElement("span");
    // Without it a reader who wants no motion gets the colour before: a transition of no length still starts there.
    probe.style.transition = "none";
    this.element.append(probe);
    const pencil = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const colour = (name) => {
      probe.style.color = `var(${name})`;
      return plain(pencil, getComputedStyle(probe).color);
    };
    const found = {
      palette: COLOURS.map(colour),
      text: colour("--text"), soft: colour("--text-soft"), faint: colour("--text-faint"), line: colour("--line"), surface: colour("--surface"),
      font: getComputedStyle(document.body).fontFamily,
      language: document.documentElement.lang || "en",
      moves: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    };
    probe.remove();
    return found;
  }
}

// Any colour the browser knows, as the rgb() that the drawing program knows.
function plain(pencil, colour) {
  pencil.clearRect(0, 0, 1, 1);
  pencil.fillStyle = colour;
  pencil.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = pencil.getImageData(0, 0, 1, 1).data;
  return `rgba(${red}, ${green}, ${blue}, ${alpha / 255})`;
}

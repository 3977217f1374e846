// Columns of a board that are dragged into another order by their heads. The new order is posted as `order` (keys with commas); when the
// answer is not 2xx the column goes back, and the answer's own partial says why.
//   <div data-controller="columns" data-columns-url-value="/opportunities/columns"> <div class="column" data-key="3"> … </div></div>
import { Controller } from "@hotwired/stimulus";
import Sortable from "sortablejs";
import htmx from "../boot.js";

export default class extends Controller {
  static values = { url: String };

  connect() {
    this.sortable = new Sortable(this.element, {
      draggable: ".column",
      handle: ".column-line",
      filter: "button, a, .menu",
      preventOnFilter: false,
      direction: "horizontal",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      ghostClass: "column-lifted",
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 6,
      delay: 180,
      delayOnTouchOnly: true,
      onStart: () => (document.documentElement.dataset.dragging = "column"),
      onEnd: (event) => this.dropped(event),
    });
  }

  disconnect() {
    this.sortable.destroy();
  }

  async dropped({ item, oldDraggableIndex, newDraggableIndex }) {
    delete document.documentElement.dataset.dragging;
    if (oldDraggableIndex === newDraggableIndex) return;
    const others = this.columns.filter((column) => column !== item);
    let accepted = false;
    item.addEventListener("htmx:after:request", ({ detail }) => (accepted = detail.ctx.response.status < 400), { once: true });
    const order = this.columns.map((column) => column.dataset.key).join(",");
    await htmx.ajax("POST", this.urlValue, { source: item, swap: "none", values: { order } });
    if (!accepted && item.isConnected) this.element.insertBefore(item, others[oldDraggableIndex] ?? null);
  }

  get columns() {
    return [...this.element.querySelectorAll(":scope > .column")];
  }
}

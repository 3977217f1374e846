// Cards that are dragged between lists. The move shows at once and is posted as {id, column, before} (before: the key of the card
// below, or empty); when the answer is not 2xx the card slides back, and the answer's own partial says why.
//   <div data-controller="sortable" data-sortable-url-value="/opportunities/{key}/move">
//     <div data-sortable-target="list" data-column="3"> <article data-key="42">…</article> </div></div>
// A drop zone (dropzone.js) sends the card home and asks its own data-url.
import { Controller } from "@hotwired/stimulus";
import Sortable from "sortablejs";
import htmx from "../boot.js";

export default class extends Controller {
  static targets = ["list"];
  static values = { url: String };

  listTargetConnected(list) {
    if (Sortable.get(list)) return;
    list.sortable = new Sortable(list, {
      group: { name: "cards", put: !list.hasAttribute("data-closed") },
      draggable: "[data-key]",
      filter: ".card-locked, button, input, form",
      preventOnFilter: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      ghostClass: "card-ghost",
      fallbackClass: "card-held",
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      delay: 180,
      delayOnTouchOnly: true,
      scrollSensitivity: 80,
      scrollSpeed: 14,
      onStart: () => (document.documentElement.dataset.dragging = "card"),
      onEnd: (event) => this.dropped(event),
    });
  }

  // A column on its way to another place (columns.js) takes its list along.
  listTargetDisconnected(list) {
    if (document.documentElement.dataset.dragging !== "column") list.sortable?.destroy();
  }

  dropped({ item, from, to, oldDraggableIndex, newDraggableIndex }) {
    delete document.documentElement.dataset.dragging;
    if (from === to && oldDraggableIndex === newDraggableIndex) return;
    const cards = [...from.querySelectorAll(":scope > [data-key]")].filter((card) => card !== item);
    const home = () => from.insertBefore(item, cards[oldDraggableIndex] ?? null);
    if (to.dataset.url) {
      home();
      this.ask(item, to);
    } else {
      this.move(item, to, () => this.slide(item, home));
    }
  }

  async move(item, to, undo) {
    const { key } = item.dataset;
    const before = item.nextElementSibling?.dataset.key ?? "";
    item.toggleAttribute("data-waiting", true);
    let answered = false;
    item.addEventListener("htmx:after:request", ({ detail }) => (answered = detail.ctx.response.status < 400), { once: true });
    await htmx.ajax("POST", this.urlValue.replace("{key}", key), {
      source: item,
      swap: "none",
      values: { id: key, column: to.dataset.column, before },
    });
    item.removeAttribute("data-waiting");
    if (!answered && item.isConnected) undo();
  }

  ask(item, zone) {
    const url = zone.dataset.url.replace("{key}", item.dataset.key);
    if (zone.dataset.method === "get") htmx.ajax("GET", url, { target: "#dialog", swap: "innerHTML" });
    else htmx.ajax("POST", url, { source: item, swap: "none" });
  }

  // First, last, invert, play: from where it was dropped to where it belongs.
  slide(item, home) {
    const first = item.getBoundingClientRect();
    home();
    const last = item.getBoundingClientRect();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const shift = `translate(${first.left - last.left}px, ${first.top - last.top}px)`;
    item.animate([{ transform: shift }, { transform: "none" }], { duration: 170, easing: "cubic-bezier(0.2, 0.7, 0.3, 1)" });
  }
}

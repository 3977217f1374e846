// Rows of a form that are put into another order: dragged by their grip, or moved by their buttons. The order they are posted in
// is the order they stand in; after a move the form hears "change".
//   <div data-controller="arrange"> <div data-arrange-target="item"> <span class="definition-grip"></span> <input name="label">
//     <button data-action="arrange#up">Up</button> <button data-action="arrange#down">Down</button> </div> … </div>
import { Controller } from "@hotwired/stimulus";
import Sortable from "sortablejs";

export default class extends Controller {
  static targets = ["item"];

  connect() {
    this.sortable = new Sortable(this.element, {
      draggable: '[data-arrange-target~="item"]',
      handle: ".definition-grip",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      onEnd: () => this.changed(),
    });
  }

  disconnect() {
    this.sortable.destroy();
  }

  up(event) {
    const { items, place } = this.at(event);
    if (place > 0) items[place - 1].before(items[place]);
    this.moved(event);
  }

  down(event) {
    const { items, place } = this.at(event);
    if (place < items.length - 1) items[place + 1].after(items[place]);
    this.moved(event);
  }

  at(event) {
    const items = this.itemTargets;
    return { items, place: items.findIndex((item) => item.contains(event.target)) };
  }

  moved(event) {
    event.currentTarget.focus();
    this.changed();
  }

  changed() {
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

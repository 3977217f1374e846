// The bar that rises with a selection: counts it, offers all matching records, and carries as hidden inputs what has no checkbox:
// `ids` once per key, and `all` = 1 after the offer was taken. Macro: ui/bulkbar.html, inside selection.js's element.
//   <div data-controller="bulkbar" hidden><span data-bulkbar-target="count" data-template="{n} selected"></span> … </div>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["count", "offer", "everything"];

  connect() {
    this.holder = this.element.closest('[data-controller~="selection"]');
    this.listen = (event) => this.show(event.detail);
    this.holder?.addEventListener("selection:changed", this.listen);
  }

  disconnect() {
    this.holder?.removeEventListener("selection:changed", this.listen);
  }

  show({ size, loose, everything }) {
    this.element.hidden = size === 0;
    this.countTarget.textContent = this.countTarget.dataset.template.replace("{n}", size);
    this.countTarget.hidden = everything;
    for (const offer of this.offerTargets) offer.hidden = everything;
    for (const words of this.everythingTargets) words.hidden = !everything;
    this.element.querySelectorAll("[data-made]").forEach((input) => input.remove());
    const fields = loose.map((key) => ["ids", key]);
    if (everything) fields.push(["all", "1"]);
    this.element.append(...fields.map(([name, value]) => {
      const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      input.dataset.made = "";
      return input;
    }));
  }
}

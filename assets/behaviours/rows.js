// Rows that are added and removed: several phones, conditions of a filter, lines of a mapping. New rows are clones of the template.
//   <div data-controller="rows"> <div data-rows-target="row">… <button data-action="rows#remove"></div>
//     <template data-rows-target="template">…one row, `__n__` becomes its number…</template>
//     <button data-action="rows#add" data-rows-target="end">Add another</button> </div>
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";

export default class extends Controller {
  static targets = ["row", "template", "end"];
  static values = { least: { type: Number, default: 0 } };

  connect() {
    this.number = this.rowTargets.length;
  }

  add() {
    const holder = document.createElement("template");
    holder.innerHTML = this.templateTarget.innerHTML.replaceAll("__n__", this.number++);
    const row = holder.content.firstElementChild;
    this.templateTarget.before(row);
    htmx.process(row);
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    this.changed();
  }

  remove(event) {
    const row = event.target.closest('[data-rows-target~="row"]');
    if (this.rowTargets.length <= this.leastValue) return;
    const next = row.nextElementSibling?.querySelector("input, select") ?? (this.hasEndTarget ? this.endTarget : null);
    row.remove();
    next?.focus();
    this.changed();
  }

  changed() {
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// Rows or cards chosen (click, Shift for a range, x with walk.js) and sent together; what was done to them all (the answer's `bulk-done`) ends the choice.
//   <form data-controller="selection walk">  <input type="checkbox" data-selection-target="page" data-action="selection#page">
//     <tr data-selection-target="item" data-key="42"><input type="checkbox" name="ids" value="42" data-selection-target="box"
//        data-action="click->selection#toggle"> <a data-selection-link href="…">…</a></tr>   (a card has no box)
//     <div data-controller="bulkbar" hidden> … </div></form>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["item", "box", "page"];

  connect() {
    this.keys = new Set(JSON.parse(this.stored("get") ?? "[]"));
    this.flip = (event) => this.flipped(event.target);
    this.leave = () => this.stored("set", JSON.stringify([...this.keys]));
    this.element.addEventListener("walk:choose", this.flip);
    window.addEventListener("pagehide", this.leave);
    this.done = () => this.clear();
    document.body.addEventListener("bulk-done", this.done);
    this.show();
  }

  disconnect() {
    this.element.removeEventListener("walk:choose", this.flip);
    window.removeEventListener("pagehide", this.leave);
    document.body.removeEventListener("bulk-done", this.done);
  }

  // Back restores what was chosen; coming any other way starts empty.
  stored(verb, value) {
    const place = `selection:${location.pathname}${location.search}`;
    if (verb === "set") return sessionStorage.setItem(place, value);
    return performance.getEntriesByType("navigation")[0]?.type === "back_forward" ? sessionStorage.getItem(place) : null;
  }

  itemTargetConnected(item) {
    const box = item.querySelector('[data-selection-target="box"]');
    if (box?.checked) this.keys?.add(item.dataset.key);
    this.paint(item);
  }

  toggle(event) {
    const item = event.target.closest("[data-key]");
    const on = event.target.checked;
    const range = event.shiftKey && this.last ? this.between(this.last, item) : [item];
    for (const one of range) this.set(one, on);
    this.last = item;
    this.show();
  }

  flipped(item) {
    this.set(item, !this.keys.has(item.dataset.key));
    this.show();
  }

  page({ target }) {
    for (const item of this.itemTargets) this.set(item, target.checked);
    this.show();
  }

  all() {
    this.everything = true;
    this.show();
  }

  clear() {
    this.keys.clear();
    this.everything = false;
    this.show();
  }

  set(item, on) {
    if (!on) this.everything = false;
    this.keys[on ? "add" : "delete"](item.dataset.key);
  }

  between(from, to) {
    const [start, end] = [this.itemTargets.indexOf(from), this.itemTargets.indexOf(to)].sort((a, b) => a - b);
    return this.itemTargets.slice(Math.max(0, start), end + 1);
  }

  paint(item) {
    const on = this.keys?.has(item.dataset.key) ?? false;
    const box = item.querySelector('[data-selection-target="box"]');
    if (box) box.checked = on;
    else item.toggleAttribute("data-chosen", on);
  }

  // The bar (bulkbar.js) hears how many, and which have no box of their own to be posted with.
  show() {
    const { size } = this.keys;
    this.itemTargets.forEach((item) => this.paint(item));
    for (const page of this.pageTargets) {
      page.checked = size > 0 && this.itemTargets.every((item) => this.keys.has(item.dataset.key));
      page.indeterminate = size > 0 && !page.checked;
    }
    const boxed = new Set(this.boxTargets.map((box) => box.value));
    const loose = [...this.keys].filter((key) => !boxed.has(key));
    this.dispatch("changed", { detail: { size, loose, everything: this.everything === true } });
  }
}

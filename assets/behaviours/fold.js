// Folds a <details>, a board column or a group of rows, and remembers it by its key in this browser.
//   <section data-controller="fold" data-fold-key-value="stage-3"><button data-action="fold#toggle" data-fold-target="button" aria-expanded="true">
// Sets data-folded on the element; <details> keeps its own `open`.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["button"];
  static values = { key: String };

  connect() {
    const kept = this.keyValue && localStorage.getItem(`fold:${this.keyValue}`);
    if (kept) this.set(kept === "1");
    if (this.details) this.element.addEventListener("toggle", () => this.keep(!this.element.open));
    else this.element.addEventListener("click", (event) => this.folded && !event.target.closest("button") && this.toggle());
  }

  toggle() {
    this.set(!this.folded);
    this.keep(this.folded);
  }

  set(folded) {
    if (this.details) this.element.open = !folded;
    else this.element.toggleAttribute("data-folded", folded);
    for (const button of this.buttonTargets) button.setAttribute("aria-expanded", String(!folded));
  }

  keep(folded) {
    if (this.keyValue) localStorage.setItem(`fold:${this.keyValue}`, folded ? "1" : "0");
  }

  get details() {
    return this.element instanceof HTMLDetailsElement;
  }

  get folded() {
    return this.details ? !this.element.open : this.element.hasAttribute("data-folded");
  }
}

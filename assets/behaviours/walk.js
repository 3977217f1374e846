// Goes through rows or cards by key: j and k move, Enter opens, x chooses (event `walk:choose`, heard by selection.js). Any element inside
// an item with data-item-key="s" is clicked by that key. h and l go to the neighbouring list (a board's column).
//   <div data-controller="walk"> <article data-selection-target="item"> <a data-selection-link href="…"> <button data-item-key="e"> …
import { Controller } from "@hotwired/stimulus";

const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=menu], dialog";

export default class extends Controller {
  connect() {
    this.listen = (event) => this.key(event);
    document.addEventListener("keydown", this.listen);
  }

  disconnect() {
    document.removeEventListener("keydown", this.listen);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.target.closest?.(TYPING)) return;
    if (document.querySelector("dialog:modal, [popover]:popover-open")) return;
    const item = this.items.find((one) => one.hasAttribute("data-cursor"));
    if (this.act(event.key, item)) event.preventDefault();
  }

  act(key, item) {
    if (key === "j" || key === "k") return this.go(item, this.items[this.from(item, key === "j") + (key === "j" ? 1 : -1)]);
    if (!item) return false;
    if (key === "h" || key === "l") return this.go(item, this.beside(item, key === "l" ? 1 : -1));
    const own = [...item.querySelectorAll("[data-item-key]")].find((one) => one.dataset.itemKey === key);
    if (own) return this.click(own);
    if (key === "x") return item.dispatchEvent(new CustomEvent("walk:choose", { bubbles: true })) || true;
    if (key === "Enter") {
      const elsewhere = document.activeElement?.closest("a, button, input, summary, [tabindex]");
      return !elsewhere?.closest("[data-selection-target=item]") && this.click(item.querySelector("[data-selection-link]"));
    }
    return false;
  }

  click(element) {
    element?.click();
    return Boolean(element);
  }

  go(from, to) {
    if (!to) return Boolean(from);
    from?.removeAttribute("data-cursor");
    to.setAttribute("data-cursor", "");
    this.place = this.items.indexOf(to);
    to.scrollIntoView({ block: "nearest", inline: "nearest" });
    return true;
  }

  // Where an item was taken away, its place is where to go on: forward means whatever stands there now.
  from(item, isForward) {
    if (item) return this.items.indexOf(item);
    return (this.place ?? 0) - (isForward ? 1 : 0);
  }

  beside(item, step) {
    const lists = [...this.element.querySelectorAll('[data-sortable-target="list"]')].filter((list) => list.children.length);
    const list = item.closest('[data-sortable-target="list"]');
    return lists[lists.indexOf(list) + step]?.querySelector('[data-selection-target="item"]');
  }

  get items() {
    return [...this.element.querySelectorAll('[data-selection-target="item"]')].filter((one) => one.checkVisibility());
  }
}

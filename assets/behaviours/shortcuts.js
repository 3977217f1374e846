// Keys for what is on the page: data-shortcut="c" or "g p" (one key after the other) on a link, button or field. `?` lists them.
// Silent while typing, with Ctrl/Cmd/Alt, and for what lies outside an open dialog.
//   <body data-controller="shortcuts"> … <button data-shortcut="c">New deal</button>
import { Controller } from "@hotwired/stimulus";

const TYPING = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"], [role="menu"]';

export default class extends Controller {
  static targets = ["list"];

  connect() {
    this.typed = "";
    this.listen = (event) => this.key(event);
    document.addEventListener("keydown", this.listen);
    document.getElementById("shortcuts-help")?.addEventListener("dialog:opened", () => this.describe());
  }

  disconnect() {
    document.removeEventListener("keydown", this.listen);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target.closest?.(TYPING) || event.key.length > 1) return;
    if (event.key === "?") {
      document.querySelector('[data-dialog-open="shortcuts-help"]')?.click();
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.typed = ""), 1000);
    const wanted = this.typed ? `${this.typed} ${event.key}` : event.key;
    const found = this.find(wanted) ?? this.find(event.key);
    this.typed = found ? "" : this.begins(wanted) ? wanted : this.begins(event.key) ? event.key : "";
    if (!found) return;
    event.preventDefault();
    if (found.matches(TYPING)) found.focus();
    else found.click();
  }

  find(keys) {
    return this.reachable.find((element) => element.dataset.shortcut === keys);
  }

  begins(keys) {
    return this.reachable.some((element) => element.dataset.shortcut.startsWith(`${keys} `));
  }

  get reachable() {
    const dialog = document.querySelector("dialog:modal");
    return [...(dialog ?? document).querySelectorAll("[data-shortcut]")].filter((element) => element.checkVisibility());
  }

  describe() {
    const fixed = [...this.listTarget.children].filter((line) => !line.dataset.found);
    const first = new Map();
    for (const one of document.querySelectorAll("body [data-shortcut]")) if (!first.has(one.dataset.shortcut)) first.set(one.dataset.shortcut, one);
    const lines = [...first.values()].map((element) => {
      const line = fixed[0].cloneNode(true);
      line.dataset.found = "true";
      line.querySelector("dt").textContent = element.getAttribute("aria-label") || element.title || (element.querySelector("span") ?? element).textContent.trim();
      const cap = line.querySelector("kbd");
      cap.parentElement.replaceChildren(...element.dataset.shortcut.split(" ").map((key) => {
        const one = cap.cloneNode();
        one.textContent = key;
        return one;
      }));
      return line;
    });
    this.listTarget.replaceChildren(...fixed, ...lines);
  }
}

// A button with a popover of choices or a small form. Places it and gives it the keyboard: arrows, Home, End, first letters.
//   <div data-controller="menu">
//     <button popovertarget="m" data-menu-target="button">…</button>
//     <div id="m" class="menu" popover role="menu" data-menu-target="list">…items with role="menuitem"…</div>
//   </div>
import { Controller } from "@hotwired/stimulus";
import { place } from "./place.js";

export default class extends Controller {
  static targets = ["button", "list"];

  listTargetConnected(list) {
    this.stop = new AbortController();
    const { signal } = this.stop;
    list.addEventListener("toggle", (event) => this.toggled(event), { signal });
    list.addEventListener("keydown", (event) => this.key(event), { signal });
    list.addEventListener("click", (event) => this.chosen(event), { signal });
    this.buttonTarget.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        list.showPopover();
      }
    }, { signal });
  }

  listTargetDisconnected() {
    this.stop?.abort();
  }

  toggled({ newState }) {
    const open = newState === "open";
    this.buttonTarget.setAttribute("aria-expanded", String(open));
    if (!open) return;
    place(this.listTarget, this.buttonTarget);
    const first = this.listTarget.querySelector("[autofocus], input:not([type=hidden]), select, textarea");
    (this.items[0] ?? first)?.focus({ preventScroll: true });
  }

  key(event) {
    const { items } = this;
    if (!items.length || event.target.matches("input, select, textarea")) return;
    const at = items.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    if (event.key in moves) {
      event.preventDefault();
      items.at(moves[event.key] % items.length).focus();
    } else if (event.key === "Tab") {
      this.listTarget.hidePopover();
    } else if (/^\S$/.test(event.key) && !event.metaKey && !event.ctrlKey) {
      const letter = event.key.toLowerCase();
      const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
      after.find((item) => item.textContent.trim().toLowerCase().startsWith(letter))?.focus();
      event.stopPropagation();
    }
  }

  chosen(event) {
    if (event.target.closest('[role="menuitem"], [role="menuitemcheckbox"]')) this.listTarget.hidePopover();
  }

  get items() {
    return [...this.listTarget.querySelectorAll('[role^="menuitem"]:not(:disabled)')];
  }
}

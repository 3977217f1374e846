// Ctrl/Cmd+K: finds records, people, views, actions. The input asks the server through htmx (trigger `palette:open` when it opens);
// the answer is rows of role="option", with data-url to go there, or hx-* attributes to do something.
//   <dialog data-controller="palette dialog"><input data-palette-target="input" …><div role="listbox" data-palette-target="list"></div></dialog>
// Any [data-palette-open] opens it.
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";
import { options } from "./options.js";

export default class extends Controller {
  static targets = ["input", "list"];

  connect() {
    if (!/Mac|iP/.test(navigator.platform)) {
      for (const cap of document.querySelectorAll("[data-command-key]")) cap.textContent = cap.textContent.replace("⌘", "Ctrl ");
    }
    this.rows = options(this.listTarget, this.inputTarget);
    this.stop = new AbortController();
    const { signal } = this.stop;
    document.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        if (this.element.open) this.element.close();
        else this.open();
      }
    }, { signal });
    document.addEventListener("click", (event) => event.target.closest("[data-palette-open]") && this.open(), { signal });
    this.watch = new MutationObserver(() => this.rows.mark(this.rows.all()[0], false));
    this.watch.observe(this.listTarget, { childList: true });
  }

  disconnect() {
    this.stop.abort();
    this.watch.disconnect();
  }

  open() {
    document.querySelector(".rail:popover-open")?.hidePopover();
    if (!this.element.open) this.element.showModal();
    this.inputTarget.select();
    htmx.trigger(this.inputTarget, "palette:open");
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.rows.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      this.rows.current()?.dispatchEvent(new MouseEvent("click", { bubbles: true, ctrlKey: event.ctrlKey || event.metaKey }));
    }
  }

  point(event) {
    const option = event.target.closest('[role="option"]');
    if (option && option !== this.rows.current()) this.rows.mark(option, false);
  }

  choose(event) {
    const option = event.target.closest('[role="option"]');
    if (!option) return;
    const { url } = option.dataset;
    if (url && event.ctrlKey) window.open(url);
    else if (url) window.location.assign(url);
    this.element.close();
  }
}

// A native dialog. Opened by any <button data-dialog-open="ID">, closed by [data-dialog-close] inside, Esc, a click outside (not
// while a form in it is half filled), or the event `dialog:close`. With host it opens by itself when htmx puts content
// into it and empties itself when closed.
//   <dialog id="dialog" data-controller="dialog" data-dialog-host-value="true" data-dialog-modal-value="true"></dialog>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { modal: { type: Boolean, default: true }, host: Boolean };

  connect() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.element.addEventListener("click", (event) => event.target.closest("[data-dialog-close]") && this.close(), { signal });
    this.element.addEventListener("pointerdown", (event) => this.outside(event), { signal });
    this.element.addEventListener("close", () => this.closed(), { signal });
    this.element.addEventListener("keydown", (event) => this.key(event), { signal });
    document.addEventListener("dialog:close", () => this.hostValue && this.close(), { signal });
    document.addEventListener("click", (event) => this.asked(event), { signal });
    if (!this.hostValue) return;
    this.watch = new MutationObserver(() => this.follow());
    this.watch.observe(this.element, { childList: true });
  }

  disconnect() {
    this.stop.abort();
    this.watch?.disconnect();
  }

  follow() {
    const filled = this.element.childElementCount > 0;
    if (filled && !this.element.open) this.open();
    if (!filled && this.element.open) this.close();
  }

  asked(event) {
    const button = event.target.closest("[data-dialog-open]");
    if (button?.dataset.dialogOpen === this.element.id) this.open();
  }

  open() {
    if (this.modalValue) this.element.showModal();
    else this.element.show();
    this.dispatch("opened");
  }

  close() {
    if (this.element.open) this.element.close();
  }

  closed() {
    if (this.hostValue) this.element.replaceChildren();
  }

  // A non-modal dialog does not hear Esc from the browser.
  key(event) {
    if (event.key === "Escape" && !this.modalValue && !event.defaultPrevented) this.close();
  }

  outside(event) {
    if (event.target !== this.element || !this.modalValue) return;
    const { left, right, top, bottom } = this.element.getBoundingClientRect();
    const inside = event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom;
    if (!inside && !this.dirty) this.close();
  }

  get dirty() {
    return [...this.element.querySelectorAll("form input:not([type=hidden]), form textarea")].some((field) =>
      /^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue,
    );
  }
}

// Finds records while you type. Macro: ui/combobox.html. GET data-combobox-url-value?q=… answers with rows of role="option"
// data-value data-label (and data-colour; data-create on the row that makes a new one). What is picked goes to picked.js by event.
//   <div data-controller="combobox picked" data-combobox-url-value="/contacts/options"><input role="combobox" …> … </div>
import { Controller } from "@hotwired/stimulus";
import { found, options } from "./options.js";
import { place } from "./place.js";

export default class extends Controller {
  static targets = ["input", "list", "popover"];
  static values = { url: String, create: Boolean };

  connect() {
    this.rows = options(this.listTarget, this.inputTarget);
    this.reset();
  }

  focus({ target }) {
    if (!target.closest("button")) this.inputTarget.focus();
  }

  open() {
    this.load(this.inputTarget.value !== this.words ? this.inputTarget.value : "");
  }

  search() {
    clearTimeout(this.timer);
    this.isBehind = true;
    this.timer = setTimeout(() => this.load(this.inputTarget.value), 90);
  }

  async load(query) {
    this.request?.abort();
    const { signal } = (this.request = new AbortController());
    const markup = await found(`${this.urlValue}${this.urlValue.includes("?") ? "&" : "?"}q=${encodeURIComponent(query)}${this.createValue ? "&create=1" : ""}`, signal);
    if (!signal.aborted) markup ? this.show(markup, query) : this.close();
  }

  show(markup, query) {
    if (!this.element.contains(document.activeElement)) return;
    this.isBehind &&= query !== this.inputTarget.value;
    this.listTarget.innerHTML = markup;
    if (!this.isOpen) this.popoverTarget.showPopover();
    place(this.popoverTarget, this.inputTarget.closest(".input"), { wide: true });
    this.inputTarget.setAttribute("aria-expanded", "true");
    this.rows.mark(this.rows.all()[0]);
    if (this.isBehind || !this.element.isWanted) return;
    this.element.isWanted = false;
    this.choose(this.rows.current());
  }

  pick(event) {
    event.preventDefault();
    this.choose(event.target.closest('[role="option"]'));
  }

  key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.isOpen) return this.open();
      this.rows.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && (this.isOpen || this.isBehind) && !event.isComposing) {
      event.preventDefault();
      if (this.isBehind) this.element.isWanted = true; // what fewer letters have found is not what is meant
      else this.choose(this.rows.current());
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Backspace" && !this.inputTarget.value) this.dispatch("back");
  }

  choose(option) {
    if (!option) return;
    this.dispatch("picked", { detail: { ...option.dataset, made: option.hasAttribute("data-create") } });
    this.words = this.inputTarget.value;
    this.close();
  }

  // Words that were not chosen mean nothing: an emptied field clears, a half-typed one returns.
  leave() {
    this.close();
    if (!this.inputTarget.value && this.words) this.dispatch("emptied");
    else this.inputTarget.value = this.words;
  }

  reset = () => (this.words = this.inputTarget.value);

  close() {
    this.isBehind = this.element.isWanted = false;
    this.request?.abort();
    clearTimeout(this.timer);
    if (this.isOpen) this.popoverTarget.hidePopover();
    this.inputTarget.setAttribute("aria-expanded", "false");
    this.rows.mark(null, false);
  }

  get isOpen() {
    return this.popoverTarget.matches(":popover-open");
  }
}

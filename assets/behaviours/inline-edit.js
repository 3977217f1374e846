// A value that becomes its editor in place, and back. Click or Enter opens; Enter or leaving saves; Esc cancels; Tab saves and
// opens the next. The editor is a form the server gives (macro prop_editor); its POST answers with the value's markup.
//   <div class="prop" id="p-amount" data-controller="inline-edit" data-inline-edit-url-value="/opportunities/42/field/amount">
//     <button data-action="inline-edit#open">120,000</button></div>
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";

// What stood there before, by the editor's address, for Esc.
const before = new Map();
const OPENERS = '[data-action*="inline-edit#open"]';

export default class extends Controller {
  static values = { url: String, editing: Boolean };

  connect() {
    if (!this.editingValue) return;
    this.fields = JSON.stringify(this.content);
    if (!before.has(this.element.getAttribute("hx-post"))) return;
    const field = this.element.querySelector("[role=combobox], input:not([type=hidden]), select, textarea");
    field?.focus({ preventScroll: true });
    if (field?.matches("input[type=text], input[type=number], input[type=email], input[type=tel], input[type=url]")) field.select();
    if (this.element.parentElement.matches("td")) this.element.parentElement.dataset.editing = "";
  }

  open(event) {
    if (event.target !== event.currentTarget && event.target.closest("form, a, button") !== event.currentTarget && event.type !== "dblclick") return;
    event.preventDefault();
    const inside = this.element.matches("td, th, h1");
    before.set(this.urlValue, inside ? this.element.innerHTML : this.element.outerHTML);
    htmx.ajax("GET", this.urlValue, { source: this.element, target: this.element, swap: inside ? "innerHTML" : "outerHTML" });
  }

  key(event) {
    if (event.defaultPrevented) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.cancel();
    } else if (event.key === "Tab") {
      this.next(event);
    } else if (event.key === "Enter" && event.target.matches("textarea") && (event.ctrlKey || event.metaKey)) {
      this.save();
    }
  }

  next(event) {
    const fields = [...this.element.querySelectorAll("input:not([type=hidden]), select, textarea")];
    if (event.target !== fields.at(event.shiftKey ? 0 : -1)) return;
    const all = [...document.querySelectorAll(`${OPENERS}, [data-inline-edit-editing-value]`)];
    const other = all[all.indexOf(this.element) + (event.shiftKey ? -1 : 1)];
    event.preventDefault();
    this.finish();
    if (other?.matches("td")) other.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
    else other?.click();
  }

  // Focus that went to nothing (a redraw, another window) is not leaving.
  leave({ relatedTarget }) {
    if (this.done || !relatedTarget || this.element.contains(relatedTarget)) return;
    this.finish();
  }

  finish() {
    if (JSON.stringify(this.content) === this.fields) this.cancel();
    else this.save();
  }

  save() {
    this.done = true;
    this.element.requestSubmit();
  }

  cancel() {
    this.done = true;
    const old = before.get(this.element.getAttribute("hx-post"));
    const holder = this.element.parentElement;
    if (!old) return;
    this.element.outerHTML = old;
    delete holder.dataset.editing;
    htmx.process(holder);
    (holder.matches("td") ? holder : holder.querySelector(`[data-inline-edit-url-value="${this.element.getAttribute("hx-post")}"] ${OPENERS}`))?.focus({ preventScroll: true });
  }

  get content() {
    return [...new FormData(this.element)].map(([name, value]) => [name, String(value)]);
  }
}

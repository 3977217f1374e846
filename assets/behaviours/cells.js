// Cells that are saved one by one as they are left. Each sends its value and, as `was`, what it showed when it was entered, so that nothing is
// written over another's change unseen; data-own marks what the answer itself has changed, which counts as seen. Esc takes back what was typed,
// the arrows go to the same field of the row above or below, Alt and Delete presses the row's [data-cells-remove].
//   <div data-controller="cells" data-action="keydown->cells#key focusin->cells#enter htmx:before:request->cells#send
//     htmx:after:request->cells#answered htmx:after:swap@document->cells#swapped">
//     <li> <input name="quantity" id="line-7-quantity" value="4" data-cell hx-post="/…/lines/7" hx-trigger="change"> … </li></div>
import { Controller } from "@hotwired/stimulus";

const CELL = "[data-cell]";

export default class extends Controller {
  connect() {
    this.seen = new Map();
  }

  enter({ target }) {
    if (!target.matches(CELL)) return;
    this.seen.set(target.id, target.defaultValue);
    this.shown = target.defaultValue;
  }

  send({ target, detail }) {
    if (target.matches(CELL)) detail.ctx.request.body.set("was", this.seen.get(target.id) ?? target.defaultValue);
  }

  // What was refused stays as it was typed.
  answered({ target, detail }) {
    const { status } = detail.ctx.response;
    if (target.matches(CELL)) target.ariaInvalid = status >= 400 ? "true" : null;
  }

  swapped() {
    for (const cell of this.element.querySelectorAll(`${CELL}[data-own]`)) this.seen.set(cell.id, cell.defaultValue);
    const active = this.element.querySelector(`${CELL}:focus`);
    if (active && active.value === active.defaultValue && this.shown !== active.defaultValue) {
      this.seen.set(active.id, active.defaultValue);
      active.select();
    }
    this.shown = active?.defaultValue;
    const next = this.following?.find((id) => document.getElementById(id));
    if (!this.following || document.getElementById(this.leaving)) return;
    this.following = null;
    document.getElementById(next)?.focus();
  }

  key(event) {
    const cell = event.target.closest(CELL);
    if (!cell || event.isComposing || event.defaultPrevented) return;
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Escape") this.back(cell, event);
    else if (event.altKey && (event.key === "Delete" || (event.key === "Backspace" && event.shiftKey))) this.remove(cell, event);
    else if (by && !event.altKey && !event.shiftKey && this.isAtEdge(cell, by)) this.go(cell, by, event);
  }

  // The first Esc takes back what was typed, the next one leaves.
  back(cell, event) {
    event.preventDefault();
    event.stopPropagation();
    if (cell.value === cell.defaultValue) return cell.blur();
    cell.value = cell.defaultValue;
    cell.select();
  }

  remove(cell, event) {
    const row = cell.closest("li");
    const button = row?.querySelector("[data-cells-remove]");
    if (!button) return;
    event.preventDefault();
    cell.value = cell.defaultValue;
    this.leaving = row.id;
    this.following = [1, -1].flatMap((by) => this.beside(cell, by)?.id ?? []).concat(this.element.querySelector("[role=combobox]")?.id ?? []);
    button.click();
  }

  go(cell, by, event) {
    const other = this.beside(cell, by);
    if (!other) return;
    event.preventDefault();
    other.focus();
    other.select();
  }

  // The field of that name in the nearest row that has one.
  beside(cell, by) {
    const column = [...this.element.querySelectorAll(`${CELL}[name="${cell.name}"]`)].filter((one) => one.closest("li"));
    return column[column.indexOf(cell) + by];
  }

  isAtEdge(cell, by) {
    return !cell.matches("textarea") || (by < 0 ? cell.selectionStart === 0 : cell.selectionEnd === cell.value.length);
  }

  keepTheirs({ target }) {
    target.closest("form").remove();
  }

  settled({ target, detail }) {
    if (detail.ctx.response.status < 500) target.remove();
  }
}

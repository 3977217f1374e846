// Rows that change places: dragged by their grip, moved by Alt and the arrows, or by buttons; what they head goes along (blocks.js). Steps show
// and are said at once; where they have led to is posted as `before` (the key of the row below, or empty) to data-url. Refused, all go home.
//   <div data-controller="reorder" data-action="keydown->reorder#key" data-reorder-said-value="“{name}” is line {place} of {count}.">
//     <ol data-reorder-target="list"> <li data-reorder-target="row" data-key="7" data-name="Anvil" data-url="/…/move"> <span class="quote-grip">
//       <button data-action="reorder#up"> … </li> </ol> <p role="status" data-reorder-target="said" hx-morph-skip></p></div>
import { Controller } from "@hotwired/stimulus";
import Sortable from "sortablejs";
import htmx from "../boot.js";
import { blockOf, stepped } from "./blocks.js";

const [QUIET, ROW, root] = [400, '[data-reorder-target~="row"]', document.documentElement];

export default class extends Controller {
  static targets = ["list", "row", "said"];
  static values = { said: String };

  connect() {
    this.sortable = new Sortable(this.listTarget, {
      draggable: ROW,
      handle: ".quote-grip",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150,
      ghostClass: "quote-ghost",
      fallbackClass: "quote-held",
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      scrollSensitivity: 80,
      onStart: ({ item }) => this.lift(item),
      onEnd: ({ item }) => this.drop(item),
    });
  }

  disconnect() {
    this.sortable.destroy();
    clearTimeout(this.timer);
    delete root.dataset.dragging;
  }

  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest(ROW);
    if (!by || !row || !event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    const field = document.activeElement;
    field.blur();
    this.step(row, by);
    field.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  up = ({ target }) => this.step(target.closest(ROW), -1);
  down = ({ target }) => this.step(target.closest(ROW), 1);

  step(row, by) {
    const { block, rest, place } = stepped(this.rowTargets, row, by);
    if (place < 0) return;
    if (this.moving && this.moving.row !== row) this.send();
    this.home ??= this.rowTargets;
    if (place < rest.length) rest[place].before(...block);
    else rest.at(-1).after(...block);
    this.later(row, rest[place], QUIET);
  }

  lift(row) {
    root.dataset.dragging = "row";
    this.home ??= this.rowTargets;
    this.carried = blockOf(this.rowTargets, row);
    for (const one of this.carried.slice(1)) one.classList.add("quote-carried");
  }

  drop(row) {
    for (const one of this.carried) one.classList.remove("quote-carried");
    const below = this.rowTargets.slice(this.rowTargets.indexOf(row) + 1).find((one) => !this.carried.includes(one));
    row.after(...this.carried.slice(1));
    if (this.rowTargets.every((one, index) => one === this.home[index])) this.done();
    else this.later(row, below, 0);
  }

  later(row, before, delay) {
    root.dataset.dragging = "row";
    clearTimeout(this.timer);
    const said = { name: row.dataset.name, place: this.rowTargets.indexOf(row) + 1, count: this.rowTargets.length };
    this.saidTarget.textContent = this.saidValue.replace(/\{(\w+)\}/g, (_all, name) => said[name]);
    this.moving = { row, before: before?.dataset.key ?? "" };
    this.timer = setTimeout(() => this.send(), delay);
  }

  send() {
    const [{ row, before }, home] = [this.moving, this.home];
    this.done();
    row.addEventListener("htmx:after:request", ({ detail }) => detail.ctx.response.status >= 400 && this.listTarget.prepend(...home), { once: true });
    htmx.ajax("POST", row.dataset.url, { source: row, values: { before } });
  }

  done() {
    clearTimeout(this.timer);
    this.moving = this.home = null;
    delete root.dataset.dragging;
  }
}

// Rows that are written one after the other. Enter goes to the next field of a row, and from the last one to where the next row is written
// ("next"): a product picked there, or words, are posted to data-url, and the row that comes (data-made) takes the focus (data-entry-first).
// Ctrl and Enter makes the words a section, with Shift a note; in a row it goes to write the next one below it, which Esc gives up.
//   <div data-controller="entry" data-action="keydown->entry#key:capture htmx:finally:request->entry#answered htmx:after:swap@document->entry#place">
//     <ol> <li data-entry-target="row" id="line-7" data-key="7"> <input data-cell> </li> <li data-entry-target="next" data-url="/…" data-key="once">
//       <div data-controller="combobox" data-action="combobox:picked->entry#take entry:cleared->combobox#reset"><input data-entry-target="words">
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";
import { ahead } from "./ahead.js";
import { putAfter } from "./blocks.js";

const [FIELDS, ROW] = ["[data-cell]", '[data-entry-target~="row"]'];

export default class extends Controller {
  static targets = ["row", "next", "words", "kind"];
  keys = ahead();

  key(event) {
    const { key, target } = event;
    const row = target.matches(FIELDS) && target.closest(ROW);
    const isNext = target.matches('[data-entry-target~="words"]');
    if (event.isComposing || !(row || isNext)) return;
    if (isNext && (this.isWaiting || target.closest(".combobox").isWanted)) return this.keys.keep(event);
    this.keys.drop();
    if (isNext && key === "Escape" && !target.value && this.above) return this.goBelow();
    const isControl = event.ctrlKey || event.metaKey;
    if (key !== "Enter" || !(row || isControl || this.wanted)) return;
    event.preventDefault();
    event.stopPropagation();
    if (!row) this.write(!isControl ? this.wanted : event.shiftKey ? "note" : "section");
    else if (isControl) this.goBelow(row);
    else this.forward(target);
  }

  forward(field) {
    const fields = [...field.closest(ROW).querySelectorAll(FIELDS)];
    this.goTo(fields[fields.indexOf(field) + 1] ?? this.wordsTarget);
  }

  goTo(field) {
    field.focus();
    field.select();
  }

  take({ detail: { value, label, made } }) {
    this.add(made ? { kind: "item", description: label } : { product: value });
  }

  kind({ params }) {
    this.write(params.kind);
    this.wordsTarget.focus();
  }

  // Without words yet, what is written next will be of that kind.
  write(kind) {
    const description = this.wordsTarget.value.trim();
    if (description) this.add({ kind, description });
    else this.want(this.wanted === kind ? "" : kind);
  }

  want(kind) {
    this.wanted = kind;
    for (const button of this.kindTargets) button.setAttribute("aria-pressed", String(button.dataset.entryKindParam === kind));
    this.nextTarget.toggleAttribute("data-plain", Boolean(kind));
  }

  add(values) {
    if (this.isWaiting) return;
    this.isWaiting = true;
    const { url, key } = this.nextTarget.dataset;
    htmx.ajax("POST", url, { source: this.nextTarget, values: { ...values, key, after: document.getElementById(this.above)?.dataset.key ?? "" } });
  }

  // After a refusal no row comes, and what was written stays.
  answered({ target }) {
    if (target !== this.nextTarget || !this.isWaiting) return;
    const row = this.rowTargets.find((one) => one.hasAttribute("data-made"));
    this.isWaiting = false;
    if (!row) return;
    this.wordsTarget.value = this.wanted = "";
    this.dispatch("cleared", { target: this.wordsTarget });
    this.place((this.above &&= row.id));
    this.goTo(row.querySelector("[data-entry-first]") ?? this.wordsTarget);
    this.keys.type((field) => this.forward(field));
  }

  below = ({ target }) => this.goBelow(target.closest(ROW));

  goBelow(row) {
    this.above = row?.id;
    this.place();
    this.wordsTarget.focus();
  }

  place() {
    const row = document.getElementById(this.above) ?? this.rowTargets.at(-1);
    if (row && row.nextElementSibling !== this.nextTarget) putAfter(row, this.nextTarget);
    this.want(this.wanted ?? "");
  }
}

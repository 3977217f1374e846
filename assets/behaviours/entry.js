// Rows that are typed one after the other. Enter goes to the next field of a row, and from the last one to where the next row
// begins. What was entered there goes once the row has come, and the field of the row that asks for it takes the focus.
//   <div data-controller="entry" data-action="keydown->entry#key">
//     <form data-entry-target="row"><input name="text"><input name="count" data-entry-first></form>
//     <div data-entry-target="next" data-action="htmx:before:request->entry#sent"><form> … </form></div></div>
import { Controller } from "@hotwired/stimulus";

const FIELDS = "input:not([type=hidden])";

export default class extends Controller {
  static targets = ["row", "next"];

  sent() {
    this.isWaiting = true;
  }

  // After a refusal no row comes, and what was typed stays.
  rowTargetConnected(row) {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.clear();
    const first = row.querySelector("[data-entry-first]");
    (first ?? this.nextTarget.querySelector(FIELDS)).focus();
    first?.select();
  }

  clear() {
    for (const input of this.nextTarget.querySelectorAll("input")) input.value = "";
    for (const box of this.nextTarget.querySelectorAll('[data-controller~="combobox"]')) this.dispatch("cleared", { prefix: "picked", target: box });
  }

  key(event) {
    const row = event.target.closest?.('[data-entry-target~="row"]');
    if (event.key !== "Enter" || event.isComposing || !row || !event.target.matches(FIELDS)) return;
    event.preventDefault();
    const fields = [...row.querySelectorAll(FIELDS)];
    const after = fields[fields.indexOf(event.target) + 1] ?? this.nextTarget.querySelector(FIELDS);
    after.focus();
    after.select();
  }
}

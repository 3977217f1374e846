// A button that puts words where somebody writes, with a subject if there is one, and closes the dialog it stands in:
//   <button data-controller="insert" data-action="insert#put" data-insert-into-value="#deal-42-letter" data-insert-text-value="…"
//     data-insert-subject-value="…">Insert</button>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { into: String, text: String, subject: String };

  put() {
    const { text, subject } = document.querySelector(this.intoValue)?.elements ?? {};
    if (!text) return;
    text.setRangeText(this.textValue, text.selectionStart, text.selectionEnd, "end");
    if (this.subjectValue && subject) subject.value = this.subjectValue;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    document.dispatchEvent(new CustomEvent("dialog:close"));
    text.focus();
  }
}

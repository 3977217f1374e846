// Copies a text and says so on the button for a moment.
//   <button data-controller="copy" data-copy-text-value="…" data-copy-done-value="Copied" data-action="copy#copy"><span>Copy link</span></button>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { text: String, done: String };

  async copy() {
    await navigator.clipboard.writeText(this.textValue);
    const words = this.element.querySelector("span") ?? this.element;
    const before = words.textContent;
    words.textContent = this.doneValue;
    setTimeout(() => (words.textContent = before), 1600);
  }
}

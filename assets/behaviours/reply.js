// A button that says what is to be answered: <button data-controller="reply" data-action="reply#to" data-reply-id-value="7" data-reply-words-value="…">
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { id: Number, words: String };

  to() {
    this.dispatch("to", { target: document, detail: { id: this.idValue, words: this.wordsValue } });
  }
}

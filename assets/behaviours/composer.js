// A text that is written with a few marks and sent by Ctrl+Enter. Its draft is kept in this browser until it was accepted.
//   <form data-controller="composer" data-composer-draft-value="deal-42" data-action="htmx:finally:request->composer#sent">
//     <textarea data-composer-target="text" data-action="input->composer#keep keydown->composer#key"></textarea>
//     <button data-action="composer#mark" data-composer-mark-param="**">Bold</button></form>
// With data-composer-enter-value="true" Enter alone sends, and Shift+Enter begins a line.
// A message elsewhere asks to be answered with the event reply:to (reply.js).
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["text", "key", "replyTo", "reply", "replyWords"];
  static values = { draft: String, enter: Boolean };

  connect() {
    if (this.hasKeyTarget) this.renew();
    if (!this.draftValue) return void this.textTarget.focus();
    this.textTarget.value ||= localStorage.getItem(this.name) ?? "";
    this.grow();
  }

  keep() {
    this.grow();
    if (!this.draftValue) return;
    if (this.textTarget.value) localStorage.setItem(this.name, this.textTarget.value);
    else localStorage.removeItem(this.name);
  }

  grow() {
    const spare = this.enterValue ? 0 : 1;
    this.textTarget.rows = Math.min(14, Math.max(1 + spare, this.textTarget.value.split("\n").length + spare));
  }

  key(event) {
    if (event.defaultPrevented || event.isComposing || event.key !== "Enter") return;
    if (!(event.ctrlKey || event.metaKey || (this.enterValue && !event.shiftKey))) return;
    event.preventDefault();
    this.element.requestSubmit();
  }

  // A pair of marks goes around what is chosen, a mark that ends in a space to the beginning of each line.
  mark({ params: { mark } }) {
    const text = this.textTarget;
    const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
    text.focus();
    if (mark.endsWith(" ")) {
      text.setSelectionRange(text.value.lastIndexOf("\n", text.selectionStart - 1) + 1, text.selectionEnd);
      const lines = text.value.slice(text.selectionStart, text.selectionEnd).split("\n");
      this.put(lines.map((line) => mark + line).join("\n"));
    } else if (mark.startsWith("[")) {
      const at = text.selectionStart;
      this.put(`[${chosen}](https://)`);
      text.setSelectionRange(at + (chosen ? chosen.length + 3 : 1), at + (chosen ? chosen.length + 11 : 1));
    } else {
      const at = text.selectionStart + mark.length;
      this.put(mark + chosen + mark);
      text.setSelectionRange(at, at + chosen.length);
    }
  }

  put(words) {
    this.textTarget.setRangeText(words, this.textTarget.selectionStart, this.textTarget.selectionEnd, "end");
    this.textTarget.dispatchEvent(new Event("input", { bubbles: true }));
  }

  answer({ detail: { id, words } }) {
    if (!this.hasReplyTarget) return;
    this.replyToTarget.value = id;
    this.replyWordsTarget.textContent = words;
    this.replyTarget.hidden = false;
    this.textTarget.focus();
  }

  forget() {
    if (!this.hasReplyTarget) return;
    this.replyToTarget.value = "";
    this.replyTarget.hidden = true;
  }

  sent({ detail, target }) {
    const status = detail.ctx?.response?.status;
    if (target === this.element && status && status < 400) this.clear();
  }

  clear() {
    this.textTarget.value = "";
    this.keep();
    this.forget();
    this.renew();
    this.dispatch("sent");
  }

  // The same form sent twice is one; a new text is a new form.
  renew() {
    this.keyTarget.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
  }

  get name() {
    return `draft:${this.draftValue}`;
  }
}

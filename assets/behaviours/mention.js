// Names people with @ and records with # while one writes: arrows choose, Enter or Tab takes, Esc leaves it.
//   <form data-controller="mention" data-mention-people-value="/…/mention" data-mention-records-value="/records/mention">
//     <textarea data-mention-target="text" data-action="input->mention#search keydown->mention#key blur->mention#close"></textarea>
//     <div popover="manual" data-mention-target="popover"><div role="listbox" data-mention-target="list"></div></div></form>
import { Controller } from "@hotwired/stimulus";
import { options } from "./options.js";
import { place } from "./place.js";

const BEGUN = /(^|[\s(（，。])([@#])([^\s@#][^@#\n]{0,40}|)$/u;

export default class extends Controller {
  static targets = ["text", "popover", "list"];
  static values = { people: String, records: String };

  connect() {
    this.rows = options(this.listTarget, this.textTarget);
  }

  search() {
    clearTimeout(this.timer);
    const begun = this.begun;
    if (!begun || (begun.sign === "#" && !begun.words)) return this.close();
    this.timer = setTimeout(() => this.load(begun), 90);
  }

  async load({ sign, words }) {
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    const url = `${sign === "@" ? this.peopleValue : this.recordsValue}?q=${encodeURIComponent(words)}`;
    const answer = await fetch(url, { signal, headers: { "HX-Request": "true" } }).catch(() => null);
    const markup = answer?.ok ? await answer.text() : "";
    if (signal.aborted) return;
    this.listTarget.innerHTML = markup;
    if (!this.rows.all().length || document.activeElement !== this.textTarget) return this.close();
    if (!this.isOpen) this.popoverTarget.showPopover();
    place(this.popoverTarget, this.textTarget);
    this.rows.mark(this.rows.all()[0]);
  }

  key(event) {
    if (!this.isOpen || event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.rows.step(event.key === "ArrowDown" ? 1 : -1);
    } else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") {
      event.preventDefault();
      this.take(this.rows.current());
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  pick(event) {
    event.preventDefault();
    this.take(event.target.closest('[role="option"]'));
  }

  take(option) {
    const begun = this.begun;
    if (!option || !begun) return this.close();
    const { label, value } = option.dataset;
    const words = begun.sign === "@" ? `@${label} ` : `[${label.replace(/[[\]]/g, " ")}](${value}) `;
    this.textTarget.setRangeText(words, begun.at, this.textTarget.selectionStart, "end");
    this.textTarget.dispatchEvent(new Event("input", { bubbles: true }));
    this.close();
  }

  close() {
    clearTimeout(this.timer);
    this.request?.abort();
    if (this.isOpen) this.popoverTarget.hidePopover();
    this.textTarget.removeAttribute("aria-activedescendant");
  }

  get isOpen() {
    return this.popoverTarget.matches(":popover-open");
  }

  get begun() {
    const before = this.textTarget.value.slice(0, this.textTarget.selectionStart);
    const found = BEGUN.exec(before);
    return found && { sign: found[2], words: found[3], at: before.length - found[3].length - 1 };
  }
}

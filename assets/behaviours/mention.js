// Names people with @ and records with # while one writes, at the beginning of a line that does something its command with /, and words kept
// for it with ::  Arrows choose, Enter or Tab takes, Esc leaves it.
//   <form data-controller="mention" data-mention-people-value="/…/mention" data-mention-records-value="/records/mention"
//       data-mention-commands-value="/chat/5/commands" data-mention-answers-value="/chat/answers">
//     <textarea data-mention-target="text" data-action="input->mention#search keydown->mention#key blur->mention#close"></textarea>
//     <div popover="manual" data-mention-target="popover"><div role="listbox" data-mention-target="list"></div></div></form>
import { Controller } from "@hotwired/stimulus";
import { found, options } from "./options.js";
import { place } from "./place.js";

const BEGUN = [/(?:^|[\s(（，。])([@#])([^\s@#][^@#\n]{0,40}|)$/u, /^(\/)([\p{L}\p{N}-]*)$/u, /(?:^|\s)(::)([\p{L}\p{N}_-]*)$/u];
const put = {
  "@": ({ label }) => `@${label} `,
  "#": ({ label, value }) => `[${label.replace(/[[\]]/g, " ")}](${value}) `,
  "/": ({ value }) => value,
  "::": ({ value }) => value,
};

export default class extends Controller {
  static targets = ["text", "popover", "list", "subject"];
  static values = { people: String, records: String, commands: String, answers: String };

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
    const markup = await found(`${this.sources[sign]}?q=${encodeURIComponent(words)}`, signal);
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
    this.textTarget.setRangeText(put[begun.sign](option.dataset), begun.at, this.textTarget.selectionStart, "end");
    if (option.dataset.subject && this.hasSubjectTarget) this.subjectTarget.value = option.dataset.subject;
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
    const found = BEGUN.map((one) => one.exec(before)).find((one) => one && this.sources[one[1]]);
    return found && { sign: found[1], words: found[2], at: before.length - found[2].length - found[1].length };
  }

  get sources() {
    return { "@": this.peopleValue, "#": this.recordsValue, "/": this.commandsValue, "::": this.answersValue };
  }
}

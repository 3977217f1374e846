// Sends what is written in a form at once into the conversation, and again for as long as the line is broken; the form's key makes it one.
//   <section data-controller="outbox" data-outbox-url-value="/chat/5/say" data-outbox-name-value="channel-5"><ol data-outbox-target="list"></ol>
//     <form data-action="submit->outbox#send">…</form> <template data-outbox-target="template"><li class="said">…<p></p></li></template></section>
// What waits without files survives the page (localStorage). The answer goes out as the event outbox:said.
import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../boot.js";
import { parsed } from "./lines.js";

const [SOON, LATEST] = [1000, 30000];

export default class extends Controller {
  static targets = ["list", "template"];
  static values = { url: String, name: String };

  connect() {
    this.waiting = [];
    for (const kept of JSON.parse(localStorage.getItem(this.place) ?? "[]")) this.begin(Object.entries(kept));
  }

  disconnect() {
    clearTimeout(this.later);
  }

  send(event) {
    event.preventDefault();
    const given = [...new FormData(event.target)].filter(([name, value]) => name !== "files" || value.size);
    if (!given.some(([name, value]) => name === "files" || (name === "text" && value.trim()))) return;
    this.dispatch("sent", { target: event.target });
    this.begin(given);
  }

  begin(given) {
    const one = { given, line: this.drawn(given), tries: 0 };
    this.waiting.push(one);
    this.keep();
    if (this.waiting.length === 1) this.next();
  }

  drawn(given) {
    const values = Object.fromEntries(given);
    const line = this.templateTarget.content.firstElementChild.cloneNode(true);
    line.querySelector(".prose p").textContent = values.text || values.files?.name || "";
    const list = values.reply_to ? this.element.querySelector(`[data-thread="${values.reply_to}"]`) : this.listTarget;
    list?.append(line);
    line.scrollIntoView({ block: "end" });
    return line;
  }

  // One after the other, in the order in which they were written.
  async next() {
    if (!this.waiting.length) return;
    const [[one], body] = [this.waiting, new FormData()];
    for (const [name, value] of one.given) body.append(name, value);
    const sent = { method: "POST", headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" }, body };
    const answer = await fetch(this.urlValue, sent).catch(() => null);
    if (answer && answer.status < 500) return this.answered(one, answer);
    one.line.classList.add("said-waiting");
    one.tries += 1;
    this.later = setTimeout(() => this.next(), Math.min(LATEST, SOON * 2 ** one.tries));
  }

  async answered(one, answer) {
    this.waiting.shift();
    this.keep();
    const [markup, elsewhere] = [await answer.text(), answer.headers.get("HX-Redirect")];
    if (elsewhere) return void location.assign(elsewhere);
    if (answer.ok) {
      one.line.remove();
      this.dispatch("said", { detail: { markup } });
    } else this.fail(one, markup);
    this.next();
  }

  fail(one, markup) {
    const [waits, failed, words] = [".said-waits", ".said-failed", ".said-failed span"].map((name) => one.line.querySelector(name));
    [waits.hidden, failed.hidden] = [true, false];
    words.textContent = parsed(markup).querySelector(".toast-message")?.textContent ?? "";
    one.line.failed = one;
  }

  again({ target }) {
    const { failed } = target.closest("li");
    target.closest("li").remove();
    this.begin(failed.given);
  }

  forget({ target }) {
    target.closest("li").remove();
  }

  keep() {
    const texts = this.waiting.filter((one) => one.given.every(([, value]) => typeof value === "string")).map((one) => Object.fromEntries(one.given));
    if (texts.length) localStorage.setItem(this.place, JSON.stringify(texts));
    else localStorage.removeItem(this.place);
  }

  get place() {
    return `outbox:${this.nameValue}`;
  }
}

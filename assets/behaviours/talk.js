// A conversation that grows at its end: fetches what is new or different when told so, and older lines on scrolling up.
//   <section data-controller="talk" data-talk-news-value="/chat/5/news" data-talk-lines-value="/chat/5/lines" data-action="live:changed->talk#news">
//     <div data-talk-target="scroll" data-action="scroll->talk#scrolled"><ol data-talk-target="list"><li id="message-7" data-at="17.5" …></ol></div>
// A line with data-root belongs into the open list of replies, <ol data-thread="7">. Says talk:end when its end is in sight.
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";
import { arrange, parsed, put } from "./lines.js";

const NEAR = 80;
const asked = (url) => fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);

export default class extends Controller {
  static targets = ["scroll", "list", "older", "newer", "down"];
  static values = { news: String, since: String, lines: String, read: Number, me: Number, newWords: String, jump: String };

  connect() {
    this.arrange();
    const place = (this.jumpValue && document.getElementById(this.jumpValue)) || this.listTarget.querySelector(".talk-new");
    if (place) place.scrollIntoView({ block: this.jumpValue ? "center" : "start" });
    else this.toEnd();
    if (this.jumpValue) place?.classList.add("said-target");
    requestAnimationFrame(() => this.scrolled());
  }

  async news(event) {
    event?.preventDefault();
    this.again = Boolean(this.asking);
    if (this.asking) return;
    this.asking = true;
    const answer = await asked(`${this.newsValue}?since=${this.sinceValue}`);
    if (answer?.ok) {
      this.sinceValue = answer.headers.get("X-Since");
      this.put(await answer.text());
    }
    this.asking = false;
    if (this.again) this.news();
  }

  said({ detail: { markup } }) {
    this.put(markup);
    this.toEnd();
  }

  put(markup) {
    const stays = this.isAtEnd;
    for (const line of parsed(markup).querySelectorAll("li[data-at]")) {
      if (!document.getElementById(line.id)) this.dispatch("came", { detail: { name: line.dataset.name } });
      put(line, this.listFor(line));
    }
    this.arrange();
    if (stays) this.toEnd();
    else this.scrolled();
  }

  listFor(line) {
    if (line.dataset.root) return document.querySelector(`[data-thread="${line.dataset.root}"]`);
    return this.hasNewerTarget ? null : this.listTarget;
  }

  async more(sign) {
    if (this.fetching) return;
    this.fetching = true;
    const answer = await asked(`${this.linesValue}?${new URLSearchParams(sign.dataset)}`);
    const markup = answer?.ok ? await answer.text() : "";
    this.fetching = false;
    if (!markup || !sign.isConnected) return;
    const { scrollHeight, scrollTop } = this.scrollTarget;
    const lines = [...parsed(markup).children].filter((one) => !one.id || !document.getElementById(one.id));
    sign.replaceWith(...lines);
    lines.forEach((line) => htmx.process(line));
    this.arrange();
    if ("before" in sign.dataset) this.scrollTarget.scrollTop = scrollTop + this.scrollTarget.scrollHeight - scrollHeight;
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scrollTarget;
    if (this.hasOlderTarget && scrollTop < 600) this.more(this.olderTarget);
    if (this.hasNewerTarget && scrollHeight - scrollTop - clientHeight < 600) this.more(this.newerTarget);
    this.downTarget.hidden = this.isAtEnd;
    if (this.isAtEnd) this.dispatch("end");
  }

  toEnd() {
    if (this.hasNewerTarget) return void location.assign(location.pathname);
    this.scrollTarget.scrollTop = this.scrollTarget.scrollHeight;
    this.scrolled();
  }

  arrange() {
    arrange(this.listTarget, { read: this.readValue, me: this.meValue, words: this.newWordsValue });
  }

  get isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.scrollTarget;
    return !this.hasNewerTarget && scrollHeight - scrollTop - clientHeight < NEAR;
  }
}

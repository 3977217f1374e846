// Shows that others write, and tells others that one writes, about the region both pages show.
//   <section data-controller="typing" data-typing-region-value="channel-5-thread" data-typing-one-value="{name} is writing …"
//     data-typing-many-value="Several people are writing …" data-action="input->typing#tell"><p data-typing-target="words"></p></section>
import { Controller } from "@hotwired/stimulus";
import { socket } from "./socket.js";

const [SELDOM, SHOWN] = [2500, 5000];

export default class extends Controller {
  static targets = ["words"];
  static values = { region: String, one: String, many: String };

  connect() {
    this.writing = new Map();
    this.stop = new AbortController();
    socket.addEventListener("message", ({ detail }) => this.heard(detail.signs ?? []), { signal: this.stop.signal });
  }

  disconnect() {
    this.stop.abort();
    for (const timer of this.writing.values()) clearTimeout(timer);
  }

  tell({ target }) {
    if (!target.value || performance.now() - (this.told ?? -SELDOM) < SELDOM) return;
    if (socket.send({ sign: "typing", region: this.regionValue })) this.told = performance.now();
  }

  heard(signs) {
    for (const { region, name } of signs) {
      if (region !== this.regionValue) continue;
      clearTimeout(this.writing.get(name));
      this.writing.set(name, setTimeout(() => this.forget(name), SHOWN));
    }
    this.show();
  }

  // Whoever has said something is not writing any more.
  came({ detail: { name } }) {
    if (this.writing.has(name)) this.forget(name);
  }

  forget(name) {
    clearTimeout(this.writing.get(name));
    this.writing.delete(name);
    this.show();
  }

  show() {
    const [first, ...others] = this.writing.keys();
    this.wordsTarget.textContent = !first ? "" : others.length ? this.manyValue : this.oneValue.replace("{name}", first);
  }
}

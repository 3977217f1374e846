// Says whether somebody is at this page: <body data-controller="live presence">. Again every 45 seconds, and at once when it changes.
import { Controller } from "@hotwired/stimulus";
import { socket } from "./socket.js";

const [AGAIN, IDLE] = [45000, 300000];
const MOVES = ["pointerdown", "pointermove", "keydown", "scroll"];

export default class extends Controller {
  connect() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.movedAt = document.hidden ? -IDLE : performance.now();
    for (const name of MOVES) window.addEventListener(name, () => this.moved(), { signal, passive: true, capture: true });
    document.addEventListener("visibilitychange", () => (document.hidden ? this.say() : this.moved()), { signal });
    socket.addEventListener("open", () => this.say(true), { signal });
    this.timer = setInterval(() => this.say(true), AGAIN);
  }

  disconnect() {
    this.stop.abort();
    clearInterval(this.timer);
  }

  moved() {
    this.movedAt = performance.now();
    this.say();
  }

  say(again = false) {
    const here = !document.hidden && performance.now() - this.movedAt < IDLE ? "active" : "idle";
    if (here === this.said && !again) return;
    this.said = here;
    socket.send({ here });
  }
}

// Other people's changes. Says over /live-socket which regions the page shows, and fetches a region again when it is named:
//   <div id="board" data-live-region="opportunities team-3" data-live-url="/opportunities?part=board">…</div>
// To the server: {"subscribe": ["opportunities", "team-3"]}; from it: {"regions": ["opportunities"]}. A region ending in "-*" hears every
// name with that beginning. Morph keeps focus and scroll. Waits while something is dragged, edited, written inside or sent. Reconnects.
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";

const [SOON, THROTTLE] = [120, 700]; // the first change shows soon, a flood of them in steps
const BUSY = ":popover-open, .prop-editing, .quick-create, form :is(input:not([type=checkbox], [type=hidden]), textarea):focus";

export default class extends Controller {
  connect() {
    this.waiting = new Set();
    this.tries = 0;
    this.stop = new AbortController();
    const { signal } = this.stop;
    window.addEventListener("pagehide", () => this.close(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && this.open(true), { signal });
    document.addEventListener("htmx:after:swap", () => this.subscribe(), { signal });
    document.addEventListener("htmx:before:swap", (event) => this.hold(event, event.detail.ctx.sourceElement), { signal });
    this.open();
  }

  disconnect() {
    this.stop.abort();
    this.close();
  }

  open(again = false) {
    if (!this.places.length || this.socket) return;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live-socket`);
    this.socket = socket;
    socket.addEventListener("open", () => {
      document.getElementById("stale-mark")?.toggleAttribute("hidden", true);
      this.known = "";
      this.subscribe();
      if (again || this.tries) this.places.forEach((place) => this.want(place));
      this.tries = 0;
    });
    socket.addEventListener("message", ({ data }) => this.heard(JSON.parse(data).regions ?? []));
    socket.addEventListener("close", () => this.socket === socket && this.lost());
  }

  close() {
    const { socket } = this;
    this.socket = null;
    clearTimeout(this.later);
    socket?.close();
  }

  lost() {
    [this.socket, this.tries] = [null, this.tries + 1];
    document.getElementById("stale-mark")?.toggleAttribute("hidden", this.tries <= 2);
    this.later = setTimeout(() => this.open(), Math.min(30000, 500 * 2 ** this.tries) * (0.75 + Math.random() / 2));
  }

  subscribe() {
    if (!this.socket) return void this.open();
    const names = [...new Set(this.places.flatMap((place) => place.dataset.liveRegion.split(/\s+/)))].sort();
    if (this.socket.readyState !== WebSocket.OPEN || String(names) === this.known) return;
    this.known = String(names);
    this.socket.send(JSON.stringify({ subscribe: names }));
  }

  heard(regions) {
    const told = (name) => regions.some((one) => one === name || (name.endsWith("-*") && one.startsWith(name.slice(0, -1))));
    for (const place of this.places) if (place.dataset.liveRegion.split(/\s+/).some(told)) this.want(place);
  }

  want(place) {
    this.waiting.add(place);
    this.timer ??= setTimeout(() => this.refresh(), Math.max(SOON, (this.last ?? -THROTTLE) + THROTTLE - performance.now()));
  }

  refresh() {
    [this.timer, this.last] = [null, performance.now()];
    for (const place of [...this.waiting]) {
      if (place.isConnected && this.busy(place)) continue;
      this.waiting.delete(place);
      const comes = [...this.waiting].some((other) => other.contains(place) && !this.busy(other));
      if (place.isConnected && !comes) htmx.ajax("GET", place.dataset.liveUrl, { source: place, target: place, swap: "outerMorph" });
    }
    if (this.waiting.size) this.timer = setTimeout(() => this.refresh(), THROTTLE);
  }

  // Somebody began to write while the answer was on its way.
  hold(event, place) {
    if (!place?.dataset?.liveUrl || !this.busy(place)) return;
    event.preventDefault();
    this.want(place);
  }

  busy(place) {
    return document.documentElement.matches("[data-dragging], [data-asking]") || place.querySelector(BUSY) !== null;
  }

  get places() {
    return [...document.querySelectorAll("[data-live-region][data-live-url]")];
  }
}

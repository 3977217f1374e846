// Other people's changes. Says over /live-socket which regions the page shows, and fetches a region again when it is named:
//   <div id="board" data-live-region="opportunities team-3" data-live-url="/opportunities?part=board">…</div>
// To the server: {"subscribe": ["opportunities", "team-3"]}; from it: {"regions": ["opportunities"]}. A region ending in "-*" hears every
// name with that beginning. A line just opened also says when the page was drawn (data-live-since-value) and hears what it missed; from that
// answer on <html> has data-listening. Waits while something is dragged, edited, written inside or sent; where "live:changed" is prevented,
// not at all.
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";
import { socket } from "./socket.js";

const [SOON, THROTTLE] = [120, 700]; // the first change shows soon, a flood of them in steps
const BUSY = ":popover-open, .prop-editing, .quick-create, form :is(input:not([type=checkbox], [type=hidden]), textarea):focus";

export default class extends Controller {
  static values = { since: Number };

  connect() {
    this.waiting = new Set();
    this.stop = new AbortController();
    const { signal } = this.stop;
    socket.addEventListener("open", ({ detail: wasLost }) => this.opened(wasLost || this.wasHidden), { signal });
    socket.addEventListener("message", ({ detail }) => this.heard(detail), { signal });
    socket.addEventListener("lost", ({ detail: times }) => this.lost(times), { signal });
    window.addEventListener("pageshow", ({ persisted }) => persisted && this.back(), { signal });
    document.addEventListener("htmx:after:swap", () => this.subscribe(), { signal });
    document.addEventListener("htmx:before:swap", (event) => this.hold(event, event.detail.ctx.sourceElement), { signal });
    this.subscribe();
  }

  disconnect() {
    this.stop.abort();
    socket.close();
  }

  // From the browser's memory of pages: what it shows is as old as that.
  back() {
    this.wasHidden = true;
    socket.open();
  }

  opened(isStale) {
    document.getElementById("stale-mark")?.toggleAttribute("hidden", true);
    this.known = "";
    this.subscribe(this.sinceValue);
    if (isStale) this.places.forEach((place) => this.want(place));
    this.wasHidden = false;
  }

  subscribe(since) {
    if (!this.places.length) return;
    if (!socket.isOpen) return void socket.open();
    const names = [...new Set(this.places.flatMap((place) => place.dataset.liveRegion.split(/\s+/)))].sort();
    if (String(names) === this.known) return;
    this.known = String(names);
    socket.send({ subscribe: names, since });
  }

  lost(times) {
    document.documentElement.toggleAttribute("data-listening", false);
    document.getElementById("stale-mark")?.toggleAttribute("hidden", times <= 2);
  }

  heard({ regions = [], listening }) {
    if (listening) document.documentElement.toggleAttribute("data-listening", true);
    const told = (name) => regions.some((one) => one === name || (name.endsWith("-*") && one.startsWith(name.slice(0, -1))));
    for (const place of this.places) if (place.dataset.liveRegion.split(/\s+/).some(told)) this.want(place);
  }

  want(place) {
    if (!place.dispatchEvent(new CustomEvent("live:changed", { cancelable: true }))) return;
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

// Back finds the page where it was left: scroll of every [data-preserve-target="scroll"] (give it an id), of lists and boards.
//   <body data-controller="preserve"> <main id="content" data-preserve-target="scroll">
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["scroll"];

  connect() {
    this.leave = () => this.keep();
    window.addEventListener("pagehide", this.leave);
    if (performance.getEntriesByType("navigation")[0]?.type !== "navigate") this.restore();
  }

  disconnect() {
    window.removeEventListener("pagehide", this.leave);
  }

  keep() {
    const places = this.scrollTargets.map((one) => [one.id, one.scrollTop, one.scrollLeft]);
    sessionStorage.setItem(this.name, JSON.stringify(places));
  }

  restore() {
    for (const [id, top, left] of JSON.parse(sessionStorage.getItem(this.name) ?? "[]")) {
      document.getElementById(id)?.scrollTo({ top, left, behavior: "instant" });
    }
  }

  get name() {
    return `scroll:${location.pathname}${location.search}`;
  }
}

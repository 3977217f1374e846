// Folds the main menu to icons and remembers it; boot.js sets it before the first paint. A long menu is opened where one is.
//   <nav data-controller="rail"><button data-action="rail#toggle">…</button></nav>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  connect() {
    this.element.querySelector("[aria-current=page]:not(:has(+ ul))")?.scrollIntoView({ block: "nearest" });
  }

  toggle() {
    const { dataset } = document.documentElement;
    if (dataset.rail === "collapsed") delete dataset.rail;
    else dataset.rail = "collapsed";
    localStorage.setItem("rail", dataset.rail ?? "open");
  }
}

// Empties the panel a button stands in: <aside id="side"><button data-controller="side" data-action="side#close">×</button></aside>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  close() {
    this.element.closest("aside").replaceChildren();
  }
}

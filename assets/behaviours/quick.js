// A small form that stays open for the next one: empties and takes focus again after it was accepted, goes away on Esc.
//   <form data-controller="quick" data-action="keydown.esc->quick#close htmx:finally:request->quick#again"><input data-quick-target="first">
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["first"];

  connect() {
    this.firstTarget.focus({ preventScroll: true });
  }

  again({ detail }) {
    const status = detail.ctx?.response?.status;
    if (!status || status >= 400) return;
    this.element.reset();
    this.firstTarget.focus();
  }

  close(event) {
    event.preventDefault();
    this.element.remove();
  }
}

// Sends a form soon after its last change.
//   <form data-controller="autosubmit" data-autosubmit-delay-value="250" data-action="input->autosubmit#later change->autosubmit#later">
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static values = { delay: { type: Number, default: 250 } };

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.element.requestSubmit(), this.delayValue);
  }

  disconnect() {
    clearTimeout(this.timer);
  }
}

// hx-confirm="…" asks in our own dialog instead of the browser's.
//   <dialog id="confirm" data-controller="dialog confirm"><p data-confirm-target="message"></p><button data-action="confirm#accept">Yes</button>
// data-confirm-label on the asking element names the button ("Archive 12 deals").
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["message", "accept"];

  connect() {
    this.words = this.acceptTarget.textContent;
    this.ask = (event) => this.asked(event);
    document.addEventListener("htmx:confirm", this.ask);
    this.element.addEventListener("close", () => this.answer(false));
  }

  disconnect() {
    document.removeEventListener("htmx:confirm", this.ask);
  }

  asked(event) {
    event.preventDefault();
    const { ctx } = event.detail;
    this.asking = event.detail;
    this.messageTarget.textContent = ctx.confirm;
    this.acceptTarget.textContent = ctx.sourceElement.dataset.confirmLabel || this.words;
    this.element.showModal();
  }

  accept() {
    this.answer(true);
    this.element.close();
  }

  answer(yes) {
    const asking = this.asking;
    this.asking = null;
    if (yes) asking?.issueRequest();
    else asking?.dropRequest();
  }
}

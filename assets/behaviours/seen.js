// Says up to where a conversation has been read: its last line, once that is in sight of somebody who looks.
//   <section data-controller="seen" data-seen-url-value="/chat/5/read" data-seen-until-value="17.5" data-action="talk:end->seen#end
//     visibilitychange@document->seen#end"><ol><li data-at="18.2" data-state="…"></ol></section>
import { Controller } from "@hotwired/stimulus";
import { csrfToken } from "../boot.js";

export default class extends Controller {
  static values = { url: String, until: Number };

  end() {
    const last = Math.max(0, ...[...this.element.querySelectorAll("[data-state]")].map((one) => Number(one.dataset.at)));
    if (!this.urlValue || document.hidden || last <= this.untilValue) return;
    const before = this.untilValue;
    this.untilValue = last;
    const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
    const body = new URLSearchParams({ until: last.toFixed(6) });
    fetch(this.urlValue, { method: "POST", headers, body }).catch(() => (this.untilValue = before));
  }
}

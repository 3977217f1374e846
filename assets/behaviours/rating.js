// Stars as radio buttons: a click on the chosen star takes the rating away.
//   <div data-controller="rating"><input type="radio" value="0">… <input type="radio" value="2" data-action="click->rating#clear"></div>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  connect() {
    this.last = this.element.querySelector("input:checked")?.value ?? "0";
  }

  clear({ target }) {
    if (target.value !== this.last) {
      this.last = target.value;
      return;
    }
    const none = this.element.querySelector('input[value="0"]');
    none.checked = true;
    this.last = "0";
    none.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// Chooses one value in every group of radio buttons that offers it, as if clicked one after the other, and tells it once.
//   <form data-controller="pick-all"> … <button type="button" data-action="pick-all#pick" data-pick-all-value-param="12">
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  pick({ params }) {
    for (const radio of this.element.querySelectorAll("input[type=radio]")) {
      if (radio.value === String(params.value)) radio.checked = true;
    }
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

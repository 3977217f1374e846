// Keeps what a combobox picked: one hidden value, or a tag with its own hidden input for each of several. A new word is posted as
// NAME_new. Fires `change`.
//   <div data-controller="combobox picked" data-picked-name-value="customer" data-picked-multiple-value="false"> … </div>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["value", "chosen", "template", "input"];
  static values = { name: String, multiple: Boolean };

  add({ detail: { value, label, colour = 0, made } }) {
    const name = made ? `${this.nameValue}_new` : this.nameValue;
    const kept = made ? label : value;
    if (!this.multipleValue) {
      Object.assign(this.valueTarget, { name, value: kept });
      this.inputTarget.value = label;
    } else {
      this.inputTarget.value = "";
      if (this.chosenTargets.some((one) => one.dataset.value === kept)) return;
      this.inputTarget.before(this.tag(kept, label, colour, name));
    }
    this.changed();
  }

  tag(value, label, colour, name) {
    const chosen = this.templateTarget.content.firstElementChild.cloneNode(true);
    chosen.dataset.value = value;
    chosen.querySelector(".tag").className = `tag tone-${colour}`;
    chosen.querySelector(".tag > span").textContent = label;
    const remove = chosen.querySelector("button");
    remove.setAttribute("aria-label", remove.getAttribute("aria-label").replace("{label}", label));
    Object.assign(chosen.querySelector("input"), { name, value });
    return chosen;
  }

  back() {
    if (!this.multipleValue || !this.chosenTargets.length) return;
    this.chosenTargets.at(-1).remove();
    this.changed();
  }

  remove(event) {
    event.target.closest('[data-picked-target="chosen"]').remove();
    this.changed();
    this.inputTarget.focus();
  }

  clear() {
    if (this.multipleValue) return;
    this.valueTarget.value = this.inputTarget.value = "";
    this.dispatch("cleared");
    this.changed();
  }

  changed() {
    this.element.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

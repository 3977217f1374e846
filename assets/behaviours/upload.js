// A file dropped on the place, or chosen by a click; its name is shown, and with data-upload-send-value the form goes off at once.
//   <label class="drop-file" data-controller="upload" data-upload-send-value="true"><input type="file" class="visually-hidden" name="file"
//     data-upload-target="input" data-action="upload#chosen"><span data-upload-target="name">Drop a file here</span></label>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["input", "name"];
  static values = { send: Boolean };

  connect() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (name, then) => this.element.addEventListener(name, then, { signal });
    for (const name of ["dragenter", "dragover"]) on(name, (event) => this.over(event, true));
    for (const name of ["dragleave", "drop"]) on(name, (event) => this.over(event, false));
    on("drop", ({ dataTransfer }) => {
      this.inputTarget.files = dataTransfer.files;
      this.chosen();
    });
  }

  disconnect() {
    this.stop.abort();
  }

  over(event, on) {
    event.preventDefault();
    this.element.dataset.over = String(on);
  }

  chosen() {
    const names = [...this.inputTarget.files].map((file) => file.name);
    if (!names.length) return;
    if (this.hasNameTarget) this.nameTarget.textContent = names.join(", ");
    if (this.sendValue) this.inputTarget.form?.requestSubmit();
  }
}

// Files that go along with a form: chosen, dropped on it, or pasted; each is shown and can be left out again.
//   <form data-controller="attach"><textarea data-action="paste->attach#paste"></textarea><ul data-attach-target="list"></ul>
//     <input type="file" name="files" multiple data-attach-target="input" data-action="attach#chosen"></form>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["input", "list"];

  connect() {
    this.files = [];
    this.stop = new AbortController();
    const { signal } = this.stop;
    const on = (name, then) => this.element.addEventListener(name, then, { signal });
    for (const name of ["dragenter", "dragover"]) on(name, (event) => this.over(event, true));
    for (const name of ["dragleave", "drop"]) on(name, (event) => this.over(event, false));
    on("drop", ({ dataTransfer }) => this.add(dataTransfer.files));
  }

  disconnect() {
    this.stop.abort();
  }

  over(event, on) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    this.element.dataset.over = String(on);
  }

  paste(event) {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    this.add(event.clipboardData.files);
  }

  chosen() {
    this.add(this.inputTarget.files);
  }

  add(files) {
    for (const file of files) if (!this.files.includes(file)) this.files.push(file);
    this.show();
  }

  clear() {
    this.files = [];
    this.show();
  }

  // The input itself carries what is sent.
  show() {
    const carried = new DataTransfer();
    for (const file of this.files) carried.items.add(file);
    this.inputTarget.files = carried.files;
    this.listTarget.replaceChildren(...this.files.map((file) => this.row(file)));
  }

  row(file) {
    const [row, leave, name] = [document.createElement("li"), document.createElement("button"), document.createElement("span")];
    name.textContent = file.name;
    leave.type = "button";
    leave.textContent = "×";
    leave.setAttribute("aria-label", `× ${file.name}`);
    leave.addEventListener("click", () => {
      this.files = this.files.filter((one) => one !== file);
      this.show();
    });
    row.append(name, leave);
    if (file.type.startsWith("image/") && file.type !== "image/svg+xml") this.preview(file, row);
    return row;
  }

  preview(file, row) {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const image = document.createElement("img");
      image.src = reader.result;
      image.alt = "";
      row.prepend(image);
    });
    reader.readAsDataURL(file);
  }
}

// The notices of this window, newest first, each still to be undone. Filled when its dialog opens.
//   <dialog …><ol data-controller="tray" data-tray-undo-value="Undo" data-tray-empty-value="No notices yet."></ol></dialog>
import { Controller } from "@hotwired/stimulus";
import htmx from "../boot.js";

export default class extends Controller {
  static values = { undo: String, empty: String };

  connect() {
    this.fill = () => this.show();
    this.element.closest("dialog")?.addEventListener("dialog:opened", this.fill);
  }

  disconnect() {
    this.element.closest("dialog")?.removeEventListener("dialog:opened", this.fill);
  }

  show() {
    const notices = JSON.parse(sessionStorage.getItem("notices") ?? "[]");
    this.element.replaceChildren(...notices.map((notice) => this.line(notice)));
    if (!notices.length) this.element.append(Object.assign(document.createElement("li"), { textContent: this.emptyValue }));
  }

  line({ message, undo, at }) {
    const line = document.createElement("li");
    const words = Object.assign(document.createElement("span"), { textContent: message });
    const time = Object.assign(document.createElement("time"), {
      textContent: new Date(at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" }),
    });
    line.append(words, time);
    if (undo) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: this.undoValue });
      button.className = "button button-quiet button-small";
      button.addEventListener("click", () => htmx.ajax("POST", undo, { source: button, swap: "none" }));
      line.append(button);
    }
    return line;
  }
}

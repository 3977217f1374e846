// One notice: leaves after 8 s unless pointed at or focused; an error stays until closed. What left is kept for the tray.
//   <div class="toast" data-controller="toast" data-toast-kind-value="done">…</div>   (macro: ui/toast.html)
import { Controller } from "@hotwired/stimulus";

const KEPT = 30;

export default class extends Controller {
  static values = { kind: String, seconds: { type: Number, default: 8 } };

  connect() {
    if (this.element.closest("[data-toast-static]")) return;
    this.keep();
    for (const name of ["pointerenter", "focusin"]) this.element.addEventListener(name, () => clearTimeout(this.timer));
    for (const name of ["pointerleave", "focusout"]) this.element.addEventListener(name, () => this.wait());
    this.wait();
  }

  disconnect() {
    clearTimeout(this.timer);
  }

  wait() {
    clearTimeout(this.timer);
    if (this.kindValue !== "error") this.timer = setTimeout(() => this.close(), this.secondsValue * 1000);
  }

  close() {
    clearTimeout(this.timer);
    this.element.setAttribute("data-js-leaving", "");
    setTimeout(() => this.element.remove(), 180);
  }

  // It asks to take something back: it stays until the answer is there, for htmx drops what a removed element asked for.
  ask() {
    clearTimeout(this.timer);
  }

  answered({ detail }) {
    if (detail.ctx.response?.status < 500) this.close();
    else this.wait();
  }

  keep() {
    if (this.element.hasAttribute("data-js-kept")) return;
    this.element.setAttribute("data-js-kept", "");
    const notice = {
      message: this.element.querySelector(".toast-message")?.textContent.trim(),
      undo: this.element.querySelector("[hx-post]")?.getAttribute("hx-post"),
      at: Date.now(),
    };
    try {
      const kept = JSON.parse(sessionStorage.getItem("notices") ?? "[]");
      sessionStorage.setItem("notices", JSON.stringify([notice, ...kept].slice(0, KEPT)));
    } catch {
      // Without storage there is no tray.
    }
  }
}

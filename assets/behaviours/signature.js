// A sheet to draw a signature on, with a finger, a pen or a mouse; what is drawn goes along with the form as lines of points.
//   <section data-controller="signature">
//     <input type="hidden" name="strokes" data-signature-target="strokes">
//     <canvas width="1000" height="300" data-signature-target="sheet"></canvas>
//     <button type="button" data-action="signature#clear">Draw again</button>
//   </section>
import { Controller } from "@hotwired/stimulus";

const MOST_POINTS = 5500;

export default class extends Controller {
  static targets = ["sheet", "strokes"];

  connect() {
    this.strokes = [];
    this.line = null;
    const sheet = this.sheetTarget;
    sheet.addEventListener("pointerdown", (event) => this.#begin(event));
    sheet.addEventListener("pointermove", (event) => this.#draw(event));
    for (const end of ["pointerup", "pointercancel"]) sheet.addEventListener(end, () => this.#end());
  }

  clear() {
    this.strokes = [];
    this.strokesTarget.value = "";
    this.#pen().clearRect(0, 0, this.sheetTarget.width, this.sheetTarget.height);
  }

  #begin(event) {
    if (event.button) return;
    event.preventDefault();
    this.sheetTarget.setPointerCapture(event.pointerId);
    this.line = [this.#place(event)];
  }

  #draw(event) {
    if (!this.line || this.#count() >= MOST_POINTS) return;
    const [from, to] = [this.line.at(-1), this.#place(event)];
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 3) return;
    this.line.push(to);
    const pen = this.#pen();
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }

  #end() {
    if (this.line?.length > 1) this.strokes.push(this.line);
    this.line = null;
    this.strokesTarget.value = this.strokes.length ? JSON.stringify(this.strokes) : "";
  }

  #count() {
    return this.strokes.reduce((sum, line) => sum + line.length, this.line?.length ?? 0);
  }

  #place(event) {
    const { left, top, width, height } = this.sheetTarget.getBoundingClientRect();
    const within = (share, most) => Math.round(Math.min(1, Math.max(0, share)) * most);
    return [within((event.clientX - left) / width, this.sheetTarget.width), within((event.clientY - top) / height, this.sheetTarget.height)];
  }

  #pen() {
    const pen = this.sheetTarget.getContext("2d");
    Object.assign(pen, { lineWidth: 6, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(this.sheetTarget).color });
    return pen;
  }
}

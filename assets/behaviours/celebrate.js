// A second of confetti and a sentence when a deal deserves it; the sentence alone where motion is not wanted.
//   <div data-controller="celebrate" data-action="celebrate@document->celebrate#show" hidden role="status"><p data-celebrate-target="sentence"></p></div>
// The server sends it with the answer: HX-Trigger: {"celebrate": {"sentence": "…"}}
import { Controller } from "@hotwired/stimulus";

const LASTS = 1500;
const COLOURS = ["#4f46e5", "#16a34a", "#f59e0b", "#0ea5e9", "#db2777"];

export default class extends Controller {
  static targets = ["sentence"];

  show({ detail }) {
    if (!detail?.sentence) return;
    this.sentenceTarget.textContent = detail.sentence;
    this.element.hidden = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.element.hidden = true), 6000);
    if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.confetti();
  }

  confetti() {
    const canvas = document.createElement("canvas");
    canvas.className = "celebrate-canvas";
    canvas.width = innerWidth;
    canvas.height = innerHeight;
    document.body.append(canvas);
    const brush = canvas.getContext("2d");
    const pieces = Array.from({ length: 90 }, (_, n) => ({
      x: innerWidth / 2, y: innerHeight * 0.8, across: (Math.random() - 0.5) * 14, up: -8 - Math.random() * 14,
      turn: Math.random() * 6, colour: COLOURS[n % COLOURS.length],
    }));
    const start = performance.now();
    const frame = (now) => {
      const age = now - start;
      brush.clearRect(0, 0, canvas.width, canvas.height);
      brush.globalAlpha = Math.max(0, 1 - age / LASTS);
      for (const piece of pieces) {
        piece.x += piece.across;
        piece.y += piece.up;
        piece.up += 0.45;
        brush.save();
        brush.translate(piece.x, piece.y);
        brush.rotate(piece.turn + age / 200);
        brush.fillStyle = piece.colour;
        brush.fillRect(-4, -3, 8, 6);
        brush.restore();
      }
      if (age < LASTS) requestAnimationFrame(frame);
      else canvas.remove();
    };
    requestAnimationFrame(frame);
  }

  disconnect() {
    clearTimeout(this.timer);
  }
}

// The one line of an open page to the server, shared by what needs it: socket.send({…}), and the events "open" (detail: whether it was
// broken before), "message" (detail: what came) and "lost" (detail: how often in a row). Opens itself again, later each time.
class Socket extends EventTarget {
  tries = 0;

  open() {
    if (this.line) return;
    const line = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live-socket`);
    this.line = line;
    line.addEventListener("open", () => {
      const wasLost = this.tries > 0;
      this.tries = 0;
      this.tell("open", wasLost);
    });
    line.addEventListener("message", ({ data }) => this.tell("message", JSON.parse(data)));
    line.addEventListener("close", () => this.line === line && this.lost());
  }

  close() {
    const { line } = this;
    this.line = null;
    clearTimeout(this.later);
    line?.close();
  }

  lost() {
    [this.line, this.tries] = [null, this.tries + 1];
    this.tell("lost", this.tries);
    this.later = setTimeout(() => this.open(), Math.min(30000, 500 * 2 ** this.tries) * (0.75 + Math.random() / 2));
  }

  send(message) {
    if (this.isOpen) this.line.send(JSON.stringify(message));
    return this.isOpen;
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  get isOpen() {
    return this.line?.readyState === WebSocket.OPEN;
  }
}

export const socket = new Socket();
window.addEventListener("pagehide", () => socket.close());

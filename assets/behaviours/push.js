// Lets this browser be told while no page is open, and sends where and how with the form.
//   <form data-controller="push" data-push-key-value="…" data-push-refused-value="Not allowed." data-push-missing-value="Not possible here.">
//     <input type="hidden" name="endpoint" data-push-target="endpoint">  and browser_key, secret
//     <button type="button" data-action="push#subscribe">…</button> <p role="status" data-push-target="problem"></p>
import { Controller } from "@hotwired/stimulus";

function encoded(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export default class extends Controller {
  static targets = ["endpoint", "browser_key", "secret", "problem"];
  static values = { key: String, refused: String, missing: String };

  async subscribe() {
    if (!("PushManager" in window) || !navigator.serviceWorker) return this.#say(this.missingValue);
    if ((await Notification.requestPermission()) !== "granted") return this.#say(this.refusedValue);
    try {
      await navigator.serviceWorker.register("/service-worker.js");
      const { pushManager } = await navigator.serviceWorker.ready;
      await (await pushManager.getSubscription())?.unsubscribe();
      const found = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.keyValue });
      this.endpointTarget.value = found.endpoint;
      this.browser_keyTarget.value = encoded(found.getKey("p256dh"));
      this.secretTarget.value = encoded(found.getKey("auth"));
      this.element.requestSubmit();
    } catch {
      this.#say(this.missingValue);
    }
  }

  #say(words) {
    this.problemTarget.textContent = words;
  }
}

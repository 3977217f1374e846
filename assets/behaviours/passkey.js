// Asks the device for a passkey, or to make one, and sends what it answers with the form.
//   <form data-controller="passkey" data-passkey-options-value="{…}" data-passkey-failed-value="Not accepted.">
//     <input type="hidden" name="credential" data-passkey-target="credential">
//     <button type="button" data-action="passkey#ask">…</button>   or passkey#make, with an optional passwordless checkbox target
//     <p data-passkey-target="problem" hidden></p>
// Where the options are not in the page, data-passkey-options-url-value says where they are fetched.
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  static targets = ["credential", "passwordless", "problem"];
  static values = { options: Object, optionsUrl: String, failed: String };

  async ask() {
    await this.#send(async () => {
      const { request_options: options } = await this.#options();
      return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
    });
  }

  async make() {
    await this.#send(async () => {
      const { creation_options: options } = await this.#options();
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options.publicKey);
      return navigator.credentials.create({ publicKey: this.#withoutPassword(publicKey) });
    });
  }

  // A passkey that replaces the password lives on the device and checks who holds it.
  #withoutPassword(publicKey) {
    if (!this.hasPasswordlessTarget) return publicKey;
    const alone = this.passwordlessTarget.checked;
    const selection = { ...publicKey.authenticatorSelection, residentKey: alone ? "required" : "discouraged", requireResidentKey: alone };
    if (alone) selection.userVerification = "required";
    return { ...publicKey, authenticatorSelection: selection };
  }

  async #options() {
    if (!this.optionsUrlValue) return this.optionsValue;
    const response = await fetch(this.optionsUrlValue, { headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" } });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }

  async #send(ceremony) {
    this.problemTarget.hidden = true;
    try {
      this.credentialTarget.value = JSON.stringify((await ceremony()).toJSON());
      this.element.submit();
    } catch (error) {
      // Somebody who closes the device's window knows that nothing happened.
      if (error.name === "NotAllowedError" || error.name === "AbortError") return;
      this.problemTarget.textContent = this.failedValue;
      this.problemTarget.hidden = false;
    }
  }
}

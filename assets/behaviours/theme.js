// Light, dark, or like the system, at once; the button's own hx-post keeps the choice for the person.
//   <div data-controller="theme"><button role="menuitemcheckbox" data-action="theme#choose" data-theme-param="dark">…</button></div>
import { Controller } from "@hotwired/stimulus";

export default class extends Controller {
  choose({ currentTarget }) {
    document.documentElement.dataset.theme = currentTarget.dataset.themeParam;
    for (const item of this.element.querySelectorAll("[data-theme-param]")) {
      item.setAttribute("aria-checked", String(item === currentTarget));
    }
  }
}

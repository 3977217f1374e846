// What must hold before the first paint and for every request: the remembered rail, the CSRF header, a word when a request fails.
import htmx from "htmx.org/dist/htmx.esm.js";

const root = document.documentElement;
try {
  if (localStorage.getItem("rail") === "collapsed") root.dataset.rail = "collapsed";
} catch {
  // Storage may be refused; the rail is then as wide as ever.
}

// Opened as a program of its own there is no browser around it to say that the network is gone.
if (matchMedia("(display-mode: standalone)").matches) navigator.serviceWorker?.register("/service-worker.js");

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function notify(templateId) {
  const template = document.getElementById(templateId);
  if (template) document.getElementById("toasts")?.prepend(template.content.cloneNode(true));
}

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (!/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRFToken"] = csrfToken();
});

// Refusals that carry their own words (a partial for #toasts) speak for themselves.
document.addEventListener("htmx:response:error", (event) => {
  const { response, text, hx } = event.detail.ctx;
  if (response.status === 422 || hx?.redirect || /<hx-partial|hx-swap-oob/.test(text ?? "")) return;
  notify("toast-error");
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) notify("toast-offline");
});

// What this page itself changes is answered before it looks at what others change (live.js).
const changes = ({ detail }) => !/^(GET|HEAD)$/i.test(detail.ctx.request.method);
document.addEventListener("htmx:before:request", (event) => changes(event) && (root.dataset.asking = ""));
document.addEventListener("htmx:finally:request", (event) => changes(event) && delete root.dataset.asking);

// On the way to another page no other answer counts: a second way would break the first one off, and lose its notice.
let leaving = false;
document.addEventListener("htmx:before:response", (event) => {
  if (leaving) event.preventDefault();
  leaving ||= Boolean(event.detail.ctx.hx.redirect);
});
window.addEventListener("pageshow", () => (leaving = false));

export default htmx;

{# Autoescape off: it is a script, and what is filled in are addresses of our own. #}
{% autoescape false %}
// Without the network a page that is asked for is this one. Nothing else is kept: what people see comes from the server.
const PAGE = "{{ url("offline") }}";
const STYLE = "{{ static("dist/app.css") }}";
const ICON = "{{ static("dist/icon-192.png") }}";
const KEPT = `offline ${STYLE}`;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([PAGE, STYLE])));
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("offline ") && name !== KEPT);
  event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (new URL(request.url).pathname === STYLE) event.respondWith(caches.match(request).then((found) => found ?? fetch(request)));
});

// What the server tells while no page is open; a click shows the record it is about.
self.addEventListener("push", (event) => {
  const { title = "Kairos", body = "", url = "/", tag = "" } = event.data?.json() ?? {};
  event.waitUntil(self.registration.showNotification(title, { body, tag, renotify: Boolean(tag), icon: ICON, badge: ICON, data: { url } }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data?.url ?? "/", self.location.origin);
  if (wanted.origin === self.location.origin) event.waitUntil(shown(wanted.href));
});

async function shown(address) {
  const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = open.find((one) => one.url === address);
  return there ? there.focus() : self.clients.openWindow(address);
}
{% endautoescape %}

{% autoescape off %}// Shows the empty forms without a network, and keeps a form whose sending failed. Nothing that anybody
// has sent or been shown is ever put into the cache.
"use strict";
importScripts("{{ queue }}");
const CACHE = "lianxin-{{ version }}";
const FILES = {{ files }};
const PAGES = {{ pages }};
const OFFLINE = {{ offline }};
const DAY = 86400000;

function formOf(path) {
  if (path === "{{ report }}") return "{{ report_offline }}";
  const door = path.startsWith("{{ register }}") ? path.slice("{{ register }}".length).split("/")[0] || OFFLINE[0] : "";
  return OFFLINE.includes(door) ? `{{ register }}${door}/offline/` : null;
}

const isForm = (path) => path.startsWith("{{ register }}") && path.endsWith("/offline/");

// Only the empty forms: a page that was led elsewhere, to sign in for example, is none of them.
async function keep(cache, path) {
  const page = await fetch(path, { credentials: "same-origin", cache: "no-store", redirect: "error" });
  if (page.ok) await cache.put(path, page);
}

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  await cache.addAll(FILES);
  for (const path of PAGES) await keep(cache, path);
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  const cache = await caches.open(CACHE);
  for (const name of await caches.keys()) {
    if (name === CACHE) continue;
    const before = await caches.open(name), kept = await before.keys();
    let asItWas = false;
    for (const old of kept) {
      const path = new URL(old.url).pathname;
      if (!isForm(path)) continue;
      // Signed out, the new one cannot be asked for: the old one still writes things down.
      await keep(cache, path).catch(async () => { asItWas = true; await cache.put(old, await before.match(old)); });
    }
    for (const old of asItWas ? kept : []) {
      if (!(await cache.match(old))) await cache.put(old, await before.match(old));
    }
    await caches.delete(name);
  }
  await self.clients.claim();
})()));

// A page asks that forms be kept which are there for later: afresh each day, or in another language.
self.addEventListener("message", (event) => {
  if (!event.data || !event.data.keep) return;
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    for (const path of event.data.keep.filter((path) => PAGES.includes(path) || isForm(path))) {
      const held = await cache.match(path);
      const fresh = held && Date.now() - Date.parse(held.headers.get("Date")) < DAY
        && held.headers.get("Content-Language") === event.data.language;
      if (!fresh) await keep(cache, path).catch(() => null);
    }
  })());
});

self.addEventListener("sync", (event) => {
  if (event.tag === "kept") event.waitUntil(self.queue.sendAll());
});

self.addEventListener("fetch", (event) => {
  const request = event.request, path = new URL(request.url).pathname;
  if (new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "GET") event.respondWith(fetch(request).catch(() => instead(path)));
    // Going back to what was sent is not sending it again.
    else if (request.isHistoryNavigation) event.respondWith(Response.redirect(request.url, 303));
    else if (request.method === "POST" && (path === "{{ report }}" || path.startsWith("{{ register }}"))) event.respondWith(sent(request, path));
  } else if (request.method === "GET" && path.startsWith("{{ static }}")) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(path)) || Response.error()));
  }
});

async function instead(path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(formOf(path) || path)) || (await cache.match("{{ kept }}")) || Response.error();
}

// A form on its way. When it does not get through, or the other side has no room, it is kept here.
async function sent(request, path) {
  const copy = request.clone();
  let answer = null;
  try {
    answer = await fetch(request);
    if (answer.status < 500) return answer;
  } catch (error) { /* no network */ }
  try {
    const where = await keepForm(await copy.formData(), path);
    return Response.redirect(where, 303);
  } catch (error) {
    return answer || Response.error();
  }
}

async function keepForm(data, path) {
  const form = formOf(path), kind = path === "{{ report }}" ? "report" : path.slice("{{ register }}".length).split("/")[0] || OFFLINE[0];
  let key = data.get("key") || self.queue.newKey();
  let known = await self.queue.get(key);
  if (known && known.state === "sent") {
    // That one is there; its receipt stays, and this is another.
    key = self.queue.newKey();
    known = null;
  }
  const parts = known ? known.parts : [];
  const add = (file) => { if (!parts.some((part) => part.sha === file.sha)) parts.push(self.queue.partOf(file)); };
  const original = data.has("keep_original");
  for (const file of data.getAll("attachments")) {
    if (file.size) add(await self.queue.keepFile(key, file, { original }));
  }
  const names = data.getAll("attachment"), held = await self.queue.filesOf(key);
  const fields = [...data].filter(([name, value]) => typeof value === "string" &&
    !["csrfmiddlewaretoken", "at", "do", "drop", "work", "key", "keeper", "attachment", "seen_at", "keep_original", "use_place"].includes(name));
  for (const name of names) {
    // Here it is whole; over there it waits for its form only for a day.
    const file = held.find((one) => one.name === name);
    if (file) add(file);
    else fields.push(["attachment", name]);
  }
  await self.queue.put({
    key, kind, form, send: kind === "report" ? "{{ kept }}send/" : `{{ register }}${kind}/kept/`,
    owner: data.get("keeper") || "", fields, parts, code: known ? known.code : "",
    made_at: new Date().toISOString(), state: form ? "draft" : "waiting", told: null, receipt: null,
    // It may have arrived, and have a code from there.
    tried: true,
  });
  return (form || "{{ kept }}") + "#" + key;
}
{% endautoescape %}

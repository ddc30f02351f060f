// Keeps the app itself on the device, so that it opens without a network.
//
// 1. Only the files of one build, each checked against its SHA-256 before the build may be used.
// 2. A new build waits until every window of the old one is closed: nothing changes under a person's hands.
// 3. Nothing below /v1, /api, /shards and /feeds is ever looked at or kept.
const BUILD = "{{build}}";
const FILES = {{files}};
const SHELF = `troth-${BUILD}`;

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(clear()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (/^\/(v1|api|shards|feeds)(\/|$)/.test(address.pathname)) return;
  const known = address.pathname in FILES;
  const path = !known && event.request.mode === "navigate" ? "/" : address.pathname;
  if (path in FILES) event.respondWith(answer(path, event.request));
});

async function fill() {
  const shelf = await caches.open(SHELF);
  for (const [path, expected] of Object.entries(FILES)) {
    // What the page has just fetched is taken from the browser's own store; it is asked for anew if it does not fit.
    const near = await sound(path, expected, path.startsWith("/a/") ? "default" : "no-cache").catch(() => undefined);
    await shelf.put(path, near ?? (await sound(path, expected, "no-cache")));
  }
}

/** Fetches a file of the build and refuses it when a byte differs. */
async function sound(path, expected, cache) {
  const response = await fetch(path, { cache, credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error(`missing file of the build: ${path}`);
  const bytes = await response.clone().arrayBuffer();
  const found = [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== expected) throw new Error(`changed file of the build: ${path}`);
  return response;
}

async function clear() {
  for (const name of await caches.keys()) if (name !== SHELF) await caches.delete(name);
}

async function answer(path, request) {
  const shelf = await caches.open(SHELF);
  return (await shelf.match(path)) ?? fetch(request);
}

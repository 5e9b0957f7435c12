/**
 * Keeps the page itself for the time without a server; what it shows then is the copy in `copy.ts`.
 *
 * Only the page and its assets: no call of the API ever goes through here into a cache.
 */
/// <reference lib="webworker" />

const worker = self as unknown as ServiceWorkerGlobalScope;
const CACHE = "heza-staff-page";
const PAGE = "/staff/";
/** The same file whoever asks for it, compressed or not. */
const ANY = { ignoreVary: true };

worker.addEventListener("install", (event) => {
  event.waitUntil(keepPage().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  if (event.request.mode === "navigate" && pathname === PAGE) event.respondWith(page(event));
  else if (pathname.startsWith(`${PAGE}assets/`)) event.respondWith(asset(event.request));
});

/** The page from the portal, and anew into the cache; without a portal, from the cache. */
async function page(event: FetchEvent): Promise<Response> {
  try {
    const response = await fetch(event.request);
    if (response.status < 500) {
      event.waitUntil(keepPage().catch(() => undefined));
      return response;
    }
  } catch {
    // nobody answers
  }
  return (await caches.match(PAGE, ANY)) ?? Response.error();
}

/** An asset never changes, so the cache is as good as the portal. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request, ANY);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await (await caches.open(CACHE)).put(request, response.clone());
  return response;
}

/** Put the page and all it names into the cache, and take out what it does not name any more. */
async function keepPage(): Promise<void> {
  const response = await fetch(PAGE, { cache: "no-store" });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const page = await response.clone().text();
  const named = Array.from(page.matchAll(/\/staff\/assets\/[\w.-]+/g), ([name]) => name);
  const cache = await caches.open(CACHE);
  for (const kept of await cache.keys())
    if (!named.includes(new URL(kept.url).pathname)) await cache.delete(kept);
  for (const name of named) if (!(await cache.match(name, ANY))) await cache.add(name);
  await cache.put(PAGE, response);
}

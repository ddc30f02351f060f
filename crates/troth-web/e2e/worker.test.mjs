// The service worker: opens the app without a network, refuses a changed file, updates on the next opening, and never
// touches what lies below /v1.
import test from "node:test";
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { openBrowser, until } from "./world.mjs";

const template = await readFile(new URL("../shell/sw.js", import.meta.url), "utf8");
const hash = (text) => createHash("sha256").update(text).digest("hex");

/** The files of a build that shows its own name; `spoil` changes a file after its hash was taken. */
function build(name, { spoil = false } = {}) {
  const page = `<!doctype html><title>${name}</title><script src="/a/${name}.js"></script>`;
  const script = `document.documentElement.dataset.build = "${name}";`;
  const files = { "/": hash(page), [`/a/${name}.js`]: hash(script) };
  const worker = template.replace("{{build}}", name).replace("{{files}}", JSON.stringify(files));
  return { "/": [page, "text/html"], [`/a/${name}.js`]: [spoil ? `${script}//` : script, "text/javascript"], "/sw.js": [worker, "text/javascript"] };
}

test("the service worker", async (t) => {
  let served = build("one");
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(request.url);
    const [body, type] = served[request.url] ?? (request.url.startsWith("/v1") ? ["live", "text/plain"] : []);
    response.writeHead(body ? 200 : 404, { "content-type": type ?? "text/plain", "cache-control": "no-cache" });
    response.end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://127.0.0.1:${server.address().port}`;
  const profile = await mkdtemp(path.join(os.tmpdir(), "troth-worker-"));
  const context = await openBrowser(profile);
  t.after(async () => {
    await context.close();
    server.close();
    await rm(profile, { recursive: true, force: true });
  });

  /** Opens a window, runs `work` in it and closes it. */
  const visit = async (work) => {
    const page = await context.newPage();
    await page.goto(`${address}/`);
    const answer = await work(page);
    await page.close();
    return answer;
  };
  const shown = (page) => page.title();
  const register = (page) =>
    page.evaluate(async () => {
      await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
      await navigator.serviceWorker.ready;
    });
  /** Looks for an update and waits until it is decided: `installed` (waiting) or `redundant` (refused). */
  const update = (page) =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const found = new Promise((resolve) => registration.addEventListener("updatefound", () => resolve(registration.installing)));
      await registration.update().catch(() => {});
      // The browser looks by itself too, and may have found it before.
      const worker = registration.installing ?? registration.waiting ?? (await found);
      while (worker.state === "installing") await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
      return worker.state;
    });

  await t.test("opens the app without a network, at any address", async () => {
    await visit(register);
    await context.setOffline(true);
    assert.equal(await visit(shown), "one");
    const page = await context.newPage();
    await page.goto(`${address}/some/place`);
    assert.equal(await page.title(), "one");
    await page.close();
    await context.setOffline(false);
  });

  await t.test("refuses an update with a changed file", async () => {
    served = build("two", { spoil: true });
    assert.equal(await visit(update), "redundant");
    assert.equal(await visit(shown), "one");
  });

  await t.test("takes a whole update when the app is next opened, not before", async () => {
    served = build("three");
    const during = await visit(async (page) => {
      const state = await update(page);
      await page.reload();
      return [state, await shown(page)];
    });
    assert.deepEqual(during, ["installed", "one"]);
    await until(async () => (await visit(shown)) === "three", "the new build");
  });

  await t.test("keeps nothing that lies below /v1", async () => {
    const kept = await visit(async (page) => {
      for (let count = 0; count < 2; count += 1) await page.evaluate(() => fetch("/v1/entries").then((answer) => answer.text()));
      return page.evaluate(async () => {
        const addresses = [];
        for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) addresses.push(new URL(request.url).pathname);
        return addresses.sort();
      });
    });
    assert.deepEqual(kept, ["/", "/a/three.js"]);
    assert.equal(asked.filter((path) => path === "/v1/entries").length, 2);
  });
});

// The journal's contract on IndexedDB: the same suite that memory and SQLite pass natively.
import test from "node:test";
import { strict as assert } from "node:assert";
import http from "node:http";
import path from "node:path";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import { openBrowser } from "./world.mjs";

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", wasm: "application/wasm" };

test("IndexedDB keeps every promise of a journal", async (t) => {
  const server = http.createServer(async (request, response) => {
    const name = new URL(request.url, "http://127.0.0.1").pathname.replace(/\/$/, "/index.html");
    const file = path.join(process.env.TROTH_JOURNAL, path.normalize(name));
    const bytes = await readFile(file).catch(() => null);
    response.writeHead(bytes ? 200 : 404, { "content-type": TYPES[file.split(".").pop()] ?? "application/octet-stream" });
    response.end(bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const profile = await mkdtemp(path.join(os.tmpdir(), "troth-journal-"));
  const context = await openBrowser(profile);
  t.after(async () => {
    await context.close();
    await rm(profile, { recursive: true, force: true });
  });
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => document.title !== "running");
  assert.equal(await page.title(), "kept");
});

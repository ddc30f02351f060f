// The match engine in a browser: serves the page built by xtask and reads what its title says.
import { strict as assert } from "node:assert";
import http from "node:http";
import path from "node:path";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import { openBrowser } from "./world.mjs";

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", wasm: "application/wasm" };

/** Opens the page with the given query and returns its title once it has ended. */
export async function ask(query) {
  const server = http.createServer(async (request, response) => {
    const name = new URL(request.url, "http://127.0.0.1").pathname.replace(/\/$/, "/index.html");
    const file = path.join(process.env.TROTH_MATCHING, path.normalize(name));
    const bytes = await readFile(file).catch(() => null);
    response.writeHead(bytes ? 200 : 404, { "content-type": TYPES[file.split(".").pop()] ?? "application/octet-stream" });
    response.end(bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const profile = await mkdtemp(path.join(os.tmpdir(), "troth-matching-"));
  const context = await openBrowser(profile);
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/?${query}`);
    await page.waitForFunction(() => document.title !== "running", null, { timeout: 240_000 });
    return await page.title();
  } finally {
    await context.close();
    server.close();
    await rm(profile, { recursive: true, force: true });
  }
}

// Run by itself, it measures.
if (process.argv[1] === new URL(import.meta.url).pathname) {
  const told = await ask("measure");
  assert.match(told, /decode_ms=/);
  console.log(`matching in the browser: ${told}`);
}

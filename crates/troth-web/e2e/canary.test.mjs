// The canary itself: a search that finds nothing proves something only if it finds what is there.
import test from "node:test";
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { leaks, memoryOf } from "./canary.mjs";

const WORD = "gooseberry ferry to Ærøskøbing";

for (const [coating, coat] of [
  ["plain", (text) => Buffer.from(text)],
  ["utf-16", (text) => Buffer.from(text, "utf16le")],
  ["hex", (text) => Buffer.from(Buffer.from(text).toString("hex"))],
  ["base64 at any offset", (text) => Buffer.from(Buffer.from(text).toString("base64"))],
  ["base64url inside a text", (text) => Buffer.from(Buffer.from(`x${text}y`).toString("base64url"))],
  ["percent", (text) => Buffer.from(encodeURIComponent(text))],
]) {
  test(`a word is found as ${coating}`, () => {
    assert.notDeepEqual(leaks([["here", Buffer.concat([Buffer.from("~"), coat(WORD), Buffer.from("~")])]], [WORD]), []);
  });
}

test("a word that is not there is not found", () => {
  assert.deepEqual(leaks([["here", Buffer.from("nothing of the kind")]], [WORD]), []);
});

test("a word in the memory of another process is found", async () => {
  // The word is put together over there, so that no command line holds it.
  const child = spawn(process.execPath, ["-e", `globalThis.kept = Buffer.from(process.argv[1], "hex"); console.log("ready"); process.stdin.resume()`, Buffer.from(WORD).toString("hex")], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    const found = leaks(await memoryOf(child.pid), [WORD]).filter(([, , coating]) => coating === "plain");
    assert.notDeepEqual(found, []);
  } finally {
    child.kill();
  }
});

// The engine in the browser gives the answers that native code has frozen.
import test from "node:test";
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";
import { ask } from "./matching.mjs";

test("ten thousand questions to three networks are answered in the browser as natively", async () => {
  const vectors = new URL("../../troth-match/tests/vectors/answers.txt", import.meta.url);
  const lines = (await readFile(vectors, "utf8")).split("\n").filter((line) => line && !line.startsWith("#"));
  const trials = lines.map((line) => line.split(" "));
  assert.equal(trials.length, 3);
  const told = await ask(trials.map((fields) => fields.slice(0, 3).join(",")).join(";"));
  assert.deepEqual(told.split(" "), trials.map((fields) => fields[3]));
});

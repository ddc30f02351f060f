// Two people with pointers; then everything that left their hands is searched for what they wrote.
import test from "node:test";
import { strict as assert } from "node:assert";
import { judge, judgeNarrow } from "./axe.mjs";
import { Partner, sameHead } from "./acts.mjs";
import { Pointer } from "./hands.mjs";
import { leaks, memoryOf, filesOf } from "./canary.mjs";
import { SPOKEN, inOrder, tell } from "./story.mjs";
import { openWorld } from "./world.mjs";

test("two people in two browsers", async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const judged = new Set();
  const seen = async (page, what) => {
    if (judged.has(what)) return;
    judged.add(what);
    await judge(page, what);
    await judgeNarrow(page, what);
  };
  const { ana, ben } = await tell(t, world, Pointer, seen);

  await inOrder(t, world, "a second device opens with password and kit, and stands on the same head", async () => {
    const second = new Partner(await world.person("second"), Pointer, seen);
    await second.signIn({ login: SPOKEN.ana.login, password: SPOKEN.ana.password, deviceCode: ana.deviceCode });
    await second.open(SPOKEN.question);
    assert.ok((await second.bothAnswers()).includes(SPOKEN.benAnswer));
    assert.ok(await sameHead(second, ana, ben));
  });

  const written = [
    ...Object.values(SPOKEN).filter((value) => typeof value === "string"),
    ...[SPOKEN.ana, SPOKEN.ben].flatMap(({ name, password }) => [name, password]),
    ...[ana, ben].flatMap(({ words, deviceCode }) => [words.slice(0, 4).join(" "), deviceCode]),
  ];

  await t.test("no word they wrote is in the server's files", async () => {
    assert.deepEqual(leaks(await filesOf(world.data), [...written, SPOKEN.ana.login, SPOKEN.ben.login]), []);
  });

  await t.test("no word they wrote is in the server's log", () => {
    assert.deepEqual(leaks([["log", world.server.log()]], [...written, SPOKEN.ana.login, SPOKEN.ben.login]), []);
  });

  await t.test("no word they wrote was on the wire", () => {
    const passed = world.wire.passed();
    assert.ok(passed.length > 100_000, "the wire was watched");
    assert.deepEqual(leaks([["wire", passed]], written), []);
  });

  await t.test("no word they wrote is in the server's memory", async () => {
    assert.deepEqual(leaks(await memoryOf(world.server.pid), written), []);
  });

  await t.test("no request went to another origin, and no policy was broken", () => {
    for (const person of world.people) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.faults, []);
    }
  });
});

// The same weeks without a pointer: every control is reached by Tab, every choice by arrows.
import test from "node:test";
import { Keyboard } from "./hands.mjs";
import { tell } from "./story.mjs";
import { openWorld } from "./world.mjs";

test("two people with keyboards alone", async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  await tell(t, world, Keyboard);
});

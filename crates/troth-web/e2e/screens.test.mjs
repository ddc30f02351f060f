// Every screen, with real content, holds to the rules: axe in light and dark, a neutral title, 320 px, a way out.
import test from "node:test";
import { judge, judgeNarrow } from "./axe.mjs";
import { explained } from "./story.mjs";
import { addresses, openDemonstration, visit } from "./screens.mjs";

test("every screen of a couple eight weeks in", async (t) => {
  const { world, ana } = await openDemonstration();
  t.after(() => world.close());
  for (const address of await addresses(ana)) {
    await t.test(address.replace(/[^/]{12,}$/, "…"), () =>
      explained(world, address, async () => {
        await visit(ana, address);
        await judge(ana.page, address);
        await judgeNarrow(ana.page, address);
      }),
    );
  }
});

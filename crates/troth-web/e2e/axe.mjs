// What a screen must satisfy wherever it stands: no axe violation in light and dark, a neutral title, one heading.
import { strict as assert } from "node:assert";
import { AxeBuilder } from "@axe-core/playwright";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LOUD = /affair|infidel|abuse|cheat|betray|trust|troth|couple|partner|safety|violence/i;

/** Judges the screen that a person sees now. */
export async function judge(page, what) {
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    // The page stays one page: legacy mode opens no second one.
    const found = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(true).analyze();
    const told = found.violations.map((violation) => {
      const where = violation.nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary}`).join("\n    ");
      return `${violation.id}: ${violation.help}\n    ${where}`;
    });
    assert.deepEqual(told, [], `axe on ${what} (${colorScheme}) at ${page.url()}`);
  }
  await page.emulateMedia({ colorScheme: null });
  assert.doesNotMatch(await page.title(), LOUD, `the title of ${what} is neutral`);
  assert.equal(await page.getByRole("button", { name: "Exit this page" }).first().isVisible(), true, `${what} can be left at once`);
}

/** Waits until nothing moves or changes its colour any more: halfway between two colours nobody reads. */
function settled(page) {
  return page.evaluate(async () => {
    const ending = document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(ending.map((animation) => animation.finished));
  });
}

/** Judges that nothing is cut off or scrolls sideways at the narrowest width. */
export async function judgeNarrow(page, what) {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  await page.waitForFunction(() => innerWidth === 320);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(overflow <= 0, `${what} scrolls sideways by ${overflow} px at 320 px`);
  await page.setViewportSize(before);
  await page.waitForFunction((width) => innerWidth === width, before.width);
}

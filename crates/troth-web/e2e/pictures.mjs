// `cargo xtask pictures`: every screen at three widths, light and dark, into the folder given.
// With `--smoke` first, each screen once, narrow and light: the tests run it so that the chore keeps working.
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { showBeginning, showCouple, showLooking, showTherapist, showUnsent, showWeeks, showWide } from "./scenes.mjs";

const [smoke, words] = process.argv[2] === "--smoke" ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)];
const WIDTHS = smoke ? [360] : [360, 768, 1280];
const SCHEMES = smoke ? ["light"] : ["light", "dark"];
/** A page is drawn as high as it is, so that what floats at its edges stands at its end; none is higher than this. */
const HIGHEST = 12_000;
const out = words[0];
let number = 0;
const taken = new Set();

/** Takes the pictures of what a page shows now; the same name is taken once. */
async function take(page, what) {
  const name = what.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) || "welcome";
  if (taken.has(name)) return;
  taken.add(name);
  number += 1;
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(Math.max(height, 900), HIGHEST) });
    await page.evaluate(() => window.scrollTo(0, 0));
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      const file = `${String(number).padStart(3, "0")}-${name}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: path.join(out, file) });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
  console.log(`   ${name}`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
// Only some of the scenes, where their names follow the folder.
const scenes = { beginning: showBeginning, unsent: showUnsent, looking: showLooking, couple: showCouple, therapist: showTherapist, weeks: showWeeks, wide: showWide };
const wanted = words.slice(1);
for (const [name, show] of Object.entries(scenes)) {
  if (wanted.length === 0 || wanted.includes(name)) await show(take, out);
}
console.log(`${number} screens, ${number * WIDTHS.length * SCHEMES.length} pictures`);

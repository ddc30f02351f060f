// `cargo xtask pictures`: every screen at three widths, light and dark, into the folder given.
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { Partner } from "./acts.mjs";
import { Pointer } from "./hands.mjs";
import { showPractice } from "./practice.mjs";
import { addresses, openDemonstration, visit } from "./screens.mjs";
import { Seeker, generated, published } from "./seek.mjs";
import { SPOKEN, tell } from "./story.mjs";
import { openWorld } from "./world.mjs";

const WIDTHS = [360, 768, 1280];
const out = process.argv[2];
let number = 0;
const taken = new Set();

/** Takes the six pictures of what a page shows now. */
async function take(page, what) {
  const name = what.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").slice(0, 40) || "welcome";
  if (taken.has(name)) return;
  taken.add(name);
  number += 1;
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      const file = `${String(number).padStart(2, "0")}-${name}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: path.join(out, file), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(before);
  console.log(`   ${name}`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

// From an empty server: welcome, signing up, pairing, waiting, the first entries.
const beginning = await openWorld();
try {
  const stranger = new Partner(await beginning.person("stranger"), Pointer);
  for (const address of ["/", "/sign-in", "/recover", "/about"]) {
    await stranger.go(address);
    await stranger.page.getByRole("heading", { level: 1 }).first().waitFor();
    await take(stranger.page, address);
  }
  // A story told without a test runner: each part is simply lived.
  await tell({ test: (_, part) => part() }, beginning, Pointer, take);
} finally {
  await beginning.close();
}

// Looking for a therapist, without an account, in a network that was made up.
const looking = await openWorld({ prepare: generated({ providers: 3000, seed: 7 }) });
try {
  await published(looking, "CA");
  const seeker = new Seeker(await looking.person("seeker", { timezoneId: "America/Los_Angeles" }), Pointer, take);
  await seeker.begin({ here: "California", there: "New York" });
  await seeker.answerRest({ about: ["Talking and arguing", "Money"], gender: "Woman" });
  const [first] = await seeker.times();
  await seeker.chooseTime(first);
  await take(seeker.page, "one chosen time");
  await seeker.go("/visits");
  await seeker.at("Visits");
} finally {
  await looking.close();
}

// A therapist from an empty listing to a booked visit, and whoever runs the server.
const office = await openWorld();
try {
  await showPractice(office, Pointer, take);
} finally {
  await office.close();
}

// Eight weeks in.
const { world, ana } = await openDemonstration();
try {
  for (const address of await addresses(ana)) {
    await visit(ana, address);
    await take(ana.page, `weeks ${address.replace(/[^/]{12,}$/, (id) => id.slice(0, 4))}`);
  }
  await visit(ana, "/today");
  await ana.page.setViewportSize({ width: 960, height: 640 });
  await ana.page.screenshot({ path: path.join(out, "readme.png") });
} finally {
  await world.close();
}
console.log(`${number} screens, ${number * WIDTHS.length * 2} pictures of ${SPOKEN.ana.name}, ${SPOKEN.ben.name} and the demonstration couple`);

// Every screen of the app as a couple eight weeks in sees it, and the way to each.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { Partner } from "./acts.mjs";
import { Pointer } from "./hands.mjs";
import { openWorld, until } from "./world.mjs";

/** The screens with an address of their own; the rest is found by its links. */
const FIXED = [
  "/today",
  "/ours",
  "/ours/question",
  "/ours/letter",
  "/ours/plan",
  "/ours/plans",
  "/mine",
  "/week",
  "/week/share",
  "/pair",
  "/about",
  "/settings",
  "/settings/devices",
  "/settings/kit",
  "/settings/password",
  "/settings/lock",
  "/settings/copy",
  "/settings/check",
  "/settings/leave",
  "/settings/delete",
  "/settings/look",
];

/** Opens a world with the demonstration couple in it, and signs one of them in. */
export async function openDemonstration() {
  const world = await openWorld({ serve: ["--demo"] });
  const people = await until(async () => {
    try {
      return JSON.parse(await readFile(path.join(world.data, "demo", "logins.json"), "utf8")).people;
    } catch {
      return null;
    }
  }, "the demonstration couple");
  const ana = new Partner(await world.person("ana"), Pointer);
  const { login, password, device_code: deviceCode } = people[0];
  await ana.signIn({ login, password, deviceCode });
  return { world, ana };
}

/** Lists the addresses of all screens: the fixed ones, and two entries of each kind that the record links to. */
export async function addresses(partner) {
  const found = [];
  for (const [place, kind] of [["/ours", "question"], ["/ours", "letter"], ["/ours/plans", "plan"]]) {
    await visit(partner, place);
    const list = partner.page.getByRole("main").locator(`li a[href^="/ours/${kind}/"]:visible`);
    // Two of each kind show more than one state. They come as the record is read.
    const two = () => list.evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute("href")))].slice(0, 2));
    found.push(...(await until(async () => ((await two()).length === 2 ? two() : null), `two entries with a ${kind} at ${place}`)));
  }
  return [...FIXED, ...found];
}

/** Goes to an address, and waits until its heading stands. */
export async function visit(partner, address) {
  await partner.visit(address);
}

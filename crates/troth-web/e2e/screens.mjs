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

/** Lists the addresses of all screens: the fixed ones, and one entry of each kind that the record links to. */
export async function addresses(partner) {
  const found = new Map();
  for (const place of ["/ours", "/ours/plans"]) {
    await visit(partner, place);
    const list = partner.page.getByRole("main").locator(`a[href^="/ours/"]`).filter({ visible: true });
    // The record is read from this device; its last entries stand when the first of them does.
    await partner.page.getByRole("main").locator(`li a[href^="/ours/"]`).first().waitFor();
    for (const link of await list.all()) {
      const address = await link.getAttribute("href");
      const [, kind] = /^\/ours\/(question|letter|plan)\/./.exec(address ?? "") ?? [];
      // Two of each kind show more than one state.
      if (kind && (found.get(kind) ?? []).length < 2) found.set(kind, [...new Set([...(found.get(kind) ?? []), address])]);
    }
  }
  return [...FIXED, ...[...found.values()].flat()];
}

/** Goes to an address and waits until its heading stands. */
export async function visit(partner, address) {
  await partner.go(address);
  await partner.unlockIfAsked();
  await partner.page.getByRole("heading", { level: 1 }).and(partner.page.locator(":not(:has-text('Welcome back'))")).first().waitFor();
}

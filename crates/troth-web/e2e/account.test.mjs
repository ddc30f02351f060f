// One account: another password, sessions that end, and locks that close by hand, by idleness and out of sight.
import test from "node:test";
import { strict as assert } from "node:assert";
import { Partner } from "./acts.mjs";
import { Pointer } from "./hands.mjs";
import { inOrder } from "./story.mjs";
import { openWorld } from "./world.mjs";

const EDA = { name: "Eda", login: "eda.lake", password: "velvet-anchor-thimble-71", pin: "338214" };
const NEW = "harvest-lantern-pebble-39";
const SIGNED_OUT = /^This device was signed out\./;

test("one account and its locks", async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const part = (name, live) => inOrder(t, world, name, live);
  const eda = new Partner(await world.person("eda"), Pointer);
  const other = new Partner(await world.person("other"), Pointer);
  const late = new Partner(await world.person("late"), Pointer);

  await part("a new password locks another device, which the old one no longer opens", async () => {
    await eda.signUp(EDA);
    await other.signIn({ ...EDA, deviceCode: eda.deviceCode });
    await eda.visit("/settings/password");
    await eda.hands.fill("Password until now", EDA.password);
    await eda.hands.fill("New password", NEW);
    await eda.hands.press("button", "Change it");
    await eda.page.getByText("Your password is changed.").waitFor();
    await other.at("Welcome back");
    await other.hands.fill("Password", EDA.password);
    await other.hands.press("button", "Unlock");
    await other.page.getByRole("alert").first().waitFor();
  });

  await part("the old password opens nothing any more, the new one does", async () => {
    await late.go("/sign-in");
    await late.at("Sign in");
    await late.hands.fill("Login", EDA.login);
    await late.hands.fill("Password", EDA.password);
    await late.hands.fill("Device code", eda.deviceCode);
    await late.hands.press("button", "Sign in");
    await late.page.getByText("Login, password and device code do not fit together.").waitFor();
    await late.hands.fill("Password", NEW);
    await late.hands.press("button", "Sign in");
    await late.page.waitForURL(/\/today$/);
  });

  await part("a session is ended from the list of devices", async () => {
    await eda.visit("/settings/devices");
    await eda.page.getByText("This device", { exact: true }).waitFor();
    await eda.hands.press("button", "End it");
    await late.page.getByText(SIGNED_OUT).waitFor();
  });

  await part("locked by hand, everything asks for the password", async () => {
    await eda.visit("/settings");
    await eda.hands.press("button", "Lock this app now");
    await eda.at("Welcome back");
    await eda.hands.fill("Password", EDA.password);
    await eda.hands.press("button", "Unlock");
    await eda.page.getByText("That is not the password.").waitFor();
    eda.password = NEW;
    await eda.unlock();
    await eda.at("Settings");
  });

  await part("untouched for five minutes, what is one's own closes", async () => {
    await eda.place("Mine");
    await eda.hands.fill("PIN or passphrase", EDA.pin);
    await eda.hands.press("button", "Open");
    await eda.hands.fill("A note to yourself", "The harbour, at night.");
    await eda.hands.press("button", "Keep this note");
    await eda.page.getByRole("listitem").filter({ hasText: "The harbour, at night." }).waitFor();
    await eda.waitMinutes(6);
    await eda.page.getByText("This opens with its own lock.").waitFor();
    assert.doesNotMatch(await eda.page.textContent("body"), /harbour/);
  });

  await part("out of sight for two minutes, the keys are gone", async () => {
    await eda.page.evaluate(() => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
      document.dispatchEvent(new Event("visibilitychange"));
      window.dispatchEvent(new Event("visibilitychange"));
    });
    await eda.page.locator("html[data-out-of-sight]").waitFor({ state: "attached" });
    await eda.waitMinutes(3);
    // Nothing is shown out of sight, not even that it is locked.
    await eda.page.locator("h1", { hasText: "Welcome back" }).waitFor({ state: "attached" });
    assert.doesNotMatch(await eda.page.textContent("body"), /Mine|Ours/);
  });

  await part("no request went to another origin, and no policy was broken", () => {
    for (const person of world.people) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.faults, []);
    }
  });
});

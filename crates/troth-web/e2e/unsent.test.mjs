// Words that were not sent: signing out, a session ended from elsewhere, a new password. None is lost without a word.
import test from "node:test";
import { strict as assert } from "node:assert";
import { Partner, dayAhead } from "./acts.mjs";
import { Pointer } from "./hands.mjs";
import { SPOKEN, inOrder } from "./story.mjs";
import { openWorld } from "./world.mjs";

const SIGNED_OUT = /^This device was signed out\./;
const NEW = "harvest-lantern-pebble-39";
const NEWER = "copper-meadow-satchel-58";

/** Writes on a device without a network, which comes back afterwards. */
async function inTheTunnel(partner, text, day) {
  await partner.context.setOffline(true);
  await partner.commit(text, { day: dayAhead(day), time: "09:00" });
  await partner.page.getByText(/No connection|to be sent/).first().waitFor();
}

/** Locks the app by hand. */
async function lock(partner) {
  await partner.visit("/settings");
  await partner.hands.press("button", "Lock this app now");
  await partner.at("Welcome back");
}

/** Tries a password that no longer opens this device. */
async function refusedToUnlock(partner, password) {
  await partner.hands.fill("Password", password);
  await partner.hands.press("button", "Unlock");
  await partner.page.getByRole("alert").first().waitFor();
}

/** Changes the password on this device. */
async function changePassword(partner, before, after) {
  await partner.visit("/settings/password");
  await partner.hands.fill("Password until now", before);
  await partner.hands.fill("New password", after);
  await partner.hands.press("button", "Change it");
  await partner.page.getByText("Your password is changed.").waitFor();
}

test("words that were not sent", async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const part = (name, live) => inOrder(t, world, name, live);
  const ana = new Partner(await world.person("ana"), Pointer);
  const ben = new Partner(await world.person("ben"), Pointer);
  const tablet = new Partner(await world.person("tablet"), Pointer);
  const account = () => ({ ...SPOKEN.ana, password: ana.password, deviceCode: ana.deviceCode });

  await part("two people pair", async () => {
    await ana.signUp(SPOKEN.ana);
    await ben.signUp(SPOKEN.ben);
    await ben.accept(await ana.invite(), SPOKEN.ana.name);
    for (const partner of [ana, ben]) await partner.sixWords();
    for (const partner of [ana, ben]) await partner.hands.press("button", "They are the same");
    for (const partner of [ana, ben]) await partner.at("You are here, both");
  });

  await part("signing out without a network says what would be lost and removes nothing", async () => {
    await inTheTunnel(ana, "Written in the tunnel", 130);
    await ana.visit("/settings");
    await ana.hands.unfold("Sign out of this device");
    await ana.hands.press("button", "Sign out of this device");
    await ana.page.getByText("1 entry for both of you").waitFor();
    await ana.page.getByRole("button", { name: "Sign out anyway" }).waitFor();
    await ana.open("Written in the tunnel");
  });

  await part("signing out with a network sends what was waiting first", async () => {
    await ana.context.setOffline(false);
    await ana.visit("/settings");
    await ana.hands.unfold("Sign out of this device");
    await ana.hands.press("button", "Sign out of this device");
    await ana.page.getByRole("link", { name: "Begin" }).waitFor();
    await ben.open("Written in the tunnel");
    await ana.signIn(account());
    await tablet.signIn(account());
  });

  await part("a device that was signed out from elsewhere says so, and its password brings it and its words back", async () => {
    await ana.open("Written in the tunnel");
    await inTheTunnel(ana, "Before it was ended", 131);
    await tablet.visit("/settings/devices");
    await tablet.page.getByText("This device", { exact: true }).waitFor();
    await tablet.hands.press("button", "End it");
    await ana.context.setOffline(false);
    await ana.page.getByText(SIGNED_OUT).waitFor();
    // What is written now is kept as well.
    await ana.commit("While it was signed out", { day: dayAhead(132), time: "09:00" });
    await lock(ana);
    await ana.unlock();
    await ben.open("Before it was ended");
    await ben.open("While it was signed out");
    await ana.page.getByText(SIGNED_OUT).waitFor({ state: "detached" });
  });

  await part("after a new password on another device this one locks, and the new one brings its words back", async () => {
    const before = ana.password;
    await inTheTunnel(ana, "Before the new password", 133);
    await changePassword(tablet, before, NEW);
    await ana.context.setOffline(false);
    await ana.at("Welcome back");
    await refusedToUnlock(ana, before);
    ana.password = NEW;
    await ana.unlock();
    await ben.open("Before the new password");
  });

  await part("from then on the new password opens this device, and the old one does not", async () => {
    await lock(ana);
    await refusedToUnlock(ana, SPOKEN.ana.password);
    await ana.unlock();
    await ana.at("Settings");
  });

  await part("a locked device opens with a password it has never heard of, and keeps its words", async () => {
    await inTheTunnel(ana, "Before the newest password", 134);
    await lock(ana);
    await ana.hands.unfold("Sign in with another account");
    await ana.page.getByText("1 entry or draft on this device wasn’t sent.").waitFor();
    await changePassword(tablet, NEW, NEWER);
    await ana.context.setOffline(false);
    await ana.hands.press("link", "I have a new password");
    await ana.at("Sign in");
    await ana.hands.fill("Login", SPOKEN.ana.login);
    await ana.hands.fill("Password", NEWER);
    await ana.hands.fill("Device code", ana.deviceCode);
    await ana.hands.press("button", "Sign in");
    await ana.page.waitForURL(/\/today$/);
    ana.password = NEWER;
    await ben.open("Before the newest password");
    await ana.open("Written in the tunnel");
  });

  await part("no request went to another origin, and no policy was broken", () => {
    for (const person of world.people) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.faults, []);
    }
  });
});

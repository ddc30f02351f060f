// One person and their devices: tabs, crashes, no network, another device, a way out.
import test from "node:test";
import { strict as assert } from "node:assert";
import { DRAFTS, Partner, dayAhead, shelf } from "./acts.mjs";
import { Pointer, strike } from "./hands.mjs";
import { SPOKEN, inOrder } from "./story.mjs";
import { openWorld, until } from "./world.mjs";

/** Two people who have paired, for tests that begin there. */
async function paired(t) {
  const world = await openWorld();
  t.after(() => world.close());
  const ana = new Partner(await world.person("ana"), Pointer);
  const ben = new Partner(await world.person("ben"), Pointer);
  await ana.signUp(SPOKEN.ana);
  await ben.signUp(SPOKEN.ben);
  await ben.accept(await ana.invite(), SPOKEN.ana.name);
  await ana.sixWords();
  await ben.sixWords();
  for (const partner of [ana, ben]) await partner.hands.press("button", "They are the same");
  for (const partner of [ana, ben]) await partner.at("You are here, both");
  return { world, ana, ben };
}

/** Another tab of the same browser. */
async function anotherTab(partner) {
  const page = await partner.context.newPage();
  const tab = new Partner({ ...partner, page }, Pointer);
  await tab.go("/ours");
  await tab.unlockIfAsked();
  return tab;
}

test("one person's devices", async (t) => {
  const { world, ana, ben } = await paired(t);
  const part = (name, live) => inOrder(t, world, name, live);

  await part("two tabs write, and both stand on one record", async () => {
    const other = await anotherTab(ana);
    await ana.commit("From the first tab", { day: dayAhead(130), time: "09:00" });
    await other.commit("From the second tab", { day: dayAhead(131), time: "09:00" });
    await ana.open("From the second tab");
    await other.open("From the first tab");
    await ben.open("From the first tab");
    await ben.open("From the second tab");
    assert.ok(await ana.check());
    await other.page.close();
  });

  await part("a tab killed in the middle of a word loses no word", async () => {
    const doomed = await anotherTab(ana);
    await doomed.place("Ours");
    await doomed.hands.press("link", "Ask something together");
    await doomed.at("A question for both");
    const before = await shelf(doomed.page, DRAFTS);
    await doomed.hands.fill("Your question", "Where did the cinnamon go?");
    // A draft is kept a breath after the last letter.
    await until(async () => (await shelf(doomed.page, DRAFTS)) > before, "the draft to be kept");
    await crash(doomed.page);
    const again = await anotherTab(ana);
    await again.hands.press("link", "Ask something together");
    const field = again.page.getByLabel("Your question");
    await until(async () => (await field.inputValue()) === "Where did the cinnamon go?", "the draft");
    await again.page.close();
  });

  await part("a tab killed right after writing loses no entry", async () => {
    const doomed = await anotherTab(ana);
    await doomed.context.setOffline(true);
    await doomed.commit("Written, then killed", { day: dayAhead(132), time: "09:00" });
    await crash(doomed.page);
    await doomed.context.setOffline(false);
    await anotherTab(ana);
    await ben.open("Written, then killed");
  });

  await part("the app opens without a network and shows the record", async () => {
    await ben.page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
    await ben.go("/ours");
    await ben.unlockIfAsked();
    await ben.context.setOffline(true);
    await ben.go("/ours");
    await ben.unlock();
    await ben.open("From the first tab");
    await ben.context.setOffline(false);
  });

  await part("lost password: the kit opens the account on a new device", async () => {
    const lost = new Partner(await world.person("lost"), Pointer);
    await lost.go("/recover");
    await lost.at("Get back in");
    await lost.hands.fill("Login", SPOKEN.ana.login);
    await lost.hands.fill("Your 24 words", ana.words.join(" "));
    await lost.hands.fill("New password", "amber-saxophone-meadow-17");
    await lost.hands.press("button", "Open my account");
    await lost.at("Your recovery kit");
    await lost.keepKit();
    await lost.open("From the second tab");
  });

  await part("three shifts leave at once, and going back shows nothing", async () => {
    await ben.go("/settings");
    await ben.unlockIfAsked();
    await ben.at("Settings");
    await strike(ben.page, ["Shift", "Shift", "Shift"]);
    await ben.page.waitForURL(/away\.html$/);
    await ben.page.goBack();
    // What stood there is locked now; the page that was left is gone from the history.
    await ben.at("Welcome back");
    assert.doesNotMatch(await ben.page.textContent("body"), /From the first tab|Settings/);
  });
});

/** Kills the process that draws a page, as a phone does when it needs the memory. */
async function crash(page) {
  const gone = page.waitForEvent("crash");
  const session = await page.context().newCDPSession(page);
  session.send("Page.crash").catch(() => {});
  await gone;
  await page.close();
}

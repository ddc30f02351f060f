// What two people meet beside the first weeks: invitations that come to nothing, an acknowledgment and its answer,
// promises that repeat or change, news while somebody chooses, a copy, and a server that is set back.
import test from "node:test";
import { strict as assert } from "node:assert";
import { cp, rm } from "node:fs/promises";
import path from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Partner, dayAhead, sameHead } from "./acts.mjs";
import { judge, judgeNarrow } from "./axe.mjs";
import { Pointer } from "./hands.mjs";
import { inOrder } from "./story.mjs";
import { openWorld } from "./world.mjs";

const run = promisify(execFile);

const INA = { name: "Ina", login: "ina.brook", password: "marble-kettle-sparrow-63", pin: "610332" };
const ODA = { name: "Oda", login: "oda.field", password: "copper-meadow-violin-28", pin: "907154" };
const UNA = { name: "Una", login: "una.hill", password: "silver-orchard-candle-46", pin: "220419" };

/** The six parts of an acknowledgment, by the names on the screen. */
const PARTS = ["What I did", "What it did to you", "Why it makes sense that you feel as you do", "That it was mine", "That I am sorry", "What I do differently from now on"];

const WEEKLY = "I cook on both evenings";
const CALL = "I call before I am late";

test("two people beside their first weeks", async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const part = (name, live) => inOrder(t, world, name, live);
  const ina = new Partner(await world.person("ina"), Pointer);
  const oda = new Partner(await world.person("oda"), Pointer);

  await part("an invitation that was taken back does not open", async () => {
    await ina.signUp(INA);
    await oda.signUp(ODA);
    const link = await ina.invite();
    await ina.hands.press("button", "Withdraw the invitation");
    await ina.page.waitForURL(/\/today$/);
    await ina.at("Invite your partner");
    await oda.page.goto(link);
    await oda.at("This invitation does not open");
    await oda.page.getByText("This invitation is used, taken back, or over.").waitFor();
  });

  await part("an invitation ends after three days, and so does the account of whoever deletes it", async () => {
    const una = new Partner(await world.person("una"), Pointer);
    await una.signUp(UNA);
    await una.invite();
    await una.waitMinutes(73 * 60);
    await una.place("Today");
    await una.visit("/pair");
    await una.at("The invitation has ended");
    await holds(una, "an invitation that has ended");
    await una.go("/settings/delete");
    await una.unlockIfAsked();
    await una.at("Delete the account");
    await una.hands.fill("Your password", "not this one at all");
    await una.hands.press("button", "Delete it for good");
    await una.page.getByText("That is not the password.").waitFor();
    await una.hands.fill("Your password", UNA.password);
    await una.hands.press("button", "Delete it for good");
    await una.at("A quiet room, a table, paper");
    await una.go("/sign-in");
    await una.at("Sign in");
    await una.hands.fill("Login", UNA.login);
    await una.hands.fill("Password", UNA.password);
    await una.hands.fill("Device code", una.deviceCode);
    await una.hands.press("button", "Sign in");
    await una.page.getByText("Login, password and device code do not fit together.").waitFor();
    await una.context.close();
  });

  await part("they pair", async () => {
    await oda.go("/today");
    await oda.unlock();
    await oda.at("Invite your partner");
    await oda.accept(await ina.invite(), INA.name);
    assert.deepEqual(await oda.sixWords(), await ina.sixWords());
    for (const partner of [ina, oda]) await partner.hands.press("button", "They are the same");
    for (const partner of [ina, oda]) await partner.at("You are here, both");
  });

  await part("an acknowledgment is written in six parts, and the other finds it under Today", async () => {
    await writes(ina, Object.fromEntries(PARTS.map((name) => [name, `${name}, in Ina's words.`])));
    await ina.page.getByText("Oda has not answered.").waitFor();
    await oda.place("Today");
    await oda.at("Ina wrote to you");
    await oda.hands.press("link", "Read it");
    await oda.at("An acknowledgment");
    for (const name of PARTS) await oda.page.getByText(`${name}, in Ina's words.`).waitFor();
  });

  await part("something is missing in it; what was chosen stays while news come", async () => {
    await oda.hands.choose("Something is missing");
    await oda.hands.tick("That I am sorry");
    await holds(oda, "an answer to an acknowledgment");
    await oda.hears(() => commitsWeekly(ina));
    await oda.page.getByRole("radio", { name: "Something is missing", checked: true }).waitFor();
    await oda.page.getByRole("checkbox", { name: "That I am sorry", checked: true }).waitFor();
    await oda.hands.press("button", "Send this answer");
    await oda.page.getByText("Oda misses:").waitFor();
    await ina.visit(new URL(oda.page.url()).pathname);
    await ina.at("An acknowledgment");
    const missing = ina.page.getByRole("status").filter({ hasText: "Oda misses:" });
    await missing.waitFor();
    assert.deepEqual(await missing.getByRole("listitem").allTextContents(), ["That I am sorry"]);
  });

  await part("a new version is linked with the one before, on both screens", async () => {
    await ina.hands.press("button", "Write a new version");
    await composes(ina, { "What I did": "I hid the letters, all of them.", "That I am sorry": "For every morning." });
    await ina.page.getByText("Version 2").waitFor();
    await oda.hands.press("link", "There is a newer version");
    await oda.page.getByText("For every morning.").waitFor();
    await oda.hands.press("link", "An earlier version");
    await oda.page.getByText("That I am sorry, in Ina's words.").waitFor();
    await oda.page.getByRole("link", { name: "There is a newer version" }).waitFor();
  });

  await part("a promise for two evenings of every week stands on both screens", async () => {
    for (const partner of [ina, oda]) {
      await partner.open(WEEKLY);
      await partner.page.getByText("every week, Monday, Thursday, at 19:30").waitFor();
    }
  });

  await part("a promise is changed in time; the new hour stays in the form while news come", async () => {
    await ina.commit(CALL, { day: dayAhead(20), time: "18:00" });
    await ina.hands.unfold("Change the plan");
    await ina.hands.fill("Day", dayAhead(21));
    await ina.hands.fill("Time", "20:15");
    await ina.hears(() => oda.ask("What did you hear?"));
    assert.equal(await ina.page.getByLabel("Time", { exact: true }).inputValue(), "20:15");
    await oda.hears(() => ina.hands.press("button", "Change it to this"));
    const told = /^The plan changed: .*18:00 became .*20:15\. It was said in time\.$/;
    await ina.page.getByText(told).waitFor();
    await oda.open(CALL);
    await oda.page.getByText(told).waitFor();
  });

  await part("nine of ten signs stay while news come", async () => {
    await ina.place("Trust");
    await ina.openOwn();
    const signs = ina.page.locator("fieldset.sign");
    assert.equal(await signs.count(), 10);
    for (let sign = 0; sign < 9; sign += 1) await signs.nth(sign).getByRole("radio", { name: "Mostly" }).check();
    await ina.hears(() => oda.commit("I listen first", { day: dayAhead(30), time: "08:00" }));
    await signs.nth(9).getByRole("radio", { name: "Mostly" }).check();
    await ina.hands.press("button", "Keep this week");
    await ina.page.locator("summary", { hasText: "Change the ratings of this week" }).waitFor();
  });

  await part("a copy is downloaded, and the command line finds it whole, with the words of both screens", async () => {
    const head = await sameHead(ina, oda);
    const { stdout } = await run(process.env.TROTH, ["verify", await ina.takeCopy(), "--json"]);
    const told = JSON.parse(stdout);
    assert.equal(told.intact, true);
    assert.equal(told.authors.length, 2);
    const [phrase] = head.split("\n");
    assert.equal([told.phrase].flat().join(" "), phrase);
  });

  const older = path.join(world.folder, "older");
  const back = async (data) => {
    await rm(data, { recursive: true });
    await cp(older, data, { recursive: true });
  };

  await part("a server that says it came back from a backup is given what it lost", async () => {
    await world.restart((data) => cp(data, older, { recursive: true }));
    await oda.hears(() => ina.commit("Lost and given back", { day: dayAhead(40), time: "09:00" }));
    await ina.visit("/today");
    await world.restart(back, ["--restored"]);
    await ina.page.getByText(/^The server was set back to an older copy\..*no longer had\.$/).waitFor();
    await oda.open("Lost and given back");
    await sameHead(ina, oda);
  });

  await part("a server that goes back without a word stops the record, and leaves reading and copying", async () => {
    await world.restart(back);
    for (const partner of [ina, oda]) {
      await partner.visit("/today");
      await partner.at("Your record has stopped");
      await partner.page.getByText(/^The server shows an older state than it has shown this device before/).waitFor();
    }
    await holds(ina, "a record that has stopped");
    await oda.hands.press("link", "Read what is here");
    await oda.at("Ours");
    await oda.page.getByRole("link", { name: "Lost and given back" }).waitFor();
    const { stdout } = await run(process.env.TROTH, ["verify", await ina.takeCopy(), "--json"]).catch((error) => error);
    assert.match(stdout, /"entries"/, "the copy is one that a third person can check");
  });

  await part("no request went to another origin, and no policy was broken", () => {
    for (const person of world.people) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.faults, []);
    }
  });
});

/** Judges a screen that no other story comes to. */
async function holds(partner, what) {
  await judge(partner.page, what);
  await judgeNarrow(partner.page, what);
}

/** Writes an acknowledgment and offers it. */
async function writes(partner, words) {
  await partner.place("Ours");
  await partner.at("Ours");
  await partner.hands.press("link", "Write an acknowledgment");
  await composes(partner, words);
}

/** Goes through the six parts; what is left out stays empty. */
async function composes(partner, words) {
  await partner.at("Settle first");
  await partner.hands.tick("I am calm enough to write");
  await partner.hands.press("button", "Begin");
  for (const name of PARTS) {
    await partner.at(name);
    if (words[name]) await partner.hands.fill(name, words[name]);
    await partner.hands.press("button", "Next");
  }
  await partner.at("Read it once");
  await partner.hands.press("button", "Offer it");
  await partner.at("An acknowledgment");
}

/** Makes a promise for two evenings of every week. */
async function commitsWeekly(partner) {
  await partner.place("Ours");
  await partner.at("Ours");
  await partner.hands.press("link", "Make a commitment");
  await partner.at("Make a commitment");
  await partner.hands.fill("What do you commit to?", WEEKLY);
  await partner.hands.choose("Again and again");
  await partner.hands.pick("Rhythm", "Every week");
  for (const day of ["Monday", "Thursday"]) await partner.hands.tick(day, "On these days");
  await partner.hands.fill("From", dayAhead(3));
  await partner.hands.fill("Time", "19:30");
  await partner.hands.press("button", "Make this commitment");
  await partner.at(WEEKLY);
}

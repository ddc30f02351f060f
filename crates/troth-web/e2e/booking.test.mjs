// Two partners in two states book a visit as soon as tomorrow, each on their own device. Someone else is quicker once;
// the therapist sees the visit that came of it.
import test from "node:test";
import { strict as assert } from "node:assert";
import { judge, judgeNarrow } from "./axe.mjs";
import { Pointer } from "./hands.mjs";
import { filesOf, leaks } from "./canary.mjs";
import { MIRA, Steward, Therapist } from "./practice.mjs";
import { Seeker, published } from "./seek.mjs";
import { SPOKEN, inOrder } from "./story.mjs";
import { notThisOne, paysByPlan, readsFeed, reports, takePlan, takesOffer, waitsAlone } from "./visits.mjs";
import { openWorld, until } from "./world.mjs";

const WEST = { timezoneId: "America/Los_Angeles" };
const EAST = { timezoneId: "America/New_York" };
const NOTE = { ana: "We both like quiet rooms and chartreuse lamps", ben: "I talk too fast when I am afraid of marmots" };

test("two partners in two states book a visit", async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const judged = new Set();
  const seen = async (page, what) => {
    if (judged.has(what)) return;
    judged.add(what);
    await judge(page, what);
    await judgeNarrow(page, what);
  };
  const part = (name, live) => inOrder(t, world, name, live);
  const ana = new Seeker(await world.person("ana", WEST), Pointer, seen);
  const ben = new Seeker(await world.person("ben", EAST), Pointer, seen);
  let rhea;
  let steward;

  await part("a therapist is listed, and the steward lets them in", async () => {
    ({ rhea, steward } = await listed(world));
  });

  await part("a plan is brought in, and what people pay with it is signed", async () => {
    await takePlan(rhea, steward, MIRA.npi);
  });

  await part("the two partners share a record", async () => {
    await ana.signUp(SPOKEN.ana);
    await ben.signUp(SPOKEN.ben);
    await ben.accept(await ana.invite(), SPOKEN.ana.name);
    await ana.sixWords();
    await ben.sixWords();
    for (const partner of [ana, ben]) await partner.hands.press("button", "They are the same");
    for (const partner of [ana, ben]) await partner.at("You are here, both");
  });

  const places = { here: "California", there: "New York" };
  let wanted;
  let booked;

  await part("one of them finds a time of tomorrow, told on both clocks", async () => {
    await ana.place("Today");
    await ana.hands.press("link", "Find a therapist");
    await ana.at("Where will you both be?");
    await ana.answerWhere(places);
    await ana.answerRest({ who: "Both of us" });
    const times = await ana.times();
    wanted = times.find((time) => isTomorrow(time));
    assert.ok(wanted, `a time of tomorrow in ${times.slice(0, 5)}`);
    assert.match(wanted, /Eastern time for your partner$/);
    await ana.chooseTime(wanted);
    assert.match(await ana.page.getByRole("main").textContent(), /signed by the practice/);
    await ana.hands.fill("A note to Rhea Quill", NOTE.ana);
  });

  await part("someone else is quicker: the next times stand there, and nothing typed is lost", async () => {
    await takes(world, wanted, seen);
    await ana.hands.press("button", "Hold this time");
    await ana.at(/fits?$/);
    await ana.page.getByText(/^Someone else took/).waitFor();
    const left = await ana.times();
    assert.ok(!left.includes(wanted), "the time that was taken is gone");
    const other = left.find((time) => isTomorrow(time));
    assert.ok(other, `another time of tomorrow in ${left.slice(0, 8)}`);
    await ana.chooseTime(other);
    assert.equal(await ana.page.getByLabel("A note to Rhea Quill").inputValue(), NOTE.ana);
    await ana.hands.press("button", "Hold this time");
    await ana.page.getByText(/^You have accepted/).waitFor();
    await seen(ana.page, "a time that waits for the partner");
  });

  await part("the partner would rather have another one; another one is held", async () => {
    await notThisOne(ana, ben, SPOKEN.ben.name);
    const [last] = (await ana.times()).filter((time) => isTomorrow(time)).slice(-1);
    await ana.chooseTime(last);
    await ana.hands.fill("A note to Rhea Quill", NOTE.ana);
    await ana.hands.press("button", "Hold this time");
    await ana.page.getByText(/^You have accepted/).waitFor();
  });

  await part("the partner accepts on their own device, through the sealed record", async () => {
    await ben.place("Today");
    await ben.at("A time is held for you both");
    await ben.hands.press("link", "Look at it");
    await ben.page.getByText(/holds this time for both of you/).waitFor();
    await seen(ben.page, "a time the partner holds");
    assert.doesNotMatch(await ben.page.textContent("body"), /chartreuse/);
    await ben.pick("Where will you be at that time?", "New York");
    await ben.hands.fill("A note to Rhea Quill", NOTE.ben);
    await ben.hands.press("button", "Accept");
    await ben.says("Booked. Both of you are expected.");
    await seen(ben.page, "booked");
    await ana.says("Booked. Both of you are expected.");
    assert.doesNotMatch(await ana.page.textContent("body"), /marmots/);
  });

  await part("the therapist sees the visit and reads both notes; the server holds neither", async () => {
    booked = await rhea.visits();
    assert.equal(booked.length, 2, "the visit of the two, and the one of those who were quicker");
    const notes = await openNotes(rhea);
    assert.deepEqual(notes.sort(), [NOTE.ana, NOTE.ben].sort());
    const written = Object.values(NOTE);
    assert.deepEqual(leaks(await filesOf(world.data), written), []);
    assert.deepEqual(leaks([["wire", world.wire.passed()]], written), []);
    assert.deepEqual(leaks([["log", world.server.log()]], [...written, SPOKEN.ana.name, SPOKEN.ben.name]), []);
  });

  await part("a calendar reads the visit at a secret address, until that is ended", async () => {
    await readsFeed(ben, [...Object.values(NOTE), SPOKEN.ana.name, SPOKEN.ben.name, "Quill"]);
  });

  const freed = [];
  let alone;
  let planned;

  await part("with a plan it is said whose record would carry a diagnosis; two people wait in line", async () => {
    alone = await waitsAlone(world, "Rhea Quill");
    planned = await paysByPlan(world, "Rhea Quill");
  });

  await part("it is moved in one act, and called off in one; the therapist sees both", async () => {
    const title = ana.page.getByRole("heading", { level: 1 });
    const before = await title.textContent();
    freed.push(momentOf(before));
    await ana.hands.press("button", "Show free times");
    // One that does not begin while this goes on.
    const free = (await ana.times()).at(-1);
    await ana.hands.press("button", free);
    // The old visit says "Booked" as well, until the new one stands in its place.
    await title.filter({ hasNotText: before }).waitFor();
    await ana.says("Booked. Both of you are expected.");
    freed.push(momentOf(await title.textContent()));
    const after = await rhea.visits();
    assert.equal(after.length, 2);
    assert.notDeepEqual(after, booked, "the therapist sees the new time");
    await ana.hands.press("button", "Call this visit off");
    await ana.says("Called off. The time is free again.");
    await ben.place("Today");
    await ben.hands.press("link", "Visits");
    await ben.at("Visits");
    await ben.page.getByText("Called off").first().waitFor();
    await seen(ben.page, "visits");
    assert.equal((await rhea.visits()).length, 1);
  });

  await part("each freed time is offered to one of those who wait, and taken", async () => {
    await takesOffer([alone, planned], freed);
    const visits = await rhea.visits();
    assert.ok(visits.some((visit) => /for one/i.test(visit)), `a visit for one in ${JSON.stringify(visits)}`);
  });

  await part("a listing that cannot be had is reported in one press", async () => {
    await reports(alone, steward);
  });

  await t.test("no request went to another origin, and no policy was broken", () => {
    for (const person of world.people) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.faults, []);
    }
  });
});

/** Whether a time, as it is named aloud, lies on tomorrow's date in the west. */
function isTomorrow(label) {
  // By the calendar: a day on which clocks change has 23 or 25 hours.
  const day = new Date(new Date().toLocaleString("en-US", { timeZone: WEST.timezoneId }));
  day.setDate(day.getDate() + 1);
  const name = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" }).format(day).replace(",", "");
  return label.startsWith(name);
}

/** The day and time of a title, without the name of the day, which lists shorten. */
const momentOf = (title) => title.replace(/^\w+ /, "");

/** Two others, without any account, book the very time that is wanted; the second of them comes by a link. */
async function takes(world, wanted, seen) {
  const third = new Seeker(await world.person("third", WEST), Pointer, seen);
  await third.begin({ here: "California" });
  await third.answerRest({ who: "Both of us" });
  const label = wanted.replace(/, \d\d:\d\d Eastern time for your partner$/, "");
  const button = third.page.getByRole("button", { name: label, exact: true });
  const more = third.page.getByRole("button", { name: /^All \d+ times with/ }).first();
  await button.or(more).first().waitFor();
  if (!(await button.isVisible())) await more.click();
  await third.chooseTime(label);
  await third.hands.press("button", "Hold this time");
  const link = third.page.getByLabel("Your partner opens this link on their own device.");
  await link.waitFor();
  await seen(third.page, "a link for a partner");
  const fourth = new Seeker(await world.person("fourth", WEST), Pointer, seen);
  await fourth.page.goto(await link.inputValue());
  await fourth.page.getByText(/^This time is held for you both/).waitFor();
  assert.equal(new URL(fourth.page.url()).hash, "", "the secret of the link leaves the address");
  await fourth.pick("Where will you be at that time?", "California");
  await fourth.hands.press("button", "Accept");
  for (const person of [fourth, third]) await person.says("Booked. Both of you are expected.");
  for (const person of [fourth, third]) await person.context.close();
}

/** Opens each note on the therapist's own device, and returns their words. */
async function openNotes(therapist) {
  const closed = therapist.page.getByRole("button", { name: "Open the note on this device", exact: true });
  const open = therapist.page.getByRole("main").locator("p.read");
  for (let left = await closed.count(); left > 0; left = await closed.count()) {
    const before = await open.count();
    await closed.first().click();
    await until(async () => (await closed.count()) < left && (await open.count()) > before, "a note to open");
  }
  return open.allTextContents();
}

/** Opens a practice and has it verified. */
async function listed(world) {
  const rhea = new Therapist(await world.person("rhea", WEST), Pointer);
  const steward = new Steward(await world.person("steward", WEST), Pointer);
  await rhea.openPractice({
    name: "Rhea Quill",
    credentials: "LMFT",
    states: ["California", "New York"],
    fee: "150",
    zone: WEST.timezoneId,
    alone: true,
  });
  await steward.verify(world, "Rhea Quill");
  await published(world, "CA");
  return { rhea, steward };
}

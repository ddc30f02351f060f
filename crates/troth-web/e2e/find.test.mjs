// Looking for a therapist without an account: nine questions, nothing sent but which states.
import test from "node:test";
import { strict as assert } from "node:assert";
import { judge, judgeNarrow } from "./axe.mjs";
import { Keyboard, Pointer } from "./hands.mjs";
import { Seeker, countsAreTold, generated, published } from "./seek.mjs";
import { inOrder } from "./story.mjs";
import { openWorld, quiet } from "./world.mjs";

const NETWORK = generated({ providers: 3000, seed: 7 });

/** Two people who answer as differently as the questions allow, in the same two states. */
const ONE = { who: "Both of us", how: "By video", about: ["Talking and arguing"], language: "English", times: ["Weekday evenings"], soon: "Within two weeks" };
const OTHER = {
  who: "I come alone",
  how: "Either",
  about: ["Something broke between us", "Worry, low mood, stress", "Loss or illness", "A habit that has taken over"],
  language: "Spanish",
  times: ["Weekday mornings", "Weekday afternoons", "Weekday evenings", "Weekend mornings"],
  gender: "Woman",
  soon: "Within two days",
};
const PLACES = { here: "California", there: "Nevada", clock: "Pacific time" };

test("looking for a therapist", async (t) => {
  const world = await openWorld({ prepare: NETWORK });
  t.after(() => world.close());
  await published(world, "CA");
  const judged = new Set();
  const seen = async (page, what) => {
    if (judged.has(what)) return;
    judged.add(what);
    await judge(page, what);
    await judgeNarrow(page, what);
  };

  await inOrder(t, world, "from the first question to real times in under three minutes, without a name", async () => {
    const person = new Seeker(await world.person("one"), Pointer);
    const began = Date.now();
    await person.begin(PLACES);
    await person.answerRest(ONE);
    const times = await person.times();
    assert.ok(times.length > 0, "there are real times");
    assert.ok(Date.now() - began < 180_000, "under three minutes");
    await countsAreTold(person.page);
    assert.deepEqual(await fieldsForNames(person.page), []);
    await person.context.close();
  });

  await inOrder(t, world, "what leaves the device is the same, byte for byte, whatever is answered", async () => {
    const [one, other] = [await traffic(world, "left", ONE), await traffic(world, "right", OTHER)];
    assert.ok(one.length > 0, "the list was fetched");
    assert.deepEqual(one, other);
    assert.doesNotMatch(one.join("\n"), /match\b|authorization|cookie/i);
  });

  await inOrder(t, world, "with a keyboard alone, and every screen holds to the rules", async () => {
    const person = new Seeker(await world.person("keys"), Keyboard, seen);
    await person.begin(PLACES);
    await person.answerRest(ONE);
    const [first] = await person.times();
    await person.chooseTime(first);
    await seen(person.page, "one chosen time");
    await person.context.close();
  });

  await inOrder(t, world, "back at any moment, and after a reload every answer is there", async () => {
    const person = new Seeker(await world.person("back"), Pointer);
    await person.begin(PLACES);
    await person.hands.choose("I come alone");
    await person.next();
    await person.at("How do you want to meet?");
    await person.hands.choose("In person");
    await person.page.reload();
    await person.at("How do you want to meet?");
    await person.page.getByRole("radio", { name: /^In person/, checked: true }).waitFor();
    await person.hands.press("button", "Back");
    await person.at("Who takes part?");
    await person.page.getByRole("radio", { name: /^I come alone/, checked: true }).waitFor();
    await person.hands.press("button", "Back");
    await person.at("Where will you both be?");
    assert.equal(await person.page.getByLabel("You are in").inputValue(), "CA");
    await person.context.close();
  });

  await inOrder(t, world, "leaving the page leaves no answer in the tab", async () => {
    const person = new Seeker(await world.person("gone"), Pointer);
    await person.begin(PLACES);
    await person.page.getByRole("banner").getByRole("button", { name: "Exit this page" }).click();
    await person.page.waitForURL(/away\.html$/);
    assert.equal(await person.page.evaluate(() => sessionStorage.length), 0);
    await person.go("/find");
    await person.at("Where will you both be?");
    assert.equal(await person.page.getByLabel("You are in").inputValue(), "");
    await person.context.close();
  });

  await inOrder(t, world, "where nobody fits, one press lets go of what stands in the way", async () => {
    const person = new Seeker(await world.person("none"), Pointer, seen);
    await person.begin(PLACES);
    await person.answerRest({ language: "Navajo" });
    await person.at("Nobody fits all of it");
    const way = person.page.getByRole("button", { name: /^In any language: \d+ fit$/ });
    const gives = Number(/: (\d+) fit$/.exec(await way.textContent())[1]);
    assert.ok(gives > 1, "more than one fit in any language");
    await person.hands.press("button", `In any language: ${gives} fit`);
    await person.at(`${Math.min(gives, 40)} people fit`);
    await person.context.close();
  });
});

/** Lists the fields of a screen that could take somebody's name or address. */
function fieldsForNames(page) {
  return page.locator("input:not([type=radio]):not([type=checkbox]), textarea").evaluateAll((fields) => fields.map((field) => field.name || field.id));
}

/** Answers everything in a fresh browser and returns each request that left after the first screen stood. */
async function traffic(world, name, answers) {
  const person = new Seeker(await world.person(name), Pointer);
  await person.go("/find");
  await person.at("Where will you both be?");
  await quiet(person);
  const mark = world.wire.mark();
  await person.pick("You are in", PLACES.here);
  await person.pick("Your partner is in", PLACES.there);
  await person.pick("The clock there", PLACES.clock);
  await person.next();
  await person.at("Who takes part?");
  await person.answerRest(answers);
  await quiet(person);
  const sent = world.wire.requests(mark);
  await person.context.close();
  return sent;
}

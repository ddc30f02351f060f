// What comes after a visit is found: another wish, a freed time, a calendar, a report; in the words of the screens.
import { strict as assert } from "node:assert";
import { Pointer } from "./hands.mjs";
import { Seeker } from "./seek.mjs";

const WEST = { timezoneId: "America/Los_Angeles" };
const PLAN = "Blue Harbor";

/** A payer's table in which the therapist takes the plan. */
const table = (npi) => ["npi,plan,state,formats", `${npi},${PLAN},CA,video`, ""].join("\n");

/** Whoever runs the server brings a plan in, and the therapist signs what people pay with it. */
export async function takePlan(therapist, steward, npi) {
  await steward.steward("/plans");
  await steward.at("Plans");
  await steward.hands.fill("Or paste the table", table(npi));
  await steward.hands.press("button", "Bring it in");
  await steward.page.getByRole("heading", { name: "What became of it" }).waitFor();
  await therapist.practice("/prices");
  await therapist.at("Prices");
  await therapist.hands.press("button", "Add a price");
  const rows = await therapist.page.getByRole("group", { name: /^Price \d+$/ }).count();
  const group = `Price ${rows}`;
  await therapist.hands.pick("State", "California", group);
  await therapist.hands.pick("Visit", "For two", group);
  await therapist.hands.pick("Paid by", PLAN, group);
  await therapist.hands.pick("Does this plan pay for visits of two?", "No", group);
  await therapist.hands.fill("What they pay, in dollars", "40", group);
  await therapist.hands.press("button", "Sign and save the prices");
  await therapist.saved();
}

/** Somebody with a plan reads what a visit of two costs with it, and whose record would carry it; then they wait. */
export async function paysByPlan(world, therapist) {
  const person = new Seeker(await world.person("planned", WEST), Pointer);
  await person.begin({ here: "California" });
  await person.answerRest({ who: "Both of us", plan: PLAN });
  await person.says(`Takes ${PLAN}.`);
  const [first] = await person.times();
  await person.chooseTime(first);
  const said = await person.page.getByRole("main").innerText();
  assert.match(said, new RegExp(`With ${PLAN} you pay \\$40, signed by the practice\\.`));
  assert.match(said, new RegExp(`${PLAN} does not pay for visits of two\\. You would pay yourselves\\.`));
  assert.match(said, /a diagnosis stands in the record of the one person whose plan it is/);
  assert.match(said, /If you pay yourselves: \$150\. Then no plan’s record carries a diagnosis\./);
  await waits(person, therapist);
  return person;
}

/** Somebody comes alone and waits for a time. */
export async function waitsAlone(world, therapist) {
  const person = new Seeker(await world.person("waiting", WEST), Pointer);
  await person.begin({ here: "California" });
  await person.answerRest({ who: "I come alone" });
  const [first] = await person.times();
  await person.chooseTime(first);
  await waits(person, therapist);
  return person;
}

async function waits(person, therapist) {
  await person.hands.unfold("No time is right for you?");
  await person.hands.press("button", "Wait for a time");
  await person.says(`You are on the list of ${therapist}. Nothing more to do.`);
}

/** What the list of visits offers to somebody who waits. */
async function offerOf(person) {
  await person.visit("/visits");
  return person.page.getByText(/ is free, and kept for you until /).innerText();
}

/** Two times came free: each is offered to one of the two in line, whose place counts by the minute. One takes it. */
export async function takesOffer([first, second], freed) {
  const offers = [await offerOf(first), await offerOf(second)];
  for (const time of freed) {
    assert.equal(offers.filter((offer) => offer.includes(`${time} is free`)).length, 1, `${time} once in "${offers}"`);
  }
  await first.hands.press("link", "Look at it");
  await first.says(/^A time came free, and is kept for you until /);
  await first.hands.press("button", "Accept");
  await first.says("Booked. You are expected.");
}

/** The partner would rather have another time: it is said on the other's screen, and let go there. */
export async function notThisOne(holder, partner, partnerName) {
  await partner.place("Today");
  await partner.at("A time is held for you both");
  await partner.hands.press("link", "Look at it");
  await partner.says(/holds this time for both of you/);
  await partner.hands.press("button", "Not this one");
  await partner.at("Visits");
  await holder.says(`${partnerName} would rather have another one. Let this time go, and choose again.`);
  await holder.hands.press("button", "Let it go");
  await holder.says(/^This time was not booked\./);
  await holder.hands.press("link", "Look for another time");
  await holder.at(/fits?$/);
}

/** Reads a secret address as a calendar does, and ends it; `never` is in no calendar. */
export async function readsFeed(person, never) {
  await person.visit("/visits");
  await person.hands.unfold("In your own calendar");
  await person.hands.press("button", "Make an address");
  const address = await person.page.getByLabel("Your address").inputValue();
  const text = await (await fetch(address)).text();
  assert.match(text, /^BEGIN:VCALENDAR/);
  assert.equal(text.match(/^BEGIN:VEVENT/gm)?.length, 1, "the one visit that is booked");
  assert.match(text, /^SUMMARY:Appointment/m);
  for (const word of never) assert.ok(!text.includes(word), "a calendar learns no word and no name");
  await person.hands.press("button", "End all addresses");
  await person.says("No address works any more.");
  assert.equal((await fetch(address)).status, 404);
}

/** Says in one press that a listing could not be had; whoever runs the server sees that there was such a try. */
export async function reports(person, steward) {
  await person.hands.unfold("Could not reach them?");
  await person.hands.press("button", "Nobody answers");
  await person.says("Noted. Thank you.");
  await steward.steward("/listings");
  await steward.at("Ghosts");
  await steward.page.getByText("One of them met nobody").waitFor();
}

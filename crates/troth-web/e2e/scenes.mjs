// The scenes of the pictures: people who go through every screen, and stop where there is something to look at.
import path from "node:path";
import { Partner } from "./acts.mjs";
import { Pointer } from "./hands.mjs";
import { MIRA, Steward, Therapist, showPractice } from "./practice.mjs";
import { addresses, openDemonstration, visit } from "./screens.mjs";
import { Seeker, generated, published } from "./seek.mjs";
import { SPOKEN, tell } from "./story.mjs";
import { drawn, openWorld } from "./world.mjs";

const WEST = { timezoneId: "America/Los_Angeles" };
const EAST = { timezoneId: "America/New_York" };

/** Two whose names and words are long, or run from right to left. */
const LONG = {
  ana: { name: "Maximiliane-Theodora Freifrau von Hohenlohe-Waldenburg", login: "maximiliane.theodora.hohenlohe", password: "vermilion-otter-harbour-41", pin: "830417" },
  ben: { name: "אברהם־יצחק בן־נחמיאס", login: "avraham.q8", password: "cobalt-lantern-thistle-92", pin: "556203" },
  question: "ما الذي تودّ أن نحتفظ به من هذه الأسابيع، وما الذي تتمنى أن نتركه وراءنا معًا؟",
  answers: [
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen und alles, was wir auf der Fähre nach Ærøskøbing gesagt haben.\n\nUnd die Stille danach.",
    "أحتفظ بالمساء الذي مشينا فيه إلى البحر، وبأنكِ سألتِ مرتين.",
  ],
};

/** Opens a world, shows it, and closes it, whatever happens. */
async function inWorld(options, show) {
  const world = await openWorld(options);
  try {
    await show(world);
  } finally {
    await world.close();
  }
}

/** Goes to an address and takes what stands there. */
async function look(take, person, address, what = address) {
  await person.go(address);
  await person.unlockIfAsked();
  await drawn(person.page);
  await take(person.page, what);
}

/** A device that was signed out from elsewhere, and the ways back and out while words wait. */
export function showUnsent(take) {
  return inWorld({}, async (world) => {
    const ana = new Partner(await world.person("ana"), Pointer);
    const tablet = new Partner(await world.person("tablet"), Pointer);
    await ana.signUp(SPOKEN.ana);
    await ana.invite();
    await ana.context.setOffline(true);
    await ana.commit("I bring the map", { day: "2027-03-12", time: "18:00" });
    await ana.visit("/settings");
    await ana.hands.unfold("Sign out of this device");
    await ana.hands.press("button", "Sign out of this device");
    await ana.page.getByRole("button", { name: "Sign out anyway" }).waitFor();
    await take(ana.page, "signing out, refused");
    await tablet.signIn({ ...SPOKEN.ana, deviceCode: ana.deviceCode });
    await tablet.visit("/settings/devices");
    await tablet.page.getByText("This device", { exact: true }).waitFor();
    await tablet.hands.press("button", "End it");
    await ana.context.setOffline(false);
    await ana.page.getByText(/^This device was signed out\./).waitFor();
    await ana.visit("/today");
    await take(ana.page, "signed out from elsewhere");
    await ana.hands.press("link", "Sign in again");
    await ana.at("Sign in again");
    await take(ana.page, "sign in again");
    await ana.hands.fill("Password", "not the password");
    await ana.hands.press("button", "Sign in");
    await ana.page.getByText("That is not the password.").waitFor();
    await take(ana.page, "sign in again, refused");
    await ana.hands.press("link", "I have a new device code");
    await ana.at("Sign in");
    await take(ana.page, "sign in where somebody is");
    await ana.visit("/settings");
    await ana.hands.press("button", "Lock this app now");
    await ana.at("Welcome back");
    await ana.hands.unfold("Sign in with another account");
    await ana.page.getByText("on this device").first().waitFor();
    await take(ana.page, "locked, with unsent words");
  });
}

/** From an empty server: welcome, signing up, pairing, waiting, the first entries, without a network, locked. */
export function showBeginning(take) {
  return inWorld({}, async (world) => {
    const stranger = new Partner(await world.person("stranger"), Pointer);
    for (const address of ["/", "/sign-in", "/recover", "/about", "/join", "/nothing-here", "/visits", "/find/results", "/find/slot"]) {
      await look(take, stranger, address);
    }
    await stranger.go("/sign-in");
    await stranger.hands.fill("Login", "nobody.here");
    await stranger.hands.fill("Password", "not a password");
    await stranger.hands.fill("Device code", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AA");
    await stranger.hands.press("button", "Sign in");
    await stranger.page.getByRole("alert").first().waitFor();
    await take(stranger.page, "sign in, refused");
    // A story told without a test runner: each part is simply lived.
    const { ana } = await tell({ test: (_, part) => part() }, world, Pointer, take);
    await ana.context.setOffline(true);
    await ana.commit("I bring the map", { day: "2027-03-12", time: "18:00" });
    await take(ana.page, "written without a network");
    await ana.context.setOffline(false);
  });
}

/** The first days of an account with nothing in it, and of one who works here and has nothing yet. */
async function showEmpty(take, person) {
  for (const address of ["/today", "/ours", "/ours/plans", "/mine", "/week", "/visits", "/steward", "/practice", "/practice/hours", "/practice/requests"]) {
    await look(take, person, address, `empty ${address}`);
  }
}

/** Looking for a therapist, without an account, in a network that was made up: every question, and what may come of it. */
export function showLooking(take) {
  return inWorld({ prepare: generated({ providers: 3000, seed: 7 }) }, async (world) => {
    await published(world, "CA");
    const seeker = new Seeker(await world.person("seeker", WEST), Pointer, take);
    await seeker.go("/find");
    await seeker.at("Where will you both be?");
    await seeker.hands.press("button", "Continue");
    await seeker.page.getByText("Choose the state where you will be.").waitFor();
    await take(seeker.page, "find, nothing chosen");
    await seeker.begin({ here: "California", there: "New York" });
    await seeker.hands.press("button", "Continue");
    await seeker.at("How do you want to meet?");
    await seeker.hands.choose("In person");
    await take(seeker.page, "find, in person");
    await seeker.hands.choose("By video");
    await seeker.hands.press("button", "Continue");
    await seeker.at("How is it paid?");
    await seeker.hands.choose("With a health plan");
    await take(seeker.page, "find, with a plan");
    await anew(seeker);
    await seeker.begin({ here: "California", there: "New York" });
    await seeker.answerRest({ how: "By video", about: ["Talking and arguing", "Money"], gender: "Woman" });
    await take(seeker.page, "results");
    const [first] = await seeker.times();
    await seeker.chooseTime(first);
    await take(seeker.page, "one chosen time");
    await anew(seeker);
    await seeker.begin({ here: "California", there: "Wyoming" });
    await seeker.answerRest({ about: ["Loss or illness"], language: "Arabic", times: ["Weekend mornings"], gender: "Man", soon: "Within two days" });
    await take(seeker.page, "results, nobody");
    await anew(seeker);
    await seeker.go("/find");
    await seeker.at("Where will you both be?");
    await seeker.pick("You are in", "Nevada");
    await seeker.context.setOffline(true);
    await seeker.hands.press("button", "Continue");
    await seeker.page.getByText("There is no connection to the server.").waitFor();
    await take(seeker.page, "find, no connection");
    await seeker.context.setOffline(false);
  });
}

/** Forgets what somebody without an account has answered, as closing the tab does. */
function anew(seeker) {
  return seeker.page.evaluate(() => sessionStorage.clear());
}

/** A therapist from an empty listing to a booked visit, and whoever runs the server. */
export function showTherapist(take) {
  return inWorld({}, async (world) => {
    const newcomer = new Partner(await world.person("newcomer"), Pointer);
    await newcomer.signUp({ ...SPOKEN.ben, name: "Toma" });
    await showEmpty(take, newcomer);
    await showPractice(world, Pointer, take);
  });
}

/** A visit of two: chosen, held, accepted by both, called off. */
export function showCouple(take) {
  return inWorld({}, async (world) => {
    const rhea = new Therapist(await world.person("rhea", WEST), Pointer);
    await rhea.openPractice({ name: "Rhea Quill", states: ["California", "New York"], zone: MIRA.zone });
    await new Steward(await world.person("steward"), Pointer).verify(world, "Rhea Quill");
    await published(world, "CA");
    const ana = new Seeker(await world.person("ana", WEST), Pointer);
    const ben = new Seeker(await world.person("ben", EAST), Pointer);
    await ana.signUp(SPOKEN.ana);
    await ben.signUp(SPOKEN.ben);
    await ben.accept(await ana.invite(), SPOKEN.ana.name);
    for (const one of [ana, ben]) await one.sixWords();
    for (const one of [ana, ben]) await one.hands.press("button", "They are the same");
    for (const one of [ana, ben]) await one.at("You are here, both");
    await ana.place("Today");
    await ana.hands.press("link", "Find a therapist");
    await ana.at("Where will you both be?");
    await ana.answerWhere({ here: "California", there: "New York" });
    await ana.answerRest({ who: "Both of us" });
    await ana.chooseTime((await ana.times()).at(-1));
    await ana.hands.fill("A note to Rhea Quill", "We would both like to begin with what happened in spring.");
    await take(ana.page, "a chosen time, with a price and a note");
    await ana.hands.press("button", "Hold this time");
    await ana.page.getByText(/^You have accepted/).waitFor();
    await take(ana.page, "a visit held");
    await look(take, ben, "/today", "today, a time is held");
    await ben.hands.press("link", "Look at it");
    await ben.page.getByText(/holds this time for both of you/).waitFor();
    await take(ben.page, "a visit the partner holds");
    await ben.pick("Where will you be at that time?", "New York");
    await ben.hands.press("button", "Accept");
    await ben.says("Booked. Both of you are expected.");
    await take(ben.page, "a visit booked");
    await look(take, ana, "/visits", "visits, one booked");
    await look(take, ana, "/today", "today, a visit comes");
    await look(take, rhea, "/practice/visits", "practice visits, with notes");
    await ben.hands.press("button", "Show free times");
    await ben.times();
    await take(ben.page, "a visit moved");
    await ben.page.locator("summary", { hasText: "Could not reach them?" }).click();
    await take(ben.page, "a visit reported");
    await ben.hands.press("button", "Call this visit off");
    await ben.says("Called off. The time is free again.");
    await take(ben.page, "a visit called off");
  });
}

/** Eight weeks in. */
export async function showWeeks(take, out) {
  const { world, ana } = await openDemonstration();
  try {
    await visit(ana, "/mine");
    await take(ana.page, "weeks, a lock comes first");
    await ana.hands.fill("PIN or passphrase", "830417");
    await ana.hands.fill("Once more", "830417");
    await ana.hands.press("button", "Set this lock");
    await ana.page.getByLabel("Once more", { exact: true }).waitFor({ state: "detached" });
    for (const place of ["Mine", "Trust"]) {
      await ana.place(place);
      await ana.page.locator("main h1").first().waitFor();
      await take(ana.page, `weeks ${place}`);
    }
    for (const address of await addresses(ana)) {
      await visit(ana, address);
      await take(ana.page, `weeks ${address.replace(/[^/]{12,}$/, (id) => id.slice(0, 4))}`);
    }
    await visit(ana, "/today");
    await ana.page.setViewportSize({ width: 960, height: 640 });
    await ana.page.screenshot({ path: path.join(out, "readme.png") });
    await ana.page.setViewportSize({ width: 1280, height: 900 });
    await ana.page.reload();
    await ana.at("Welcome back");
    await take(ana.page, "locked");
  } finally {
    await world.close();
  }
}

/** Names as long as they come, and words from right to left; then the whole screen from right to left. */
export function showWide(take) {
  return inWorld({}, async (world) => {
    const ana = new Partner(await world.person("ana"), Pointer);
    const ben = new Partner(await world.person("ben"), Pointer);
    await ana.signUp(LONG.ana);
    await ben.signUp(LONG.ben);
    await ben.accept(await ana.invite(), LONG.ana.name);
    for (const one of [ana, ben]) await one.sixWords();
    for (const one of [ana, ben]) await one.hands.press("button", "They are the same");
    for (const one of [ana, ben]) await one.at("You are here, both");
    await ana.ask(LONG.question);
    await ana.answer(LONG.answers[0]);
    await take(ana.page, "long, one answer");
    await ben.open(LONG.question);
    await ben.answer(LONG.answers[1]);
    await ben.bothAnswers();
    await take(ben.page, "long, both answers");
    await look(take, ben, "/today", "long, today");
    await look(take, ben, "/ours", "long, ours");
    await look(take, ana, "/settings", "long, settings");
    await ben.page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
    await take(ben.page, "right to left, ours");
    for (const [address, what] of [["/find", "find"], ["/ours/plan", "plan"], ["/practice/listing", "listing"], ["/settings", "settings"]]) {
      await ben.go(address);
      await ben.unlockIfAsked();
      await ben.page.locator("main h1").first().waitFor();
      await ben.page.evaluate(() => document.documentElement.setAttribute("dir", "rtl"));
      await take(ben.page, `right to left, ${what}`);
    }
  });
}

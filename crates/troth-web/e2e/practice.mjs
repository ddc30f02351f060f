// What therapists do, and whoever runs the server, in the words of the screens.
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { Partner, dayAhead } from "./acts.mjs";
import { drawn } from "./world.mjs";

const run = promisify(execFile);

/** A therapist whom the stories know. The NPI is the example of CMS's own rule, so it belongs to nobody. */
export const MIRA = {
  account: { name: "Mira Solano", login: "mira.solano", password: "granite-heron-lamplight-27", pin: "274019" },
  name: "Mira Solano",
  credentials: "LMFT",
  npi: "1234567893",
  about: "I see two people together from the first visit. We begin with what happened, at the pace of the one who was hurt.",
  fee: "180",
  licences: [{ state: "California", number: "LMFT 104422", expires: dayAhead(800) }],
  zone: "America/Los_Angeles",
  days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
};

/** Whoever runs the server. */
export const STEWARD = { name: "Ode", login: "ode.keeper", password: "walnut-signal-meadow-55", pin: "550118" };

/** Gives an account the role, at the command line of the server. */
export async function makeSteward(world, login) {
  await run(process.env.TROTH, ["network", "operator", login, "--data", world.data]);
}

/** Goes to a page whose facts are asked for anew; one that stands there already is loaded again. */
async function afresh(person, address) {
  if (new URL(person.page.url()).pathname !== address) {
    await person.visit(address);
    return;
  }
  await person.go(address);
  await person.unlockIfAsked();
}

/** A therapist with a browser. */
export class Therapist extends Partner {
  /** Goes to a page of the own practice. */
  async practice(page = "") {
    await afresh(this, `/practice${page}`);
  }

  /** Writes a listing from nothing; ends where licences are asked for. */
  async writeListing({ name, credentials, npi, about, fee, onRequest = false, alone = false }) {
    await this.practice("/listing");
    await this.at("Listing");
    await this.fillListing({ name, credentials, npi, about, fee, onRequest });
    if (alone) await this.hands.tick("For one");
    await this.hands.press("button", "Save the listing");
    await this.at("Licences");
  }

  async fillListing({ name, credentials, npi, about, fee, onRequest = false }) {
    if (name) await this.hands.fill("Name", name);
    if (credentials) await this.hands.fill("Credentials", credentials);
    if (npi) await this.hands.fill("NPI", npi);
    if (about) await this.hands.fill("About your work", about);
    if (fee) await this.hands.fill("Fee for a visit", fee);
    if (onRequest) await this.hands.choose("On request");
  }

  /** Enters licences; ends where plans are asked for, the first time. */
  async enterLicences(licences) {
    await this.practice("/licences");
    await this.at("Licences");
    for (const [row, { state, number, expires }] of licences.entries()) {
      if (row > 0) await this.hands.press("button", "Add a licence");
      const group = `Licence ${row + 1}`;
      await this.hands.pick("State", state, group);
      await this.hands.fill("Number", number, group);
      await this.hands.fill("Good until", expires, group);
    }
    await this.hands.press("button", "Save the licences");
    await this.at("Plans");
  }

  /** Takes people who pay themselves, as the page proposes; ends where hours are asked for. */
  async takeSelfPay() {
    await this.practice("/plans");
    await this.at("Plans");
    await this.hands.press("button", "Save the plans");
    await this.at("Hours");
  }

  /** Opens hours of nine to five on the given days, which have none yet, and saves them. */
  async openHours({ zone, days, notice }) {
    await this.practice("/hours");
    await this.at("Hours");
    for (const day of days) await this.hands.press("button", `Add hours on ${day}`);
    if (zone) await this.hands.pick("Time zone of your practice", zone.replaceAll("_", " "));
    if (notice) await this.hands.fill("Shortest notice, in hours", notice);
    await this.hands.press("button", "Save the hours");
    await this.page.getByRole("list", { name: "Times of the next two weeks" }).getByRole("listitem").first().waitFor();
    await this.seen(this.page, "hours, saved");
  }

  /** Signs a price for each state and kind of visit, as the page proposes it. */
  async signPrices(states, services = ["For two"]) {
    await this.practice("/prices");
    await this.at("Prices");
    let number = 0;
    for (const state of states) {
      for (const service of services) {
        number += 1;
        if (number > 1) await this.hands.press("button", "Add a price");
        const group = `Price ${number}`;
        await this.hands.pick("State", state, group);
        await this.hands.pick("Visit", service, group);
      }
    }
    await this.hands.press("button", "Sign and save the prices");
    await this.saved();
  }

  /** Waits until the page says that it is saved. */
  async saved() {
    await this.page.getByRole("status").filter({ hasText: "It is saved." }).waitFor({ state: "attached" });
  }

  /** Has the finished listing looked at. */
  async submitListing() {
    await this.practice();
    await this.at("Your listing is complete");
    await this.hands.press("button", "Have it looked at");
    await this.at("Your listing is being looked at");
  }

  /** From sign-up to a listing that waits to be looked at: hours every day, a price for each state and kind of visit. */
  async openPractice({ name, credentials = "LMFT", npi = MIRA.npi, states, fee = "150", zone, notice = "1", onRequest = false, alone = false }) {
    const login = name.toLowerCase().replace(/[^a-z]+/g, ".");
    await this.signUp({ ...MIRA.account, name, login });
    await this.writeListing({ name, credentials, npi, fee, onRequest, alone });
    await this.enterLicences(states.map((state, row) => ({ state, number: `T ${1000 + row}`, expires: dayAhead(900) })));
    await this.takeSelfPay();
    await this.openHours({ zone, days: MIRA.days, notice });
    await this.signPrices(states, ["For two", "For one"]);
    await this.submitListing();
  }

  /** Looks until a visit with these words is among those that come. */
  async seesVisit(words) {
    const visits = await this.visits();
    assert.ok(visits.some((visit) => visit.includes(words)), `a visit with "${words}" in ${JSON.stringify(visits)}`);
  }

  /** The requests that wait, as the screen tells them. */
  async requests() {
    await this.practice("/requests");
    await this.at("Requests");
    return this.page.getByRole("main").locator("section.sheet");
  }

  /** Opens the first note on the device and returns its words. */
  async openNote() {
    await this.hands.press("button", "Open the note on this device");
    const note = this.page.getByRole("main").locator("p.read").first();
    await note.waitFor();
    return note.textContent();
  }

  /** The visits that come, one text each. */
  async visits() {
    await this.practice("/visits");
    await this.at("Visits");
    const section = this.page.locator("section", { has: this.page.getByRole("heading", { name: "What comes" }) });
    await section.waitFor();
    return section.getByRole("listitem").allTextContents();
  }
}

/** Whoever runs the server, with a browser. */
export class Steward extends Partner {
  async steward(page = "") {
    await afresh(this, `/steward${page}`);
  }

  /** Signs up, is given the role at the command line, and lets a listing in. */
  async verify(world, name) {
    await this.signUp(STEWARD);
    await makeSteward(world, STEWARD.login);
    await this.letIn(name);
  }

  /** Lets a listing into the directory. */
  async letIn(name) {
    await this.steward();
    await this.at("Listings to look at");
    const sheet = this.page.locator("section.sheet", { has: this.page.getByRole("heading", { name: new RegExp(name) }) });
    await sheet.waitFor();
    await this.seen(this.page, "a listing to look at");
    await this.hands.press("button", "It fits, let it in");
    await sheet.waitFor({ state: "detached" });
  }
}

/** Asks the open half of the server something, as a program would. */
export async function ask(world, method, route, { secret, body, key } = {}) {
  const headers = { "content-type": "application/json" };
  if (secret) headers.authorization = `Troth-Client ${secret}`;
  if (key) headers["idempotency-key"] = key;
  const answer = await fetch(`${world.address}/api/v1/${route}`, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${route}: ${answer.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}

/** Asks for the first free time of a provider, alone and without a note, as a program would. */
export async function askForTime(world, provider, { state, secret }) {
  const { slots } = await ask(world, "GET", `providers/${provider}/slots`);
  const [slot] = slots;
  assert.ok(slot, "there is a time");
  const wish = { provider, start: slot.start, minutes: slot.minutes, format: "video", service: "couples", plan: null, state, with_partner: false };
  const hold = await ask(world, "POST", "holds", { secret, key: "hold-1", body: wish });
  const accept = { state, ...(hold.quotes[0] ? { quote: hold.quotes[0].id } : {}) };
  return ask(world, "POST", `holds/${hold.id}/accept`, { secret, key: "accept-1", body: accept });
}

/** Goes through a practice for pictures: empty, wrong, whole, waiting; `take(page, what)` is called on each screen. */
export async function showPractice(world, Hands, take) {
  const mira = new Therapist(await world.person("mira"), Hands);
  const steward = new Steward(await world.person("steward"), Hands);
  const show = async (person, path, what) => {
    await person.go(path);
    await person.unlockIfAsked();
    await drawn(person.page);
    await take(person.page, what);
  };
  await mira.signUp(MIRA.account);
  await show(mira, "/practice", "practice begin");
  await mira.practice("/listing");
  await mira.fillListing({ ...MIRA, npi: "1234567890", onRequest: true });
  await mira.hands.tick("In person");
  await mira.hands.press("button", "Add a place");
  await mira.hands.press("button", "Save the listing");
  await take(mira.page, "practice listing wrong");
  await mira.page.getByRole("checkbox", { name: "In person" }).uncheck();
  await mira.hands.fill("NPI", MIRA.npi);
  await mira.hands.unfold("Choose: What you know well");
  await mira.hands.tick("Rebuilding trust");
  await mira.hands.press("button", "Save the listing");
  await mira.at("Licences");
  await show(mira, "/practice", "practice something is missing");
  await mira.enterLicences(MIRA.licences);
  await take(mira.page, "practice plans new");
  await mira.takeSelfPay();
  await take(mira.page, "practice hours empty");
  await mira.openHours(MIRA);
  await mira.signPrices(["California"]);
  await show(mira, "/practice", "practice complete");
  await mira.submitListing();
  await take(mira.page, "practice being looked at");
  await show(mira, "/steward", "steward without the role");
  await steward.signUp(STEWARD);
  await makeSteward(world, STEWARD.login);
  await show(steward, "/steward", "steward, one waits");
  await steward.letIn(MIRA.name);
  await take(steward.page, "steward none waits");
  const { providers } = await ask(world, "GET", "providers?state=CA");
  const [{ id }] = providers.filter(({ name }) => name === MIRA.name);
  await askForTime(world, id, { state: "CA", secret: "5e".repeat(32) });
  await show(mira, "/practice", "practice a request waits");
  await show(mira, "/practice/requests", "practice requests");
  await mira.hands.press("button", "Accept");
  await mira.page.getByText("Nobody waits for an answer.").waitFor();
  for (const page of ["", "/listing", "/licences", "/plans", "/prices", "/hours", "/busy", "/preview", "/requests", "/visits", "/waiting", "/feed", "/log"]) {
    await show(mira, `/practice${page}`, `practice${page}`);
  }
  for (const page of ["/plans", "/listings", "/log"]) await show(steward, `/steward${page}`, `steward${page}`);
}

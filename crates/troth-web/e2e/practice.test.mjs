// A therapist from sign-up to visits, with nothing but a keyboard, and whoever runs the server in a second browser.
import test from "node:test";
import { strict as assert } from "node:assert";
import { dayAhead } from "./acts.mjs";
import { judge, judgeNarrow } from "./axe.mjs";
import { Keyboard, Pointer } from "./hands.mjs";
import { MIRA, STEWARD, Steward, Therapist, askForTime, ask, makeSteward } from "./practice.mjs";
import { inOrder } from "./story.mjs";
import { openWorld } from "./world.mjs";

/** Another therapist, whose listing does not fit. */
const TOMA = {
  account: { name: "Toma Reyes", login: "toma.reyes", password: "pepper-tunnel-orchid-38", pin: "381127" },
  name: "Toma Reyes",
  npi: "1245319599",
  fee: "140",
  licences: [{ state: "Nevada", number: "0042", expires: dayAhead(700) }],
  days: ["Friday"],
};

/** A payer's table: one row that can be used, and one whose NPI cannot be one. */
const TABLE = ["npi,plan,state,formats", `${MIRA.npi},Blue Harbor,CA,video`, "1234567890,Blue Harbor,CA,video", ""].join("\n");

const REASON = "The licence number is not at the board of Nevada.";
const SECRET = "5e".repeat(32);

test("a practice", async (t) => {
  const world = await openWorld();
  t.after(() => world.close());
  const judged = new Set();
  const seen = async (page, what) => {
    if (judged.has(what)) return;
    judged.add(what);
    await judge(page, what);
    await judgeNarrow(page, what);
  };
  const mira = new Therapist(await world.person("mira"), Keyboard, seen);
  const steward = new Steward(await world.person("steward"), Pointer, seen);
  const part = (name, live) => inOrder(t, world, name, live);

  await part("a therapist signs up and is told what comes first", async () => {
    await mira.signUp(MIRA.account);
    await mira.practice();
    await mira.at("Your practice");
    await mira.hands.press("link", "Write your listing");
    await mira.at("Listing");
  });

  await part("bad input is told at its field, and nothing typed is lost, not even by loading the page again", async () => {
    await mira.fillListing({ ...MIRA, npi: "1234567890", fee: "much" });
    await mira.page.getByText("its last digit does not fit the others").first().waitFor();
    await mira.hands.press("button", "Save the listing");
    await mira.page.getByRole("alert").filter({ hasText: "Something here cannot be used yet" }).waitFor();
    const npi = mira.page.getByLabel("NPI", { exact: true });
    assert.equal(await npi.getAttribute("aria-invalid"), "true");
    await mira.page.waitForFunction(() => document.activeElement?.id === "npi");
    assert.match(await described(mira.page, "npi"), /its last digit does not fit/);
    assert.match(await described(mira.page, "fee"), /Write an amount in dollars/);
    await mira.seen(mira.page, "a listing with something wrong");
    assert.equal(await mira.page.getByLabel("About your work", { exact: true }).inputValue(), MIRA.about);
    await mira.hands.fill("Fee for a visit", MIRA.fee);
    await mira.page.getByText("What you typed is kept on this device.").waitFor();
    await mira.practice("/listing");
    await mira.at("Listing");
    assert.equal(await mira.page.getByLabel("About your work", { exact: true }).inputValue(), MIRA.about);
    assert.equal(await mira.page.getByLabel("Fee for a visit", { exact: true }).inputValue(), MIRA.fee);
    await mira.hands.fill("NPI", MIRA.npi);
    await mira.page.getByText("The check digit fits.").waitFor();
    await mira.hands.choose("On request");
    await mira.hands.press("button", "Save the listing");
    await mira.at("Licences");
  });

  await part("a licence that has ended is told, then licences, plans, hours and a signed price are entered", async () => {
    await mira.hands.pick("State", "California");
    await mira.hands.fill("Number", "LMFT 104422");
    await mira.hands.fill("Good until", "2020-01-01");
    await mira.hands.press("button", "Save the licences");
    await mira.page.getByText("This day has passed.").waitFor();
    await mira.seen(mira.page, "a licence that has ended");
    await mira.hands.fill("Good until", MIRA.licences[0].expires);
    await mira.hands.press("button", "Save the licences");
    await mira.at("Plans");
    await mira.takeSelfPay();
    await mira.openHours(MIRA);
    await mira.signPrices(["California"]);
  });

  await part("hours that end before they begin are told at their end", async () => {
    await mira.practice("/hours");
    await mira.at("Hours");
    await mira.hands.fill("Monday, hours 1: Until", "08:00");
    await mira.hands.press("button", "Save the hours");
    await mira.page.getByText("This ends before it begins.").waitFor();
    await mira.hands.fill("Monday, hours 1: Until", "16:00");
    await mira.hands.press("button", "Save the hours");
    await mira.saved();
  });

  await part("the listing is looked at as people see it, then sent", async () => {
    await mira.practice("/preview");
    await mira.at("As people see it");
    await mira.page.getByRole("heading", { name: "Mira Solano, LMFT" }).waitFor();
    await mira.seen(mira.page, "the listing as people see it");
    await mira.submitListing();
  });

  await part("somebody without the role sees no listing; whoever runs the server lets it in", async () => {
    await steward.signUp(STEWARD);
    await steward.steward();
    await steward.page.getByRole("alert").filter({ hasText: "This is for whoever runs this server" }).waitFor();
    await steward.seen(steward.page, "a steward's page without the role");
    assert.doesNotMatch(await steward.page.textContent("body"), /Solano/);
    await makeSteward(world, STEWARD.login);
    await steward.steward();
    await steward.page.getByText("LMFT 104422").waitFor();
    await steward.page.getByText("The check digit fits.").waitFor();
    await steward.letIn("Mira Solano");
    await mira.practice();
    await mira.at("Nothing waits");
    await mira.hands.press("button", "Everything is still true");
    await mira.page.getByRole("status").filter({ hasText: "Thank you. It is noted." }).waitFor({ state: "attached" });
    await mira.page.getByText(/Last shown to be true on/).waitFor();
    await mira.seen(mira.page, "the practice, in the directory");
  });

  await part("a request waits with its end; accepted, it stands among the visits", async () => {
    const { providers } = await ask(world, "GET", "providers?state=CA");
    const [{ id }] = providers.filter(({ name }) => name === MIRA.name);
    await askForTime(world, id, { state: "CA", secret: SECRET });
    await mira.practice();
    await mira.at("One request waits for you");
    const requests = await mira.requests();
    await requests.first().waitFor();
    assert.match(await requests.first().textContent(), /Waits until .*50 minutes, by video, for two.*California.*\$180, paid by themselves/s);
    await mira.seen(mira.page, "a request");
    await mira.hands.press("button", "Accept");
    await mira.page.getByText("Nobody waits for an answer.").waitFor();
    const visits = await mira.visits();
    assert.equal(visits.length, 1);
    await mira.seen(mira.page, "a booked visit");
  });

  await part("a visit is put in over another one, knowingly, and the log has the reason", async () => {
    const why = "They come from far, and only that hour is left.";
    await mira.practice("/visits");
    await mira.at("Visits");
    await mira.hands.unfold("Put a visit in");
    await mira.hands.fill("Day", dayAhead(300));
    await mira.hands.fill("Time", "21:00");
    await mira.hands.press("button", "Put it in");
    await mira.page.getByText("This is needed.").waitFor();
    await mira.hands.fill("Why", why);
    await mira.seen(mira.page, "a visit to put in");
    await mira.hands.press("button", "Put it in");
    await mira.page.getByText("Put in by you, over the rules.").waitFor();
    await mira.practice("/log");
    await mira.at("Log");
    await mira.page.getByText(why).waitFor();
    await mira.seen(mira.page, "the log");
  });

  await part("a calendar's text is read, and what it blocks is told without a word of it", async () => {
    await mira.practice("/busy");
    await mira.at("Own calendar");
    await mira.hands.choose("In a file");
    await mira.hands.fill("Text of the calendar", calendar());
    await mira.hands.press("button", "Read the calendar");
    await mira.page.getByText("One event that takes time.").waitFor();
    await mira.seen(mira.page, "the own calendar, read");
    assert.doesNotMatch(await mira.page.textContent("main"), /Dentist/);
  });

  await part("a secret calendar address is made, and it is one that a calendar can read", async () => {
    await mira.practice("/feed");
    await mira.at("Your calendar");
    await mira.hands.press("button", "Make an address");
    const address = await mira.page.getByLabel("Secret address").inputValue();
    const text = await (await fetch(address)).text();
    assert.match(text, /^BEGIN:VCALENDAR/);
    assert.doesNotMatch(text, /Solano|couple/i);
    await mira.seen(mira.page, "the feed");
  });

  let toma;

  await part("a listing that does not fit is sent back with a reason that its therapist reads", async () => {
    toma = new Therapist(await world.person("toma"), Pointer, seen);
    await toma.signUp(TOMA.account);
    await toma.writeListing(TOMA);
    await toma.enterLicences(TOMA.licences);
    await toma.takeSelfPay();
    await toma.openHours(TOMA);
    await toma.submitListing();
    await steward.steward();
    await steward.at("Listings to look at");
    await steward.hands.unfold("It does not fit");
    await steward.hands.press("button", "Send it back with this reason");
    await steward.page.getByText("The therapist needs a reason.").waitFor();
    await steward.hands.fill("Reason", REASON);
    await steward.hands.press("button", "Send it back with this reason");
    await steward.page.getByText("No listing waits.").waitFor();
    await toma.practice();
    await toma.at("Your listing was not taken in");
    await toma.page.getByText(REASON).waitFor();
    await toma.seen(toma.page, "a refused listing");
  });

  await part("a place is found by its ZIP code, in a list of this server", async () => {
    await toma.practice("/listing");
    await toma.at("Listing");
    await toma.hands.tick("In person");
    await toma.hands.press("button", "Add a place");
    await toma.hands.fill("City", "Reno", "Place 1");
    await toma.hands.pick("State", "Nevada", "Place 1");
    await toma.hands.fill("ZIP code", "00000", "Place 1");
    await toma.page.getByText("This is not in the list of ZIP codes.").waitFor();
    await toma.hands.fill("ZIP code", "89501", "Place 1");
    await toma.page.getByText("Distances are reckoned from the middle of 89501.").waitFor();
    await toma.seen(toma.page, "a place");
    await toma.hands.press("button", "Save the listing");
    await toma.saved();
    await toma.practice("/listing");
    await toma.page.getByText("The spot of this place is known.").waitFor();
  });

  await part("a payer's table is brought in with a report for each row; the ghost rate says how sure it is", async () => {
    await steward.steward("/plans");
    await steward.at("Plans");
    await steward.hands.fill("Or paste the table", TABLE);
    await steward.hands.press("button", "Bring it in");
    await steward.page.getByRole("heading", { name: "What became of it" }).waitFor();
    await steward.seen(steward.page, "plans, brought in");
    await steward.steward("/listings");
    await steward.at("Ghosts");
    await steward.page.getByText("One listing in the results").waitFor();
    await steward.seen(steward.page, "ghosts");
    await steward.steward("/log");
    await steward.at("Log");
    await steward.page.getByText("A listing was let in").waitFor();
    await steward.seen(steward.page, "the steward's log");
  });

  await part("no request went to another origin, and no policy was broken", async () => {
    for (const person of world.people) {
      assert.deepEqual(person.foreign, []);
      assert.deepEqual(person.faults, []);
    }
  });
});

/** What a screen reader says of a field beside its name. */
async function described(page, id) {
  return page.locator(`#${id}`).evaluate((field) =>
    (field.getAttribute("aria-describedby") ?? "")
      .split(" ")
      .map((name) => document.getElementById(name)?.textContent ?? "")
      .join(" "),
  );
}

/** A calendar with one event tomorrow. */
function calendar() {
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10).replaceAll("-", "");
  return [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//test//EN",
    "BEGIN:VEVENT",
    "UID:one@test",
    "DTSTAMP:20260101T000000Z",
    `DTSTART:${day}T180000Z`,
    `DTEND:${day}T190000Z`,
    "SUMMARY:Dentist",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");
}

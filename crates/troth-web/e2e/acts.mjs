// What people do, in the words of the screens. Each act ends where the next can begin.
import { strict as assert } from "node:assert";
import { until } from "./world.mjs";

/** How far ahead a commitment is due at most that is marked in the same story, in milliseconds. */
const SOON = 75 * 60_000;

/** Shelves of the journal, as docs/protocol numbers them. */
export const DRAFTS = 4;
const PLACED = 3;

/** Counts what this browser keeps on a shelf of its journal; the shelf's number stands first in each key. */
export function shelf(page, number) {
  return page.evaluate(async (number) => {
    const done = (request) => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: reject }));
    const database = await done(indexedDB.open("notes"));
    const keys = await done(database.transaction("record").objectStore("record").getAllKeys());
    database.close();
    return keys.filter((key) => new Uint8Array(key)[0] === number).length;
  }, number);
}

/** The day so many days from now, as a field of a form takes it. No story of this suite ends on a certain date. */
export function dayAhead(days) {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/**
 * Waits until a turn of the page is over. A new heading takes the focus two frames after it stands, as it should; whoever
 * walks with Tab before that is called back.
 */
export async function turned(page) {
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame += 1) {
      await new Promise((resolve) => {
        requestAnimationFrame(resolve);
        // A page out of sight draws no frames.
        setTimeout(resolve, 80);
      });
    }
  });
}

/** Runs in the page: from now on its clock is ahead by so many milliseconds. */
function putForward(ahead) {
  const told = Date.now.bind(Date);
  Date.now = () => told() + ahead;
}

/** A person with a browser, and the hands they use it with. */
export class Partner {
  /** `seen(page, what)` is called on every screen that an act passes. */
  constructor(person, Hands, seen = async () => {}) {
    Object.assign(this, person);
    this.hands = new Hands(person.page);
    this.seen = seen;
  }

  /** Waits for a screen by its heading. */
  async at(heading) {
    await this.page.getByRole("heading", { level: 1, name: heading, exact: typeof heading === "string" }).waitFor();
    await turned(this.page);
    await this.seen(this.page, String(heading));
  }

  async go(path) {
    await this.page.goto(this.address + path);
  }

  /** Goes to an address as Back and Forward do, without loading the app again, and waits until its heading stands. */
  async visit(address) {
    const here = new URL(this.page.url());
    if (here.origin !== this.address) {
      await this.go(address);
      await this.unlockIfAsked();
      return;
    }
    if (here.pathname === address) return;
    await this.page.evaluate((address) => {
      for (const heading of document.querySelectorAll("h1")) heading.dataset.left = "";
      history.pushState(null, "", address);
      dispatchEvent(new PopStateEvent("popstate"));
    }, address);
    await this.page.locator("h1:not([data-left]):visible").first().waitFor();
    await turned(this.page);
  }

  /** Goes to one of the five places by the navigation, as people do once they are in. */
  async place(name) {
    await this.hands.press("link", name);
  }

  /** Makes an account, keeps the kit, rehearses it, and locks the vault. */
  async signUp({ name, login, password, pin }) {
    Object.assign(this, { login, password, pin });
    await this.go("/");
    await this.hands.press("link", "Begin");
    await this.at("Who runs this server?");
    await this.hands.choose("Someone who is neither of us");
    await this.hands.press("button", "Continue");
    await this.at("Make your account");
    await this.hands.fill("Your name", name);
    await this.hands.fill("Login", login);
    await this.hands.fill("Password", password);
    await this.hands.press("button", "Make my account");
    await this.at("Your recovery kit");
    await this.keepKit();
    await this.at("Try it once");
    await this.hands.fill("Your 24 words", this.words.join(" "));
    await this.hands.press("button", "Open with my words");
    await this.at("It opens");
    await this.hands.press("button", "Continue");
    await this.at("A lock for what is yours alone");
    await this.hands.fill("PIN or passphrase", pin);
    await this.hands.fill("Once more", pin);
    await this.hands.press("button", "Set this lock");
    await this.page.waitForURL(/\/today$/);
  }

  /** Copies the kit down, as one would on paper. */
  async keepKit() {
    const words = await this.page.getByRole("list", { name: "Your 24 words" }).getByRole("listitem").allTextContents();
    this.words = words.map((word) => word.replace(/[^a-z]/g, "")).filter(Boolean);
    assert.equal(this.words.length, 24);
    const code = this.page.locator("dt", { hasText: "Device code" }).locator("xpath=following-sibling::dd[1]");
    this.deviceCode = (await code.textContent()).trim();
    await this.hands.press("button", "I have kept it");
  }

  async unlock() {
    await this.at("Welcome back");
    await this.hands.fill("Password", this.password);
    await this.hands.press("button", "Unlock");
  }

  async signIn({ login, password, deviceCode }) {
    this.login = login;
    this.password = password;
    await this.go("/");
    await this.hands.press("link", "I have an account");
    await this.at("Sign in");
    await this.hands.fill("Login", login);
    await this.hands.fill("Password", password);
    await this.hands.fill("Device code", deviceCode);
    await this.hands.press("button", "Sign in");
    await this.page.waitForURL(/\/today$/);
  }

  /** Makes the invitation and returns its link. */
  async invite() {
    await this.go("/pair");
    await this.unlockIfAsked();
    await this.at("Invite your partner");
    await this.hands.choose("Someone who is neither of us");
    await this.hands.press("button", "Make the invitation");
    await this.at("Your invitation");
    return this.page.getByRole("textbox", { name: "Link" }).inputValue();
  }

  async accept(link, inviter) {
    await this.page.goto(link);
    await this.unlockIfAsked();
    await this.at(`${inviter} invites you`);
    await this.hands.press("button", "Yes");
    // Looking needs no key; joining does.
    const join = this.page.getByRole("button", { name: "Join", exact: true });
    const locked = this.page.getByRole("heading", { level: 1, name: "Welcome back" });
    await join.or(locked).first().waitFor();
    if (await locked.isVisible()) await this.unlock();
    await join.waitFor();
    await this.seen(this.page, "joining");
    await this.hands.press("button", "Join");
  }

  async sixWords() {
    await this.at("Six words to say aloud");
    const words = await this.page.getByRole("list", { name: "The six words" }).getByRole("listitem").allTextContents();
    return words.map((word) => word.trim());
  }

  async unlockIfAsked() {
    const asked = this.page.getByRole("heading", { level: 1, name: "Welcome back" });
    await this.page.getByRole("heading", { level: 1 }).first().waitFor();
    if (await asked.isVisible()) await this.unlock();
  }

  async ask(question) {
    await this.place("Ours");
    await this.at("Ours");
    await this.hands.press("link", "Ask something together");
    await this.at("A question for both");
    await this.hands.fill("Your question", question);
    await this.hands.press("button", "Ask both");
    await this.at(question);
  }

  /** Opens something of the record by its text, as soon as it has come. */
  async open(text) {
    await this.place("Ours");
    await this.at("Ours");
    await this.hands.press("link", text);
    await this.at(text);
  }

  async answer(text) {
    await this.hands.fill("Your answer", text);
    await this.hands.press("button", "Seal my answer");
    await this.page.getByText(/Nothing is late|Both of you have answered/).or(this.page.getByRole("region", { name: "Both answers" })).first().waitFor();
  }

  async bothAnswers() {
    const both = this.page.getByRole("region", { name: "Both answers" });
    await both.waitFor();
    await this.seen(this.page, "both answers");
    return both.textContent();
  }

  async commit(text, { day, time }) {
    await this.place("Ours");
    await this.at("Ours");
    await this.hands.press("link", "Make a commitment");
    await this.at("Make a commitment");
    await this.hands.fill("What do you commit to?", text);
    await this.hands.choose("Once");
    await this.hands.fill("Day", day);
    await this.hands.fill("Time", time);
    await this.hands.press("button", "Make this commitment");
    await this.at(text);
  }

  /** A day and time far enough ahead to be written down before it comes, with a minute that takes two strokes of one key. */
  async soon() {
    return this.page.evaluate(() => {
      const at = new Date(Date.now() + 10 * 60_000);
      at.setMinutes(at.getMinutes() <= 33 ? 33 : 93);
      const two = (number) => String(number).padStart(2, "0");
      return { day: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`, time: `${two(at.getHours())}:${two(at.getMinutes())}` };
    });
  }

  /** Puts this browser's clock forward past what was `soon`, on this screen and on those that follow. */
  async waitASoon() {
    await this.context.addInitScript(putForward, SOON);
    await this.page.evaluate(putForward, SOON);
  }

  /** Lets so many minutes pass on the clock of this page, until it is loaded again. */
  async waitMinutes(minutes) {
    await this.page.evaluate(putForward, minutes * 60_000);
  }

  /** Runs `act`, and waits until something new of the record has come to this device, and the screen has met it. */
  async hears(act) {
    const before = await shelf(this.page, PLACED);
    await act();
    await until(async () => (await shelf(this.page, PLACED)) > before, `news of the record on the device of ${this.name}`);
    await turned(this.page);
  }

  /** Makes a copy of the record and returns the file's place. */
  async takeCopy() {
    await this.visit("/settings/copy");
    const coming = this.page.waitForEvent("download");
    await this.hands.press("button", "Download the copy");
    const file = await (await coming).path();
    await this.page.getByText("The copy is in your downloads.").waitFor();
    return file;
  }

  /** Marks a commitment that is due: before, there is nothing to mark. */
  async mark(text, name) {
    await this.open(text);
    await this.hands.press("button", name);
    await this.page.getByRole("button", { name, exact: true }).first().waitFor({ state: "detached" });
    await this.seen(this.page, `marked ${name}`);
  }

  /** Opens what is one's own, where it is locked. */
  async openOwn() {
    const sign = this.page.getByRole("region", { name: "Your signs" });
    const pin = this.page.getByLabel("PIN or passphrase", { exact: true });
    await sign.or(pin).first().waitFor();
    await this.seen(this.page, "own");
    if (!(await pin.isVisible())) return;
    await this.hands.fill("PIN or passphrase", this.pin);
    await this.hands.press("button", "Open");
    await sign.waitFor();
  }

  async rate(words) {
    await this.place("Trust");
    await this.openOwn();
    const groups = await this.page.locator("fieldset:has(input[type=radio])").all();
    assert.equal(groups.length, 10);
    const names = await Promise.all(groups.map((group) => group.locator("legend").textContent()));
    for (const [index, name] of names.entries()) await this.hands.choose(words[index % words.length], name.trim());
    await this.hands.press("button", "Keep this week");
    // Only what is kept can be changed.
    await this.page.locator("summary", { hasText: "Change the ratings of this week" }).waitFor();
    await this.page.getByRole("region", { name: "Your signs" }).waitFor();
    await this.seen(this.page, "signs kept");
  }

  async shareSigns(from, to) {
    await this.hands.press("link", "Share a period");
    await this.at("Share a period");
    await this.hands.fill("From", from);
    await this.hands.fill("To", to);
    await this.hands.choose("A summary");
    const preview = this.page.getByRole("region", { name: "Exactly this moves" });
    await preview.getByText("One week was rated.").waitFor();
    await this.hands.press("button", "Share exactly this");
    await this.at("Ten signs, once a week");
    await this.page.getByRole("heading", { name: "What you showed" }).waitFor();
  }

  /** What the other showed of their signs, as this screen tells it. */
  async shownBy(name) {
    await this.place("Trust");
    await this.openOwn();
    const shown = this.page.locator("section", { has: this.page.getByRole("heading", { name: `What ${name} showed` }) }).last();
    await shown.getByText("One week was rated.").waitFor();
    return shown.innerText();
  }

  /** Checks the record here and returns the head as this screen shows it. */
  async check() {
    await this.go("/settings/check");
    await this.unlockIfAsked();
    await this.at("Check the record");
    await this.hands.press("button", "Check now");
    await this.page.getByText("The record is whole.").waitFor();
    await this.seen(this.page, "the record, checked");
    return this.head();
  }

  /** The head as this screen shows it now: the words, and how many entries they stand for. */
  async head() {
    const head = this.page.getByTestId("head");
    await head.waitFor();
    return (await head.locator("xpath=..").innerText()).trim();
  }
}

/** Checks on every screen, waits until all show the same head, and returns it. */
export async function sameHead(...partners) {
  for (const partner of partners) await partner.check();
  return until(async () => {
    const heads = await Promise.all(partners.map((partner) => partner.head()));
    return new Set(heads).size === 1 && heads[0];
  }, "the same head on every screen");
}

// What people do who look for a therapist, in the words of the screens.
import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Partner } from "./acts.mjs";
import { until } from "./world.mjs";

const run = promisify(execFile);

/** Fills a server's data with a made-up network before it starts. */
export function generated({ providers, seed }) {
  return async (data) => {
    await run(process.env.TROTH, ["network", "generate", "--providers", String(providers), "--seed", String(seed), "--data", data]);
  };
}

/** Waits until the list of a state is published. */
export function published(world, state) {
  return until(async () => {
    // Until the first edition is made the server says that it cannot answer yet.
    const answer = await fetch(`${world.address}/api/v1/shards`);
    const { shards = [] } = await answer.json();
    if (shards.some((shard) => shard.state === state)) return true;
    // An address that asks without a pause is slowed down, as it has to be.
    await setTimeout(500);
    return false;
  }, `the list of ${state}`);
}

/** Somebody who looks for a time. */
export class Seeker extends Partner {
  /** Answers the first question, after which the list is fetched. */
  async begin({ here, there, clock }) {
    await this.go("/find");
    await this.at("Where will you both be?");
    await this.answerWhere({ here, there, clock });
  }

  /** Says where both will be. */
  async answerWhere({ here, there, clock }) {
    await this.pick("You are in", here);
    if (there) await this.pick("Your partner is in", there);
    if (clock) await this.pick("The clock there", clock);
    await this.next();
    await this.at("Who takes part?");
  }

  /** Answers all questions after the first; whatever is left out does not matter to them. */
  async answerRest({ who, how, near, plan, about = [], language, times = [], gender, soon } = {}) {
    if (who) await this.hands.choose(who);
    await this.next();
    await this.at("How do you want to meet?");
    if (how) await this.hands.choose(how);
    if (near) await this.pick("Near", near);
    await this.next();
    await this.at("How is it paid?");
    if (plan) {
      await this.hands.choose("With a health plan");
      await this.pick("Your plan", plan);
    }
    await this.next();
    await this.at("What is it about?");
    for (const topic of about) await this.hands.tick(topic);
    await this.next();
    await this.at("In which language?");
    if (language) await this.pick("Language of the visit", language);
    await this.next();
    await this.at("When can you come?");
    for (const part of times) await this.hands.tick(part);
    await this.next();
    await this.at("Who would be good for you?");
    if (gender) await this.pick("They are a", gender);
    await this.next();
    await this.at("How soon?");
    if (soon) await this.hands.choose(soon);
    await this.hands.press("button", "Show who fits");
    await this.at(/fits?$|fits all of it/);
  }

  async next() {
    await this.hands.press("button", "Continue");
  }

  /** Chooses from a list by its words, with the keyboard or without. */
  async pick(label, words) {
    await this.hands.pick(label, words);
  }

  /** All times on the screen, as a screen reader names them. */
  async times() {
    const buttons = this.page.getByRole("main").locator("button.time:visible");
    await buttons.first().waitFor();
    return buttons.evaluateAll((list) => list.map((button) => button.getAttribute("aria-label")));
  }

  /** Presses one of the times. */
  async chooseTime(label) {
    await this.hands.press("button", label);
    await this.at(/^\w+ \d+ \w+, \d\d:\d\d$/);
    await this.page.getByRole("heading", { name: "What it costs" }).waitFor();
  }

  /** Waits for words on the page. */
  async says(words) {
    await this.page.getByRole("main").getByText(words).first().waitFor();
  }
}

/** Says that a list of days and times is told with its counts. */
export async function countsAreTold(page) {
  const groups = await page.getByRole("group", { name: /free times? with/ }).all();
  assert.ok(groups.length > 0, "each person's times are a group that says how many");
  for (const group of groups) {
    const lists = await group.getByRole("list").all();
    assert.ok(lists.length > 0);
    for (const list of lists) assert.match(await list.getAttribute("aria-label"), /, (one time|\d+ times)$/);
  }
}

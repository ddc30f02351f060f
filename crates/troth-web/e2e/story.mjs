// The first weeks of two people, from an empty server to a checked record. Told twice: with pointers, and with
// keyboards alone.
import { strict as assert } from "node:assert";
import { Partner, dayAhead, sameHead } from "./acts.mjs";
import { PART, within } from "./world.mjs";

/** What they write. Each is unlike anything a program would contain by itself. */
export const SPOKEN = {
  ana: { name: "Anahitza", login: "anahitza.q7", password: "vermilion-otter-harbour-41", pin: "830417" },
  ben: { name: "Bengtåke", login: "bengtake.w3", password: "cobalt-lantern-thistle-92", pin: "556203" },
  question: "Which quiet marzipan afternoon would you keep?",
  anaAnswer: "The gooseberry ferry to Ærøskøbing 🌊",
  benAnswer: "When you hummed zwölfundneunzig in the stairwell, שלום",
  commitment: "I ring the brass doorbell twice before nine",
  offline: "I bring the turquoise umbrella on Thursday",
};

/** Lives one part as a subtest. The parts stand on each other: after one that fails, none is tried. */
export async function inOrder(t, world, name, live) {
  let failed = null;
  await t.test(name, () =>
    explained(world, name, live).catch((error) => {
      failed = error;
      throw error;
    }),
  );
  if (failed !== null) throw new Error(`the rest stands on "${name}": ${failed.short}`);
}

/** Lives one part; where it fails, or does not end, the error says what each person saw. */
export async function explained(world, name, live) {
  try {
    await within(PART, `"${name}"`, live);
  } catch (error) {
    const [look, glance] = [await world.look(), await world.glance()];
    // The short of it comes last: that is where a reader of a long log begins.
    error.short = `${reason(error)}\n${glance}`;
    error.stack += `\n\n${look}\n\n${error.short}`;
    throw error;
  }
}

/** What went wrong, without the long of it. */
function reason(error) {
  return String(error?.message ?? error)
    .split("\n")
    .slice(0, 4)
    .map((line) => line.slice(0, 240))
    .join("\n");
}

/** Tells the story; `t` is a node test that takes each part as a subtest. */
export async function tell(t, world, Hands, seen) {
  const ana = new Partner(await world.person("ana"), Hands, seen);
  const ben = new Partner(await world.person("ben"), Hands, seen);
  const part = (name, live) => inOrder(t, world, name, live);

  await part("both sign up and rehearse their recovery", async () => {
    await ana.signUp(SPOKEN.ana);
    await ben.signUp(SPOKEN.ben);
  });

  await part("they pair, and the six words are the same on both screens", async () => {
    await ben.accept(await ana.invite(), SPOKEN.ana.name);
    const [spoken, heard] = [await ana.sixWords(), await ben.sixWords()];
    assert.equal(spoken.length, 6);
    assert.deepEqual(heard, spoken);
    for (const partner of [ana, ben]) await partner.hands.press("button", "They are the same");
    for (const partner of [ana, ben]) await partner.at("You are here, both");
    await ana.hands.press("link", "Go to ours");
  });

  await part("they reveal together, one of them offline in between", async () => {
    await ana.ask(SPOKEN.question);
    await ana.answer(SPOKEN.anaAnswer);
    // Her sealed answer has come to his device before he is asked.
    await ben.place("Ours");
    await ben.page.getByText(`${SPOKEN.ana.name} answered, sealed`).first().waitFor();
    assert.doesNotMatch(await ben.page.textContent("body"), /gooseberry/);
    await ben.open(SPOKEN.question);
    assert.doesNotMatch(await ben.page.textContent("body"), /gooseberry/);
    await ben.context.setOffline(true);
    await ben.answer(SPOKEN.benAnswer);
    assert.doesNotMatch(await ben.page.textContent("body"), /gooseberry/);
    assert.doesNotMatch(await ana.page.textContent("body"), /stairwell/);
    await ben.context.setOffline(false);
    for (const partner of [ana, ben]) {
      const both = await partner.bothAnswers();
      assert.ok(both.includes(SPOKEN.anaAnswer) && both.includes(SPOKEN.benAnswer));
    }
  });

  await part("a commitment is made by one and marked by both", async () => {
    await ana.commit(SPOKEN.commitment, await ana.soon());
    for (const partner of [ana, ben]) await partner.waitASoon();
    await ana.mark(SPOKEN.commitment, "Kept");
    await ben.mark(SPOKEN.commitment, "I saw it so");
    await ana.open(SPOKEN.commitment);
    await ana.page.getByText(/saw it so/i).first().waitFor();
  });

  await part("both rate their signs, and one shares a period", async () => {
    await ana.rate(["Somewhat", "Mostly", "A little"]);
    await ben.rate(["Mostly", "Fully"]);
    const today = await ana.page.evaluate(() => new Date(Date.now()).toISOString().slice(0, 10));
    await ana.shareSigns(today.slice(0, 8) + "01", today);
    await ben.shownBy(SPOKEN.ana.name);
  });

  await part("what is written without a network arrives when it is back", async () => {
    await ana.context.setOffline(true);
    await ana.commit(SPOKEN.offline, { day: dayAhead(109), time: "18:00" });
    await ana.context.setOffline(false);
    await ben.open(SPOKEN.offline);
  });

  await part("the record is intact, with the same head on both screens", async () => {
    assert.ok(await sameHead(ana, ben));
  });

  return { ana, ben };
}

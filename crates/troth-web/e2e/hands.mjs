// Two ways to use the same screens: with a pointer, and with nothing but a keyboard. Both find things the way a
// screen reader names them.
import { strict as assert } from "node:assert";

/** Clicks and types like most people. */
export class Pointer {
  constructor(page) {
    this.page = page;
  }

  async press(role, name) {
    await this.page.getByRole(role, { name, exact: true }).first().click();
  }

  async fill(name, text, group) {
    await within(this.page, group).getByLabel(name, { exact: true }).first().fill(text);
  }

  async choose(name, group) {
    await within(this.page, group).getByRole("radio", { name: beginning(name) }).check();
  }

  async tick(name, group) {
    await within(this.page, group).getByRole("checkbox", { name: beginning(name) }).check();
  }

  /** Chooses from a list by the words of the option. */
  async pick(name, words, group) {
    await within(this.page, group).getByLabel(name, { exact: true }).first().selectOption({ label: words });
  }

  async unfold(name) {
    await this.page.locator("summary", { hasText: name }).first().click();
  }
}

/** Never touches the pointer: Tab, arrows, Space, Enter and letters. */
export class Keyboard {
  constructor(page) {
    this.page = page;
  }

  async press(role, name) {
    const target = this.page.getByRole(role, { name, exact: true }).first();
    // A button that is at work takes no key; whoever cannot see that hears it.
    await target.and(this.page.locator(":not([aria-disabled=true])")).waitFor();
    await this.#walkTo(target);
    await this.page.keyboard.press("Enter");
  }

  async fill(name, text, group) {
    const field = within(this.page, group).getByLabel(name, { exact: true }).first();
    await this.#walkTo(field);
    const keys = byParts(await field.getAttribute("type"), text);
    if (keys) {
      await strike(this.page, keys);
    } else {
      await this.page.keyboard.press("ControlOrMeta+a");
      await this.page.keyboard.insertText(text);
    }
    // A field of several lines ends each of them in its own way.
    assert.equal(await field.inputValue(), text.replaceAll("\r\n", "\n"), `what stands in "${name}" after typing`);
  }

  async choose(name, group) {
    const radio = within(this.page, group).getByRole("radio", { name: beginning(name) });
    await radio.waitFor();
    const set = await radio.getAttribute("name");
    await this.#walk((element, wanted) => element?.type === "radio" && element.name === wanted, set, `the choices with "${name}"`);
    for (let step = 0; step < 12; step += 1) {
      if (await radio.evaluate((element) => element === document.activeElement)) {
        await this.page.keyboard.press("Space");
        return;
      }
      await this.page.keyboard.press("ArrowDown");
    }
    assert.fail(`the arrows never came to "${name}"`);
  }

  async tick(name, group) {
    const box = within(this.page, group).getByRole("checkbox", { name: beginning(name) });
    await this.#walkTo(box);
    if (!(await box.isChecked())) await this.page.keyboard.press("Space");
  }

  /** Types the beginning of an option, as people with keyboards do. */
  async pick(name, words, group) {
    const list = within(this.page, group).getByLabel(name, { exact: true }).first();
    await this.#walkTo(list);
    await this.page.keyboard.type(words);
    const chosen = await list.evaluate((element) => element.selectedOptions[0]?.label);
    assert.equal(chosen, words, `typing chose "${chosen}" in "${name}"`);
  }

  async unfold(name) {
    await this.#walkTo(this.page.locator("summary", { hasText: name }).first());
    await this.page.keyboard.press("Enter");
  }

  async #walkTo(target) {
    await target.waitFor();
    const passed = [];
    for (let step = 0; step < 200; step += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await this.page.keyboard.press("Tab");
      passed.push(await this.#held());
    }
    assert.fail(`Tab never came to ${target}; it came to ${passed.slice(0, 30).join(", ")}`);
  }

  async #walk(arrived, value, what) {
    for (let step = 0; step < 200; step += 1) {
      if (await this.page.evaluate(`(${arrived})(document.activeElement, ${JSON.stringify(value)})`)) return;
      await this.page.keyboard.press("Tab");
    }
    assert.fail(`Tab never came to ${what}, and stands on ${await this.#held()}`);
  }

  /** Names what has the focus. */
  #held() {
    return this.page.evaluate(() => {
      const element = document.activeElement;
      const name = element?.getAttribute("aria-label") ?? element?.labels?.[0]?.textContent ?? element?.textContent ?? "";
      return `${element?.tagName.toLowerCase()} "${name.trim().replace(/\s+/g, " ").slice(0, 40)}"`;
    });
  }
}

/**
 * Strikes keys as one movement of the hand. A date or time field takes a digit that comes a second after the one before
 * as the first of a new number, so the strokes are handed over together and say one moment, however busy the machine is.
 */
export async function strike(page, keys) {
  const hand = await page.context().newCDPSession(page);
  const timestamp = Date.now() / 1000;
  const strokes = [...keys].flatMap((key) => {
    const stroke = { ...keyOf(key), timestamp };
    return [{ ...stroke, type: stroke.text ? "keyDown" : "rawKeyDown" }, { ...stroke, text: undefined, type: "keyUp", modifiers: 0 }];
  });
  await Promise.all(strokes.map((stroke) => hand.send("Input.dispatchKeyEvent", stroke)));
  await hand.detach();
}

/** One key as the browser is told of it: a letter, a digit, or Shift. */
function keyOf(key) {
  if (key === "Shift") return { key, code: "ShiftLeft", windowsVirtualKeyCode: 16, modifiers: 8 };
  const code = /\d/.test(key) ? `Digit${key}` : `Key${key.toUpperCase()}`;
  return { key, code, windowsVirtualKeyCode: key.toUpperCase().charCodeAt(0), text: key };
}

/** The keys for a date or time field, which takes its parts one by one, as American English orders them. */
function byParts(type, text) {
  if (type === "date") {
    const [year, month, day] = text.split("-");
    return month + day + year;
  }
  if (type === "time") {
    const [hour, minute] = text.split(":").map(Number);
    const padded = (number) => String(number).padStart(2, "0");
    return padded(hour % 12 || 12) + padded(minute) + (hour < 12 ? "AM" : "PM");
  }
  return null;
}

/** A choice is named by its first words; a hint may follow them. */
function beginning(name) {
  return new RegExp(`^\\s*${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
}

function within(page, group) {
  return group === undefined ? page : page.getByRole("group", { name: group });
}

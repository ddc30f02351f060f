// A world for browser tests: one real server, a wire on which everything sent is recorded, and people with their
// own browsers. Nothing here knows the screens; see hands.mjs and story.mjs for that.
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import { setTimeout as breath } from "node:timers/promises";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  // Date fields are typed in the order of the browser's own language.
  "--lang=en-US",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A machine that is slower than this one, where somebody asks for it: see docs/testing.md. */
const SLOW = {
  // So many times slower draws and computes every page.
  cpu: Number(process.env.TROTH_SLOW_CPU ?? 1),
  // So many milliseconds longer is every way, there and back.
  wire: Number(process.env.TROTH_SLOW_WIRE ?? 0),
};

/** How long anything may take before it counts as not happening; two cores run two browsers and a server. */
export const PATIENCE = 45_000 * Math.max(1, SLOW.cpu / 2);

/** How long one part of a story may take in all before it is told where it stands. */
export const PART = 4 * PATIENCE;

/** Starts a server, the wire before it, and no people yet; `prepare(data)` may fill its folder before. */
export async function openWorld({ serve = [], prepare = async () => {} } = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "troth-e2e-"));
  const data = path.join(folder, "data");
  await mkdir(data);
  await prepare(data);
  const start = (more = []) => startServer(["serve", "--data", data, "--listen", "127.0.0.1:0", ...serve, ...more]);
  const server = await start();
  const wire = await startWire(() => world.server.port);
  const people = [];
  const world = {
    folder,
    data,
    server,
    wire,
    people,
    address: `http://127.0.0.1:${wire.port}`,
    /** Gives a person a browser of their own, with nothing in it. */
    async person(name, options = {}) {
      const profile = await mkdtemp(path.join(folder, `${name}-`));
      const person = await launch(world, name, profile, options);
      people.push(person);
      return person;
    },
    /** Stops the server, lets `change(data)` do something to its folder, and starts it again; browsers stay open. */
    async restart(change, words) {
      await world.server.stop();
      wire.cut();
      await change(data);
      world.server = await start(words);
      // Browsers are told by their machine when a network is there again.
      const pages = people.flatMap(({ context }) => context.pages());
      await Promise.all(pages.map((page) => page.evaluate(() => dispatchEvent(new Event("online")))));
    },
    /** Says what each person sees now, for a test that failed. */
    async look() {
      const seen = people.flatMap(({ name, context, faults }) =>
        context.pages().map(async (page) => {
          const screen = await page.locator("body").ariaSnapshot({ timeout: 5000 }).catch((error) => String(error));
          return `-- ${name} at ${page.url()} ${faults.join("; ")}\n${screen}`;
        }),
      );
      return (await Promise.all(seen)).join("\n\n");
    },
    /** The same in one line for each person: where they are, the heading, what is said, and what is still asked for. */
    async glance() {
      const seen = people.flatMap((person) => person.context.pages().map((page) => glanceAt(person, page)));
      return (await Promise.all(seen)).join("\n");
    },
    async close() {
      for (const person of people) await person.context.close().catch(() => {});
      await wire.close();
      await world.server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return world;
}

/** Says in one line what stands on a page. */
async function glanceAt({ name, faults, pending }, page) {
  const said = await page
    .locator("h1:visible, [role=alert]:visible, [role=status]:visible")
    .allInnerTexts()
    .catch((error) => [String(error).split("\n")[0]]);
  const words = said.map((text) => text.trim().replace(/\s+/g, " ").slice(0, 120)).filter(Boolean);
  const asked = [...pending].map((request) => new URL(request.url()).pathname);
  const open = asked.length > 0 ? `; waits for ${asked.join(", ")}` : "";
  return `${name} at ${new URL(page.url(), "http://nowhere").pathname}: ${words.join(" | ") || "nothing"}${open}${faults.map((fault) => `; fault: ${fault}`).join("")}`;
}

/** Starts the server binary and waits for the line that says where it listens. */
async function startServer(words) {
  const child = spawn(process.env.TROTH, words, { stdio: ["ignore", "pipe", "pipe"] });
  const log = [];
  const heard = new Promise((resolve, reject) => {
    let text = "";
    const listen = (chunk) => {
      log.push(chunk);
      text += chunk.toString();
      const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${text}`)));
  });
  const port = await heard;
  return {
    port,
    pid: child.pid,
    /** Everything the server has printed. */
    log: () => Buffer.concat(log),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      // A server that does not end is a fault of its own, and must not hold up everything after it.
      const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
      const [, signal] = await gone;
      clearTimeout(late);
      if (signal === "SIGKILL") throw new Error("the server did not end when it was asked to");
    },
  };
}

/** Stands before the server and keeps every byte that passes, both ways. `target()` is the server's port. */
async function startWire(target) {
  const passed = [];
  const asked = [];
  const sockets = new Set();
  const later = SLOW.wire > 0 ? (act) => setTimeout(act, SLOW.wire) : (act) => act();
  const wire = net.createServer((near) => {
    const far = net.connect(target(), "127.0.0.1");
    near.on("data", (chunk) => asked.push([near, chunk]));
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.setNoDelay(true);
      from.on("data", (chunk) => {
        passed.push(chunk);
        later(() => to.write(chunk));
      });
      from.on("end", () => later(() => to.end()));
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  wire.listen(0, "127.0.0.1");
  await once(wire, "listening");
  return {
    port: wire.address().port,
    passed: () => Buffer.concat(passed),
    /** Where the record of what was sent to the server stands now. */
    mark: () => asked.length,
    /** Each request sent to the server since a mark, head and body, in the order in which they began. */
    requests(mark) {
      const requests = [];
      const open = new Map();
      for (const [socket, chunk] of asked.slice(mark)) {
        // Which of its open lines a browser takes for a request is its own affair; when it begins is not.
        for (const piece of chunk.toString("latin1").split(/(?=(?:GET|POST|PUT|DELETE|HEAD) \/\S* HTTP\/1\.1\r\n)/)) {
          const begins = /^(?:GET|POST|PUT|DELETE|HEAD) \/\S* HTTP\/1\.1\r\n/.test(piece);
          if (!begins && open.has(socket)) requests[open.get(socket)] += piece;
          else open.set(socket, requests.push(piece) - 1);
        }
      }
      return requests;
    },
    /** Cuts every line that is open now; a browser opens new ones when it needs them. */
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      const closed = once(wire, "close");
      wire.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Opens a browser on a profile folder. */
export async function openBrowser(profile, options = {}) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM,
    headless: true,
    args: FLAGS,
    viewport: { width: 1280, height: 900 },
    // Nothing here judges smoothness. A flag of the browser would be overruled by what is said, or left out, here.
    reducedMotion: "reduce",
    // Wherever the machine stands, its clocks do not change in the middle of a story.
    timezoneId: "UTC",
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  if (SLOW.cpu > 1) {
    const slow = async (page) => {
      const session = await context.newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOW.cpu });
    };
    // A page that is closed again at once needs no brake.
    context.on("page", (page) => slow(page).catch(() => {}));
    for (const page of context.pages()) await slow(page);
  }
  return context;
}

/** Gives a person their browser, and watches what it asks for and complains of. */
async function launch(world, name, profile, options) {
  const context = await openBrowser(profile, options);
  const foreign = [];
  const faults = [];
  const pending = new Set();
  context.on("requestfinished", (request) => pending.delete(request));
  context.on("requestfailed", (request) => pending.delete(request));
  context.on("request", (request) => {
    pending.add(request);
    const address = new URL(request.url());
    const own = address.origin === world.address || ["data:", "blob:", "about:"].includes(address.protocol);
    if (!own) foreign.push(request.url());
  });
  const watch = (page) => {
    page.on("websocket", (socket) => {
      if (!socket.url().startsWith(world.address.replace("http:", "ws:"))) foreign.push(socket.url());
    });
    page.on("pageerror", (error) => faults.push(String(error)));
    page.on("console", (line) => {
      const text = line.text();
      if (line.type() === "error" && !/ERR_INTERNET_DISCONNECTED|Failed to load resource|WebSocket connection/.test(text)) faults.push(text);
    });
  };
  context.on("page", watch);
  const page = context.pages()[0] ?? (await context.newPage());
  watch(page);
  return { name, context, page, foreign, faults, pending, address: world.address };
}

/** Waits until the app is on the device, with no request under way: what is sent from then on was asked for by an act. */
export async function quiet({ page, pending }) {
  // Asked by `evaluate`: to `waitForFunction` the promise itself would be an answer.
  const isThere = async () => (await navigator.serviceWorker.getRegistration())?.active?.state === "activated";
  await until(() => page.evaluate(isThere), "the app to be on the device");
  await until(() => pending.size === 0, "every request to be answered");
}

/** Waits until a page shows a screen of its own. Only what can be seen counts: the page also carries hidden words, such as the loading line. */
export async function drawn(page) {
  await page.waitForFunction(() => {
    const words = document.querySelector("main")?.innerText ?? "";
    return document.querySelector("main h1") !== null && !/Welcome back|Asking the server|Opening/.test(words);
  });
}

/** Asks again and again until the answer is not falsy, or patience ends. */
export async function until(question, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    // A breath between two looks leaves the machine to what is waited for.
    await breath(20);
  }
}

/** Lives `act`, or says that it did not end. */
export async function within(patience, what, act) {
  let bell;
  const late = new Promise((_, reject) => {
    bell = setTimeout(() => reject(new Error(`${what} did not end within ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([act(), late]);
  } finally {
    clearTimeout(bell);
  }
}

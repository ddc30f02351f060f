// A world for browser tests: one real server, a wire on which everything sent is recorded, and people with their
// own browsers. Nothing here knows the screens; see hands.mjs and story.mjs for that.
import { spawn } from "node:child_process";
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
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

/** How long anything may take before it counts as not happening; two cores run two browsers and a server. */
export const PATIENCE = 45_000;

/** Starts a server, the wire before it, and no people yet; `prepare(data)` may fill its folder before. */
export async function openWorld({ serve = [], prepare = async () => {} } = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "troth-e2e-"));
  const data = path.join(folder, "data");
  await mkdir(data);
  await prepare(data);
  const server = await startServer(["serve", "--data", data, "--listen", "127.0.0.1:0", ...serve]);
  const wire = await startWire(server.port);
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
    async close() {
      for (const person of people) await person.context.close().catch(() => {});
      await wire.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return world;
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
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** Stands before the server and keeps every byte that passes, both ways. */
async function startWire(target) {
  const passed = [];
  const asked = [];
  const sockets = new Set();
  const wire = net.createServer((near) => {
    const far = net.connect(target, "127.0.0.1");
    near.on("data", (chunk) => asked.push([near, chunk]));
    for (const [from, to] of [[near, far], [far, near]]) {
      sockets.add(from);
      from.on("data", (chunk) => {
        passed.push(chunk);
        to.write(chunk);
      });
      from.on("end", () => to.end());
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
      const streams = new Map();
      for (const [socket, chunk] of asked.slice(mark)) {
        streams.set(socket, Buffer.concat([streams.get(socket) ?? Buffer.alloc(0), chunk]));
      }
      return [...streams.values()].flatMap((bytes) => bytes.toString("latin1").split(/(?=(?:GET|POST|PUT|DELETE|HEAD) \/\S* HTTP\/1\.1\r\n)/));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      wire.close();
      await once(wire, "close");
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
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  return context;
}

/** Gives a person their browser, and watches what it asks for and complains of. */
async function launch(world, name, profile, options) {
  const context = await openBrowser(profile, options);
  const foreign = [];
  const faults = [];
  context.on("request", (request) => {
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
  return { name, context, page, foreign, faults, address: world.address };
}

/** Asks again and again until the answer is not falsy, or patience ends. */
export async function until(question, what, patience = PATIENCE) {
  const end = Date.now() + patience;
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

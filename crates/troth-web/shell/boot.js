// Starts the app. The only script of ours that is not compiled from Rust, besides the service worker.
//
// A person who is new here gets the first screen from the page itself: it is read, left and followed without the app.
// The service worker fetches the app meanwhile, and the first step starts it. Anyone else gets it at once (ADR 22).

// Trusted Types: the app builds its screens from fixed templates. Anything that could run code is refused,
// and the only script address that may ever be registered is our own service worker.
const runs = /<\s*(script|iframe|object|embed|base|meta|link)\b|\son[a-z]+\s*=|javascript:/i;
if (window.trustedTypes?.createPolicy) {
  window.trustedTypes.createPolicy("default", {
    createHTML(text) {
      if (runs.test(text)) throw new TypeError("refused markup");
      return text;
    },
    createScriptURL(address) {
      if (address !== "/sw.js") throw new TypeError("refused script address");
      return address;
    },
  });
}

const first = document.getElementById("first");
const welcome = document.getElementById("welcome");
const loading = document.getElementById("loading");
const told = document.getElementById("told");

// What the first screen's controls do until the app takes over; the app does the same (leave.rs).
const ended = new AbortController();
const until = { signal: ended.signal };
let presses = [];
let combined = false;

function leave() {
  const cover = document.createElement("div");
  cover.className = "cover";
  document.body.append(cover);
  document.title = "Kitchen units";
  try {
    sessionStorage.clear();
  } catch {
    // Where the browser keeps nothing there is nothing to forget.
  }
  location.replace("/away.html");
}

function press(event) {
  if (event.target.closest("[data-exit]")) return leave();
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[href]");
  if (!link) return;
  event.preventDefault();
  const path = link.getAttribute("href");
  if (path === "#page") return document.querySelector("#welcome:not([hidden]) h1, #page")?.focus();
  history.pushState(null, "", path);
  start();
}

function down(event) {
  if (event.key === "Shift") return;
  combined = event.shiftKey;
  presses = [];
}

function up(event) {
  if (event.key !== "Shift") return;
  // Shift used to type a capital letter is not a wish to leave.
  const typed = combined;
  combined = false;
  if (typed) return;
  const now = Date.now();
  presses = [...presses.filter((at) => now - at < 5000), now];
  told.textContent = ["{{t:exit-one-more}}", "{{t:exit-last}}", "{{t:exit-gone}}"][Math.min(presses.length, 3) - 1];
  if (presses.length > 2) leave();
}

first.addEventListener("click", press, until);
first.addEventListener("pointerdown", (event) => event.target.closest("a[href^='/']") && fetched().catch(forget), until);
addEventListener("keydown", down, until);
addEventListener("keyup", up, until);

let parts;
/** Fetches the app and has it compiled. */
function fetched() {
  parts ??= Promise.all([import("{{glue}}"), WebAssembly.compileStreaming(fetch("{{wasm}}"))]);
  return parts;
}

/** Lets the next step try again. */
function forget() {
  parts = undefined;
}

let started = false;
/** Lets the app take over. */
async function start() {
  if (started) return;
  started = true;
  welcome.hidden = true;
  loading.hidden = false;
  try {
    const [glue, module] = await fetched();
    // The app draws the same page: what stands here goes in the same moment.
    ended.abort();
    first.remove();
    await glue.default({ module_or_path: module });
  } catch (error) {
    // Another step tries again.
    started = false;
    forget();
    loading.textContent = "This browser could not open the app. Nothing is lost. A current version of Firefox, Chrome, Edge or Safari opens it.";
    if (!first.isConnected) document.body.prepend(first);
    throw error;
  }
}

/** Whether someone who opens this address sees the first screen: nothing of the app was ever kept here. */
async function isNew() {
  if (location.pathname !== "/") return false;
  try {
    return !(await indexedDB.databases()).some(({ name }) => name === "notes");
  } catch {
    return false;
  }
}

/** Waits until the page has been drawn and the device has nothing better to do. */
function idle() {
  return new Promise((done) => {
    const soon = () => (window.requestIdleCallback ? requestIdleCallback(done, { timeout: 2000 }) : setTimeout(done, 200));
    if (document.readyState === "complete") soon();
    else addEventListener("load", soon, { once: true });
  });
}

if (await isNew()) {
  welcome.hidden = false;
  addEventListener("popstate", start, until);
  await idle();
} else {
  await start();
}

if ("serviceWorker" in navigator) {
  if ("{{offline}}" === "yes") {
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {
      // Without a service worker the app works as long as the server is reachable.
    });
  } else {
    for (const old of await navigator.serviceWorker.getRegistrations()) await old.unregister();
  }
}

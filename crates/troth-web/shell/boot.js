// Starts the app. The only script of ours that is not compiled from Rust, besides the service worker.
import init from "{{glue}}";

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

const loading = document.getElementById("loading");
try {
  await init({ module_or_path: fetch("{{wasm}}") });
  loading?.remove();
} catch (error) {
  if (loading) loading.textContent = "This browser could not open the app. Nothing is lost. A current version of Firefox, Chrome, Edge or Safari opens it.";
  throw error;
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

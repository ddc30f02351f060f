// Looks for known words in whatever a server holds, says or is sent, in every coating they are likely to wear.
import { readFile, readdir, open } from "node:fs/promises";
import path from "node:path";

/** Names each place and word that were found together: `[place, word, coating]`. */
export function leaks(places, words) {
  const found = [];
  for (const word of words) {
    for (const [coating, needle] of coatings(word)) {
      for (const [place, bytes] of places) if (bytes.includes(needle)) found.push([place, word, coating]);
    }
  }
  return found;
}

/** A word as it would look in other encodings; base64 depends on where in a text the word begins. */
function coatings(word) {
  const plain = Buffer.from(word);
  const list = [
    ["plain", plain],
    ["utf-16", Buffer.from(word, "utf16le")],
    ["hex", Buffer.from(plain.toString("hex"))],
    ["percent", Buffer.from(encodeURIComponent(word))],
  ];
  for (const skip of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(skip), plain]).toString("base64");
    // The first and last groups hold neighbours' bits.
    const core = shifted.slice(skip === 0 ? 0 : 4, shifted.length - 4);
    list.push([`base64+${skip}`, Buffer.from(core)]);
    list.push([`base64url+${skip}`, Buffer.from(core.replaceAll("+", "-").replaceAll("/", "_"))]);
  }
  return list.filter(([, needle]) => needle.length >= 6);
}

/** Reads every file below a folder. */
export async function filesOf(folder) {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile()).map((name) => path.join(name.parentPath ?? name.path, name.name));
  return Promise.all(files.map(async (file) => [path.relative(folder, file), await readFile(file)]));
}

/** Reads the writable memory of a process, piece by piece; what cannot be read (devices) is passed over. */
export async function memoryOf(pid) {
  const maps = (await readFile(`/proc/${pid}/maps`, "utf8")).trim().split("\n");
  const memory = await open(`/proc/${pid}/mem`, "r");
  const pieces = [];
  try {
    for (const line of maps) {
      const [range, rights] = line.split(" ");
      if (!rights.startsWith("rw")) continue;
      const [from, to] = range.split("-").map((bound) => Number.parseInt(bound, 16));
      const bytes = Buffer.alloc(to - from);
      try {
        const { bytesRead } = await memory.read(bytes, 0, bytes.length, from);
        pieces.push([`memory ${range}`, bytes.subarray(0, bytesRead)]);
      } catch (error) {
        if (!["EIO", "EFAULT"].includes(error.code)) throw error;
      }
    }
  } finally {
    await memory.close();
  }
  if (pieces.length === 0) throw new Error("no memory could be read");
  return pieces;
}

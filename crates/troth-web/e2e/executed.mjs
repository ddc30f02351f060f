// Which browser tests ran and passed, one a line: the file, a tab, the title. `cargo xtask claims` reads it.
import path from "node:path";

export default async function* executed(events) {
  for await (const { type, data } of events) {
    if (type !== "test:pass" || data.skip !== undefined || data.todo !== undefined) continue;
    yield `${path.basename(data.file ?? "")}\t${data.name.replace(/\s+/g, " ")}\n`;
  }
}

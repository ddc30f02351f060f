// What a run of the browser tests says: each part when it ends; then each file in one line; the short reasons last, so
// that the end of a long log is enough to know what happened.
import path from "node:path";

/** The reason in a few lines: what the error itself calls short, or its message. */
const short = (error) => String(error?.short ?? error?.message ?? error).split("\n").slice(0, 14).join("\n");
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

export default async function* report(events) {
  const files = new Map();
  const failures = [];
  // Parts are told before the test that they belong to, and may stand in a file that several stories share.
  let parts = { passed: 0, failed: 0 };
  for await (const { type, data } of events) {
    if (type === "test:stdout" || type === "test:stderr") yield data.message;
    if (type !== "test:pass" && type !== "test:fail") continue;
    const passed = type === "test:pass";
    parts[passed ? "passed" : "failed"] += 1;
    if (data.nesting === 0) {
      const file = path.basename(data.file ?? data.name);
      const told = files.get(file) ?? { passed: 0, failed: 0, milliseconds: 0 };
      told.passed += parts.passed;
      told.failed += parts.failed;
      told.milliseconds += data.details.duration_ms;
      files.set(file, told);
      parts = { passed: 0, failed: 0 };
    }
    const mark = `${"  ".repeat(data.nesting)}${passed ? "✔" : "✖"} ${data.name} (${seconds(data.details.duration_ms)})\n`;
    yield mark;
    if (passed) continue;
    const error = data.details.error?.cause ?? data.details.error;
    const words = String(error?.stack ?? error);
    if (data.details.error?.failureType !== "subtestsFailed") {
      yield `${words.replace(/^/gm, "    ")}\n`;
      failures.push(`✖ ${data.name}\n${short(error).replace(/^/gm, "    ")}\n`);
    }
  }
  yield "\n";
  for (const [file, { passed, failed, milliseconds }] of files) {
    yield `${failed === 0 ? "✔" : "✖"} ${file}: ${passed} passed, ${failed} failed, ${seconds(milliseconds)}\n`;
  }
  if (failures.length > 0) yield `\nwhat failed:\n${failures.join("\n")}`;
}

// Lighthouse on the first screen, as a mid-range phone would load it; prints its four scores.
import { spawn } from "node:child_process";
import { readFile, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import { openWorld } from "./world.mjs";

const world = await openWorld();
const folder = await mkdtemp(path.join(os.tmpdir(), "troth-lighthouse-"));
try {
  const report = path.join(folder, "report.json");
  const run = spawn(
    process.execPath,
    [
      path.join(process.argv[2], "lighthouse/cli/index.js"),
      world.address,
      "--quiet",
      "--output=json",
      `--output-path=${report}`,
      "--chrome-flags=--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking",
    ],
    { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM }, stdio: ["ignore", "inherit", "inherit"] },
  );
  const [code] = await once(run, "exit");
  if (code !== 0) throw new Error(`lighthouse ended with ${code}`);
  const { categories, audits } = JSON.parse(await readFile(report, "utf8"));
  for (const { title, score } of Object.values(categories)) console.log(`lighthouse, ${title}: ${Math.round(score * 100)}`);
  for (const id of ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "interactive"]) {
    if (audits[id]) console.log(`  ${audits[id].title}: ${audits[id].displayValue}`);
  }
  const weak = Object.values(audits).filter(({ score, scoreDisplayMode }) => score !== null && score < 0.9 && scoreDisplayMode !== "informative");
  for (const { title, displayValue } of weak) console.log(`  below: ${title} ${displayValue ?? ""}`);
} finally {
  await rm(folder, { recursive: true, force: true });
  await world.close();
}

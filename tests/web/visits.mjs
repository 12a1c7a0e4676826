// How long it takes until a program of a site prints something, at a first visit and at
// later ones, in Chromium; and what Chromium keeps of its module. Run by hand:
//
//   node tests/web/visits.mjs [ELF] [ROUNDS]
//
// A round begins with a browser that has never been started. Visits come one after the
// other; once more when the browser has gone idle, by when it has compiled better; and once
// more with the same profile in a browser that was started anew. Before each, all is quiet.
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { launch, processes } from "./browser.mjs";
import { busybox, pack, serveSite } from "./sites.mjs";

const elf = process.argv[2] ?? busybox;
const rounds = Number(process.argv[3] ?? 5);
const work = fs.mkdtempSync(join(tmpdir(), "rv2wat-visits-"));

const sleep = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

// Waits until the browser has used next to no processor for a second.
async function quiet() {
  const started = Date.now();
  // In hundredths of a second.
  const used = () => processes().reduce((sum, { ticks }) => sum + ticks, 0);
  for (let calm = 0, before = used(); calm < 4; ) {
    await sleep(250);
    const now = used();
    calm = now - before <= 1 ? calm + 1 : 0;
    before = now;
    if (Date.now() - started > 120_000) throw new Error("the browser does not go idle");
  }
}

// Milliseconds from the start of a visit until the terminal shows something.
async function visit(browser, url) {
  const page = await browser.newPage();
  await page.addInitScript(() => {
    const look = () => {
      const rows = document.querySelector(".xterm-rows");
      if (rows?.textContent.trim()) globalThis.shown = performance.now();
      else requestAnimationFrame(look);
    };
    look();
  });
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.shown !== undefined, undefined, { timeout: 60_000 });
  const shown = await page.evaluate(() => globalThis.shown);
  return { page, shown };
}

// What is in the browser's cache of compiled code: modules by name, and sizes in bytes. A
// module's entry may point to another one, which goes by a hash.
function codeCache(profile) {
  const folder = join(profile, "Default/Code Cache/wasm");
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder).filter((name) => /^[0-9a-f]{16}_[0-9s]$/.test(name));
  return entries.map((entry) => {
    const bytes = fs.readFileSync(join(folder, entry), "latin1");
    const [name] = /[^/]*\.wasm/.exec(bytes.slice(0, 400)) ?? ["(by hash)"];
    return `${name} ${bytes.length}`;
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const range = (numbers) => `${Math.round(Math.min(...numbers))}–${Math.round(Math.max(...numbers))}`;

try {
  for (const options of [[], ["--precompress"]]) {
    const site = pack(join(work, `site${options.length}`), elf, ...options);
    const times = { first: [], second: [], idle: [], anew: [] };
    let kept = [];
    const server = await serveSite(site);
    for (let round = 0; round < rounds; round++) {
      const profile = join(work, `profile${options.length}-${round}`);
      const browse = async (...names) => {
        const browser = await launch(profile);
        await quiet();
        for (const name of names) {
          const { page, shown } = await visit(browser, server.url);
          times[name].push(shown);
          // The tab stays as long as its module may be compiled better.
          if (name !== "first") await quiet();
          else if (names.includes("second")) await sleep(100);
          await page.close();
          if (name === "second") await quiet();
        }
        await browser.close();
      };
      await browse("first", "second", "idle");
      kept = codeCache(profile);
      await browse("anew");
    }
    server.close();
    console.log(`${basename(elf)} ${options.join(" ")}: median of ${rounds}, least and most, in ms`);
    for (const [name, all] of Object.entries(times)) {
      console.log(`  ${name.padEnd(8)}${Math.round(median(all))} (${range(all)})`);
    }
    console.log(`  Chromium keeps compiled code: ${kept.join(", ") || "none"}`);
  }
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

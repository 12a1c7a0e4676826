// Runs modules in Chromium, each in a page and a worker of its own, for the columns of
// that name. A browser is started at the first request and stays, unless it dies. Each line of standard input is a request, and
// is answered by one line:
//
//   { "module": FILE, "args": [...] }                    for WASI: C straight to Wasm
//   { "module": FILE, "program": FILE, "args": [...] }   a translation and its ELF file
//   { }                                                  is the browser there?
//
//   { "output": TEXT }   what it wrote to standard output; its status was 0
//   { "error": TEXT }    why there is none
//
// It ends when standard input does. RV2WAT_WEB_WASM and RV2WAT_TRANSLATOR_WASM are the
// modules of the host, which translations need.
//
// Must never know a kernel.
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { browse } from "../tests/web/browser.mjs";
import { serveFolder } from "../tests/web/server.mjs";

/**
 * @typedef {{ module?: string, program?: string, args?: string[] }} Request
 * @typedef {{ status: number, output: string, errors: string }} Ran
 */

// Shorter than the time that is waited for an answer.
const LIMIT = 120_000;

const source = new URL("..", import.meta.url).pathname;
const folder = fs.mkdtempSync(join(tmpdir(), "rv2wat-bench-"));

// What lies in the folder is a link: pages see files where they are.
/** @param {string} from @param {string} name */
const show = (from, name) => fs.symlinkSync(fs.realpathSync(from), join(folder, name));

function prepare() {
  for (const name of fs.readdirSync(join(source, "bench/page"))) show(join(source, "bench/page", name), name);
  fs.mkdirSync(join(folder, "modules"));
  fs.mkdirSync(join(folder, "rv2wat"));
  for (const name of fs.readdirSync(join(source, "web"))) {
    if (name.endsWith(".mjs")) show(join(source, "web", name), join("rv2wat", name));
  }
  for (const name of ["web", "translator"]) {
    const file = process.env[`RV2WAT_${name.toUpperCase()}_WASM`];
    if (file && fs.existsSync(file)) show(file, join("rv2wat", `rv2wat_${name}.wasm`));
  }
}

let runs = 0;

/** @type {import("playwright-core").Browser | undefined} */
let browser;

async function opened() {
  if (!browser?.isConnected()) browser = await browse();
  return browser;
}

// A browser that does not answer may not close either.
/** @param {Promise<void> | undefined} closing */
const given = (closing) => Promise.race([closing?.catch(() => {}), new Promise((go) => setTimeout(go, 5000).unref())]);

// One run as by somebody who comes for the first time: what the browser has compiled and
// kept belongs to a context, and each has a process of its own.
/** @param {string} url @param {Request} request */
async function run(url, { module, program, args = [] }) {
  const browser = await opened();
  if (module === undefined) return "";
  // Names that are used once, so that nothing is taken for what was there before.
  const name = `modules/${runs++}`;
  show(module, `${name}.wasm`);
  if (program !== undefined) show(program, `${name}.elf`);
  const context = await browser.newContext();
  /** @type {string[]} */
  const said = [];
  try {
    const page = await context.newPage();
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("crash", () => said.push("the page crashed"));
    await page.goto(`${url}index.html`);
    const job = { module: `${name}.wasm`, program: program && `${name}.elf`, args };
    // What runs here is in the page.
    const ran = page.evaluate(async (job) => (await import(new URL("page.mjs", location.href).href)).run(job), job);
    const { status, output, errors } = /** @type {Ran} */ (await ran);
    const last = errors.trimEnd().split("\n").at(-1);
    if (status !== 0) throw new Error(`status ${status}: ${last || "no message"}`);
    return output;
  } catch (error) {
    // Playwright's messages go on with all that the browser has logged.
    const [first] = /** @type {Error} */ (error).message.split("\n");
    throw new Error([first, ...said].join("; "));
  } finally {
    await given(context.close());
  }
}

/** @template T @param {Promise<T>} promise @returns {Promise<T>} */
async function limited(promise) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const over = new Promise((_, reject) => {
    timer = setTimeout(() => {
      // Another one is started for the next run.
      browser?.close().catch(() => {});
      browser = undefined;
      reject(new Error(`no end after ${LIMIT / 1000} s`));
    }, LIMIT);
  });
  try {
    return /** @type {T} */ (await Promise.race([promise, over]));
  } finally {
    clearTimeout(timer);
  }
}

/** @type {{ url: string, close: () => void } | undefined} */
let server;
try {
  prepare();
  server = await serveFolder(folder);
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      answer = { output: await limited(run(server.url, JSON.parse(line))) };
    } catch (error) {
      answer = { error: /** @type {Error} */ (error).message.split("\n")[0] };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
} finally {
  await given(browser?.close());
  server?.close();
  fs.rmSync(folder, { recursive: true, force: true });
}

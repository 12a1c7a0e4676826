// Runs a translated program under Node:
//
//   node node.mjs [OPTIONS] MODULE.wasm PROGRAM.elf [ARGUMENTS...]
//
//   --env NAME=VALUE   a variable of the program's environment, which is empty otherwise
//   --dir HOST[::GUEST]  a directory that the program sees, at the same path or another
//   --stats            what happened, as JSON on standard error
//   --force-exit N     leave at every N-th call, in a module made for it
//   --hot-after N      translate what interpreted code has come to so often; 1000 if not
//                      given, 0 never
//   --interpret        enter nothing that was translated beforehand
//
// rv2wat_web.wasm is found by RV2WAT_WEB_WASM, or lies beside this file; so is
// rv2wat_translator.wasm, by RV2WAT_TRANSLATOR_WASM. Without the latter nothing is
// translated while the program runs.
import { existsSync, readFileSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, workerData, Worker } from "node:worker_threads";
import { HostError, run } from "./host.mjs";
import { mountable, openRoot } from "./node-files.mjs";
import { described, directory, ENGINE_STACK, nodeWorld, STACK_BUDGET } from "./node-world.mjs";

/** @param {string} why @returns {never} */
function usage(why) {
  console.error(`rv2wat: ${why}`);
  console.error("usage: node node.mjs [--env NAME=VALUE] [--dir HOST[::GUEST]] [--stats] [--force-exit N] [--hot-after N] [--interpret] MODULE.wasm PROGRAM.elf [ARGUMENTS...]");
  process.exit(2);
}

// A directory that the program is to see.
/** @param {string} word */
function mounted(word) {
  const { host, path } = directory(word);
  if (!path.startsWith("/")) usage(`--dir ${word}: the guest's path must be absolute (HOST::/GUEST)`);
  const why = mountable();
  if (why !== undefined) usage(`--dir ${word}: ${why}`);
  return { host, path };
}

/** @param {string} name @param {string} word */
function number(name, word) {
  const value = Number(word);
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) usage(`${name} wants a number`);
  return value;
}

/** @param {string[]} words */
function options(words) {
  const found = {
    env: /** @type {string[]} */ ([]),
    dirs: /** @type {{ host: string, path: string }[]} */ ([]),
    stats: false,
    forceExit: 0,
    hotAfter: /** @type {number | undefined} */ (undefined),
    interpret: false,
    module: "",
    program: "",
    args: /** @type {string[]} */ ([]),
  };
  while (words[0]?.startsWith("--")) {
    const [name, joined] = (words.shift() ?? "").split(/=(.*)/s);
    const value = () => joined ?? words.shift() ?? usage(`${name} wants a value`);
    switch (name) {
      case "--env":
        found.env.push(value());
        break;
      case "--dir":
        found.dirs.push(mounted(value()));
        break;
      case "--stats":
        found.stats = true;
        break;
      case "--force-exit":
        found.forceExit = number(name, value());
        break;
      case "--hot-after":
        found.hotAfter = number(name, value());
        break;
      case "--interpret":
        found.interpret = true;
        break;
      default:
        usage(`unknown option ${name}`);
    }
  }
  if (words.length < 2) usage("a module and a program are wanted");
  [found.module, found.program] = words;
  found.args = words.slice(1);
  return found;
}

/** @typedef {ReturnType<typeof options>} Found */

// Where one of our modules is: where a variable says, or beside this file.
/** @param {string} variable @param {string} name */
const ours = (variable, name) => process.env[variable] ?? fileURLToPath(new URL(name, import.meta.url));

/** @param {Found} found */
function main(found) {
  const translator = ours("RV2WAT_TRANSLATOR_WASM", "rv2wat_translator.wasm");
  const translates = found.hotAfter !== 0 && existsSync(translator);
  const absent = `there is no ${translator}: nothing is translated while the program runs`;
  if ((found.hotAfter ?? 0) > 0 && !translates) writeSync(2, `rv2wat: ${absent}\n`);
  /** @param {string} path */
  const compiled = (path) => new WebAssembly.Module(readFileSync(path));
  try {
    const { status, stats } = run({
      web: compiled(ours("RV2WAT_WEB_WASM", "rv2wat_web.wasm")),
      module: compiled(found.module),
      program: readFileSync(found.program),
      path: `/bin/${basename(found.program)}`,
      args: found.args,
      env: found.env,
      mounts: found.dirs.map(({ host, path }) => ({ handle: openRoot(host), path })),
      world: nodeWorld(basename(found.program)),
      stackBudget: STACK_BUDGET,
      forceExit: found.forceExit,
      translator: translates ? () => compiled(translator) : undefined,
      hotAfter: found.hotAfter,
      interpret: found.interpret,
    });
    if (found.hotAfter !== 0 && !translates) stats.made = { why: absent };
    if (found.stats) writeSync(2, `${JSON.stringify(stats)}\n`);
    process.exit(status);
  } catch (error) {
    const why = described(error, error instanceof HostError);
    writeSync(2, `rv2wat: ${basename(found.program)}: ${why}\n`);
    process.exit(1);
  }
}

if (isMainThread) {
  // A thread has as large a stack as one asks for; the first one has not.
  const found = options(process.argv.slice(2));
  const resourceLimits = { stackSizeMb: ENGINE_STACK };
  const worker = new Worker(new URL(import.meta.url), { workerData: found, resourceLimits });
  worker.on("error", (error) => {
    console.error(`rv2wat: ${described(error, false)}`);
    process.exitCode = 1;
  });
  worker.on("exit", (status) => {
    process.exitCode ??= status;
  });
} else {
  main(workerData);
}

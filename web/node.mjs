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
import { existsSync, readFileSync, readSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { isatty } from "node:tty";
import { isMainThread, workerData, Worker } from "node:worker_threads";
import { HostError, run } from "./host.mjs";
import { files, mountable, openRoot } from "./node-files.mjs";

// The engine's stack, in MiB, and the guest stack that recursion may take on it, in
// bytes: more than a guest has. Its smallest frame takes 16 bytes, and a frame of
// the engine seldom more than 400.
const ENGINE_STACK = 512;
const STACK_BUDGET = 16 << 20;

const EAGAIN = 11;
const EIO = 5;
const MILLISECOND = 1e6;

function usage(why) {
  console.error(`rv2wat: ${why}`);
  console.error("usage: node node.mjs [--env NAME=VALUE] [--dir HOST[::GUEST]] [--stats] [--force-exit N] [--hot-after N] [--interpret] MODULE.wasm PROGRAM.elf [ARGUMENTS...]");
  process.exit(2);
}

// The two paths of HOST[::GUEST].
function directory(word) {
  const [host, path = host] = word.split(/::(.*)/s);
  if (!path.startsWith("/")) usage(`--dir ${word}: the guest's path must be absolute (HOST::/GUEST)`);
  const why = mountable();
  if (why !== undefined) usage(`--dir ${word}: ${why}`);
  return { host, path };
}

function number(name, word) {
  const value = Number(word);
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** 32) usage(`${name} wants a number`);
  return value;
}

function options(words) {
  const found = { env: [], dirs: [], stats: false, forceExit: 0, hotAfter: undefined, interpret: false };
  while (words.length > 0 && words[0].startsWith("--")) {
    const [name, joined] = words.shift().split(/=(.*)/s);
    const value = () => joined ?? words.shift() ?? usage(`${name} wants a value`);
    switch (name) {
      case "--env":
        found.env.push(value());
        break;
      case "--dir":
        found.dirs.push(directory(value()));
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

const sleeping = new Int32Array(new SharedArrayBuffer(4));
const pause = (milliseconds) => Atomics.wait(sleeping, 0, 0, milliseconds);

// Makes a call again while the stream, which somebody made non-blocking, is not
// ready. Errors are negative numbers, as Linux has them.
function patiently(call) {
  for (;;) {
    try {
      return call();
    } catch (error) {
      if (error.code === "EOF") return 0;
      if (error.code !== "EAGAIN") return -Math.abs(error.errno ?? EIO);
      pause(1);
    }
  }
}

const world = {
  files,
  clock(which) {
    switch (which) {
      case 0:
        return Date.now() * MILLISECOND;
      case 1:
        return performance.now() * MILLISECOND;
      default: {
        const { user, system } = process.cpuUsage();
        return (user + system) * 1000;
      }
    }
  },
  sleep: (nanoseconds) => pause(nanoseconds / MILLISECOND),
  random: (bytes) => crypto.getRandomValues(bytes),
  read: (bytes) => patiently(() => readSync(0, bytes)),
  // Node cannot ask whether a read would wait.
  poll: () => 1,
  write: (descriptor, bytes) => patiently(() => writeSync(descriptor, bytes)),
  isTerminal: (descriptor) => isatty(descriptor),
  windowSize: () => [0, 0, 0, 0],
  setTerminal: () => {},
  report(text) {
    console.error(`rv2wat: ${basename(workerData.program)}: ${text}`);
  },
};

// Where one of our modules is: where a variable says, or beside this file.
const ours = (variable, name) => process.env[variable] || fileURLToPath(new URL(name, import.meta.url));

function main(found) {
  const compiled = (path) => new WebAssembly.Module(readFileSync(path));
  const translator = ours("RV2WAT_TRANSLATOR_WASM", "rv2wat_translator.wasm");
  const translates = found.hotAfter !== 0 && existsSync(translator);
  const absent = `there is no ${translator}: nothing is translated while the program runs`;
  if (found.hotAfter > 0 && !translates) writeSync(2, `rv2wat: ${absent}\n`);
  try {
    const { status, stats } = run({
      web: compiled(ours("RV2WAT_WEB_WASM", "rv2wat_web.wasm")),
      module: compiled(found.module),
      program: readFileSync(found.program),
      path: `/bin/${basename(found.program)}`,
      args: found.args,
      env: found.env,
      mounts: found.dirs.map(({ host, path }) => ({ handle: openRoot(host), path })),
      world,
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
    const known = error instanceof HostError || error.code !== undefined;
    writeSync(2, `rv2wat: ${basename(found.program)}: ${known ? error.message : error.stack}\n`);
    process.exit(1);
  }
}

if (isMainThread) {
  // A thread has as large a stack as one asks for; the first one has not.
  const found = options(process.argv.slice(2));
  const resourceLimits = { stackSizeMb: ENGINE_STACK };
  const worker = new Worker(new URL(import.meta.url), { workerData: found, resourceLimits });
  worker.on("error", (error) => {
    console.error(`rv2wat: ${error.stack}`);
    process.exitCode = 1;
  });
  worker.on("exit", (status) => {
    process.exitCode ??= status;
  });
} else {
  main(workerData);
}

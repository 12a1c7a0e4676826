// The command of a packed site under Node: options, the thread that the program runs
// in, and the terminal, if there is one: keys go through terminal.mjs and the channel,
// as in a page.
//
// Must never know how a program is found or run: command-worker.mjs does.
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { SharedOutside } from "./channel.mjs";
import { mountable } from "./node-files.mjs";
import { described, directory, ENGINE_STACK } from "./node-world.mjs";
import { Discipline } from "./terminal.mjs";

const SIGWINCH = 28;

/** @param {string} why @returns {never} */
function usage(why) {
  console.error(`rv2wat: ${why}`);
  console.error("usage: node run.mjs [--env NAME=VALUE] [--dir HOST[::GUEST]] [ARGUMENTS...]");
  process.exit(2);
}

/** @param {string[]} words */
function options(words) {
  const env = [];
  const dirs = [];
  while (words[0]?.startsWith("--")) {
    const [name, joined] = (words.shift() ?? "").split(/=(.*)/s);
    if (name === "--") break;
    const value = () => joined ?? words.shift() ?? usage(`${name} wants a value`);
    if (name === "--env") {
      env.push(value());
    } else if (name === "--dir") {
      const word = value();
      const dir = directory(word);
      if (!dir.path.startsWith("/")) usage(`--dir ${word}: the guest's path must be absolute (HOST::/GUEST)`);
      const why = mountable();
      if (why !== undefined) usage(`--dir ${word}: ${why}`);
      dirs.push(dir);
    } else {
      usage(`unknown option ${name}`);
    }
  }
  return { env, dirs, args: words };
}

// Joins this process's terminal and the channel.
/** @param {import("node:tty").ReadStream} input @param {SharedOutside} channel @param {(signal: number) => void} end */
function connect(input, channel, end) {
  const discipline = new Discipline({
    toGuest: (bytes) => void channel.write(bytes),
    // The terminal itself makes carriage returns.
    toScreen: (text) => process.stdout.write(text.replaceAll("\r\n", "\n")),
    signal: (number) => channel.signal(number, (ends) => ends && end(number)),
  });
  const resize = () => channel.resize([process.stdout.rows ?? 0, process.stdout.columns ?? 0, 0, 0]);
  resize();
  process.stdout.on("resize", () => {
    resize();
    channel.signal(SIGWINCH, () => {});
  });
  input.setRawMode(true);
  input.setEncoding("utf8");
  input.on("data", (text) => discipline.type(String(text)));
  input.on("end", () => channel.closeInput());
  return discipline;
}

/** @param {URL} site @param {string[]} words */
export function main(site, words) {
  const found = options(words);
  const terminal = process.stdin.isTTY === true;
  const leave = (/** @type {number} */ status) => {
    if (terminal) process.stdin.setRawMode(false);
    process.exit(status);
  };
  const channel = terminal
    ? new SharedOutside(
        () => {},
        () => {},
      )
    : undefined;
  const workerData = { ...found, site: fileURLToPath(site), buffer: channel?.buffer };
  const worker = new Worker(new URL("command-worker.mjs", import.meta.url), {
    workerData,
    resourceLimits: { stackSizeMb: ENGINE_STACK },
  });
  // What the process ends with, where it is not for the thread to say.
  let status = 0;
  const end = (/** @type {number} */ signal) => {
    status = 128 + signal;
    void worker.terminate();
  };
  const discipline = channel && connect(process.stdin, channel, end);
  worker.on("message", (message) => {
    if (message.type === "mode") discipline?.setMode(message.mode);
    else channel?.told(message);
  });
  worker.on("error", (error) => {
    console.error(`rv2wat: ${described(error, false)}`);
    status = 1;
  });
  worker.on("exit", (code) => leave(status || code));
}

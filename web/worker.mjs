// The worker that one guest runs in. It gets a `Job` (types.d.ts), asks for the
// module of the program that the job names, runs it, and then serves requests about
// the files that it left.
//
// Must never know a page: it has a channel, and fetches nothing but contents of the
// site.

import { KIND, SharedInside } from "./channel.mjs";
import { canSuspend, Host, HostError } from "./host.mjs";
import { MessageInside } from "./messages.mjs";
import * as requests from "./requests.mjs";

/**
 * @typedef {import("./types.d.ts").Job} Job
 * @typedef {import("./types.d.ts").Told} Told
 * @typedef {import("./types.d.ts").Asked} Asked
 */

const MILLISECOND = 1e6;
const ENOSYS = 38;

// How much of a file one request holds.
const PART = 1 << 16;

/** @param {Told} message */
const post = (message) => self.postMessage(message);

// Fetches something and waits for it: only workers may.
/** @param {string} url @returns {Uint8Array} */
function fetched(url) {
  const request = new XMLHttpRequest();
  request.open("GET", url, false);
  request.responseType = "arraybuffer";
  request.send();
  if (request.status !== 200) throw new HostError(`${url}: the server says ${request.status}`);
  return new Uint8Array(request.response);
}

// The translator, for code that the program comes to often and that was not translated
// beforehand.
function translator() {
  const { href } = new URL("rv2wat_translator.wasm", import.meta.url);
  return new WebAssembly.Module(/** @type {Uint8Array<ArrayBuffer>} */ (fetched(href)));
}

// Directories outside: a page has none.
const noFiles = /** @type {import("./types.d.ts").HostFiles} */ (
  new Proxy(
    {},
    {
      get: () => () => {
        throw Object.assign(new Error("a page has no directories"), { errno: ENOSYS });
      },
    },
  )
);

// Requests that write the files that are to be there before the program is. They are
// served at its first system call, before anything else.
/** @param {Job} job */
function* writes({ writes }) {
  for (const [path, content, mode] of writes) {
    for (let at = 0; at === 0 || at < content.length; at += PART) {
      yield { path, request: requests.write(path, at, mode, content.subarray(at, at + PART)) };
    }
  }
}

/** @param {SharedInside | MessageInside} inside @param {Job} job @returns {import("./types.d.ts").World} */
function worldOf(inside, job) {
  const text = new TextEncoder();
  const waiting = writes(job);
  let write = waiting.next().value ?? undefined;
  return {
    files: noFiles,
    clock: (which) => (which === 0 ? performance.timeOrigin + performance.now() : performance.now()) * MILLISECOND,
    random: (bytes) => {
      crypto.getRandomValues(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
    },
    sleep: (nanoseconds) => inside.sleep(nanoseconds),
    read: (to) => inside.read(to),
    poll: (nanoseconds) => inside.poll(nanoseconds),
    write: (which, from) => inside.write(which, from),
    isTerminal: () => job.terminal,
    windowSize: () => inside.windowSize(),
    setTerminal: (bits) => inside.emit(KIND.mode, Uint8Array.of(bits)),
    report: (line) => inside.emit(KIND.report, text.encode(`${line}\n`)),
    attention: () => (write === undefined ? inside.attention() : -1),
    maySignal: () => true,
    signalsEnd: (bits) => inside.signalsEnd(bits),
    takeRequest: () => write?.request ?? inside.takeRequest(),
    answer(bytes) {
      if (write === undefined) return post({ type: "answer", bytes });
      try {
        requests.decode(bytes, write.request);
      } catch (error) {
        throw new HostError(`${write.path} cannot be written: ${/** @type {Error} */ (error).message}`);
      }
      write = waiting.next().value ?? undefined;
    },
    content(hash) {
      if (job.contents === undefined) throw new HostError("there are no contents");
      return fetched(job.contents + hash);
    },
  };
}

// The program that the job names: found in its files, its module asked for.
/** @param {Host} host @param {Job} job */
async function find(host, { alone, args, contents }) {
  const [word] = args;
  if (word === undefined) throw new HostError("there is no command");
  if (alone !== undefined) return { ...alone, path: word.startsWith("/") ? word : `/bin/${word}` };
  const found = host.findProgram(word);
  if (typeof found === "number") throw new HostError(`${word}: ${new requests.FileError(-found).message}`);
  post({ type: "wanted", hash: found.hash, path: found.path });
  const module = await new Promise((resolve) => (wanted = resolve));
  return { module, program: fetched(`${contents}${found.hash}`), path: found.path };
}

/** @type {((module: WebAssembly.Module) => void) | undefined} */
let wanted;
let started = false;
/** @type {MessageInside | undefined} */
let channel;
// Messages for the channel that came before there was one.
/** @type {Asked[]} */
const early = [];
// What serves requests when no guest code runs.
/** @type {(() => void) | undefined} */
let look;

/** @param {Job} job */
async function start(job) {
  const { buffer } = job;
  if (buffer === undefined && !canSuspend()) {
    throw new HostError(
      "this page is not isolated (Cross-Origin-Opener-Policy, Cross-Origin-Embedder-Policy), " +
        "and this browser cannot suspend WebAssembly (JSPI): a program could not wait for input",
    );
  }
  const messages = buffer === undefined ? new MessageInside(post, job.window) : undefined;
  const inside = messages ?? new SharedInside(/** @type {SharedArrayBuffer} */ (buffer), post);
  channel = messages;
  for (const message of early.splice(0)) messages?.asks(message);
  const world = worldOf(inside, job);
  const host = new Host(job.web, world, { translator }, messages !== undefined);
  host.set(job);
  const program = await find(host, job);
  host.load({ ...program, args: job.args });
  post({ type: "started" });
  const { stackBudget } = job;
  const { status } =
    messages === undefined ? host.run(stackBudget) : await host.runSuspending(stackBudget);
  look = () => {
    if ((inside.pending() & 1) !== 0) post({ type: "answer", bytes: host.request(inside.takeRequest()) });
  };
  look();
  post({ type: "ended", status });
}

self.onmessage = async (/** @type {MessageEvent<Asked>} */ { data }) => {
  switch (data.type) {
    case "start":
      started = true;
      try {
        await start(data);
      } catch (error) {
        const known = error instanceof HostError || error instanceof WebAssembly.LinkError;
        const { message, stack } = /** @type {Error} */ (error);
        post({ type: "failed", message: known ? message : (stack ?? message) });
      }
      break;
    case "module":
      wanted?.(data.module);
      break;
    default:
      if (channel === undefined && !started) early.push(data);
      channel?.asks(data);
      look?.();
  }
};

// The world outside of a guest as Node gives it to a worker thread: clocks, standard
// streams that block, directories.
//
// Must never know which program runs, or how it was found.
import { readSync, writeSync } from "node:fs";
import { isatty } from "node:tty";
import { files } from "./node-files.mjs";

// The engine's stack, in MiB, and the guest stack that recursion may take on it, in
// bytes: more than a guest has. Its smallest frame takes 16 bytes, and a frame of
// the engine seldom more than 400.
export const ENGINE_STACK = 512;
export const STACK_BUDGET = 16 << 20;

const EIO = 5;
const MILLISECOND = 1e6;

/** @typedef {Error & { code?: string, errno?: number }} SystemError */

const sleeping = new Int32Array(new SharedArrayBuffer(4));
/** @param {number} milliseconds */
const pause = (milliseconds) => Atomics.wait(sleeping, 0, 0, milliseconds);

// Makes a call again while the stream, which somebody made non-blocking, is not
// ready. Errors are negative numbers, as Linux has them.
/** @param {() => number} call */
function patiently(call) {
  for (;;) {
    try {
      return call();
    } catch (thrown) {
      const error = /** @type {SystemError} */ (thrown);
      if (error.code === "EOF") return 0;
      if (error.code !== "EAGAIN") return -Math.abs(error.errno ?? EIO);
      pause(1);
    }
  }
}

// The world of a program of this name.
/** @param {string} name @returns {import("./types.d.ts").World} */
export function nodeWorld(name) {
  return {
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
    sleep(nanoseconds) {
      pause(nanoseconds / MILLISECOND);
      return 0;
    },
    random(bytes) {
      crypto.getRandomValues(/** @type {Uint8Array<ArrayBuffer>} */ (bytes));
    },
    read: (bytes) => patiently(() => readSync(0, bytes)),
    // Node cannot ask whether a read would wait.
    poll: () => 1,
    write: (descriptor, bytes) => patiently(() => writeSync(descriptor, bytes)),
    isTerminal: (descriptor) => isatty(descriptor),
    windowSize: () => [0, 0, 0, 0],
    setTerminal: () => {},
    report: (text) => {
      console.error(`rv2wat: ${name}: ${text}`);
    },
  };
}

// What went wrong, as a line for the user; with its stack if it is a defect.
/** @param {unknown} error @param {boolean} known */
export function described(error, known) {
  const { message, stack, code } = /** @type {SystemError} */ (error);
  return known || code !== undefined ? message : stack;
}

// The two paths of HOST[::GUEST].
/** @param {string} word */
export function directory(word) {
  const [host, path = host] = word.split(/::(.*)/s);
  return { host, path };
}

// Translates programs in the browser, in a worker, and keeps what came of it: the
// second visit does not translate.
//
// Must never know what is done with a module.

import { StartError } from "./sites.mjs";
import { VERSION } from "./version.mjs";

// The largest program that is fetched, in bytes.
const LARGEST = 64 << 20;

// How many modules are kept.
const KEPT = 32;

// How long a translation may take, in milliseconds.
const PATIENCE = 10 * 60_000;

const STORE = "rv2wat";

// An ELF file.
/** @param {URL} url @returns {Promise<Uint8Array<ArrayBuffer>>} */
export async function fetchProgram(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new StartError(`${url} cannot be fetched: ${/** @type {Error} */ (error).message}`);
  }
  if (!response.ok) throw new StartError(`${url} cannot be fetched: the server says ${response.status}`);
  const reader = response.body?.getReader();
  const parts = [];
  let length = 0;
  for (;;) {
    const part = await reader?.read();
    if (part?.value === undefined) break;
    parts.push(part.value);
    length += part.value.length;
    if (length > LARGEST) {
      await reader?.cancel();
      throw new StartError(`${url} is larger than ${LARGEST} bytes`);
    }
  }
  const program = new Uint8Array(length);
  parts.reduce((at, part) => (program.set(part, at), at + part.length), 0);
  const magic = [0x7f, 0x45, 0x4c, 0x46];
  if (!magic.every((byte, at) => program[at] === byte)) throw new StartError(`${url} is no ELF file`);
  return program;
}

// The store of modules, where the page is one that may have one.
async function store() {
  try {
    return await globalThis.caches?.open(STORE);
  } catch {
    // The user has switched it off.
    return undefined;
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function hashOf(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One translation after the other: each takes much memory.
/** @type {Promise<unknown>} */
let last = Promise.resolve();

/** @param {Uint8Array} program @returns {Promise<Uint8Array<ArrayBuffer>>} */
function translate(program) {
  const made = last.then(
    () =>
      new Promise((resolve, reject) => {
        const worker = new Worker(new URL("translator-worker.mjs", import.meta.url), { type: "module" });
        const end = (/** @type {() => void} */ settle) => {
          clearTimeout(timer);
          worker.terminate();
          settle();
        };
        const timer = setTimeout(
          () => end(() => reject(new StartError("the translation takes too long"))),
          PATIENCE,
        );
        worker.onmessage = ({ data: { module, why } }) =>
          end(() => (module === undefined ? reject(new StartError(why)) : resolve(module)));
        worker.onerror = (event) => {
          event.preventDefault();
          end(() => reject(new StartError(event.message ?? "the translator cannot be loaded")));
        };
        worker.postMessage({ program });
      }),
  );
  last = made.catch(() => {});
  return made;
}

// The module of a program, kept from another time or translated now; `begin` is called
// in the second case.
/** @param {Uint8Array<ArrayBuffer>} program @param {() => void} begin @returns {Promise<WebAssembly.Module>} */
export async function translated(program, begin) {
  const kept = await store();
  if (kept === undefined) {
    begin();
    return WebAssembly.compile(await translate(program));
  }
  const key = new URL(`translations/${VERSION}/${await hashOf(program)}.wasm`, import.meta.url).href;
  const known = await kept.match(key);
  if (known !== undefined) return WebAssembly.compileStreaming(known);
  begin();
  const module = await translate(program);
  const keys = await kept.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - KEPT + 1))) await kept.delete(old);
  const headers = { "Content-Type": "application/wasm" };
  try {
    await kept.put(key, new Response(module, { headers }));
  } catch {
    // There is no room: it is translated again another time.
  }
  return WebAssembly.compile(module);
}

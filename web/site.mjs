// What rv2wat_web.wasm asks for beside the streams (web/src/imports/site.rs): contents of
// files, and what the page wants of the guest.
//
// Must never know what a request says.

const EIO = 5;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

// How many bytes of contents are kept, at most, but for the last one that was asked for.
const KEPT = 32 << 20;

/** @typedef {import("./types.d.ts").World} World */

// Bytes in hexadecimal digits.
/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => HEX[byte]).join("");

// Contents by their names, those used last at the end.
class Contents {
  /** @param {(name: string) => Uint8Array} get */
  constructor(get) {
    this.get = get;
    /** @type {Map<string, Uint8Array>} */
    this.kept = new Map();
    this.size = 0;
  }
  // The content of this name. Throws what `get` throws.
  /** @param {string} name */
  find(name) {
    let content = this.kept.get(name);
    if (content === undefined) {
      content = this.get(name);
      this.size += content.length;
    }
    this.kept.delete(name);
    this.kept.set(name, content);
    for (const [oldest, { length }] of this.kept) {
      if (this.size <= KEPT || oldest === name) break;
      this.kept.delete(oldest);
      this.size -= length;
    }
    return content;
  }
}

// The imports, given a view of the module's memory. Addresses and lengths come as signed
// integers. Of the world, all of these may be missing:
//   content(name)      what a file holds (Uint8Array), by its SHA-256 in hexadecimal
//   attention()        0, a signal for the guest, which is said once, or -1 for a request
//   maySignal()        whether signals may come
//   signalsEnd(bits)   told which signals would end the guest, when that changes: bit n - 1
//                      for signal n; before, all do that do so by default
//   takeRequest()      the request (Uint8Array), which web/requests.mjs made
//   answer(bytes)      given what came of it
/**
 * @param {import("./files.mjs").View} own
 * @param {World} world
 * @returns {Record<string, (...values: any[]) => any>}
 */
export function siteImports(own, world) {
  /** @template T @param {T | undefined} part @returns {T} */
  const given = (part) => {
    if (part === undefined) throw new Error("the world lacks what was asked of it");
    return part;
  };
  /** @param {number} at @param {number} length */
  const bytes = (at, length) => own.part(at >>> 0, length >>> 0);
  const contents = new Contents((name) => given(world.content)(name));
  /** @type {Uint8Array} */
  let request = new Uint8Array(0);
  return {
    content_read: (id, offset, to, length) => {
      const name = hex(bytes(id, 32));
      let content;
      try {
        content = contents.find(name);
      } catch (error) {
        world.report(`the content ${name} cannot be read: ${/** @type {Error} */ (error).message}`);
        return -EIO;
      }
      const part = content.subarray(offset, offset + (length >>> 0));
      bytes(to, part.length).set(part);
      return part.length;
    },
    attention: () => world.attention?.() ?? 0,
    may_signal: () => (world.maySignal?.() ? 1 : 0),
    signals_end: (bits) => world.signalsEnd?.(bits >>> 0),
    request_take: () => {
      request = given(world.takeRequest)();
      return request.length;
    },
    request_copy: (to) => bytes(to, request.length).set(request),
    request_answer: (from, length) => given(world.answer)(bytes(from, length).slice()),
  };
}

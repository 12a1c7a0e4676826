// What rv2wat_web.wasm asks for beside the streams (web/src/imports/site.rs): contents of
// files, and what the page wants of the guest.
//
// Must never know what a request says.

const EIO = 5;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

// How many bytes of contents are kept, at most, but for the last one that was asked for.
const KEPT = 32 << 20;

// Contents by their names, those used last at the end.
class Contents {
  constructor(get) {
    this.get = get;
    this.kept = new Map();
    this.size = 0;
  }
  // The content of this name. Throws what `get` throws.
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
export function siteImports(own, world) {
  const bytes = (at, length) => own.part(at >>> 0, length >>> 0);
  const contents = new Contents((name) => world.content(name));
  let request = new Uint8Array(0);
  return {
    content_read: (id, offset, to, length) => {
      const name = Array.from(bytes(id, 32), (byte) => HEX[byte]).join("");
      let content;
      try {
        content = contents.find(name);
      } catch (error) {
        world.report(`the content ${name} cannot be read: ${error.message}`);
        return -EIO;
      }
      const part = content.subarray(offset, offset + (length >>> 0));
      bytes(to, part.length).set(part);
      return part.length;
    },
    attention: world.attention === undefined ? () => 0 : () => world.attention(),
    may_signal: () => (world.maySignal?.() ? 1 : 0),
    signals_end: (bits) => world.signalsEnd?.(bits >>> 0),
    request_take: () => {
      request = world.takeRequest();
      return request.length;
    },
    request_copy: (to) => bytes(to, request.length).set(request),
    request_answer: (from, length) => world.answer(bytes(from, length).slice()),
  };
}

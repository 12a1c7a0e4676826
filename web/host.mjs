// Runs a translated program: the thin part of a host (docs/abi.md) that has to be
// JavaScript. The Linux personality, the interpreter and the dispatcher are in
// rv2wat_web.wasm (web/src); the world outside of the guest is an object that the
// embedding gives, for Node web/node.mjs.
//
// Must never know an instruction, a system call, or whether this is a page or Node.

/**
 * @typedef {import("./types.d.ts").World} World
 * @typedef {import("./types.d.ts").Mount} Mount
 * @typedef {import("./types.d.ts").Ended} Ended
 */

import { Beside } from "./beside.mjs";
import { fileImports } from "./files.mjs";
import { hex, siteImports } from "./site.mjs";

const SECTION = "rv2wat";
const PAGE = 0x10000;
// Copies of no more than this many bytes are made by a loop: views cost more.
const SHORT = 64;

// A program that cannot be run, for a reason that is not the program's.
export class HostError extends Error {}

// A view of a memory's bytes, made anew when the memory has grown.
class Bytes {
  constructor() {
    /** @type {WebAssembly.Memory | undefined} */
    this.memory = undefined;
    this.bytes = new Uint8Array(0);
    this.words = new Int32Array(0);
    this.view = new DataView(new ArrayBuffer(0));
  }
  // All bytes. A memory that has grown detaches its buffer, and views get length 0.
  all() {
    if (this.bytes.length === 0) this.renew();
    return this.bytes;
  }
  data() {
    if (this.bytes.length === 0) this.renew();
    return this.view;
  }
  /** @param {number} at @param {number} length */
  part(at, length) {
    return this.all().subarray(at, at + length);
  }
  // The memory itself; there is none before a program is loaded.
  whole() {
    if (this.memory === undefined) throw new HostError("no program is loaded");
    return this.memory;
  }
  renew() {
    const { buffer } = this.whole();
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.view = new DataView(buffer);
  }
}

// Copies from one memory to another. Most are arguments and results of system calls,
// which are whole words.
/** @param {Bytes} source @param {number} at @param {Bytes} sink @param {number} target @param {number} length */
function copy(source, at, sink, target, length) {
  const from = source.all();
  const to = sink.all();
  if (length > SHORT) {
    to.set(from.subarray(at, at + length), target);
  } else if (((at | target | length) & 3) === 0) {
    const { words } = source;
    const out = sink.words;
    const last = length >>> 2;
    at >>>= 2;
    target >>>= 2;
    for (let i = 0; i < last; i++) out[target + i] = words[at + i];
  } else {
    for (let i = 0; i < length; i++) to[target + i] = from[at + i];
  }
}

// Where programs wait, or may have to let others have a turn. In a host that cannot
// block, these functions may return promises; nothing but WebAssembly is then between
// them and what entered.
const WAITING = ["sleep", "input_read", "input_poll", "output_write", "attention"];

// The imports of rv2wat_web.wasm. Addresses and lengths come as signed integers.
/**
 * @param {Bytes} own
 * @param {Bytes} guest
 * @param {World} world
 * @returns {Record<string, (...values: any[]) => any>}
 */
function imports(own, guest, world) {
  /** @param {number} at @param {number} length */
  const bytes = (at, length) => own.part(at >>> 0, length >>> 0);
  /** @param {number} at @param {number} length */
  const text = (at, length) => new TextDecoder().decode(bytes(at, length));
  return {
    guest_pages: () => guest.whole().buffer.byteLength / PAGE,
    guest_grow: (pages) => {
      try {
        return guest.whole().grow(pages >>> 0);
      } catch (error) {
        if (error instanceof RangeError) return -1;
        throw error;
      }
    },
    guest_load8: (at) => guest.data().getUint8(at >>> 0),
    guest_load16: (at) => guest.data().getUint16(at >>> 0, true),
    guest_load32: (at) => guest.data().getInt32(at >>> 0, true),
    guest_store8: (at, value) => guest.data().setUint8(at >>> 0, value),
    guest_store16: (at, value) => guest.data().setUint16(at >>> 0, value, true),
    guest_store32: (at, value) => guest.data().setInt32(at >>> 0, value, true),
    guest_fill: (at, length, byte) => guest.part(at >>> 0, length >>> 0).fill(byte),
    guest_move: (from, to, length) =>
      guest.all().copyWithin(to >>> 0, from >>> 0, (from >>> 0) + (length >>> 0)),
    guest_read: (at, to, length) => copy(guest, at >>> 0, own, to >>> 0, length >>> 0),
    guest_write: (at, from, length) => copy(own, from >>> 0, guest, at >>> 0, length >>> 0),
    report: (at, length) => world.report(text(at, length)),
    fatal: (at, length) => {
      throw new HostError(text(at, length));
    },
    clock: (which) => world.clock(which),
    sleep: (nanoseconds) => world.sleep(nanoseconds),
    random: (at, length) => world.random(bytes(at, length)),
    input_read: (at, length) => world.read(bytes(at, length)),
    input_poll: (nanoseconds) => world.poll(nanoseconds),
    output_write: (which, at, length) => world.write(which, bytes(at, length)),
    is_terminal: (descriptor) => (world.isTerminal(descriptor) ? 1 : 0),
    terminal_size: (to) => {
      world.windowSize().forEach((size, n) => own.data().setUint16((to >>> 0) + 2 * n, size, true));
    },
    terminal_mode: (bits) => world.setTerminal(bits),
    ...fileImports(own, world.files),
    ...siteImports(own, world),
  };
}

// What a trap was, as rv2wat_web.wasm numbers it; undefined if no guest causes it.
// Engines only tell by their messages.
/** @param {unknown} error */
function trapKind(error) {
  if (!(error instanceof Error)) return undefined;
  if (/call stack|recursion/i.test(error.message)) return 2;
  if (!(error instanceof WebAssembly.RuntimeError)) return undefined;
  if (/unaligned|misaligned/i.test(error.message)) return 1;
  if (/memory access|out of bounds memory|index out of bounds/i.test(error.message)) return 0;
  return undefined;
}

// The function at the top of a trap's stack, as the module names it; "" where the
// engine does not say. V8 puts "at" and the name in front of the place, SpiderMonkey the
// name and an @. The place starts with the module's address if it was compiled from one.
/** @param {Error} error */
function trapPlace(error) {
  for (const line of (error.stack ?? "").split("\n")) {
    if (!line.includes("wasm-function[")) continue;
    const [, v8, other] = /^ *at (.*) \(.*$|^(.*?)@.*$/.exec(line) ?? [];
    return v8 ?? other ?? "";
  }
  return "";
}

// Whether the engine lets WebAssembly wait for a promise (JSPI).
export function canSuspend() {
  return "Suspending" in WebAssembly && "promising" in WebAssembly;
}

// One process: rv2wat_web.wasm and, once it is loaded, the program beside it.
export class Host {
  // web    rv2wat_web.wasm, compiled (WebAssembly.Module)
  // world  what is outside of the guest
  // tiers: what else there is, `Tiers` in types.d.ts
  // suspends  whether the functions of `world` that wait return promises
  /**
   * @param {WebAssembly.Module} web
   * @param {World} world
   * @param {import("./types.d.ts").Tiers} [tiers]
   * @param {boolean} [suspends]
   */
  constructor(web, world, { translator, hotAfter = 1000, interpret = false } = {}, suspends = false) {
    this.own = new Bytes();
    this.guest = new Bytes();
    this.beside = new Beside(this.own, translator);
    const given = { ...imports(this.own, this.guest, world), ...this.beside.imports() };
    // JSPI is newer than the types of the engine.
    const Suspending = /** @type {any} */ (WebAssembly).Suspending;
    for (const name of suspends ? WAITING : []) given[name] = new Suspending(given[name]);
    // Exports have the types that web/src/lib.rs says.
    /** @type {Record<string, any>} */
    this.web = new WebAssembly.Instance(web, { host: given }).exports;
    this.own.memory = this.web.memory;
    this.web.set_tiers(interpret ? 1 : 0, translator === undefined ? 0 : hotAfter);
    // What the program's module exports, and the one that takes turns between it and
    // this one (web/src/turns.rs).
    /** @type {Record<string, any>} */
    this.translated = {};
    /** @type {Record<string, any>} */
    this.turns = {};
  }

  // Hands over bytes or text to the next function that takes some.
  /** @param {Uint8Array | ArrayBuffer | string} data @param {() => any} take */
  give(data, take) {
    const content = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
    const at = this.web.inbox(content.length) >>> 0;
    this.own.all().set(content, at);
    return take();
  }

  // The bytes at an address that a function has returned.
  /** @param {number} at */
  outbox(at) {
    return this.own.part(at >>> 0, this.web.outbox_len()).slice();
  }

  // What the process finds, before it starts: see `Settings` in types.d.ts.
  /** @param {import("./types.d.ts").Settings} settings */
  set({ env = [], files, directory, hostname, user, limits }) {
    const { web } = this;
    for (const variable of env) this.give(variable, web.add_variable);
    if (files !== undefined) this.give(files, web.set_files);
    if (directory !== undefined) this.give(directory, web.set_directory);
    if (hostname !== undefined) this.give(hostname, web.set_hostname);
    if (user !== undefined) web.set_user(...user);
    if (limits !== undefined) web.set_limits(...limits);
  }

  // The program that a word names, by PATH if it holds no slash: the SHA-256 of its
  // file in hexadecimal digits, and its path. Or a negative error number.
  /** @param {string} word @returns {{ hash: string, path: string } | number} */
  findProgram(word) {
    const found = this.outbox(this.give(word, this.web.find_program));
    if (found.length === 4) return new DataView(found.buffer).getInt32(0, true);
    return { hash: hex(found.subarray(0, 32)), path: new TextDecoder().decode(found.subarray(32)) };
  }

  // Answers a request of requests.mjs once the program has ended: until then it takes
  // those of its world.
  /** @param {Uint8Array} request @returns {Uint8Array} */
  request(request) {
    return this.outbox(this.give(request, this.web.serve_request));
  }

  // Puts the program beside its host: see `Loading` in types.d.ts.
  /** @param {import("./types.d.ts").Loading} loading */
  load({ module, program, path, args, mounts = [], forceExit = 0 }) {
    const { web } = this;
    const [facts] = WebAssembly.Module.customSections(module, SECTION);
    if (facts === undefined) {
      throw new HostError(`the module has no section "${SECTION}": rv2wat --emit=wasm makes one`);
    }
    const { soft, flags, ecall, counter, violated } = web;
    const rv = { soft, flags, ecall, counter, violated };
    const instance = new WebAssembly.Instance(module, { rv });
    this.translated = instance.exports;
    this.guest.memory = this.translated.memory;
    if (forceExit > 0 && this.translated.force_exit === undefined) {
      throw new HostError("the module was not made with --force-exit");
    }
    const turns = new WebAssembly.Module(this.outbox(web.turns_module(this.translated.force_exit === undefined ? 0 : 1)));
    this.turns = new WebAssembly.Instance(turns, { host: web, guest: instance.exports }).exports;
    this.beside.attach(rv, instance.exports, program, this.turns.modules);

    this.give(facts, web.set_facts);
    this.give(program, web.set_program);
    this.give(path, web.set_path);
    for (const arg of args) this.give(arg, web.add_argument);
    for (const mount of mounts) this.give(mount.path, () => web.add_mount(mount.handle));
  }

  // Serves what threw out of the program; what is no trap of its goes on upwards.
  // With the function that does, since it may be one that suspends.
  /** @template T @param {unknown} error @param {(kind: number) => T} trapped @returns {T} */
  serveTrap(error, trapped) {
    const kind = trapKind(error);
    if (error instanceof HostError || kind === undefined) throw error;
    this.turns.save(0);
    return this.give(trapPlace(/** @type {Error} */ (error)), () => trapped(kind));
  }

  /** @returns {Ended} */
  ended() {
    const stats = JSON.parse(new TextDecoder().decode(this.outbox(this.web.statistics())));
    return { status: this.web.exit_status(), stats };
  }

  // Runs the program to its end. `stackBudget` is how many bytes of guest stack
  // recursion may take before it leaves; `forceExit` leaves at every N-th call.
  /** @param {number} stackBudget @param {number} [forceExit] @returns {Ended} */
  run(stackBudget, forceExit = 0) {
    const { start, trapped } = this.web;
    const { run } = this.turns;
    let entry = start(stackBudget, forceExit);
    while (entry >= 0) {
      try {
        entry = run(entry);
      } catch (error) {
        entry = this.serveTrap(error, trapped);
      }
    }
    return this.ended();
  }

  // The same where what waits returns promises.
  /** @param {number} stackBudget @param {number} [forceExit] @returns {Promise<Ended>} */
  async runSuspending(stackBudget, forceExit = 0) {
    const { promising } = /** @type {any} */ (WebAssembly);
    const [start, run, trapped] = [this.web.start, this.turns.run, this.web.trapped].map(promising);
    let entry = await start(stackBudget, forceExit);
    while (entry >= 0) {
      try {
        entry = await run(entry);
      } catch (error) {
        entry = await this.serveTrap(error, trapped);
      }
    }
    return this.ended();
  }
}

// Runs a program to its end: `options` are those of Host's functions in one.
/** @param {import("./types.d.ts").RunOptions} options @returns {Ended} */
export function run({ web, world, stackBudget, forceExit, ...options }) {
  const host = new Host(web, world, options);
  host.set(options);
  host.load({ ...options, forceExit });
  return host.run(stackBudget, forceExit);
}

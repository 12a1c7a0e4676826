// Runs a translated program: the thin part of a host (docs/abi.md) that has to be
// JavaScript. The Linux personality, the interpreter and the dispatcher are in
// rv2wat_web.wasm (web/src); the world outside of the guest is an object that the
// embedding gives, for Node web/node.mjs.
//
// Must never know an instruction, a system call, or whether this is a page or Node.

import { Beside, BESIDE } from "./beside.mjs";
import { fileImports } from "./files.mjs";

const SECTION = "rv2wat";
const PAGE = 0x10000;
// Copies of no more than this many bytes are made by a loop: views cost more.
const SHORT = 64;

// A program that cannot be run, for a reason that is not the program's.
export class HostError extends Error {}

// A view of a memory's bytes, made anew when the memory has grown.
class Bytes {
  constructor() {
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
  part(at, length) {
    return this.all().subarray(at, at + length);
  }
  renew() {
    this.bytes = new Uint8Array(this.memory.buffer);
    this.words = new Int32Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
  }
}

// Copies from one memory to another. Most are arguments and results of system calls,
// which are whole words.
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

// The imports of rv2wat_web.wasm. Addresses and lengths come as signed integers.
function imports(own, guest, world, registers) {
  const text = (at, length) => new TextDecoder().decode(own.part(at >>> 0, length >>> 0));
  return {
    guest_pages: () => guest.memory.buffer.byteLength / PAGE,
    guest_grow: (pages) => {
      try {
        return guest.memory.grow(pages >>> 0);
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
    registers_read: (to) => registers.read(to),
    registers_write: (from) => registers.write(from),
    report: (at, length) => world.report(text(at, length)),
    fatal: (at, length) => {
      throw new HostError(text(at, length));
    },
    clock: (which) => world.clock(which),
    sleep: (nanoseconds) => world.sleep(nanoseconds),
    random: (at, length) => world.random(own.part(at >>> 0, length >>> 0)),
    input_read: (at, length) => world.read(own.part(at >>> 0, length >>> 0)),
    input_poll: (nanoseconds) => world.poll(nanoseconds),
    output_write: (which, at, length) => world.write(which, own.part(at >>> 0, length >>> 0)),
    is_terminal: (descriptor) => (world.isTerminal(descriptor) ? 1 : 0),
    terminal_size: (to) => {
      world.windowSize().forEach((size, n) => own.data().setUint16((to >>> 0) + 2 * n, size, true));
    },
    terminal_mode: (bits) => world.setTerminal(bits),
    ...fileImports(own, world.files),
  };
}

// What a trap was, as rv2wat_web.wasm numbers it; undefined if no guest causes it.
// Engines only tell by their messages.
function trapKind(error) {
  if (/call stack|recursion/i.test(error.message)) return 2;
  if (!(error instanceof WebAssembly.RuntimeError)) return undefined;
  if (/unaligned|misaligned/i.test(error.message)) return 1;
  if (/memory access|out of bounds memory|index out of bounds/i.test(error.message)) return 0;
  return undefined;
}

// The function at the top of a trap's stack, as the module names it; "" where the
// engine does not say. V8 puts the name in front of the place, SpiderMonkey an @
// between the two.
function trapPlace(error) {
  const [, v8, other] = /^ *at (.*) \(wasm:.*$|^(.*)@.*wasm-function.*$/m.exec(error.stack ?? "") ?? [];
  return v8 ?? other ?? "";
}

// Runs a program to its end.
//   web          rv2wat_web.wasm, compiled (WebAssembly.Module)
//   module       the translated module, compiled
//   program      the ELF file (Uint8Array)
//   path         the program's path in the guest
//   args, env    arguments with the program's name first; NAME=VALUE
//   mounts       directories that the guest sees: { handle, path }; the handle is
//                one of `world.files`
//   world        what is outside of the guest: see `imports` above for its methods,
//                and web/files.mjs for those of its member `files`
//   stackBudget  bytes of guest stack that recursion may take before it leaves
//   forceExit    leave at every N-th call, in a module made for it; 0: never
//   translator   rv2wat_translator.wasm, compiled, or a function that gives it, which is
//                called when the first place is hot. Without, what was not translated
//                beforehand is interpreted
//   hotAfter     how often interpreted code comes to a place before it is hot; 0: never is
//   interpret    enter nothing that was translated beforehand
// Returns { status, stats }.
export function run(options) {
  const { web, module, program, path, args, env, mounts = [], world, stackBudget, forceExit = 0 } = options;
  const { translator, hotAfter = 1000, interpret = false } = options;
  const [facts] = WebAssembly.Module.customSections(module, SECTION);
  if (facts === undefined) {
    throw new HostError(`the module has no section "${SECTION}": rv2wat --emit=wasm makes one`);
  }
  const own = new Bytes();
  const guest = new Bytes();
  const registers = {};
  const beside = new Beside(own, translator, program);
  const asked = { ...imports(own, guest, world, registers), ...beside.imports() };
  const host = new WebAssembly.Instance(web, { host: asked }).exports;
  own.memory = host.memory;

  const { soft, flags, ecall, counter, violated } = host;
  const rv = { soft, flags, ecall, counter, violated };
  const instance = new WebAssembly.Instance(module, { rv });
  const translated = instance.exports;
  beside.attach(rv, translated);
  guest.memory = translated.memory;
  if (forceExit > 0 && translated.force_exit === undefined) {
    throw new HostError("the module was not made with --force-exit");
  }

  const mover = host.register_module(forceExit > 0 ? 1 : 0) >>> 0;
  const bytes = own.part(mover, host.outbox_len()).slice();
  const moving = new WebAssembly.Instance(new WebAssembly.Module(bytes), { host, guest: translated });
  Object.assign(registers, moving.exports);

  const give = (data, take) => {
    const content = typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data);
    const at = host.inbox(content.length) >>> 0;
    own.all().set(content, at);
    take();
  };
  give(facts, host.set_facts);
  give(program, host.set_program);
  give(path, host.set_path);
  for (const arg of args) give(arg, host.add_argument);
  for (const variable of env) give(variable, host.add_variable);
  for (const mount of mounts) give(mount.path, () => host.add_mount(mount.handle));

  host.set_tiers(interpret ? 1 : 0, translator === undefined ? 0 : hotAfter);
  const { enter } = translated;
  const { left } = host;
  let entry = host.start(stackBudget, forceExit);
  while (entry >= 0) {
    let status;
    try {
      status = entry < BESIDE ? enter(entry) : beside.enter(entry);
    } catch (error) {
      const kind = trapKind(error);
      if (error instanceof HostError || kind === undefined) throw error;
      give(trapPlace(error), () => {
        entry = host.trapped(kind);
      });
      continue;
    }
    entry = left(status);
  }
  const at = host.statistics() >>> 0;
  const stats = JSON.parse(new TextDecoder().decode(own.part(at, host.outbox_len())));
  return { status: host.exit_status(), stats };
}

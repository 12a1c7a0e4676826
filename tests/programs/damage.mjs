// node --import=damage.mjs ...: of the functions that rv2wat_web.wasm imports, or the module
// that takes turns between it and a program's, the one that RV2WAT_DAMAGE names gives wrong
// answers. A test that lets that pass would let anything pass.
const Intact = WebAssembly.Instance;

// What is wrong about each. `memory` is the importing module's own, `beside` what else is
// imported with the function.
const damages = {
  // A value that is another.
  guest_load32: (call, memory, args) => call(...args) ^ 0x80,
  // A byte that is not copied as it was.
  guest_read: (call, memory, [at, to, length]) => {
    call(at, to, length);
    if (length > 64) new Uint8Array(memory().buffer)[to >>> 0] ^= 1;
  },
  // One that is not copied at all.
  guest_write: (call, memory, [at, from, length]) => call(at, from, length > 64 ? length - 1 : length),
  // A stack pointer that is another.
  enter: (call, memory, [entry], beside) => {
    const status = call(entry);
    beside.sp.value ^= 8n;
    return status;
  },
  // A byte that was not written, and is said to have been.
  output_write: (call, memory, [which, at, length]) => call(which, at, length - 1) + 1,
  // Input that ends too early.
  input_read: () => 0,
  // Another file's content, a file too long, and a directory without names.
  file_read: (call, memory, [file, offset, at, length]) => {
    const count = call(file, offset, at, length);
    if (count > 0) new Uint8Array(memory().buffer)[at >>> 0] ^= 1;
    return count;
  },
  dir_lookup: (call, memory, [dir, at, length, to]) => {
    const result = call(dir, at, length, to);
    new Uint8Array(memory().buffer)[(to >>> 0) + 24] ^= 1;
    return result;
  },
  dir_list: () => 0,
};

WebAssembly.Instance = class extends Intact {
  constructor(module, imports) {
    const name = process.env.RV2WAT_DAMAGE;
    let self;
    // Both import other things from `host`.
    const from = name === "enter" ? "guest" : "host";
    if (name === "enter" ? imports?.guest?.enter !== undefined : imports?.host?.guest_pages !== undefined) {
      const call = imports[from][name];
      if (call === undefined || damages[name] === undefined) throw new Error(`no damage called ${name}`);
      const damaged = (...args) => damages[name](call, () => self.exports.memory, args, imports[from]);
      imports = { ...imports, [from]: { ...imports[from], [name]: damaged } };
    }
    super(module, imports);
    self = this;
  }
};

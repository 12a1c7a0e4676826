// Runs one module for WASI in a worker: the ten calls that wasi-libc imports for a
// program which computes and prints, as bench/src/wasi.rs has them for wasmtime.

// Error numbers of WASI preview 1.
const SUCCESS = 0;
const EBADF = 8;
const EINVAL = 28;
const ESPIPE = 70;

// The module called `proc_exit`.
class Exit {
  /** @param {number} status */
  constructor(status) {
    this.status = status;
  }
}

class Wasi {
  /** @param {string[]} args */
  constructor(args) {
    const encoder = new TextEncoder();
    this.args = args.map((arg) => encoder.encode(`${arg}\0`));
    /** @type {WebAssembly.Memory | undefined} */
    this.memory = undefined;
    // What was written to standard output and standard error.
    this.written = ["", ""];
    this.decoders = this.written.map(() => new TextDecoder());
  }

  // The memory, seen anew each time: it may have grown.
  get view() {
    if (this.memory === undefined) throw new Error("the module has no memory");
    return new DataView(this.memory.buffer);
  }

  /** @param {number} at @param {number} length */
  bytes(at, length) {
    return new Uint8Array(this.view.buffer, at >>> 0, length >>> 0);
  }

  /** @param {number} at @param {number} value */
  put(at, value) {
    this.view.setUint32(at >>> 0, value, true);
  }

  /** @param {Uint8Array[]} strings @param {number} count @param {number} length */
  sizes(strings, count, length) {
    this.put(count, strings.length);
    this.put(length, strings.reduce((sum, string) => sum + string.length, 0));
    return SUCCESS;
  }

  /** @param {number} pointers @param {number} text */
  list(pointers, text) {
    for (const [slot, string] of this.args.entries()) {
      this.put(pointers + 4 * slot, text);
      this.bytes(text, string.length).set(string);
      text += string.length;
    }
    return SUCCESS;
  }

  // The pieces of an array of (address, length).
  /** @param {number} fd @param {number} vectors @param {number} count @param {number} written */
  write(fd, vectors, count, written) {
    if (fd !== 1 && fd !== 2) return EBADF;
    let length = 0;
    for (let slot = 0; slot < count >>> 0; slot++) {
      const at = (vectors >>> 0) + 8 * slot;
      const piece = this.bytes(this.view.getUint32(at, true), this.view.getUint32(at + 4, true));
      this.written[fd - 1] += this.decoders[fd - 1].decode(piece, { stream: true });
      length += piece.length;
    }
    this.put(written, length);
    return SUCCESS;
  }

  imports() {
    // An address outside of memory is the module's error.
    /** @param {(...values: any[]) => number} call */
    const checked = (call) => (/** @type {any[]} */ ...values) => {
      try {
        return call(...values);
      } catch (error) {
        if (error instanceof RangeError) return EINVAL;
        throw error;
      }
    };
    const known = (/** @type {number} */ fd) => fd >= 0 && fd < 3;
    return {
      args_get: checked((pointers, text) => this.list(pointers, text)),
      args_sizes_get: checked((count, length) => this.sizes(this.args, count, length)),
      environ_get: () => SUCCESS,
      environ_sizes_get: checked((count, length) => this.sizes([], count, length)),
      // Every clock is the monotonic one, which is what kernels read.
      clock_time_get: checked((_clock, _precision, at) => {
        this.view.setBigUint64(at >>> 0, BigInt(Math.round(performance.now() * 1e6)), true);
        return SUCCESS;
      }),
      fd_close: (/** @type {number} */ fd) => (known(fd) ? SUCCESS : EBADF),
      fd_fdstat_get: checked((fd, at) => {
        if (!known(fd)) return EBADF;
        // A character device, with no flags and every right.
        this.bytes(at, 24).fill(0xff).set([2, 0, 0, 0, 0, 0, 0, 0]);
        return SUCCESS;
      }),
      fd_seek: () => ESPIPE,
      fd_write: checked((fd, vectors, count, written) => this.write(fd, vectors, count, written)),
      proc_exit: (/** @type {number} */ status) => {
        throw new Exit(status);
      },
    };
  }
}

/** @param {WebAssembly.Module} module @param {string[]} args */
async function run(module, args) {
  const wasi = new Wasi(args);
  const { exports } = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.imports() });
  wasi.memory = /** @type {WebAssembly.Memory} */ (exports.memory);
  let status = 0;
  try {
    /** @type {() => void} */ (exports._start)();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    status = error.status;
  }
  const [output, errors] = wasi.written;
  return { status, output, errors };
}

self.onmessage = async (/** @type {MessageEvent<{ module: WebAssembly.Module, args: string[] }>} */ { data }) => {
  try {
    self.postMessage(await run(data.module, data.args));
  } catch (error) {
    self.postMessage(String(error));
  }
};

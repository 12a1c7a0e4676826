// Drives rv2wat_translator.wasm (translator/src), which makes WebAssembly of RISC-V
// programs (docs/abi.md).
//
// Must never know what a program does, nor whether this is a page or Node.

// An instance is used again until its memory has grown to this many bytes: memory of
// WebAssembly never shrinks.
const ENOUGH = 256 << 20;

// A program or a part of it that cannot be translated.
export class TranslationError extends Error {}

export class Translator {
  #module;
  /** @type {Record<string, any> | undefined} */
  #exports;
  /** @type {Uint8Array | undefined} */
  #program;

  // `module` is rv2wat_translator.wasm, compiled (WebAssembly.Module).
  /** @param {WebAssembly.Module} module */
  constructor(module) {
    this.#module = module;
  }

  // Translates an ELF file to the bytes of a module. Options are those of the command
  // line that decide what the module does, as an object: { level: 2 }, say.
  /** @param {Uint8Array} program @param {Record<string, unknown>} [options] @returns {Uint8Array} */
  translate(program, options = {}) {
    return this.#call(program, (exports) => {
      give(exports, new TextEncoder().encode(JSON.stringify(options)));
      exports.set_options();
      return made(exports, exports.translate());
    });
  }

  // Translates code that a program (its ELF file) has in memory, by a request of
  // rv2wat_web.wasm: the bytes of a module, and those of the answer.
  /** @param {Uint8Array} program @param {Uint8Array} request */
  translateBeside(program, request) {
    return this.#call(program, (exports) => {
      give(exports, request);
      const module = made(exports, exports.translate_beside());
      exports.answer();
      return { module, answer: left(exports) };
    });
  }

  /** @template T @param {Uint8Array} program @param {(exports: Record<string, any>) => T} act @returns {T} */
  #call(program, act) {
    if (this.#exports === undefined) {
      this.#exports = new WebAssembly.Instance(this.#module).exports;
      this.#program = undefined;
    }
    const exports = this.#exports;
    try {
      if (this.#program !== program) {
        give(exports, program);
        exports.set_program();
        this.#program = program;
      }
      return act(exports);
    } catch (error) {
      if (error instanceof TranslationError) throw error;
      this.#exports = undefined;
      const defect = new Uint8Array(exports.memory.buffer, exports.defect() >>> 0, exports.defect_len() >>> 0);
      const text = new TextDecoder().decode(defect);
      throw new TranslationError(`the translator failed: ${text || /** @type {Error} */ (error).message}`);
    } finally {
      if (exports.memory.buffer.byteLength > ENOUGH) this.#exports = undefined;
    }
  }
}

/** @param {Record<string, any>} exports @param {Uint8Array} bytes */
function give({ inbox, memory }, bytes) {
  const at = inbox(bytes.length) >>> 0;
  new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
}

/** @param {Record<string, any>} exports */
function left({ outbox, outbox_len, memory }) {
  return new Uint8Array(memory.buffer, outbox() >>> 0, outbox_len() >>> 0).slice();
}

/** @param {Record<string, any>} exports @param {number} done */
function made(exports, done) {
  const bytes = left(exports);
  if (done === 0) throw new TranslationError(new TextDecoder().decode(bytes));
  return bytes;
}

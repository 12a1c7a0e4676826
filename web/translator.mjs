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
  #instance;
  #program;

  // `module` is rv2wat_translator.wasm, compiled (WebAssembly.Module).
  constructor(module) {
    this.#module = module;
  }

  // Translates an ELF file (Uint8Array) to the bytes of a module. Options are those of the
  // command line that decide what the module does, as an object: { level: 2 }, say.
  translate(program, options = {}) {
    return this.#call(program, (exports) => {
      this.#give(new TextEncoder().encode(JSON.stringify(options)));
      exports.set_options();
      return this.#made(exports.translate());
    });
  }

  // Translates code that a program (its ELF file) has in memory, by a request of
  // rv2wat_web.wasm: the bytes of a module, and those of the answer.
  translateBeside(program, request) {
    return this.#call(program, (exports) => {
      this.#give(request);
      const module = this.#made(exports.translate_beside());
      exports.answer();
      return { module, answer: this.#left() };
    });
  }

  #call(program, act) {
    if (this.#instance === undefined) {
      this.#instance = new WebAssembly.Instance(this.#module);
      this.#program = undefined;
    }
    const { exports } = this.#instance;
    try {
      if (this.#program !== program) {
        this.#give(program);
        exports.set_program();
        this.#program = program;
      }
      return act(exports);
    } catch (error) {
      if (error instanceof TranslationError) throw error;
      this.#instance = undefined;
      const text = this.#text(exports.memory, exports.defect() >>> 0, exports.defect_len() >>> 0);
      throw new TranslationError(`the translator failed: ${text || error.message}`);
    } finally {
      if (exports.memory.buffer.byteLength > ENOUGH) this.#instance = undefined;
    }
  }

  #give(bytes) {
    const { inbox, memory } = this.#instance.exports;
    const at = inbox(bytes.length) >>> 0;
    new Uint8Array(memory.buffer, at, bytes.length).set(bytes);
  }

  #left() {
    const { outbox, outbox_len, memory } = this.#instance.exports;
    return new Uint8Array(memory.buffer, outbox() >>> 0, outbox_len() >>> 0).slice();
  }

  #made(done) {
    const left = this.#left();
    if (done === 0) throw new TranslationError(new TextDecoder().decode(left));
    return left;
  }

  #text(memory, at, length) {
    return new TextDecoder().decode(new Uint8Array(memory.buffer, at, length));
  }
}

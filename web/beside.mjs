// Modules beside a program's: what a running program does often and was not translated
// beforehand. rv2wat_web.wasm says what is to be translated (web/src/machine/hot.rs);
// here it is translated, instantiated and kept.
//
// Must never know why something is to be translated.

import { Translator, TranslationError } from "./translator.mjs";

// What a module imports the program's memory and registers from (src/module.rs).
const PROGRAM = "guest";

// What goes wrong with one module alone: it cannot be translated, or the engine does not
// take it, for lack of memory for example.
const REFUSED = [TranslationError, WebAssembly.CompileError, WebAssembly.LinkError, RangeError];

export class Beside {
  #own;
  #give;
  /** @type {Uint8Array} */
  #program = new Uint8Array(0);
  /** @type {Translator | undefined} */
  #translator;
  /** @type {WebAssembly.Imports} */
  #imports = {};
  // How to enter each module, by its number.
  /** @type {WebAssembly.Table | undefined} */
  #modules;
  /** @type {Uint8Array} */
  #answer = new Uint8Array(0);

  // own         a view of the memory of rv2wat_web.wasm
  // translator  rv2wat_translator.wasm, compiled, or a function that gives it
  /** @param {import("./files.mjs").View} own @param {import("./types.d.ts").Tiers["translator"]} translator */
  constructor(own, translator) {
    this.#own = own;
    this.#give = translator;
  }

  // What the modules import: the host's functions, and the program's exports; the
  // program's ELF file; and where the modules are entered from.
  /**
   * @param {WebAssembly.ModuleImports} rv
   * @param {WebAssembly.Exports} guest
   * @param {Uint8Array} program
   * @param {WebAssembly.Table} modules
   */
  attach(rv, guest, program, modules) {
    this.#program = program;
    this.#imports = { rv, [PROGRAM]: guest };
    this.#modules = modules;
  }

  // The imports of rv2wat_web.wasm.
  /** @returns {Record<string, (...values: any[]) => any>} */
  imports() {
    /** @param {number} at @param {number} length */
    const bytes = (at, length) => this.#own.part(at >>> 0, length >>> 0);
    return {
      // Makes a module with this number: the length of the answer, or −1 less that of the
      // reason why there is none.
      beside_make: (number, at, length) => {
        const translator = this.#loaded();
        try {
          this.#answer = this.#make(translator, number, bytes(at, length).slice());
          return this.#answer.length;
        } catch (error) {
          if (!REFUSED.some((kind) => error instanceof kind)) throw error;
          this.#answer = new TextEncoder().encode(/** @type {Error} */ (error).message);
          return -1 - this.#answer.length;
        }
      },
      beside_answer: (to) => this.#own.all().set(this.#answer, to >>> 0),
      // Forgets it.
      beside_drop: (number) => {
        this.#modules?.set(number, null);
      },
    };
  }

  #loaded() {
    if (this.#translator === undefined) {
      const given = this.#give;
      if (given === undefined) throw new Error("there is no translator");
      this.#translator = new Translator(typeof given === "function" ? given() : given);
    }
    return this.#translator;
  }

  /** @param {Translator} translator @param {number} number @param {Uint8Array} request */
  #make(translator, number, request) {
    const { module, answer } = translator.translateBeside(this.#program, request);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(/** @type {Uint8Array<ArrayBuffer>} */ (module)), this.#imports);
    this.#modules?.set(number, instance.exports.enter);
    return answer;
  }
}

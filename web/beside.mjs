// Modules beside a program's: what a running program does often and was not translated
// beforehand. rv2wat_web.wasm says what is to be translated (web/src/machine/hot.rs);
// here it is translated, instantiated and kept.
//
// Must never know why something is to be translated.

import { Translator, TranslationError } from "./translator.mjs";

// What a module imports the program's memory and registers from (src/module.rs).
const PROGRAM = "guest";

// Entries from here on are of modules beside the program's: the bits below say which, and
// the entry's number in it.
export const BESIDE = 1 << 30;
const NUMBER_BITS = 18;

// What goes wrong with one module alone: it cannot be translated, or the engine does not
// take it, for lack of memory for example.
const REFUSED = [TranslationError, WebAssembly.CompileError, WebAssembly.LinkError, RangeError];

export class Beside {
  #own;
  #give;
  #program;
  #translator;
  #imports;
  #enterable;
  // How to enter each module, by its number.
  #entered = [];
  #answer = new Uint8Array(0);

  // own         a view of the memory of rv2wat_web.wasm
  // translator  rv2wat_translator.wasm, compiled, or a function that gives it
  // program     the ELF file
  constructor(own, translator, program) {
    this.#own = own;
    this.#give = translator;
    this.#program = program;
  }

  // What the modules import: the host's functions, and the program's exports.
  // `enterable` is what is done to an export before it is called.
  attach(rv, guest, enterable = (enter) => enter) {
    this.#imports = { rv, [PROGRAM]: guest };
    this.#enterable = enterable;
  }

  // Runs from an entry on.
  enter(entry) {
    const of = entry ^ BESIDE;
    return this.#entered[of >> NUMBER_BITS](of & ((1 << NUMBER_BITS) - 1));
  }

  // The imports of rv2wat_web.wasm.
  imports() {
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
          this.#answer = new TextEncoder().encode(error.message);
          return -1 - this.#answer.length;
        }
      },
      beside_answer: (to) => this.#own.all().set(this.#answer, to >>> 0),
      // Forgets it.
      beside_drop: (number) => {
        this.#entered[number] = undefined;
      },
    };
  }

  #loaded() {
    if (this.#translator === undefined) {
      const given = this.#give;
      this.#translator = new Translator(typeof given === "function" ? given() : given);
    }
    return this.#translator;
  }

  #make(translator, number, request) {
    const { module, answer } = translator.translateBeside(this.#program, request);
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module), this.#imports);
    this.#entered[number] = this.#enterable(instance.exports.enter);
    return answer;
  }
}

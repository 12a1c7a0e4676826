// The worker that translates one program: it gets an ELF file, and answers with a module
// or with why there is none.
//
// Must never know who runs the module.

import { relaxed } from "./sites.mjs";
import { TranslationError, Translator } from "./translator.mjs";

const TRANSLATOR = new URL("rv2wat_translator.wasm", import.meta.url);

self.onmessage = async (/** @type {MessageEvent<{ program: Uint8Array }>} */ { data: { program } }) => {
  try {
    const module = await WebAssembly.compileStreaming(fetch(TRANSLATOR));
    const options = relaxed() ? {} : { "engine-features": "none" };
    const made = new Translator(module).translate(program, options);
    self.postMessage({ module: made });
  } catch (error) {
    const { message, stack } = /** @type {Error} */ (error);
    self.postMessage({ why: error instanceof TranslationError ? message : stack });
  }
};

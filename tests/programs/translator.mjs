// Translates a program with the translator that is a WebAssembly module:
//
//   node translator.mjs rv2wat_translator.wasm OPTIONS PROGRAM.elf MODULE.wasm
//
// OPTIONS is a JSON object. What went wrong is on standard output, as one line.
import { readFileSync, writeFileSync } from "node:fs";
import { TranslationError, Translator } from "../../web/translator.mjs";

const [wasm, options, program, module] = process.argv.slice(2);
const translator = new Translator(new WebAssembly.Module(readFileSync(wasm)));
try {
  writeFileSync(module, translator.translate(readFileSync(program), JSON.parse(options)));
} catch (error) {
  if (!(error instanceof TranslationError)) throw error;
  console.log(error.message);
}

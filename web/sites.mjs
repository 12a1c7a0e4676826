// What site.json says (docs/site.md), for pages and for Node.
//
// Must never know how it got here.

/** @typedef {import("./types.d.ts").Site} Site */
/** @typedef {import("./types.d.ts").TerminalMode} TerminalMode */

// The format of site.json that this reads.
const VERSION = 1;

// What files may take that programs write, in bytes.
export const FILES = 512 << 20;

// Why a program cannot be started or run on, which is not the program's fault.
export class StartError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "StartError";
  }
}

// The site that a text is; `where` is for errors.
/** @param {string} text @param {string | URL} where @returns {Site} */
export function readSite(text, where) {
  let site;
  try {
    site = JSON.parse(text);
  } catch (error) {
    throw new StartError(`${where} is no JSON: ${/** @type {Error} */ (error).message}`);
  }
  if (site?.version !== VERSION) {
    throw new StartError(`${where} has version ${site?.version}; only version ${VERSION} can be read`);
  }
  return site;
}

// Whether the engine has relaxed SIMD: the smallest module that uses it.
export function relaxed() {
  return WebAssembly.validate(
    Uint8Array.of(
      ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0],
      ...[65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
    ),
  );
}

// The module of a program, by the hash of its file; its path is for errors.
/** @param {Site} site @param {string} hash @param {string} [path] */
export function chooseModule(site, hash, path) {
  const program = site.programs[hash];
  if (program === undefined) {
    const refused = site.refused.find((refused) => refused.path === path);
    throw new StartError(`${path ?? hash} cannot run: ${refused?.why ?? "the site has no translation of it"}`);
  }
  const { module, portable, size } = program;
  return { module: portable === undefined || relaxed() ? module : portable, size };
}

// Variables, of which those of a later list replace those of an earlier one.
/** @param {string[][]} lists */
export function joined(...lists) {
  const found = new Map(lists.flat().map((variable) => [variable.split("=", 1)[0], variable]));
  return [...found.values()];
}

// The mode of a terminal, from the bits of the import `terminal_mode`.
/** @param {number} bits @returns {TerminalMode} */
export function modeOf(bits) {
  const [canonical, echo, signals, carriageReturn, output] = [1, 2, 4, 8, 16].map((bit) => (bits & bit) !== 0);
  return { canonical, echo, signals, carriageReturn, output };
}

// The package's entry: starts a program of a packed site, or one module, in a worker
// of its own. README.md of this directory has an example, types.d.ts the types.
//
// Must never know a terminal or a page's elements: bytes go in and out.

import { KIND, SharedOutside } from "./channel.mjs";
import { MessageOutside } from "./messages.mjs";
import * as requests from "./requests.mjs";
import { chooseModule, FILES, joined, modeOf, readSite, StartError } from "./sites.mjs";

/**
 * @typedef {import("./types.d.ts").StartOptions} StartOptions
 * @typedef {import("./types.d.ts").Guest} Guest
 * @typedef {import("./types.d.ts").Command} Command
 * @typedef {import("./types.d.ts").Exit} Exit
 * @typedef {import("./types.d.ts").Site} Site
 * @typedef {import("./types.d.ts").Told} Told
 */

export { FileError } from "./requests.mjs";
export { StartError } from "./sites.mjs";

// Guest stack that recursion may take in a browser's worker, whose own stack is short.
const STACK_BUDGET = 32 << 10;

const SIGWINCH = 28;

// How much of a file one request writes.
const PART = 1 << 16;

/** @param {Uint8Array | string} data */
const bytesOf = (data) => (typeof data === "string" ? new TextEncoder().encode(data) : data);

/** @param {BufferSource} source */
const bytesIn = (source) =>
  source instanceof ArrayBuffer
    ? new Uint8Array(source)
    : new Uint8Array(/** @type {ArrayBufferView} */ (source).buffer, source.byteOffset, source.byteLength);

// A part of a site, or an error that names it.
/** @param {string | URL} url @param {RequestInit} [how] */
async function fetched(url, how) {
  let response;
  try {
    response = await fetch(url, how);
  } catch (error) {
    const { message } = /** @type {Error} */ (error);
    throw new StartError(`${url} cannot be fetched: is the server there? (${message})`);
  }
  if (!response.ok) throw new StartError(`${url} cannot be fetched: the server says ${response.status}`);
  return response;
}

// Modules by their addresses, so that a program that is started again is not compiled
// again. A module keeps its compiled code, which the browser shares with workers.
/** @type {Map<string, Promise<WebAssembly.Module>>} */
const modules = new Map();

// Compiles while it loads, from the response as the network gives it: Chromium keeps
// compiled code of no other.
/** @param {string} url @param {(loaded: number) => void} [loaded] */
function compiled(url, loaded) {
  let module = modules.get(url);
  if (module === undefined) {
    module = compile(url, loaded);
    modules.set(url, module);
    module.catch(() => modules.delete(url));
  }
  return module;
}

/** @param {string} url @param {(loaded: number) => void} [loaded] */
async function compile(url, loaded) {
  const response = await fetched(url);
  if (loaded !== undefined) count(response.clone(), loaded).catch(() => {});
  try {
    return await WebAssembly.compileStreaming(response);
  } catch (error) {
    throw new StartError(`${url} cannot be compiled: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {Response} response @param {(loaded: number) => void} loaded */
async function count(response, loaded) {
  const reader = response.body?.getReader();
  let sum = 0;
  for (;;) {
    const part = await reader?.read();
    if (part?.value === undefined) return;
    sum += part.value.length;
    loaded(sum);
  }
}

/** @param {string | URL} url @returns {Promise<Site>} */
async function siteAt(url) {
  const response = await fetched(url, { cache: "no-cache" });
  return readSite(await response.text(), url);
}

// Whether memory can be shared with workers, so that they can block.
export function isolated() {
  return globalThis.crossOriginIsolated === true;
}

/**
 * Starts a program. The promise is kept at once when the worker exists: `started` and
 * `exit` of the guest say how it goes on.
 * @param {StartOptions} options
 * @returns {Promise<Guest>}
 */
export async function start(options) {
  if ((options.site === undefined) === (options.module === undefined)) {
    throw new TypeError("either `site` or `module` must be given");
  }
  const worker = new Worker(options.worker ?? new URL("worker.mjs", import.meta.url), { type: "module" });
  const running = new Running(worker, options);
  running.begin(options).catch((error) => running.fail(error));
  return running;
}

/** @implements {Guest} */
class Running {
  /** @param {Worker} worker @param {StartOptions} options */
  constructor(worker, options) {
    this.worker = worker;
    this.options = options;
    /** @type {string[]} */
    this.reports = [];
    /** @type {Promise<Exit>} */
    this.exit = new Promise((resolve, reject) => {
      this.ended = resolve;
      this.broken = reject;
    });
    /** @type {Command} */
    this.command = { args: [], cwd: "/" };
    /** @type {Promise<Command>} */
    this.started = new Promise((resolve, reject) => {
      this.running = resolve;
      this.exit.then(() => reject(new StartError("it was stopped before it ran")), reject);
    });
    // Whoever wants to know looks at `exit`; `started` need not be looked at.
    this.started.catch(() => {});
    this.over = false;
    this.begun = false;
    this.files = filesOf(this);

    const Outside = isolated() ? SharedOutside : MessageOutside;
    this.channel = new Outside(
      (message) => worker.postMessage(message),
      (/** @type {number} */ kind, /** @type {Uint8Array} */ bytes) => this.#emitted(kind, bytes),
    );
    worker.onmessage = ({ data }) => this.#told(data);
    worker.onerror = (event) => {
      event.preventDefault();
      // There is no message where it could not be loaded.
      const why = event.message ?? `${options.worker ?? "worker.mjs"} cannot be loaded: is the server there?`;
      this.fail(new StartError(why));
    };
    const { terminal, stdin } = options;
    if (terminal !== undefined) this.resize(terminal.columns, terminal.rows);
    if (stdin !== undefined && stdin.length > 0) this.write(stdin);
    if (terminal === undefined && stdin !== undefined) this.closeInput();
  }

  // Fetches what the worker needs, all at once, and hands it over.
  /** @param {StartOptions} options */
  async begin(options) {
    const { site: folder, terminal, env = [], files = {}, onProgress = () => {} } = options;
    const web = compiled(new URL("rv2wat_web.wasm", import.meta.url).href);
    web.catch(() => {});
    const common = {
      type: /** @type {const} */ ("start"),
      buffer: this.channel.handle(),
      window: [terminal?.rows ?? 0, terminal?.columns ?? 0, 0, 0],
      terminal: terminal !== undefined,
      stackBudget: options.stackBudget ?? STACK_BUDGET,
      writes: Object.entries(files).map(
        ([path, content]) => /** @type {[string, Uint8Array, number]} */ ([path, bytesOf(content), 0o644]),
      ),
    };
    if (folder === undefined) {
      const { module, program, args = ["program"], cwd } = options;
      if (module === undefined || program === undefined) throw new TypeError("a module needs its `program`");
      const compiledModule = module instanceof WebAssembly.Module ? module : await WebAssembly.compile(module);
      const alone = { module: compiledModule, program: bytesIn(program) };
      this.#hand({ ...common, web: await web, args, env, directory: cwd, contents: undefined, alone });
      return;
    }
    // Addresses below a folder need a slash behind it.
    const base = new URL(`${new URL(folder, globalThis.location?.href).href.replace(/\/*$/, "")}/`);
    onProgress({ stage: "site", loaded: 0, total: 0 });
    const site = await siteAt(new URL("site.json", base));
    const { entry } = site;
    this.site = site;
    this.base = base;
    const args = options.args ?? entry.args;
    onProgress({ stage: "site", loaded: 0, total: 0, args });
    // Most often the program is the site's own: its module is fetched before its place
    // in the tree is known.
    if (args[0] === entry.args[0]) this.#module(entry.program).catch(() => {});
    const tree = await (await fetched(new URL(site.files, base), { cache: "no-cache" })).arrayBuffer();
    this.#hand({
      ...common,
      web: await web,
      args,
      env: joined(entry.env, env),
      files: new Uint8Array(tree),
      directory: options.cwd ?? entry.cwd,
      hostname: entry.hostname,
      user: entry.user,
      limits: [site.memory, FILES],
      contents: new URL("content/", base).href,
      alone: undefined,
    });
  }

  // The module of a program of the site, by the hash of its file.
  /** @param {string} hash @param {string} [path] */
  async #module(hash, path) {
    if (this.site === undefined) throw new StartError("there is no site");
    const { module, size } = chooseModule(this.site, hash, path);
    const { onProgress = () => {} } = this.options;
    return compiled(new URL(module, this.base).href, (loaded) =>
      onProgress({ stage: "download", loaded, total: size }),
    );
  }

  /** @param {import("./types.d.ts").Job} job */
  #hand(job) {
    this.command = { args: job.args, cwd: job.directory ?? "/" };
    if (!this.over) this.worker.postMessage(job);
  }

  /** @param {Told} message */
  #told(message) {
    switch (message.type) {
      case "wanted":
        this.#module(message.hash, message.path)
          .then((module) => {
            this.options.onProgress?.({ stage: "start", loaded: 0, total: 0 });
            this.worker.postMessage({ type: "module", module });
          })
          .catch((error) => this.fail(error));
        break;
      case "started":
        this.begun = true;
        this.options.onProgress?.({ stage: "run", loaded: 0, total: 0 });
        this.running?.(this.command);
        break;
      case "ended":
        this.channel.drained().then(() => this.#end({ code: message.status, how: "exited" }));
        break;
      case "failed":
        this.channel.drained().then(() => this.fail(new StartError(message.message)));
        break;
      case "answer":
        this.channel.answered(message.bytes);
        break;
      default:
        this.channel.told(message);
    }
  }

  /** @param {number} kind @param {Uint8Array} bytes @returns {void | Promise<void>} */
  #emitted(kind, bytes) {
    const { onStdout, onStderr, onMode } = this.options;
    switch (kind) {
      case KIND.output:
        return onStdout?.(bytes);
      case KIND.error:
        return onStderr?.(bytes);
      case KIND.mode:
        return onMode?.(modeOf(bytes[bytes.length - 1]));
      case KIND.report:
        this.reports.push(...new TextDecoder().decode(bytes).trimEnd().split("\n"));
    }
  }

  /** @param {Omit<Exit, "reports">} exit */
  #end(exit) {
    this.over = true;
    this.ended?.({ ...exit, reports: this.reports });
  }

  // Ends it for a reason that is not the program's.
  /** @param {Error} error */
  fail(error) {
    this.over = true;
    this.worker.terminate();
    this.channel.close(error);
    this.broken?.(error);
  }

  /** @param {Uint8Array | string} input */
  write(input) {
    return this.channel.write(bytesOf(input));
  }
  closeInput() {
    this.channel.closeInput();
  }
  /** @param {number} number */
  signal(number) {
    if (!(number >= 1 && number <= 31)) throw new RangeError(`there is no signal ${number}`);
    if (this.over) return;
    this.channel.signal(number, (ends) => {
      if (this.over) return;
      if (ends) this.#stop({ code: 128 + number, how: "exited" });
      else this.options.onSignalWaits?.(number);
    });
  }
  /** @param {number} columns @param {number} rows */
  resize(columns, rows) {
    this.channel.resize([rows, columns, 0, 0]);
    if (this.begun) this.signal(SIGWINCH);
  }
  stop() {
    this.#stop({ code: 137, how: "stopped" });
  }
  /** @param {Omit<Exit, "reports">} exit */
  #stop(exit) {
    this.worker.terminate();
    this.channel.close(new StartError("the program was stopped, and its files are gone"));
    this.#end(exit);
  }
}

/** @param {Running} guest @returns {import("./types.d.ts").GuestFiles} */
function filesOf(guest) {
  /** @param {Uint8Array} request @returns {Promise<any>} */
  const ask = async (request) => requests.decode(await guest.channel.request(request), request);
  return {
    list: (path) => ask(requests.list(path)),
    stat: (path) => ask(requests.look(path)),
    async read(path) {
      const parts = [];
      let length = 0;
      for (;;) {
        const part = await ask(requests.read(path, length, requests.PART));
        if (part.length === 0) break;
        parts.push(part);
        length += part.length;
      }
      const all = new Uint8Array(length);
      parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
      return all;
    },
    async write(path, content, mode = 0o644) {
      const bytes = bytesOf(content);
      for (let at = 0; at === 0 || at < bytes.length; at += PART) {
        await ask(requests.write(path, at, mode, bytes.subarray(at, at + PART)));
      }
    },
    remove: (path) => ask(requests.remove(path)),
    makeDir: (path) => ask(requests.makeDirectory(path)),
  };
}

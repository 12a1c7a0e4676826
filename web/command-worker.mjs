// The thread that runs a site's program under Node: finds it in the site's files, and
// runs it with the streams of the process.
//
// Must never know the command line or the terminal: command.mjs does.
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { SharedInside } from "./channel.mjs";
import { Host, HostError } from "./host.mjs";
import { openRoot } from "./node-files.mjs";
import { described, nodeWorld, STACK_BUDGET } from "./node-world.mjs";
import { FileError } from "./requests.mjs";
import { chooseModule, FILES, joined, modeOf, readSite, StartError } from "./sites.mjs";

/**
 * What the main thread gives.
 * @type {{
 *   site: string, env: string[], args: string[], buffer: SharedArrayBuffer | undefined,
 *   dirs: { host: string, path: string }[],
 * }}
 */
const { site: folder, env, args: words, dirs, buffer } = workerData;

/** @param {string[]} names */
const file = (...names) => readFileSync(join(folder, ...names));

/** @param {string} name @returns {import("./types.d.ts").World} */
function worldOf(name) {
  const world = nodeWorld(name);
  world.content = (hash) => file("content", hash);
  if (buffer === undefined) return world;
  const post = (/** @type {unknown} */ message) => parentPort?.postMessage(message);
  const inside = new SharedInside(buffer, post);
  return {
    ...world,
    sleep: (nanoseconds) => inside.sleep(nanoseconds),
    read: (to) => inside.read(to),
    poll: (nanoseconds) => inside.poll(nanoseconds),
    windowSize: () => inside.windowSize(),
    setTerminal: (bits) => post({ type: "mode", mode: modeOf(bits) }),
    attention: () => inside.attention(),
    maySignal: () => true,
    signalsEnd: (bits) => inside.signalsEnd(bits),
  };
}

// For code that the program comes to often and that was not translated beforehand.
const translator = () =>
  new WebAssembly.Module(new Uint8Array(readFileSync(new URL("rv2wat_translator.wasm", import.meta.url))));

function main() {
  let name = "site";
  try {
    const site = readSite(file("site.json").toString(), join(folder, "site.json"));
    const { entry } = site;
    const args = words.length > 0 ? words : entry.args;
    name = args[0];
    const web = new WebAssembly.Module(new Uint8Array(readFileSync(new URL("rv2wat_web.wasm", import.meta.url))));
    const host = new Host(web, worldOf(name), { translator });
    host.set({
      env: joined(entry.env, env),
      files: file(site.files),
      directory: entry.cwd,
      hostname: entry.hostname,
      user: entry.user,
      limits: [site.memory, FILES],
    });
    const found = host.findProgram(name);
    if (typeof found === "number") throw new HostError(new FileError(-found).message);
    const { module } = chooseModule(site, found.hash, found.path);
    host.load({
      module: new WebAssembly.Module(new Uint8Array(file(module))),
      program: file("content", found.hash),
      path: found.path,
      args,
      mounts: dirs.map(({ host, path }) => ({ handle: openRoot(host), path })),
    });
    process.exit(host.run(STACK_BUDGET).status);
  } catch (error) {
    const known = [HostError, StartError, WebAssembly.CompileError].some((kind) => error instanceof kind);
    writeSync(2, `rv2wat: ${name}: ${described(error, known)}\n`);
    process.exit(1);
  }
}

main();

// Runs one program in a worker, for bench/chromium.mjs, and tells its status and what it
// wrote. Modules are compiled while they load, as on the page of a packed site.
import { start } from "./rv2wat/guest.mjs";

/**
 * @typedef {{ module: string, program?: string, args: string[] }} Job
 * @typedef {{ status: number, output: string, errors: string }} Ran
 */

/** @param {string} url */
async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: the server says ${response.status}`);
  return response;
}

/** @param {Job} job @returns {Promise<Ran>} */
export async function run({ module, program, args }) {
  // Clocks are coarser on other pages, and programs wait in another way.
  if (!crossOriginIsolated) throw new Error("the page is not isolated");
  const compiled = WebAssembly.compileStreaming(fetched(module));
  return program === undefined ? direct(await compiled, args) : translated(await compiled, program, args);
}

/** @param {WebAssembly.Module} module @param {string} program @param {string[]} args @returns {Promise<Ran>} */
async function translated(module, program, args) {
  const elf = await (await fetched(program)).arrayBuffer();
  const [output, errors] = [text(), text()];
  const guest = await start({
    module,
    program: elf,
    args,
    stdin: "",
    onStdout: output.add,
    onStderr: errors.add,
  });
  try {
    const { code, reports } = await guest.exit;
    return { status: code, output: output.all(), errors: errors.all() + reports.join("\n") };
  } finally {
    guest.stop();
  }
}

/** @param {WebAssembly.Module} module @param {string[]} args @returns {Promise<Ran>} */
function direct(module, args) {
  const worker = new Worker("wasi-worker.mjs", { type: "module" });
  const ran = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (typeof data === "string" ? reject(new Error(data)) : resolve(data));
    worker.onerror = (event) => reject(new Error(event.message ?? "wasi-worker.mjs cannot be loaded"));
  });
  worker.postMessage({ module, args });
  return ran.finally(() => worker.terminate());
}

// Bytes that become text.
function text() {
  const decoder = new TextDecoder();
  let all = "";
  return {
    /** @param {Uint8Array} bytes */
    add: (bytes) => {
      all += decoder.decode(bytes, { stream: true });
    },
    all: () => all,
  };
}

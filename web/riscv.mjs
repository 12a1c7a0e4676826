// Runs the RISC-V programs that a page names, each in a terminal behind its tag:
//
//   <script type="module" src="rv2wat/riscv.mjs"></script>
//   <script type="application/riscv64" src="fib.elf" data-args="30"></script>
//   <script type="application/riscv64" src="my-site/"></script>
//
//   src        an ELF file, which is translated here; or a packed site, by its folder
//   data-args  arguments; of a site, the whole command. Words as a shell has them, with
//              quotes, or a JSON array
//   data-env   NAME=VALUE, in the same way
//   data-view  `terminal`, or `text` for a program that only prints
//   data-rows  rows of the terminal; 24 if not given
//
// Tags that are added later count as well. When a program ends, the element behind its
// tag gets the attribute `data-exit-code`, `none` if the program could not run.
//
// Must never know a system call, or how a program is translated.

import { start, StartError } from "./guest.mjs";
import { fetchProgram, translated } from "./translations.mjs";
import { View } from "./view.mjs";

/** @typedef {import("./types.d.ts").StartOptions} StartOptions */
/** @typedef {import("./types.d.ts").Guest} Guest */

const TYPE = "application/riscv64";
const ROWS = 24;

// How much of what a program prints is kept where it is shown as text, in characters.
const SHOWN = 1 << 20;

/** @type {WeakSet<Element>} */
const seen = new WeakSet();

// The words of an attribute.
/** @param {string} text @returns {string[]} */
export function words(text) {
  if (text.trimStart().startsWith("[")) {
    const list = JSON.parse(text);
    if (!list.every((/** @type {unknown} */ word) => typeof word === "string")) {
      throw new StartError(`${text} is no list of strings`);
    }
    return list;
  }
  const found = text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g);
  return Array.from(found, ([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

// What shows a program: a terminal, or text.
/** @param {HTMLElement} element @param {DOMStringMap} data */
function shownIn(element, data) {
  if (data.view === "text") {
    const text = document.createElement("pre");
    element.append(text);
    const decoder = new TextDecoder();
    /** @param {Uint8Array} bytes */
    const print = (bytes) => {
      text.append(decoder.decode(bytes, { stream: true }));
      while ((text.textContent?.length ?? 0) > SHOWN && text.firstChild !== null) text.firstChild.remove();
    };
    return {
      run: (/** @type {StartOptions} */ options) => start({ ...options, stdin: "", onStdout: print, onStderr: print }),
    };
  }
  const rows = Number(data.rows ?? ROWS);
  if (!(rows >= 1 && rows <= 200)) throw new StartError(`data-rows="${data.rows}" is no number of rows`);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const view = new View(element, { dark: dark.matches, rows });
  dark.addEventListener("change", () => view.setDark(dark.matches));
  return { run: (/** @type {StartOptions} */ options) => view.run(options) };
}

// What a tag asks to run.
/** @param {HTMLScriptElement} tag @param {(text: string) => void} say @returns {Promise<StartOptions>} */
async function asked(tag, say) {
  const { args, env } = tag.dataset;
  const given = { args: args === undefined ? [] : words(args), env: words(env ?? "") };
  const src = tag.getAttribute("src");
  if (src === null || src === "") throw new StartError("the tag has no src");
  const url = new URL(src, document.baseURI);
  if (url.pathname.endsWith("/")) {
    say("Loading");
    return { site: url, env: given.env, args: given.args.length > 0 ? given.args : undefined };
  }
  say(`Loading ${src}`);
  const program = await fetchProgram(url);
  const module = await translated(program, () => say(`Translating ${src}`));
  const name = decodeURIComponent(url.pathname.split("/").at(-1) ?? "program");
  return { module, program, args: [name, ...given.args], env: given.env };
}

// Runs what a tag names.
/** @param {HTMLScriptElement} tag */
async function run(tag) {
  const element = document.createElement("div");
  element.className = "rv2wat-program";
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  const say = (/** @type {string} */ text) => (status.textContent = text);
  tag.after(element);
  element.append(status);
  try {
    const shown = shownIn(element, tag.dataset);
    const options = await asked(tag, say);
    const guest = await shown.run(options);
    guest.started.then(
      () => say("Running"),
      () => {},
    );
    const { code, reports } = await guest.exit;
    say([`Ended with status ${code}`, ...reports].join(": "));
    element.dataset.exitCode = String(code);
    // Nobody looks at its files.
    guest.stop();
  } catch (error) {
    say(`Cannot run: ${/** @type {Error} */ (error).message}`);
    element.dataset.exitCode = "none";
  }
}

// Runs the tags in a part of a document.
/** @param {ParentNode} root */
function look(root) {
  const found = [...root.querySelectorAll("script")];
  if (root instanceof HTMLScriptElement) found.push(root);
  for (const tag of found) {
    if (tag.type !== TYPE || seen.has(tag)) continue;
    seen.add(tag);
    void run(tag);
  }
}

for (const name of ["xterm.css", "riscv.css"]) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url).href;
  document.head.append(link);
}
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) if (node instanceof Element) look(node);
  }
}).observe(document, { childList: true, subtree: true });
look(document);

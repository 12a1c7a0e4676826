// The page of a packed site: a terminal that runs the site's program, its status, its
// files, and what the user can do about them.
//
// The address may name another command: `?arg=ls&arg=-l&env=NAME=VALUE`.

import { Panel } from "./panel.mjs";
import { View } from "./view.mjs";

/** @typedef {import("./types.d.ts").Guest} Guest */
/** @typedef {import("./types.d.ts").Progress} Progress */

/** @template {HTMLElement} T @param {string} id @param {new () => T} type @returns {T} */
function part(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page lacks ${id}`);
  return found;
}

const status = part("status", HTMLElement);
const progress = part("progress", HTMLProgressElement);
const restart = part("restart", HTMLButtonElement);
const stop = part("stop", HTMLButtonElement);
const showFiles = part("show-files", HTMLButtonElement);
const theme = part("theme", HTMLButtonElement);
const reader = part("reader", HTMLButtonElement);
const aside = part("files", HTMLElement);

const SIGWINCH = 28;

// The site is the folder above that of this script.
const SITE = new URL("..", import.meta.url);

const system = matchMedia("(prefers-color-scheme: dark)");
const THEMES = ["system", "dark", "light"];

// What the user has chosen, if the browser remembers.
function chosenTheme() {
  try {
    return THEMES.find((name) => name === localStorage.getItem("rv2wat-theme")) ?? "system";
  } catch {
    return "system";
  }
}

let chosen = chosenTheme();
const isDark = () => (chosen === "system" ? system.matches : chosen === "dark");

const view = new View(part("terminal", HTMLElement), { dark: isDark(), leave: nextPart });
const panel = new Panel(aside);

function paint() {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  theme.textContent = `Theme: ${chosen}`;
  view.setDark(isDark());
}

/** @param {"loading" | "running" | "ended" | "stopped" | "failed"} state @param {string} text */
function say(state, text) {
  const over = state !== "running" && state !== "loading";
  status.dataset.state = state;
  // What is said again is read aloud again.
  if (status.textContent !== text) status.textContent = text;
  // A button that is disabled loses the keys.
  if (over && document.activeElement === stop) restart.focus();
  stop.disabled = over;
  restart.classList.toggle("next", over);
  progress.hidden = state !== "loading";
}

/** @param {Progress} made */
function show({ stage, loaded, total, args }) {
  if (args !== undefined) name(args);
  if (stage === "download" && total > 0) {
    progress.max = total;
    progress.value = Math.min(loaded, total);
    const done = loaded >= total ? "Compiling" : "Downloading";
    say("loading", `${done} ${(total / 1e6).toFixed(1)} MB`);
  } else if (stage === "run") {
    say("running", "Running");
  } else {
    progress.removeAttribute("value");
    say("loading", stage === "start" ? "Starting" : "Loading");
  }
}

// Says what runs.
/** @param {string[]} args */
function name(args) {
  if (args.length === 0) return;
  const words = [args[0].split("/").at(-1), ...args.slice(1)].join(" ");
  part("name", HTMLElement).textContent = words;
  document.title = `${words} – rv2wat`;
}

// The command that the address names.
function asked() {
  const words = new URLSearchParams(location.search);
  const args = words.getAll("arg");
  return { args: args.length > 0 ? args : undefined, env: words.getAll("env"), cwd: words.get("cwd") ?? undefined };
}

let latest = 0;

async function run() {
  const number = ++latest;
  const current = () => number === latest;
  show({ stage: "site", loaded: 0, total: 0 });
  panel.use(undefined);
  try {
    const guest = await view.run({
      site: SITE,
      ...asked(),
      onProgress: (made) => current() && show(made),
      onSignalWaits: (number) => {
        if (current() && number !== SIGWINCH) say("running", "Running; the program is busy and has not taken the signal");
      },
    });
    guest.started.then(
      ({ args, cwd }) => {
        if (!current()) return;
        name(args);
        panel.use(guest.files, panel.path === "" ? cwd : panel.path);
      },
      () => {},
    );
    const { code, how, reports } = await guest.exit;
    if (!current()) return;
    const why = reports.length > 0 ? `: ${reports.join("; ")}` : "";
    if (how === "stopped") say("stopped", "Stopped, and its files are gone");
    else say(code === 0 ? "ended" : "failed", `Ended with status ${code}${why}`);
    panel.use(how === "stopped" ? undefined : guest.files);
  } catch (error) {
    if (current()) say("failed", `Cannot run: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {boolean} open */
function openFiles(open) {
  aside.hidden = !open;
  showFiles.setAttribute("aria-expanded", String(open));
  if (open) void panel.show().then(() => panel.focus());
  view.fit();
}

// From the terminal, where Tab is the program's, to the buttons, the files if they are
// shown, and back.
function nextPart() {
  const { activeElement } = document;
  if (part("terminal", HTMLElement).contains(activeElement)) restart.focus();
  else if (!aside.hidden && !aside.contains(activeElement)) panel.focus();
  else view.focus();
}

restart.onclick = () => {
  void run();
  view.focus();
};
stop.onclick = () => view.stop();
showFiles.onclick = () => openFiles(aside.hidden !== false);
theme.onclick = () => {
  chosen = THEMES[(THEMES.indexOf(chosen) + 1) % THEMES.length];
  try {
    localStorage.setItem("rv2wat-theme", chosen);
  } catch {
    // It then lasts as long as the page does.
  }
  paint();
};
reader.onclick = () => {
  const on = reader.getAttribute("aria-pressed") !== "true";
  reader.setAttribute("aria-pressed", String(on));
  view.screen.options.screenReaderMode = on;
};
for (const key of document.querySelectorAll("#keys button")) {
  if (!(key instanceof HTMLButtonElement)) continue;
  key.onclick = () => {
    view.type(key.dataset.key ?? "");
    view.focus();
  };
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "F6" || event.defaultPrevented) return;
  event.preventDefault();
  nextPart();
});
// A file that is dropped beside the panel goes there as well, and does not replace the page.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  if (event.defaultPrevented) return;
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  if (files.length === 0) return;
  openFiles(true);
  void panel.put(files);
});
system.onchange = paint;
paint();
view.focus();
void run();

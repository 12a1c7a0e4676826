// A terminal in a page, and the program that runs in it: xterm.js shows, terminal.mjs
// edits lines, guest.mjs runs. When the program ends, the terminal's element gets an
// attribute `data-exit-code`.
//
// Must never know where the program comes from, or what else is on the page.

import { FitAddon } from "./addon-fit.mjs";
import { start } from "./guest.mjs";
import { Discipline } from "./terminal.mjs";
import { Terminal } from "./xterm.mjs";

/** @typedef {import("./types.d.ts").Guest} Guest */
/** @typedef {import("./types.d.ts").StartOptions} StartOptions */

// Lines that can be scrolled back to.
const SCROLLBACK = 5000;

// How many bytes of input may wait for a program that does not read, which has more room
// of its own. The terminal answers questions of programs, and could be asked without end.
const UNREAD = 4 << 20;

// What keeping a piece of it takes.
const PIECE = 64;

const DARK = {
  background: "#14171b",
  foreground: "#e6e9ec",
  cursor: "#e6e9ec",
  cursorAccent: "#14171b",
  selectionBackground: "#3d5a80",
  black: "#3a4149",
  red: "#ff7b72",
  green: "#7ee2a0",
  yellow: "#e3b341",
  blue: "#79b8ff",
  magenta: "#d2a8ff",
  cyan: "#76e3ea",
  white: "#d0d7de",
  brightBlack: "#8b949e",
  brightRed: "#ffa198",
  brightGreen: "#a5f3c0",
  brightYellow: "#f2cc60",
  brightBlue: "#a5d0ff",
  brightMagenta: "#e2c5ff",
  brightCyan: "#a8f0f5",
  brightWhite: "#ffffff",
};

const LIGHT = {
  background: "#ffffff",
  foreground: "#1b1f24",
  cursor: "#1b1f24",
  cursorAccent: "#ffffff",
  selectionBackground: "#b6d7ff",
  black: "#1b1f24",
  red: "#b3261e",
  green: "#146c2e",
  yellow: "#7a5200",
  blue: "#0a58ca",
  magenta: "#7b2fbf",
  cyan: "#0b6b74",
  white: "#57606a",
  brightBlack: "#6a737d",
  brightRed: "#c93c32",
  brightGreen: "#1a7f37",
  brightYellow: "#8a5f00",
  brightBlue: "#1f6feb",
  brightMagenta: "#8f45d4",
  brightCyan: "#137f8a",
  brightWhite: "#3b434b",
};

// A terminal in an element.
export class View {
  // leave  called where the user leaves the terminal by its key, F6
  /** @param {HTMLElement} parent @param {{ dark?: boolean, leave?: () => void, rows?: number }} [options] */
  constructor(parent, { dark = false, leave, rows } = {}) {
    this.element = document.createElement("div");
    this.element.className = "rv2wat-terminal";
    parent.append(this.element);
    this.screen = new Terminal({
      scrollback: SCROLLBACK,
      fontSize: matchMedia("(max-width: 600px)").matches ? 12 : 14,
      fontFamily: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
      cursorBlink: true,
      ...(rows === undefined ? {} : { rows }),
      theme: dark ? DARK : LIGHT,
      // Programs choose any colours: text stays readable.
      minimumContrastRatio: 4.5,
      // Links that a program prints lead nowhere: it could not be seen where to.
      linkHandler: { activate: () => {} },
    });
    const fit = new FitAddon();
    this.screen.loadAddon(fit);
    this.screen.open(this.element);
    // The last program, which keeps its files after its end.
    /** @type {Guest | undefined} */
    this.guest = undefined;
    this.isRunning = false;
    // Input that waits, in bytes.
    this.unread = 0;
    // How many there have been.
    this.count = 0;
    this.discipline = this.#discipline();
    this.screen.onData((text) => this.type(text));
    // Reports of mice, one byte a character.
    this.screen.onBinary((text) => this.#input(Uint8Array.from(text, (byte) => byte.charCodeAt(0))));
    this.screen.onResize(({ cols, rows }) => this.guest?.resize(cols, rows));
    this.screen.attachCustomKeyEventHandler((event) => this.#key(event, leave));
    this.fit = () => {
      const size = fit.proposeDimensions();
      if (size !== undefined && size.cols > 1) this.screen.resize(size.cols, rows ?? Math.max(size.rows, 1));
    };
    this.setDark(dark);
    this.fit();
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.element);
  }

  #discipline() {
    return new Discipline({
      toGuest: (bytes) => this.#input(bytes),
      toScreen: (text) => this.screen.write(text),
      signal: (number) => this.guest?.signal(number),
    });
  }

  // Whether the terminal is to do something about a key.
  /** @param {KeyboardEvent} event @param {(() => void) | undefined} leave */
  #key(event, leave) {
    if (event.type !== "keydown") return true;
    const control = event.ctrlKey && !event.altKey && !event.metaKey;
    if (event.key === "F6" && leave !== undefined) {
      event.preventDefault();
      leave();
      return false;
    }
    if (control && event.key.toLowerCase() === "c" && this.screen.hasSelection()) {
      // The browser copies; the next Control-C interrupts.
      setTimeout(() => this.screen.clearSelection());
      return false;
    }
    // The browser pastes.
    return !(control && event.key.toLowerCase() === "v");
  }

  // Gives the program input, unless too much of it waits.
  /** @param {Uint8Array} bytes */
  #input(bytes) {
    const { guest } = this;
    const size = bytes.length + PIECE;
    if (guest === undefined || this.unread + size > UNREAD) return;
    this.unread += size;
    void guest.write(bytes).then(() => {
      if (guest === this.guest) this.unread -= size;
    });
  }

  // Takes what was typed.
  /** @param {string} text */
  type(text) {
    if (this.isRunning) this.discipline.type(text);
  }

  // Runs a program in the terminal, in place of the one before.
  /** @param {StartOptions} options @returns {Promise<Guest>} */
  async run(options) {
    this.stop();
    const number = ++this.count;
    const current = () => number === this.count;
    this.screen.reset();
    this.discipline = this.#discipline();
    delete this.element.dataset.exitCode;
    /** @param {Uint8Array} bytes @returns {Promise<void>} */
    const print = (bytes) =>
      current()
        ? new Promise((done) => this.screen.write(this.discipline.print(bytes), done))
        : Promise.resolve();
    const guest = await start({
      ...options,
      terminal: { columns: this.screen.cols, rows: this.screen.rows },
      onStdout: print,
      onStderr: print,
      onMode: (mode) => current() && this.discipline.setMode(mode),
    });
    this.guest = guest;
    this.unread = 0;
    this.isRunning = true;
    guest.exit.then(
      ({ code }) => current() && this.#over(String(code)),
      () => current() && this.#over("none"),
    );
    return guest;
  }

  /** @param {string} code */
  #over(code) {
    this.element.dataset.exitCode = code;
    this.isRunning = false;
    // Nothing can be typed: no cursor.
    this.screen.write("\x1b[?25l");
  }

  // Ends the program, and its files.
  stop() {
    this.guest?.stop();
  }

  /** @param {boolean} dark */
  setDark(dark) {
    const theme = dark ? DARK : LIGHT;
    this.screen.options.theme = theme;
    // Where there is no room for one more row or column.
    this.element.style.background = theme.background;
  }

  focus() {
    this.screen.focus();
  }
}

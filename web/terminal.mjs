// A terminal's line discipline: what lies between the keys, the screen and a program.
// It edits lines, echoes, and turns control characters into signals, as Linux does in
// n_tty.c for the bits that a guest's personality passes on (TerminalMode in
// types.d.ts). There is no job control: Control-Z is shown and does nothing.
//
// Must never know a page or a guest: it gets text and calls what it was given.

/** @typedef {import("./types.d.ts").TerminalMode} TerminalMode */

/**
 * What a discipline calls.
 * @typedef {object} Lines
 * @property {(bytes: Uint8Array) => void} toGuest input: a line at most; no bytes are its end
 * @property {(text: string) => void} toScreen echo
 * @property {(signal: number) => void} signal
 */

const SIGINT = 2;
const SIGQUIT = 3;

// Characters by their names in stty(1).
const INTR = "\x03";
const QUIT = "\x1c";
const SUSP = "\x1a";
const EOF = "\x04";
const ERASE = ["\x7f", "\b"];
const KILL = "\x15";
const WORD_ERASE = "\x17";
const REPRINT = "\x12";
const LITERAL = "\x16";

// The longest line, as in Linux, in bytes. What is typed beyond it rings.
const LONGEST = 4095;

// How wide a tab is shown when it is typed: it can be erased again.
const TAB = 8;

/** @type {TerminalMode} */
export const FRESH = { canonical: true, echo: true, signals: true, carriageReturn: true, output: true };

const encoder = new TextEncoder();

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const NARROW = /\p{Mn}|\p{Me}|\p{Cf}/u;

// How a typed character is shown: itself, ^X, or a tab's spaces.
/** @param {string} character */
function shown(character) {
  if (character === "\t") return " ".repeat(TAB);
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x7f) return "^?";
  return code < 32 && character !== "\n" ? `^${String.fromCharCode(code + 64)}` : character;
}

// How many columns that takes.
/** @param {string} character */
function width(character) {
  const text = shown(character);
  if (text.length > 1 && (character.codePointAt(0) ?? 0) < 0x80) return text.length;
  if (NARROW.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

export class Discipline {
  /** @param {Lines} lines */
  constructor(lines) {
    this.lines = lines;
    this.mode = FRESH;
    // The line that is being edited, by characters.
    /** @type {string[]} */
    this.line = [];
    this.length = 0;
    this.literal = false;
  }

  /** @param {TerminalMode} mode */
  setMode(mode) {
    this.mode = mode;
    // Whoever wants characters gets those of the unfinished line as well.
    if (!mode.canonical) this.#send();
  }

  // Takes what was typed or pasted.
  /** @param {string} text */
  type(text) {
    if (this.mode.canonical) {
      for (const character of text) this.#edit(character);
      return;
    }
    let raw = "";
    for (const character of text) {
      if (this.#signal(character)) {
        raw = "";
        continue;
      }
      const read = this.#read(character);
      if (this.mode.echo) this.#echo(read);
      raw += read;
    }
    if (raw !== "") this.lines.toGuest(encoder.encode(raw));
  }

  // What is printed instead of a program's output.
  /** @param {Uint8Array} bytes @returns {Uint8Array} */
  print(bytes) {
    const count = this.mode.output ? bytes.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0) : 0;
    if (count === 0) return bytes;
    const printed = new Uint8Array(bytes.length + count);
    let at = 0;
    for (const byte of bytes) {
      if (byte === 10) printed[at++] = 13;
      printed[at++] = byte;
    }
    return printed;
  }

  /** @param {string} text */
  #screen(text) {
    this.lines.toScreen(this.mode.output ? text.replaceAll("\n", "\r\n") : text);
  }

  /** @param {string} character */
  #echo(character) {
    this.#screen(shown(character));
  }

  /** @param {string} character */
  #read(character) {
    return this.mode.carriageReturn && character === "\r" ? "\n" : character;
  }

  // Whether a character was a signal.
  /** @param {string} character */
  #signal(character) {
    if (!this.mode.signals) return false;
    const signal = character === INTR ? SIGINT : character === QUIT ? SIGQUIT : undefined;
    if (signal === undefined && character !== SUSP) return false;
    if (this.mode.echo) this.#echo(character);
    if (signal !== undefined) {
      this.#forget();
      this.lines.signal(signal);
    }
    return true;
  }

  #forget() {
    this.line = [];
    this.length = 0;
  }

  // Gives the line to the guest, if there is something in it.
  #send() {
    const line = this.line.join("");
    this.#forget();
    if (line !== "") this.lines.toGuest(encoder.encode(line));
  }

  /** @param {string} character */
  #edit(character) {
    if (this.literal) {
      this.literal = false;
      this.#add(character);
      return;
    }
    if (this.#signal(character)) return;
    const read = this.#read(character);
    if (read === "\n") {
      this.#end();
    } else if (read === EOF) {
      // With nothing before it, a read gives no bytes, which is an end.
      if (this.line.length === 0) this.lines.toGuest(new Uint8Array(0));
      else this.#send();
    } else if (ERASE.includes(read)) {
      this.#erase();
    } else if (read === KILL) {
      while (this.line.length > 0) this.#erase();
    } else if (read === WORD_ERASE) {
      while (/^\s$/.test(this.line.at(-1) ?? "")) this.#erase();
      while (/^\S$/u.test(this.line.at(-1) ?? "")) this.#erase();
    } else if (read === REPRINT) {
      if (this.mode.echo) this.#screen(`^R\n${this.line.map(shown).join("")}`);
    } else if (read === LITERAL) {
      this.literal = true;
    } else {
      this.#add(read);
    }
  }

  #end() {
    this.line.push("\n");
    if (this.mode.echo) this.#echo("\n");
    this.#send();
  }

  /** @param {string} character */
  #add(character) {
    const { length } = encoder.encode(character);
    if (this.length + length > LONGEST) {
      this.lines.toScreen("\x07");
      return;
    }
    this.line.push(character);
    this.length += length;
    if (this.mode.echo) this.#echo(character);
  }

  #erase() {
    const character = this.line.pop();
    if (character === undefined) return;
    this.length -= encoder.encode(character).length;
    if (this.mode.echo) this.lines.toScreen("\b \b".repeat(width(character)));
  }
}

// The types of the package. The modules are JavaScript; what they say about their
// types refers to these.

/** What `start` is given. */
export interface StartOptions {
  /**
   * The address of a packed site, a folder with `site.json`; relative to the page.
   * Either this or `module` and `program`.
   */
  site?: string | URL;
  /** A module that `rv2wat --emit=wasm` made, compiled, or its bytes. */
  module?: WebAssembly.Module | BufferSource;
  /** The ELF file that `module` is the translation of. */
  program?: BufferSource;
  /** The command, program first. Default: that of the site. */
  args?: string[];
  /** The environment, `NAME=VALUE`; of a site: in addition to its own. */
  env?: string[];
  /** The directory that the program starts in. */
  cwd?: string;
  /** Files that are there before the program starts, by absolute path. */
  files?: Record<string, Uint8Array | string>;
  /**
   * Whether standard streams are a terminal, of this size in characters. Without, input
   * is what `stdin` holds and `write` adds until `closeInput`.
   */
  terminal?: { columns: number; rows: number };
  /** What standard input holds at first, and all that it holds if there is no terminal. */
  stdin?: Uint8Array | string;
  /** Takes standard output. While a returned promise is open, no more comes. */
  onStdout?: (bytes: Uint8Array) => void | Promise<void>;
  /** Takes standard error, in the same way. */
  onStderr?: (bytes: Uint8Array) => void | Promise<void>;
  /** The program has changed the terminal's mode. */
  onMode?: (mode: TerminalMode) => void;
  /**
   * A signal waits because the program makes no system calls, and does not end it: the
   * program has a handler, or ignores it.
   */
  onSignalWaits?: (number: number) => void;
  /** How far the start has come. */
  onProgress?: (progress: Progress) => void;
  /** Where the worker's script lies; default: beside this package's. */
  worker?: string | URL;
  /** Guest stack that recursion may take before functions leave, in bytes. */
  stackBudget?: number;
}

/** How far a start has come. */
export interface Progress {
  /** What is being done. */
  stage: "site" | "download" | "start" | "run";
  /** Bytes that are here, of `total`; 0 where that is not known. */
  loaded: number;
  /** Bytes in all; 0 where that is not known. */
  total: number;
  /** The command, as soon as a site has said what it is. */
  args?: string[];
}

/** Bits of a terminal's mode that whoever shows it has to act on. */
export interface TerminalMode {
  /** `ICANON`: input comes a line at a time. */
  canonical: boolean;
  /** `ECHO`: typed characters are shown. */
  echo: boolean;
  /** `ISIG`: control characters raise signals. */
  signals: boolean;
  /** `ICRNL`: carriage return reads as newline. */
  carriageReturn: boolean;
  /** `OPOST`: newline prints as carriage return and newline. */
  output: boolean;
}

/** How a program ended. */
export interface Exit {
  /** Its status; 128 + N where signal N ended it. */
  code: number;
  /** `exited` by itself or by a signal, `stopped` by `stop`. */
  how: "exited" | "stopped";
  /** What the host has to say of the end: which signal, and in which function a fault was. */
  reports: string[];
}

/** A file of the program's. */
export interface FileInfo {
  kind: "file" | "directory" | "link" | "fifo" | "socket" | "character device" | "block device";
  /** Length in bytes. */
  size: number;
  /** Permission bits. */
  mode: number;
  /** When it was modified, in seconds since 1970. */
  modified: number;
}

/** A file in a directory. */
export interface NamedFile extends FileInfo {
  /** Its name in its directory. */
  name: string;
}

/**
 * The program's files, while it runs and after it has ended. Paths are absolute. What
 * cannot be done is a `FileError`.
 */
export interface GuestFiles {
  /** What is in a directory, by name. */
  list(path: string): Promise<NamedFile[]>;
  /** What a path leads to. */
  stat(path: string): Promise<FileInfo>;
  /** All that a file holds. */
  read(path: string): Promise<Uint8Array>;
  /** Makes a file hold this. */
  write(path: string, content: Uint8Array | string, mode?: number): Promise<void>;
  /** Removes a file or an empty directory. */
  remove(path: string): Promise<void>;
  /** Makes a directory. */
  makeDir(path: string): Promise<void>;
}

/** What runs. */
export interface Command {
  /** The program and its arguments. */
  args: string[];
  /** The directory that it started in. */
  cwd: string;
}

/** A running program. */
export interface Guest {
  /** Kept when the program ends; broken where it cannot run for a reason not its own. */
  readonly exit: Promise<Exit>;
  /** Kept when the program is about to run; broken as `exit` is. */
  readonly started: Promise<Command>;
  readonly files: GuestFiles;
  /** Gives it input; no bytes are an end of input. Kept when there is room for more. */
  write(input: Uint8Array | string): Promise<void>;
  /** Ends its input once it has read what there is. */
  closeInput(): void;
  /** Sends it a signal, 1 to 31. One that would end it does so even in a loop. */
  signal(number: number): void;
  /** Gives its terminal another size, in characters. */
  resize(columns: number, rows: number): void;
  /** Ends it at once. Its files are gone. */
  stop(): void;
}

// What follows is between the modules.

/** What is outside of the guest, as rv2wat_web.wasm asks for it (web/src/imports.rs). */
export interface World {
  /** Directories outside; web/files.mjs asks. */
  files: HostFiles;
  /** Nanoseconds: 0 since 1970, 1 monotonic, 2 processor time. */
  clock(which: number): number;
  /** Waits; 0, or -4 if there is something for `attention`. */
  sleep(nanoseconds: number): number | Promise<number>;
  /** Fills with random bytes fit for keys. */
  random(bytes: Uint8Array): void;
  /** Reads standard input: how much, 0 at its end, or a negative error number. */
  read(to: Uint8Array): number | Promise<number>;
  /** 1 if a read would not wait, 0 if it still would after so long, negative for ever. */
  poll(nanoseconds: number): number | Promise<number>;
  /** Writes to 1 or 2: how much, or a negative error number. */
  write(which: number, from: Uint8Array): number | Promise<number>;
  isTerminal(descriptor: number): boolean;
  /** Rows, columns, and pixels across and down; zeros if nothing is known. */
  windowSize(): number[];
  /** The terminal's mode, in the order of `TerminalMode`. */
  setTerminal(bits: number): void;
  /** Says a line to whoever runs the program. */
  report(text: string): void;
  // The rest may be missing.
  /** A signal for the guest, which the call takes; -1 for a request; 0. */
  attention?(): number | Promise<number>;
  /** Whether signals may come. */
  maySignal?(): boolean;
  /** Bit n-1 is set if signal n would end the program. */
  signalsEnd?(bits: number): void;
  /** The request that waits, of those of web/requests.mjs. */
  takeRequest?(): Uint8Array;
  /** Gets what came of it. */
  answer?(bytes: Uint8Array): void;
  /** What a file holds, by its SHA-256 in hexadecimal digits. */
  content?(hash: string): Uint8Array;
}

/** A file's state, as Node's `BigIntStats` has it. */
export interface FileStat {
  mode: bigint;
  ino: bigint;
  dev: bigint;
  size: bigint;
  nlink: bigint;
  atimeNs: bigint;
  mtimeNs: bigint;
  ctimeNs: bigint;
}

/** Directories and files by handles. What goes wrong throws an error with `errno`. */
export interface HostFiles {
  close(handle: number): void;
  stat(handle: number): FileStat;
  read(file: number, offset: number, to: Uint8Array): number;
  write(file: number, offset: number, from: Uint8Array): number;
  setSize(file: number, size: number): void;
  setMode(file: number, mode: number): void;
  setTimes(file: number, accessed: number | undefined, modified: number | undefined): void;
  sync(file: number): void;
  list(dir: number): Uint8Array;
  lookup(dir: number, name: Uint8Array): FileStat;
  open(dir: number, name: Uint8Array, how: number, mode: number): number;
  makeDirectory(dir: number, name: Uint8Array, mode: number): void;
  symlink(dir: number, name: Uint8Array, target: Uint8Array): void;
  readLink(dir: number, name: Uint8Array): Uint8Array;
  remove(dir: number, name: Uint8Array, directory: boolean): void;
  rename(dir: number, name: Uint8Array, to: number, toName: Uint8Array): void;
  link(dir: number, name: Uint8Array, to: number, toName: Uint8Array): void;
  setModeOf(dir: number, name: Uint8Array, mode: number): void;
  setTimesOf(dir: number, name: Uint8Array, accessed: number | undefined, modified: number | undefined): void;
}

/** A directory of `HostFiles` that the guest sees at a path. */
export interface Mount {
  handle: number;
  path: string;
}

/** What a process finds. */
export interface Settings {
  /** Its environment, `NAME=VALUE`. */
  env?: string[];
  /** The tree of files (docs/site.md, `files.bin`). */
  files?: Uint8Array;
  /** The directory that it starts in. */
  directory?: string;
  hostname?: string;
  /** User and group. */
  user?: [number, number];
  /** How many bytes its memory and its files may take. */
  limits?: [memory: number, files: number];
}

/** What runs code that was not translated beforehand. */
export interface Tiers {
  /**
   * rv2wat_translator.wasm, compiled, or a function that gives it, which is called when the
   * first place is hot. Without, what was not translated beforehand is interpreted.
   */
  translator?: WebAssembly.Module | (() => WebAssembly.Module);
  /** How often interpreted code comes to a place before it is hot; 0: never is. */
  hotAfter?: number;
  /** Enter nothing that was translated beforehand. */
  interpret?: boolean;
}

/** A program. */
export interface Loading {
  /** Its translation. */
  module: WebAssembly.Module;
  /** Its ELF file. */
  program: Uint8Array;
  /** Its path in the guest. */
  path: string;
  /** Its arguments, its name first. */
  args: string[];
  mounts?: Mount[];
  /** Leave at every N-th call, in a module made for it; 0: never. */
  forceExit?: number;
}

/** All of it, for `run`. */
export interface RunOptions extends Settings, Loading, Tiers {
  /** rv2wat_web.wasm. */
  web: WebAssembly.Module;
  world: World;
  /** Guest stack that recursion may take before functions leave, in bytes. */
  stackBudget: number;
}

/** A process that is over. */
export interface Ended {
  status: number;
  stats: { entries: number; exits: Record<string, number>; instructions_interpreted: number; made?: unknown };
}

/** `site.json`; docs/site.md explains it. */
export interface Site {
  version: number;
  files: string;
  entry: {
    args: string[];
    env: string[];
    cwd: string;
    user: [number, number];
    hostname: string;
    program: string;
  };
  programs: Record<string, { path: string; module: string; portable?: string; size: number }>;
  refused: { path: string; why: string }[];
  memory: number;
}

/** What a worker gets first. */
export interface Job extends Settings {
  type: "start";
  /** The memory that is shared with it; without, messages. */
  buffer: SharedArrayBuffer | undefined;
  window: number[];
  terminal: boolean;
  web: WebAssembly.Module;
  args: string[];
  /** Files to write before the program starts. */
  writes: [path: string, content: Uint8Array, mode: number][];
  stackBudget: number;
  /** Where contents lie, by their hash; of a site. */
  contents: string | undefined;
  /** The program, if it is not one of a site. */
  alone: { module: WebAssembly.Module; program: Uint8Array } | undefined;
}

/** What a worker is told. */
export type Asked =
  | Job
  | { type: "module"; module: WebAssembly.Module }
  | { type: "look" }
  | { type: "request"; bytes: Uint8Array }
  | { type: "input"; bytes: Uint8Array }
  | { type: "close" }
  | { type: "signal"; number: number }
  | { type: "resize"; window: number[] }
  | { type: "taken"; count: number };

/** What a worker tells. */
export type Told =
  | { type: "ready" }
  | { type: "wanted"; hash: string; path: string }
  | { type: "started" }
  | { type: "ended"; status: number }
  | { type: "failed"; message: string }
  | { type: "room" }
  | { type: "output" }
  | { type: "answer"; bytes: Uint8Array }
  | { type: "read"; count: number }
  | { type: "took"; bits: number }
  | { type: "ending"; bits: number }
  | { type: "emitted"; kind: number; bytes: Uint8Array };

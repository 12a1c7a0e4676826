// Directories and files under Node: `files` of web/files.mjs.
//
// Node has no calls that are relative to an open directory. Linux has names for
// open directories, and a path of such a name and one component is the same: what
// happens to the directories above is of no matter. A handle is a file descriptor.
import * as fs from "node:fs";

const { constants } = fs;

// Names a file without opening it. Node does not list it, and the architectures
// that Node runs on agree on it.
const O_PATH = 0o10000000;

const HOLD = O_PATH | constants.O_DIRECTORY;
const CREATE = 4;
const EXCLUSIVE = 8;
const TRUNCATE = 16;
const DIRECTORY = 32;

const SECOND = 1e9;

// Why a directory cannot be mounted, or undefined if it can.
export function mountable() {
  return process.platform === "linux" && fs.existsSync("/proc/self/fd")
    ? undefined
    : "directories can only be mounted on Linux, with /proc";
}

// Opens a directory to mount. Links in this path are followed: it is the user's,
// not the guest's.
/** @param {string} path */
export const openRoot = (path) => fs.openSync(path, HOLD);

/** @param {number} handle */
const named = (handle) => `/proc/self/fd/${handle}`;
/** @param {number} dir @param {Uint8Array} name */
const below = (dir, name) => Buffer.concat([Buffer.from(`${named(dir)}/`), name]);

// An error as the system would have raised it.
/** @param {string} code @param {number} errno */
function failure(code, errno) {
  return Object.assign(new Error(code), { code, errno });
}

/** @param {number} how */
function flags(how) {
  if (how & DIRECTORY) return HOLD | constants.O_NOFOLLOW;
  const access = [constants.O_RDONLY, constants.O_RDONLY, constants.O_WRONLY, constants.O_RDWR][how & 3];
  // Should a pipe or a terminal have taken the name's place, the call must neither
  // wait nor make it this process's terminal.
  let all = access | constants.O_NOFOLLOW | constants.O_NOCTTY | constants.O_NONBLOCK;
  if (how & CREATE) all |= constants.O_CREAT;
  if (how & EXCLUSIVE) all |= constants.O_EXCL;
  if (how & TRUNCATE) all |= constants.O_TRUNC;
  return all;
}

// Both times in seconds, the one that is not given as it is. Numbers of seconds
// are exact to a microsecond, and so are the times set.
/**
 * @param {number | undefined} accessed
 * @param {number | undefined} modified
 * @param {() => fs.BigIntStats} stat
 * @returns {[number, number]}
 */
function seconds(accessed, modified, stat) {
  return [(accessed ?? Number(stat().atimeNs)) / SECOND, (modified ?? Number(stat().mtimeNs)) / SECOND];
}

const big = /** @type {const} */ ({ bigint: true });
const bytes = /** @type {const} */ ({ encoding: "buffer" });

/** @type {import("./types.d.ts").HostFiles} */
export const files = {
  close: (handle) => fs.closeSync(handle),
  stat: (handle) => fs.fstatSync(handle, big),
  read: (file, offset, to) => fs.readSync(file, to, 0, to.length, offset),
  write: (file, offset, from) => fs.writeSync(file, from, 0, from.length, offset),
  setSize: (file, size) => fs.ftruncateSync(file, size),
  setMode: (file, mode) => fs.fchmodSync(file, mode),
  setTimes(file, accessed, modified) {
    fs.futimesSync(file, ...seconds(accessed, modified, () => fs.fstatSync(file, big)));
  },
  sync: (file) => fs.fsyncSync(file),
  // Names with a zero byte behind each.
  list: (dir) => Buffer.concat(fs.readdirSync(named(dir), bytes).flatMap((name) => [name, Buffer.of(0)])),
  lookup: (dir, name) => fs.lstatSync(below(dir, name), big),
  open: (dir, name, how, mode) => fs.openSync(below(dir, name), flags(how), mode),
  makeDirectory(dir, name, mode) {
    fs.mkdirSync(below(dir, name), { mode });
  },
  symlink: (dir, name, target) => fs.symlinkSync(Buffer.from(target), below(dir, name)),
  readLink: (dir, name) => fs.readlinkSync(below(dir, name), bytes),
  remove(dir, name, directory) {
    if (directory) fs.rmdirSync(below(dir, name));
    else fs.unlinkSync(below(dir, name));
  },
  rename: (dir, name, to, toName) => fs.renameSync(below(dir, name), below(to, toName)),
  link: (dir, name, to, toName) => fs.linkSync(below(dir, name), below(to, toName)),
  // chmod follows links: so the name becomes a descriptor that does not, first.
  setModeOf(dir, name, mode) {
    const handle = fs.openSync(below(dir, name), O_PATH | constants.O_NOFOLLOW);
    try {
      if (fs.fstatSync(handle).isSymbolicLink()) throw failure("ELOOP", 40);
      fs.chmodSync(named(handle), mode);
    } finally {
      fs.closeSync(handle);
    }
  },
  setTimesOf(dir, name, accessed, modified) {
    const path = below(dir, name);
    fs.lutimesSync(path, ...seconds(accessed, modified, () => fs.lstatSync(path, big)));
  },
};

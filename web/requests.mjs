// Requests about the files of a guest, as bytes, and their answers: the other side of
// web/src/requests.rs, which has the table of both.

const LOOK = 1;
const LIST = 2;
const READ = 3;
const WRITE = 4;
const REMOVE = 5;
const MAKE_DIRECTORY = 6;

// How many bytes one request may read. One that writes should carry no more.
export const PART = 1 << 20;

/** @type {Record<number, import("./types.d.ts").FileInfo["kind"]>} */
const KINDS = {
  1: "fifo",
  2: "character device",
  4: "directory",
  6: "block device",
  8: "file",
  10: "link",
  12: "socket",
};

// What Linux says of errors that requests run into.
/** @type {Record<number, string>} */
const ERRORS = {
  1: "not permitted",
  2: "there is no such file or directory",
  5: "its content cannot be read",
  13: "permission denied",
  16: "it is in use",
  17: "there is one already",
  18: "it lies in a mounted directory",
  20: "not a directory",
  21: "it is a directory",
  22: "that cannot be",
  27: "it is too large",
  28: "there is no room left",
  36: "the name is too long",
  39: "the directory is not empty",
  40: "too many links",
};

// A request that the guest's files do not allow. `errno` is Linux's number.
export class FileError extends Error {
  /** @param {number} errno */
  constructor(errno) {
    super(ERRORS[errno] ?? `error ${errno}`);
    this.name = "FileError";
    this.errno = errno;
  }
}

/** @param {number} what @param {string} path */
function request(what, path, more = 0) {
  const name = new TextEncoder().encode(path);
  const bytes = new Uint8Array(5 + name.length + more);
  const view = new DataView(bytes.buffer);
  bytes[0] = what;
  view.setUint32(1, name.length, true);
  bytes.set(name, 5);
  return { bytes, view, at: 5 + name.length };
}

// What is at a path, links followed.
/** @param {string} path */
export const look = (path) => request(LOOK, path).bytes;

// What is in a directory.
/** @param {string} path */
export const list = (path) => request(LIST, path).bytes;

// `length` bytes of a file from `offset` on, or fewer at its end; at most PART.
/** @param {string} path @param {number} offset @param {number} length */
export function read(path, offset, length) {
  const { bytes, view, at } = request(READ, path, 16);
  view.setBigUint64(at, BigInt(offset), true);
  view.setBigUint64(at + 8, BigInt(length), true);
  return bytes;
}

// Writes bytes into a file at an offset; at 0 it is made if it is missing, with the mode,
// and holds nothing else then.
/** @param {string} path @param {number} offset @param {number} mode @param {Uint8Array} data */
export function write(path, offset, mode, data) {
  const { bytes, view, at } = request(WRITE, path, 12 + data.length);
  view.setBigUint64(at, BigInt(offset), true);
  view.setUint32(at + 8, mode, true);
  bytes.set(data, at + 12);
  return bytes;
}

// Removes a file, a link or an empty directory.
/** @param {string} path */
export const remove = (path) => request(REMOVE, path).bytes;

// Makes a directory.
/** @param {string} path */
export const makeDirectory = (path) => request(MAKE_DIRECTORY, path).bytes;

const FILE = 21;

/** @param {DataView} view @param {number} at @returns {import("./types.d.ts").FileInfo} */
function file(view, at) {
  return {
    kind: KINDS[view.getUint8(at)],
    mode: view.getUint32(at + 1, true),
    size: Number(view.getBigUint64(at + 5, true)),
    modified: Number(view.getBigInt64(at + 13, true)),
  };
}

// What an answer says: undefined, { kind, mode, size, modified } for `look`, a list of
// these with a `name` for `list`, bytes for `read`. Sizes are bytes, times seconds since
// 1970. Throws a FileError if it was refused.
/** @param {Uint8Array} answer @param {Uint8Array} asked @returns {any} */
export function decode(answer, asked) {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.length);
  const errno = view.getUint32(0, true);
  if (errno !== 0) throw new FileError(errno);
  switch (asked[0]) {
    case LOOK:
      return file(view, 4);
    case LIST: {
      const files = [];
      let at = 4;
      while (at < answer.length) {
        const length = view.getUint32(at + FILE, true);
        const start = at + FILE + 4;
        const name = new TextDecoder().decode(answer.subarray(start, start + length));
        files.push({ name, ...file(view, at) });
        at = start + length;
      }
      return files;
    }
    case READ:
      return answer.slice(4);
    default:
      return undefined;
  }
}

// Directories and files of the world outside, as rv2wat_web.wasm asks for them
// (web/src/imports/files.rs). `files` does the work, and throws errors that have
// Linux's number, negative or not, as `errno`; for Node it is web/node-files.mjs.
//
// Must never know what a handle stands for.

// What JavaScript says of a file is eight 64-bit integers.
/** @type {(keyof import("./types.d.ts").FileStat)[]} */
const WORDS = ["mode", "ino", "dev", "size", "nlink", "atimeNs", "mtimeNs", "ctimeNs"];

// What a call gives, or a negative error number. Anything else that goes wrong is
// a defect, and goes on upwards.
/** @param {() => number | void} call */
function answer(call) {
  try {
    return call() ?? 0;
  } catch (error) {
    const errno = /** @type {{ errno?: unknown }} */ (error).errno;
    if (typeof errno !== "number") throw error;
    return -Math.abs(errno);
  }
}

// The imports, given a view of the module's memory. All addresses and lengths come
// as signed integers.
/**
 * @typedef {{ part(at: number, length: number): Uint8Array, all(): Uint8Array, data(): DataView }} View
 * @param {View} own
 * @param {import("./types.d.ts").HostFiles} files
 * @returns {Record<string, (...values: any[]) => any>}
 */
export function fileImports(own, files) {
  /** @param {number} at @param {number} length */
  const bytes = (at, length) => own.part(at >>> 0, length >>> 0);
  // A copy, for calls that keep it or want it beside text.
  /** @param {number} at @param {number} length */
  const name = (at, length) => bytes(at, length).slice();
  /** @param {number} nanoseconds */
  const time = (nanoseconds) => (Number.isNaN(nanoseconds) ? undefined : nanoseconds);
  /** @type {Uint8Array} */
  let kept = new Uint8Array(0);

  /** @param {Uint8Array} content */
  const keep = (content) => {
    kept = content;
    return kept.length;
  };
  /** @param {import("./types.d.ts").FileStat} stat @param {number} to */
  const put = (stat, to) => {
    const view = own.data();
    WORDS.forEach((word, at) => view.setBigInt64((to >>> 0) + 8 * at, stat[word], true));
  };

  return {
    file_close: (handle) => files.close(handle),
    file_stat: (handle, to) => answer(() => put(files.stat(handle), to)),
    file_read: (file, offset, at, length) => answer(() => files.read(file, offset, bytes(at, length))),
    file_write: (file, offset, at, length) => answer(() => files.write(file, offset, bytes(at, length))),
    file_set_size: (file, size) => answer(() => files.setSize(file, size)),
    file_set_mode: (file, mode) => answer(() => files.setMode(file, mode)),
    file_set_times: (file, accessed, modified) =>
      answer(() => files.setTimes(file, time(accessed), time(modified))),
    file_sync: (file) => answer(() => files.sync(file)),
    dir_list: (dir) => answer(() => keep(files.list(dir))),
    dir_answer: (to) => own.all().set(kept, to >>> 0),
    dir_lookup: (dir, at, length, to) => answer(() => put(files.lookup(dir, name(at, length)), to)),
    dir_open: (dir, at, length, how, mode) => answer(() => files.open(dir, name(at, length), how, mode)),
    dir_make: (dir, at, length, mode) => answer(() => files.makeDirectory(dir, name(at, length), mode)),
    dir_symlink: (dir, at, length, target, targetLength) =>
      answer(() => files.symlink(dir, name(at, length), name(target, targetLength))),
    dir_read_link: (dir, at, length) => answer(() => keep(files.readLink(dir, name(at, length)))),
    dir_remove: (dir, at, length, directory) =>
      answer(() => files.remove(dir, name(at, length), directory !== 0)),
    dir_rename: (dir, at, length, to, toAt, toLength) =>
      answer(() => files.rename(dir, name(at, length), to, name(toAt, toLength))),
    dir_link: (dir, at, length, to, toAt, toLength) =>
      answer(() => files.link(dir, name(at, length), to, name(toAt, toLength))),
    dir_set_mode: (dir, at, length, mode) => answer(() => files.setModeOf(dir, name(at, length), mode)),
    dir_set_times: (dir, at, length, accessed, modified) =>
      answer(() => files.setTimesOf(dir, name(at, length), time(accessed), time(modified))),
  };
}

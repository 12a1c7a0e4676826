// Sites for tests: a tree of files, written as `rv2wat pack` writes them
// (docs/site.md), from programs that other scripts have made.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { homedir } from "node:os";

export const cache = process.env.RV2WAT_CACHE ?? join(homedir(), ".cache/rv2wat");
export const checkout = new URL("../..", import.meta.url).pathname;
const rv2wat = process.env.RV2WAT ?? join(cache, "target/debug/rv2wat");
// What scripts/web made.
export const web = process.env.RV2WAT_WEB ?? join(cache, "web");

const hashOf = (bytes) => createHash("sha256").update(bytes).digest("hex");

// Numbers and strings as the crate postcard writes them.
function varint(value) {
  const bytes = [];
  let left = BigInt(value);
  do {
    const low = Number(left & 0x7fn);
    left >>= 7n;
    bytes.push(left === 0n ? low : low | 0x80);
  } while (left !== 0n);
  return Buffer.from(bytes);
}
const string = (text) => Buffer.concat([varint(Buffer.byteLength(text)), Buffer.from(text)]);

// A tree of files: `text` or `file` for what they hold, `link`, or neither for a
// directory.
function filesBin(tree, contents) {
  const parts = [varint(1), varint(tree.length)];
  for (const { path, text, file, link, mode } of tree) {
    parts.push(string(path));
    if (link !== undefined) {
      parts.push(varint(2), string(link));
    } else if (text === undefined && file === undefined) {
      parts.push(varint(0));
    } else {
      const bytes = file === undefined ? Buffer.from(text) : fs.readFileSync(file);
      const hash = hashOf(bytes);
      contents.set(hash, bytes);
      parts.push(varint(1), varint(bytes.length), Buffer.from(hash, "hex"));
    }
    parts.push(varint(mode ?? 0o755), varint(0), varint(0), varint(0));
  }
  return Buffer.concat(parts);
}

// Translates a program, once.
export function translated(elf, ...options) {
  const bytes = fs.readFileSync(elf);
  const name = `${hashOf(Buffer.concat([bytes, Buffer.from(options.join(" "))])).slice(0, 16)}.wasm`;
  const kept = join(cache, "web-tests", name);
  if (!fs.existsSync(kept)) {
    fs.mkdirSync(join(cache, "web-tests"), { recursive: true });
    execFileSync(rv2wat, ["--emit=wasm", "--no-binaryen", "-O2", ...options, "-o", `${kept}.part`, elf]);
    fs.renameSync(`${kept}.part`, kept);
  }
  return kept;
}

// The guest of the tests, compiled once.
export function guest() {
  const source = join(checkout, "tests/web/guest.c");
  const kept = join(cache, "web-tests", `guest-${hashOf(fs.readFileSync(source)).slice(0, 16)}`);
  if (!fs.existsSync(kept)) {
    fs.mkdirSync(join(cache, "web-tests"), { recursive: true });
    execFileSync("riscv64-linux-gnu-gcc", ["-O1", "-static", "-o", `${kept}.part`, source]);
    fs.renameSync(`${kept}.part`, kept);
  }
  return kept;
}

// Debian's busybox for RISC-V, which scripts/riscv-root has fetched.
export const busybox = join(cache, "riscv-root/usr/bin/busybox");

// Writes a site. `programs` are names of ELF files by their paths in the tree.
export function makeSite(folder, { programs, tree = [], args, env = [], options = [] }) {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(join(folder, "content"), { recursive: true });
  fs.mkdirSync(join(folder, "modules"));
  const contents = new Map();
  const files = ["bin", "root", "tmp"].map((path) => ({ path }));
  for (const [path, file] of Object.entries(programs)) files.push({ path, file });
  fs.writeFileSync(join(folder, "files.bin"), filesBin([...files, ...tree], contents));
  for (const [hash, bytes] of contents) fs.writeFileSync(join(folder, "content", hash), bytes);
  const listed = {};
  for (const [path, file] of Object.entries(programs)) {
    const from = translated(file, "--engine-features=none", ...options);
    const module = `modules/${hashOf(fs.readFileSync(from)).slice(0, 32)}.wasm`;
    fs.copyFileSync(from, join(folder, module));
    const { size } = fs.statSync(from);
    listed[hashOf(fs.readFileSync(file))] = { path: `/${path}`, module, size };
  }
  const program = Object.entries(listed).find(([, { path }]) => path === args[0])?.[0];
  fs.writeFileSync(
    join(folder, "site.json"),
    JSON.stringify({
      version: 1,
      files: "files.bin",
      entry: {
        args,
        env: ["PATH=/bin", "HOME=/root", "TERM=xterm-256color", ...env],
        cwd: "/root",
        user: [0, 0],
        hostname: "rv2wat",
        program,
      },
      programs: listed,
      refused: [],
      memory: 2 ** 30,
    }),
  );
  fs.cpSync(web, join(folder, "rv2wat"), { recursive: true });
  for (const name of ["index.html", "run.mjs"]) {
    fs.renameSync(join(folder, "rv2wat", name), join(folder, name));
  }
  return folder;
}

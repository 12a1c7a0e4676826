// Sites for tests: made by `rv2wat pack` and served by `rv2wat serve`, from programs that
// other scripts have made.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { counted } from "./server.mjs";

export const cache = process.env.RV2WAT_CACHE ?? join(homedir(), ".cache/rv2wat");
export const checkout = new URL("../..", import.meta.url).pathname;
const target = process.env.CARGO_TARGET_DIR ?? join(cache, "target");
export const rv2wat = process.env.RV2WAT ?? join(target, "debug/rv2wat");
// What scripts/web made.
const web = process.env.RV2WAT_WEB ?? join(cache, "web");

// Debian's busybox for RISC-V, which scripts/riscv-root has fetched.
export const busybox = join(cache, "riscv-root/usr/bin/busybox");

// The guest of the tests, compiled once.
export function guest() {
  const source = join(checkout, "tests/web/guest.c");
  const hash = createHash("sha256").update(fs.readFileSync(source)).digest("hex");
  const folder = join(cache, "web-tests", hash.slice(0, 16));
  const kept = join(folder, "guest");
  if (!fs.existsSync(kept)) {
    fs.mkdirSync(folder, { recursive: true });
    const part = `${kept}.${process.pid}`;
    execFileSync("riscv64-linux-gnu-gcc", ["-O1", "-static", "-o", part, source]);
    fs.renameSync(part, kept);
  }
  return kept;
}

// What `rv2wat pack` says to these words. What it translates is kept for the next time.
export function tryPack(site, words) {
  const kept = join(cache, "web-tests/programs");
  fs.mkdirSync(kept, { recursive: true, mode: 0o700 });
  const all = ["pack", ...words, "--cache-dir", kept, "--web", web, "-o", site];
  return spawnSync(rv2wat, all, { encoding: "utf8" });
}

// Packs a site, which has to work.
export function pack(site, ...words) {
  const { status, stderr, error } = tryPack(site, words);
  if (status !== 0) throw new Error(`rv2wat pack ${words.join(" ")}: ${error?.message ?? stderr}`);
  return site;
}

// Writes files below a folder. Each is what it holds, a `copy` of another file, or a
// `link`.
function fill(folder, files) {
  for (const [path, what] of Object.entries(files)) {
    const file = join(folder, path);
    fs.mkdirSync(join(file, ".."), { recursive: true });
    if (typeof what === "string" || what instanceof Uint8Array) fs.writeFileSync(file, what);
    else if (what.copy !== undefined) fs.copyFileSync(what.copy, file);
    else fs.symlinkSync(what.link, file);
  }
}

// Makes the image of a container as `docker save` would. `layers` have files as `fill`
// takes them; `config` says what is started.
export function makeImage(image, layers, config) {
  const parts = `${image}.parts`;
  fs.mkdirSync(parts);
  const tar = (archive, folder) =>
    execFileSync("tar", ["--format=pax", "--owner=0", "--group=0", "-C", folder, "-cf", archive, "."]);
  const names = layers.map((files, at) => {
    fill(join(parts, "files", String(at)), files);
    tar(join(parts, `${at}.tar`), join(parts, "files", String(at)));
    return `${at}.tar`;
  });
  fs.rmSync(join(parts, "files"), { recursive: true });
  const manifest = [{ Config: "config.json", RepoTags: ["tests:latest"], Layers: names }];
  fs.writeFileSync(join(parts, "manifest.json"), JSON.stringify(manifest));
  fs.writeFileSync(join(parts, "config.json"), JSON.stringify({ architecture: "riscv64", os: "linux", config }));
  tar(image, parts);
  fs.rmSync(parts, { recursive: true });
  return image;
}

// The site that most tests use: an image of two layers, with programs, files of several
// sizes and links of all kinds.
export function makeSite(work) {
  const first = {
    "bin/busybox": { copy: busybox },
    "bin/guest": { copy: guest() },
    "bin/sh": { link: "busybox" },
    "bin/cat": { link: "/bin/busybox" },
    "etc/motd": "welcome\n",
    "root/hello.txt": "replaced by the next layer\n",
    "srv/removed": "by the next layer\n",
    "tmp/.keep": "",
    "usr/share/books/one.txt": "the first book\n",
    "usr/share/books/two.txt": "the second book\n",
    // More than is kept of what was fetched, together.
    "usr/share/large/a": Buffer.alloc(20 << 20, "a"),
    "usr/share/large/b": Buffer.alloc(20 << 20, "b"),
    "usr/share/latest": { link: "books" },
  };
  const second = {
    "root/hello.txt": "hello there\n",
    "root/books": { link: "../usr/share/latest" },
    "root/above": { link: "../../../../../etc/motd" },
    "root/lost": { link: "nowhere" },
    "srv/.wh.removed": "",
  };
  const env = ["PATH=/bin", "HOME=/root", "PS1=$ "];
  const config = { Entrypoint: ["sh"], Env: env, WorkingDir: "/root" };
  return pack(join(work, "site"), "--root", makeImage(join(work, "image.tar"), [first, second], config));
}

// Serves a site by `rv2wat serve`. With `counts`, `asked` has the paths that the server
// was asked for, and `rate` bounds how many bytes it gives in a second.
export async function serveSite(site, { isolated = true, counts = false, rate } = {}) {
  const words = ["serve", site, "--port", "0", ...(isolated ? [] : ["--no-isolation"])];
  const child = spawn(rv2wat, words, { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text) => {
      said += text;
      if (said.includes("\n")) resolve(said.trim());
    });
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`rv2wat serve ended; it said ${said}`)));
  });
  if (!counts) return { url, close: () => child.kill() };
  const before = await counted(url, rate);
  return {
    url: before.url,
    asked: before.asked,
    close() {
      before.close();
      child.kill();
    },
  };
}

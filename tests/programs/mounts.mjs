// node mounts.mjs NODE-FILES.mjs DIRECTORY: the links that tests/programs/under_node.rs
// made in the directory are seen and not followed.
import assert from "node:assert";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [script, directory] = process.argv.slice(2);
const { files, openRoot } = await import(pathToFileURL(script));

const [READ, WRITE, CREATE, TRUNCATE, DIRECTORY] = [1, 2, 4, 16, 32];
const root = openRoot(directory);
const text = (name) => new TextEncoder().encode(name);
const refused = (code, call) => assert.throws(call, { code });

for (const name of ["file", "relative", "dangling"]) {
  for (const how of [READ, READ | WRITE, WRITE | CREATE, WRITE | TRUNCATE]) {
    refused("ELOOP", () => files.open(root, text(name), how, 0o644));
  }
  refused("ELOOP", () => files.setModeOf(root, text(name), 0o777));
  assert(files.lookup(root, text(name)).isSymbolicLink());
}
refused("ENOTDIR", () => files.open(root, text("directory"), DIRECTORY, 0));
files.setTimesOf(root, text("file"), 1e9, 2e9);
assert.equal(files.lookup(root, text("file")).mtimeNs, 2_000_000_000n);

// What is renamed, linked or removed is the link.
files.link(root, text("file"), root, text("file2"));
assert(files.lookup(root, text("file2")).isSymbolicLink());
files.rename(root, text("file2"), root, text("file3"));
files.remove(root, text("file3"), false);
refused("ENOTDIR", () => files.remove(root, text("directory"), true));

// A directory that is moved away while it is open stays the same one.
files.makeDirectory(root, text("sub"), 0o755);
const sub = files.open(root, text("sub"), DIRECTORY, 0);
files.rename(root, text("sub"), root, text("moved"));
files.symlink(root, text("sub"), text(".."));
files.close(files.open(sub, text("inside"), WRITE | CREATE, 0o644));
assert.equal(readFileSync(`${directory}/moved/inside`, "utf8"), "");
const names = new TextDecoder().decode(files.list(sub));
assert.equal(names, "inside\0");
console.log("all refused");

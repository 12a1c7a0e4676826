// A packed site under Node: `node SITE/run.mjs`, with pipes and on a terminal.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { busybox, cache, guest, pack } from "./sites.mjs";

const work = fs.mkdtempSync(join(tmpdir(), "rv2wat-web-"));
const site = join(work, "site");

before(() => {
  const root = join(work, "root");
  fs.mkdirSync(join(root, "root"), { recursive: true });
  fs.writeFileSync(join(root, "root/hello.txt"), "hello there\n");
  const words = ["--root", root, "--entry", "busybox sh", "--env", "WHAT=site"];
  pack(site, busybox, guest(), ...words);
});
after(() => fs.rmSync(work, { recursive: true, force: true }));

const NODES = ["/usr/bin/node", join(process.env.RV2WAT_NODE ?? join(cache, "node26/node"))];

// Runs the command on a terminal, and types: pairs of what is waited for and typed.
const ON_TERMINAL = `
import os, pty, sys, json
steps, command = json.loads(sys.argv[1]), sys.argv[2:]
child, master = pty.fork()
if child == 0:
    os.execv(command[0], command)
seen = ""
def read():
    global seen
    try:
        part = os.read(master, 4096)
    except OSError:
        return False
    seen += part.decode()
    return len(part) > 0
for wait, keys in steps:
    while wait not in seen and read():
        pass
    os.write(master, keys.encode())
while read():
    pass
status = os.waitpid(child, 0)[1]
print(json.dumps({"seen": seen, "status": os.waitstatus_to_exitcode(status)}))
`;

for (const node of NODES.filter((path) => fs.existsSync(path))) {
  const { stdout: version } = spawnSync(node, ["--version"], { encoding: "utf8" });
  describe(`Node ${version.trim()}`, () => {
    const run = (args, input = "") =>
      spawnSync(node, [join(site, "run.mjs"), ...args], { input, encoding: "utf8", timeout: 60_000 });

    test("the site's own program runs, and its status is passed on", () => {
      const { stdout, status } = run([], "read -r line < ~/hello.txt; echo $WHAT $PWD $line; exit 5\n");
      assert.equal(stdout, "site / hello there\n");
      assert.equal(status, 5);
    });

    test("another command, variables and directories", () => {
      const mounted = fs.mkdtempSync(join(work, "mounted"));
      fs.writeFileSync(join(mounted, "outside"), "");
      const { stdout, stderr, status } = run([
        ...["--env", "WHAT=own", `--dir=${mounted}::/mnt`],
        ...["busybox", "sh", "-c", "echo $WHAT; echo /mnt/*; echo new > /mnt/made"],
      ]);
      assert.equal(stdout, "own\n/mnt/outside\n", stderr);
      assert.equal(status, 0);
      assert.equal(fs.readFileSync(join(mounted, "made"), "utf8"), "new\n");
    });

    test("errors are told", () => {
      assert.match(run(["nothing"]).stderr, /^rv2wat: nothing: there is no such file or directory$/m);
      assert.equal(run(["nothing"]).status, 1);
      assert.equal(run(["--wrong"]).status, 2);
      const { stderr, status } = run(["guest", "fault"]);
      assert.match(stderr, /SIGSEGV.*touch_nothing/);
      assert.equal(status, 139);
    });

    test("recursion may be deep", () => {
      assert.equal(run(["guest", "deep", "150000"]).stdout, "150000\n");
    });

    const onTerminal = (steps, ...args) =>
      new Promise((resolve, reject) => {
        const words = ["-c", ON_TERMINAL, JSON.stringify(steps), node, join(site, "run.mjs"), ...args];
        execFile("python3", words, { timeout: 60_000 }, (error, stdout) =>
          error ? reject(error) : resolve(JSON.parse(stdout)),
        );
      });

    test("a terminal edits lines and shows what is typed", async () => {
      const { seen, status } = await onTerminal(
        [
          ["# ", "echo $((6*7))\r"],
          ["42", "exit 3\r"],
        ],
      );
      assert.match(seen, /\r\n42\r\n/);
      assert.equal(status, 3);
    });

    test("Control-C reaches the program on a terminal", async () => {
      const steps = [
        ["", "abc\x7f\x7fde\r"],
        ["got", "\x03"],
      ];
      const { seen, status } = await onTerminal(steps, "guest", "echo");
      assert.match(seen, /got 4: ade/);
      assert.equal(status, 130);
      assert.equal((await onTerminal([["spinning", "\x03"]], "guest", "spin")).status, 130);
    });
  });
}

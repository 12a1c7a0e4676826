// Pages that name programs in script tags, in Chromium: packed ones and ELF files, which
// the page translates, once.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, within } from "./browser.mjs";
import { serveFolder } from "./server.mjs";
import { checkout, guest, pack } from "./sites.mjs";

const work = fs.mkdtempSync(join(tmpdir(), "rv2wat-web-"));
let browser;
// With the headers that isolate pages, and without.
let servers;

const PAGE = (tags) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>tags</title>
<script type="module" src="packed/rv2wat/riscv.mjs"></script><h1>Programs</h1>${tags}`;

const FILES = {
  "bare.html": `<!doctype html><title>none</title>`,
  "plain.html": PAGE(`<script type="application/riscv64" src="fib.elf"></script>`),
  "packed.html": PAGE(
    `<script type="application/riscv64" src="packed/" data-env="WHAT='some thing'"
       data-args="guest environment WHAT"></script>`,
  ),
  "typed.html": PAGE(`<script type="application/riscv64" src="packed/" data-args='["guest", "echo"]'></script>`),
  "text.html": PAGE(`<script type="application/riscv64" src="fib.elf" data-view="text"></script>`),
  "wrong.html": PAGE(`<script type="application/riscv64" src="plain.html"></script>
    <script type="application/riscv64" src="missing.elf"></script>
    <script type="application/riscv64" src="damaged.elf"></script>`),
};

before(async () => {
  const folder = join(work, "site");
  fs.mkdirSync(folder);
  pack(join(folder, "packed"), guest());
  for (const [name, text] of Object.entries(FILES)) fs.writeFileSync(join(folder, name), text);
  const elf = fs.readFileSync(join(checkout, "golden/fib/fib.elf"));
  fs.writeFileSync(join(folder, "fib.elf"), elf);
  fs.writeFileSync(join(folder, "damaged.elf"), elf.subarray(0, 200));
  servers = new Map();
  for (const isolated of [true, false]) servers.set(isolated, await serveFolder(folder, { isolated }));
  browser = await launch(join(work, "profile"));
});
after(async () => {
  await browser?.close();
  for (const server of servers?.values() ?? []) server.close();
  fs.rmSync(work, { recursive: true, force: true });
});

async function open(t, name, isolated = true) {
  const tab = await within(t, browser, servers.get(isolated).url + name);
  const program = tab.page.locator(".rv2wat-program");
  const codes = async (count) => {
    const ended = tab.page.locator(".rv2wat-program[data-exit-code]");
    await ended.nth(count - 1).waitFor({ timeout: 120_000 });
    return program.evaluateAll((all) => all.map((element) => element.dataset.exitCode));
  };
  return { tab, program, codes };
}

const EXPECTED = fs.readFileSync(join(checkout, "golden/fib/fib.stdout"), "utf8");

for (const isolated of [true, false]) {
  describe(isolated ? "isolated" : "not isolated", () => {
    test("a packed program runs behind its tag", async (t) => {
      const { tab, codes } = await open(t, "packed.html", isolated);
      assert.equal(await tab.page.evaluate("crossOriginIsolated"), isolated);
      await tab.shows(/^some thing$/m);
      assert.deepEqual(await codes(1), ["0"]);
    });

    test("what is typed reaches it", async (t) => {
      const { tab, codes } = await open(t, "typed.html", isolated);
      await tab.shows(/^ *$/);
      await tab.type("hello\n");
      await tab.shows(/got 6: hello/);
      await tab.press("Control+d");
      assert.deepEqual(await codes(1), ["0"]);
    });

    test("an ELF file is translated at the first visit, and not at the second", async (t) => {
      const translators = () =>
        servers.get(isolated).asked.filter((path) => path.endsWith("rv2wat_translator.wasm")).length;
      const before = translators();
      const first = await open(t, "plain.html", isolated);
      await first.tab.shows(new RegExp(EXPECTED.trim().replaceAll(/[()]/g, "\\$&")), 120_000);
      assert.deepEqual(await first.codes(1), ["0"]);
      assert.equal(translators(), before + 1);
      const kept = await first.tab.page.evaluate(async () => (await (await caches.open("rv2wat")).keys()).length);
      assert.equal(kept, 1);
      const second = await open(t, "plain.html", isolated);
      assert.deepEqual(await second.codes(1), ["0"]);
      assert.equal(translators(), before + 1);
    });
  });
}

test("a page's own script starts programs, with streams and files", async (t) => {
  const { tab } = await open(t, "bare.html");
  const found = await tab.page.evaluate(async () => {
    const { start, FileError } = await import("/packed/rv2wat/guest.mjs");
    const run = async (args, options) => {
      let said = "";
      const decoder = new TextDecoder();
      const print = (bytes) => void (said += decoder.decode(bytes, { stream: true }));
      const guest = await start({ site: "packed/", args, onStdout: print, ...options });
      return { guest, said: () => said };
    };
    const given = await run(["guest", "fetch", "1", "/words"], { files: { "/words": "one\ntwo\n" } });
    const fetched = [(await given.guest.exit).code, given.said()];
    await given.guest.files.write("/made", "by the page");
    const read = new TextDecoder().decode(await given.guest.files.read("/made"));
    const missing = await given.guest.files.read("/missing").catch((error) => [error instanceof FileError, error.errno]);
    given.guest.stop();
    const asked = await run(["guest", "echo"], { stdin: "first\n" });
    const echoed = [(await asked.guest.exit).code, asked.said()];
    const fed = await run(["guest", "echo"]);
    await fed.guest.write("second\n");
    fed.guest.closeInput();
    const written = [(await fed.guest.exit).code, fed.said()];
    const killed = await run(["guest", "call"]);
    await killed.guest.started;
    killed.guest.signal(15);
    return { fetched, read, missing, echoed, written, killed: await killed.guest.exit };
  });
  assert.deepEqual(found, {
    fetched: [0, "8 bytes\n"],
    read: "by the page",
    missing: [true, 2],
    echoed: [0, "got 6: first\nend\n"],
    written: [0, "got 7: second\nend\n"],
    killed: { code: 143, how: "exited", reports: ["killed by SIGTERM (15)"] },
  });
});

test("a program may be shown as text", async (t) => {
  const { tab, codes } = await open(t, "text.html");
  assert.deepEqual(await codes(1), ["0"]);
  assert.equal(await tab.page.locator(".rv2wat-program pre").innerText(), EXPECTED);
});

test("tags that are added later run", async (t) => {
  const { tab, codes } = await open(t, "packed.html");
  await codes(1);
  await tab.page.evaluate(() => {
    const tag = document.createElement("script");
    tag.type = "application/riscv64";
    tag.setAttribute("src", "packed/");
    tag.dataset.args = "guest exit 9";
    document.body.append(tag);
  });
  assert.deepEqual(await codes(2), ["0", "9"]);
});

test("what cannot run says why", async (t) => {
  const { program, codes } = await open(t, "wrong.html");
  assert.deepEqual(await codes(3), ["none", "none", "none"]);
  const [text, missing, damaged] = await program.locator("p[role=status]").allInnerTexts();
  assert.match(text, /is no ELF file/);
  assert.match(missing, /404/);
  assert.match(damaged, /Cannot run: /);
  assert.doesNotMatch(damaged, /wasm-function/);
});

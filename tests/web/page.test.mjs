// The page of a packed site in Chromium: what a user does, and what the page shows.
// Files are in files.test.mjs, programs that mean harm in hostile.test.mjs.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { command, launch, within } from "./browser.mjs";
import { guest, makeSite, pack, serveSite } from "./sites.mjs";

const work = fs.mkdtempSync(join(tmpdir(), "rv2wat-web-"));
let browser;
// What runs, if the address does not say.
let site;

before(async () => {
  site = makeSite(work);
  browser = await launch(join(work, "profile"));
});
after(async () => {
  await browser?.close();
  fs.rmSync(work, { recursive: true, force: true });
});

// The site on a server that closes when the test is over.
async function served(t, options) {
  const server = await serveSite(site, options);
  t.after(() => server.close());
  return server;
}

// All of it in a page that is isolated, and in one that is not.
for (const isolated of [true, false]) {
  describe(isolated ? "isolated" : "not isolated", () => {
    let server;
    // Opens a page for a test, at the end of which it is closed.
    const open = (t, ...args) => within(t, browser, args.length > 0 ? command(server.url, ...args) : server.url);

    before(async () => {
      server = await serveSite(site, { isolated });
    });
    after(() => server.close());

    test("a shell reads lines and ends with its status", async (t) => {
      const tab = await open(t);
      await tab.shows(/\$ *$/m);
      assert.equal(await tab.page.evaluate("crossOriginIsolated"), isolated);
      await tab.type("echo $((6*7)) $PWD\n");
      await tab.shows(/^42 \/root$/m);
      await tab.type("echo -n 'line? '; read line; echo got:$line\n");
      await tab.shows(/^line\? *$/m);
      await tab.type("wrong\x7f\x7f\x7f\x7f\x7fright\n");
      await tab.shows(/^got:right$/m);
      await tab.type("exit 7\n");
      assert.equal(await tab.ended(), "7");
      assert.match(await tab.status(), /Ended with status 7/);
      assert.deepEqual(tab.errors, []);
    });

    test("lines come one at a time, and end", async (t) => {
      const tab = await open(t, "guest", "echo");
      await tab.type("one\n");
      await tab.shows(/got 4: one/);
      await tab.type("two\x7f\x7f\x7fthree\n");
      await tab.shows(/got 6: three/);
      await tab.type("rest");
      await tab.press("Control+d");
      await tab.shows(/got 4: rest/);
      await tab.press("Control+d");
      await tab.shows(/^end$/m);
      assert.equal(await tab.ended(), "0");
    });

    test("text is pasted", async (t) => {
      const tab = await open(t, "guest", "echo");
      await tab.page.locator(".xterm-helper-textarea").evaluate((area) => {
        const data = new DataTransfer();
        data.setData("text/plain", "päste\nmore\n");
        area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
      });
      await tab.shows(/got 7: päste\ngot 5: more/);
    });

    test("Control-C ends a read", async (t) => {
      const tab = await open(t, "cat");
      await tab.type("here\n");
      await tab.shows(/here\nhere/);
      await tab.press("Control+c");
      assert.equal(await tab.ended(), "130");
    });

    test("Control-C ends a loop of system calls", async (t) => {
      const tab = await open(t, "guest", "call");
      await tab.shows(/calling/);
      await tab.press("Control+c");
      assert.equal(await tab.ended(5000), "130");
    });

    test("Control-C ends a loop without system calls", async (t) => {
      const tab = await open(t, "guest", "spin");
      await tab.shows(/spinning/);
      await tab.press("Control+c");
      assert.equal(await tab.ended(5000), "130");
    });

    test("a program that takes no signals is stopped, and started again", async (t) => {
      const tab = await open(t, "guest", "stubborn");
      await tab.shows(/spinning/);
      await tab.press("Control+c");
      await tab.page.waitForTimeout(1000);
      assert.match(await tab.status(), /Running/);
      await tab.button("Stop").click();
      assert.equal(await tab.ended(), "137");
      assert.match(await tab.status(), /Stopped/);
      await tab.button("Restart").click();
      await tab.shows(/^spinning$/m);
      assert.match(await tab.status(), /Running/);
    });

    test("a program that waits is stopped, and its files are gone when it starts again", async (t) => {
      const tab = await open(t);
      await tab.shows(/\$ *$/m);
      await tab.type("echo mine > made; read line < made; echo $line\n");
      await tab.shows(/^mine$/m);
      await tab.button("Stop").click();
      assert.equal(await tab.ended(), "137");
      assert.ok(await tab.button("Stop").isDisabled());
      await tab.button("Restart").click();
      await tab.shows(/^\$ *$/m);
      await tab.type("read line < made; echo $?\n");
      await tab.shows(/no such file[^]*^1$/im);
      // The same after an end.
      await tab.type("exit 4\n");
      assert.equal(await tab.ended(), "4");
      await tab.button("Restart").click();
      await tab.shows(/^\$ *$/m);
      assert.match(await tab.status(), /Running/);
    });

    test("a fault is told with the function that it was in", async (t) => {
      const tab = await open(t, "guest", "fault");
      assert.equal(await tab.ended(), "139");
      assert.match(await tab.status(), /SIGSEGV.*touch_nothing/);
    });

    test("recursion may be deep", async (t) => {
      const tab = await open(t, "guest", "deep", "100000");
      await tab.shows(/^100000$/m);
      assert.equal(await tab.ended(), "0");
    });

    test("the terminal's size reaches the program", async (t) => {
      const tab = await open(t, "guest", "size");
      const first = /size (\d+)x(\d+)/.exec(await tab.shows(/size \d+x\d+/));
      await tab.page.setViewportSize({ width: 700, height: 500 });
      const both = await tab.shows(/size \d+x\d+\n+size \d+x\d+/);
      const last = both.match(/size (\d+)x(\d+)/g).at(-1).match(/\d+/g);
      assert.ok(Number(last[0]) < Number(first[1]) && Number(last[1]) < Number(first[2]), both);
      await tab.page.setViewportSize({ width: 1000, height: 640 });
    });

    test("errors are told", async (t) => {
      const tab = await open(t, "nothing-of-that-name");
      assert.equal(await tab.ended(), "none");
      assert.match(await tab.status(), /Cannot run: nothing-of-that-name: there is no such file/);
    });
  });
}

test("the terminal can be left by a key, and entered again", async (t) => {
  const server = await served(t);
  const tab = await within(t, browser, server.url);
  await tab.shows(/\$ *$/m);
  const focused = () => tab.page.evaluate(() => document.activeElement.id || document.activeElement.className);
  assert.match(await focused(), /xterm/);
  await tab.page.keyboard.press("F6");
  assert.equal(await focused(), "restart");
  await tab.page.keyboard.press("Tab");
  assert.equal(await focused(), "stop");
  await tab.page.keyboard.press("F6");
  assert.match(await focused(), /xterm/);
});

test("what is selected is copied by Control-C", async (t) => {
  const server = await served(t);
  await browser.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
  const tab = await within(t, browser, command(server.url, "guest", "echo"));
  await tab.type("copied\n");
  await tab.shows(/got 7: copied/);
  await tab.page.locator(".xterm-screen").dblclick({ position: { x: 20, y: 6 } });
  await tab.page.keyboard.press("Control+c");
  assert.equal(await tab.page.evaluate(() => navigator.clipboard.readText()), "copied");
  assert.match(await tab.status(), /Running/);
  await tab.page.keyboard.press("Control+c");
  assert.equal(await tab.ended(), "130");
});

test("a handler interrupts a loop without system calls, if the program was packed for it", async (t) => {
  const server = await serveSite(pack(join(work, "left"), guest(), "--preempt"));
  t.after(() => server.close());
  const tab = await within(t, browser, command(server.url, "guest", "handle"));
  await tab.shows(/spinning/);
  await tab.press("Control+c");
  await tab.shows(/handled$/m);
  assert.equal(await tab.ended(), "0");
});

test("at a second visit nothing is fetched again that has a hash in its name", async (t) => {
  const server = await served(t, { counts: true });
  const visit = async () => {
    const from = server.asked.length;
    const tab = await within(t, browser, command(server.url, "cat", "hello.txt"));
    assert.equal(await tab.ended(), "0");
    return server.asked.slice(from).filter((path) => /^\/(modules|content)\//.test(path));
  };
  const first = await visit();
  // The program, its module, and the file.
  assert.equal(first.length, 3, first.join("\n"));
  assert.deepEqual(await visit(), []);
});

test("what a site lacks is named", async (t) => {
  const damaged = join(work, "damaged");
  fs.cpSync(site, damaged, { recursive: true });
  fs.rmSync(join(damaged, "modules"), { recursive: true });
  const server = await serveSite(damaged);
  t.after(() => server.close());
  const tab = await within(t, browser, server.url);
  assert.equal(await tab.ended(), "none");
  assert.match(await tab.status(), /Cannot run: .*modules\/[0-9a-f]+\.wasm cannot be fetched: the server says 404/);
  fs.writeFileSync(join(damaged, "site.json"), "{");
  await tab.button("Restart").click();
  await tab.page.locator("#status", { hasText: "is no JSON" }).waitFor();
  server.close();
  await tab.button("Restart").click();
  await tab.page.locator("#status", { hasText: /cannot be (loaded|fetched).*server/ }).waitFor();
});

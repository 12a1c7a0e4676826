// The page of a packed site in Chromium: what a user does, and what the page shows.
// Run by scripts/web-tests.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, Tab } from "./browser.mjs";
import { serve } from "./server.mjs";
import { busybox, guest, makeSite } from "./sites.mjs";

const work = fs.mkdtempSync(join(tmpdir(), "rv2wat-web-"));
let browser;
// What runs, if the address does not say.
const site = join(work, "site");

before(async () => {
  makeSite(site, {
    programs: { "bin/busybox": busybox, "bin/guest": guest() },
    tree: [
      { path: "root/hello.txt", text: "hello there\n", mode: 0o644 },
      { path: "bin/sh", link: "busybox" },
      { path: "bin/cat", link: "busybox" },
    ],
    args: ["/bin/busybox", "sh"],
    env: ["PS1=$ "],
  });
  browser = await launch(join(work, "profile"));
});
after(async () => {
  await browser?.close();
  fs.rmSync(work, { recursive: true, force: true });
});

// A page of an address, closed when the test is over.
async function within(t, address, options) {
  const tab = await Tab.open(browser, address, options);
  t.after(() => tab.close());
  return tab;
}

// The site on a server that closes when the test is over.
async function served(t, options) {
  const server = await serve(site, options);
  t.after(() => server.close());
  return server;
}

// The address of a command.
const command = (url, ...args) => `${url}?${args.map((arg) => `arg=${encodeURIComponent(arg)}`).join("&")}`;

// All of it in a page that is isolated, and in one that is not.
for (const isolated of [true, false]) {
  describe(isolated ? "isolated" : "not isolated", () => {
    let server;
    // Opens a page for a test, at the end of which it is closed.
    const open = (t, ...args) => within(t, args.length > 0 ? command(server.url, ...args) : server.url);

    before(async () => {
      server = await serve(site, { isolated });
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
      await tab.page.getByRole("button", { name: "Stop" }).click();
      assert.equal(await tab.ended(), "137");
      assert.match(await tab.status(), /Stopped/);
      await tab.page.getByRole("button", { name: "Restart" }).click();
      await tab.shows(/^spinning$/m);
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

    test("files are shown, put in, given out and deleted, also after the end", async (t) => {
      const tab = await open(t, "guest", "wait", "/root/new.txt", "from outside\n");
      const { page } = tab;
      await page.getByRole("button", { name: "Files" }).click();
      const row = (name) => page.locator("#files tr", { hasText: name });
      await row("hello.txt").waitFor();
      assert.equal(await tab.page.locator(".rv2wat-terminal").getAttribute("data-exit-code"), null);
      const content = (text) => ({ name: "new.txt", mimeType: "text/plain", buffer: Buffer.from(text) });
      await page.locator("#files input[type=file]").setInputFiles(content("from outside\n"));
      await row("new.txt").waitFor();
      await tab.shows(/there it is/);
      assert.equal(await tab.ended(), "0");
      // The program has ended; its files are there.
      const saved = async (name) => {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.getByRole("button", { name: `Download ${name}` }).click(),
        ]);
        return fs.readFileSync(await download.path(), "utf8");
      };
      assert.equal(await saved("new.txt"), "from outside\n");
      assert.equal(await saved("hello.txt"), "hello there\n");
      page.on("dialog", (dialog) => dialog.accept());
      await page.getByRole("button", { name: "Delete new.txt" }).click();
      await row("new.txt").waitFor({ state: "detached" });
      // Large, and dropped.
      const drop = await page.evaluateHandle(() => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(3_000_000).fill(65)], "large.bin"));
        return data;
      });
      await page.dispatchEvent("#files", "drop", { dataTransfer: drop });
      await row("large.bin").waitFor();
      assert.match(await row("large.bin").innerText(), /3\.0 MB/);
      assert.equal((await saved("large.bin")).length, 3_000_000);
      await page.getByRole("button", { name: "The root directory" }).click();
      await page.getByRole("button", { name: "Open bin" }).click();
      await row("busybox").first().waitFor();
      assert.deepEqual(tab.errors, []);
    });

    test("endless output leaves the page alive and its memory bounded", async (t) => {
      const tab = await open(t, "guest", "flood");
      await tab.shows(/line \d+/);
      const heap = () => tab.page.evaluate(() => performance.memory.usedJSHeapSize);
      await tab.page.waitForTimeout(2000);
      const before = await heap();
      const started = Date.now();
      await tab.page.getByRole("button", { name: "Theme" }).click();
      assert.ok(Date.now() - started < 1500, `a click took ${Date.now() - started} ms`);
      await tab.page.waitForTimeout(4000);
      const grown = (await heap()) - before;
      assert.ok(grown < 60e6, `the page grew by ${grown} bytes`);
      await tab.press("Control+c");
      assert.equal(await tab.ended(10000), "130");
      await tab.page.evaluate(() => localStorage.clear());
    });

    test("errors are told", async (t) => {
      const tab = await open(t, "nothing-of-that-name");
      assert.equal(await tab.ended(), "none");
      assert.match(await tab.status(), /Cannot run: nothing-of-that-name: there is no such file/);
    });
  });
}

test("what a program prints and names reaches nothing but its places", async (t) => {
  const server = await served(t);
  await browser.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
  const tab = await within(t, server.url);
  const { page } = tab;
  await tab.shows(/\$ *$/m);
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  const title = await page.title();
  const addresses = server.asked?.length;
  await tab.type("printf '\\033]52;c;dGhlaXJz\\007\\033]0;their title\\007\\033[21t'\n");
  await tab.type("printf '\\033]8;;javascript:document.title=1\\007link\\033]8;;\\007\\n'\n");
  await tab.shows(/^link$/m);
  await tab.type("echo > '/root/<img src=x onerror=document.title=2>'\n");
  await page.getByRole("button", { name: "Files" }).click();
  await page.locator("#files tr", { hasText: "<img src=x" }).waitFor();
  await page.mouse.click(20, 100);
  await page.waitForTimeout(300);
  assert.equal(await page.title(), title);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "mine");
  assert.equal(await page.locator("#files img").count(), 0);
  assert.deepEqual(server.asked?.slice(addresses) ?? [], []);
  assert.deepEqual(tab.errors, []);
});

test("the terminal can be left by a key, and entered again", async (t) => {
  const server = await served(t);
  const tab = await within(t, server.url);
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
  const tab = await within(t, command(server.url, "guest", "echo"));
  await tab.type("copied\n");
  await tab.shows(/got 7: copied/);
  await tab.page.locator(".xterm-screen").dblclick({ position: { x: 20, y: 6 } });
  await tab.page.keyboard.press("Control+c");
  assert.equal(await tab.page.evaluate(() => navigator.clipboard.readText()), "copied");
  assert.match(await tab.status(), /Running/);
  await tab.page.keyboard.press("Control+c");
  assert.equal(await tab.ended(), "130");
});

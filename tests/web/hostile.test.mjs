// Programs that mean harm, in Chromium: what they print, ask for and use up stays within
// its bounds, and the page can be used meanwhile.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { command, launch, memory, within } from "./browser.mjs";
import { busybox, makeSite, serveSite, tryPack } from "./sites.mjs";

const work = fs.mkdtempSync(join(tmpdir(), "rv2wat-web-"));
let browser;
let site;

before(async () => {
  site = makeSite(work);
  browser = await launch(join(work, "profile"));
});
after(async () => {
  await browser?.close();
  fs.rmSync(work, { recursive: true, force: true });
});

// How long a click may take until it has done something, in milliseconds.
const SOON = 2000;

// Whoever clicks sees what comes of it.
async function isAlive({ page }) {
  const button = page.locator("#show-files");
  const open = (await button.getAttribute("aria-expanded")) === "true";
  const started = Date.now();
  await button.click({ timeout: 20_000 });
  await page.locator(`#show-files[aria-expanded=${!open}]`).waitFor();
  const took = Date.now() - started;
  assert.ok(took < SOON, `a click took ${took} ms`);
}

// What the browser takes more than before, in bytes.
function growth() {
  const before = memory();
  return () => memory() - before;
}

const MIB = 2 ** 20;

for (const isolated of [true, false]) {
  describe(isolated ? "isolated" : "not isolated", () => {
    let server;
    const open = (t, ...args) => within(t, browser, command(server.url, ...args));

    before(async () => {
      server = await serveSite(site, { isolated, counts: true });
    });
    after(() => server.close());

    test("endless output", async (t) => {
      const tab = await open(t, "guest", "flood");
      await tab.shows(/line \d+/);
      await tab.page.waitForTimeout(2000);
      const grown = growth();
      await isAlive(tab);
      await tab.page.waitForTimeout(4000);
      assert.ok(grown() < 100 * MIB, `the browser grew by ${grown()} bytes`);
      await tab.press("Control+c");
      assert.equal(await tab.ended(10000), "130");
    });

    test("files without end", async (t) => {
      const grown = growth();
      const tab = await open(t, "guest", "fill");
      const text = await tab.shows(/a hole: .*$/m, 60_000);
      assert.match(text, /^5\d\d MiB: No space left on device\n0 MiB: No space left on device\na hole: /m);
      await isAlive(tab);
      assert.ok(grown() < 1300 * MIB, `the browser grew by ${grown()} bytes`);
      // The panel still shows them, and makes room.
      tab.page.on("dialog", (dialog) => dialog.accept());
      await tab.button("The root directory").click();
      await tab.button("Open tmp").click();
      await tab.button("Delete first").click();
      await tab.page.locator("#files .message", { hasText: "first was deleted" }).waitFor();
      await tab.button("Stop").click();
      assert.equal(await tab.ended(), "137");
    });

    test("memory without end", async (t) => {
      const grown = growth();
      const tab = await open(t, "guest", "hog");
      const [, taken] = /^(\d+) MiB: Cannot allocate memory$/m.exec(await tab.shows(/MiB: .*$/m, 60_000));
      // `site.json` says how much there is: 1 GiB.
      assert.ok(taken > 500 && taken <= 1024, `${taken} MiB`);
      await isAlive(tab);
      assert.ok(grown() < 1500 * MIB, `the browser grew by ${grown()} bytes`);
      assert.ok(grown() > 500 * MIB, `the browser grew by ${grown()} bytes`);
      await tab.press("Control+c");
      assert.equal(await tab.ended(), "130");
    });

    test("processes without end", async (t) => {
      const tab = await open(t, "guest", "forks");
      await tab.shows(/^fork: Function not implemented$/m);
      const grown = growth();
      await tab.page.waitForTimeout(2000);
      await isAlive(tab);
      assert.ok(grown() < 100 * MIB, `the browser grew by ${grown()} bytes`);
      assert.doesNotMatch(await tab.text(), /another process/);
      await tab.press("Control+c");
      assert.equal(await tab.ended(5000), "130");
    });

    test("questions to the terminal without end, whose answers nobody reads", async (t) => {
      const tab = await open(t, "guest", "ask");
      await tab.shows(/asking/);
      await tab.page.waitForTimeout(2000);
      const grown = growth();
      await tab.page.waitForTimeout(8000);
      await isAlive(tab);
      // It goes up and down by that. Without a bound, as much would come every second.
      assert.ok(grown() < 250 * MIB, `the browser grew by ${grown()} bytes`);
      await tab.press("Control+c");
      assert.equal(await tab.ended(10000), "130");
    });

    test("files that are read again and again, more than is kept", async (t) => {
      const paths = ["/usr/share/large/a", "/usr/share/large/b"];
      const from = server.asked.length;
      const grown = growth();
      const tab = await open(t, "guest", "fetch", "40", ...paths);
      await tab.shows(/^1677721600 bytes$/m, 120_000);
      assert.equal(await tab.ended(), "0");
      // The browser has them; the server gave each once, and both worlds share the cache.
      const contents = server.asked.slice(from).filter((path) => path.startsWith("/content/"));
      assert.ok(contents.length <= 3, contents.join("\n"));
      await isAlive(tab);
      assert.ok(grown() < 400 * MIB, `the browser grew by ${grown()} bytes`);
    });

    test("answers of the terminal hold nothing that the program has chosen, and no line's end", async (t) => {
      await browser.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
      const tab = await open(t, "guest", "answers");
      await tab.page.evaluate(() => navigator.clipboard.writeText("SECRET"));
      const text = await tab.shows(/all asked/);
      const answers = text.split("\n").filter((line) => /^\d+:/.test(line));
      // Some are answered, or this would prove nothing.
      assert.ok(answers.length >= 5, text);
      for (const answer of answers) assert.doesNotMatch(answer, /HARM|SECRET|U0VDUkVU|<0[ad]>/i);
      assert.deepEqual(tab.errors, []);
    });
  });
}

test("what a program prints and names reaches nothing but its places", async (t) => {
  const server = await serveSite(site, { counts: true });
  t.after(() => server.close());
  await browser.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
  const tab = await within(t, browser, server.url);
  const { page } = tab;
  await tab.shows(/\$ *$/m);
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  const title = await page.title();
  const addresses = server.asked.length;
  await tab.type("printf '\\033]52;c;dGhlaXJz\\007\\033]0;their title\\007\\033[21t'\n");
  await tab.type("i=0; while [ $i -lt 3000 ]; do printf '\\033]0;title %d\\007' $i; i=$((i+1)); done\n");
  await tab.type("printf '\\033]8;;javascript:document.title=1\\007link\\033]8;;\\007\\n'\n");
  await tab.shows(/^link$/m);
  await tab.type("echo > '/root/<img src=x onerror=document.title=2>'\n");
  await page.getByRole("button", { name: "Files" }).click();
  await page.locator("#files tr", { hasText: "<img src=x" }).waitFor();
  // The link is shown, and leads nowhere.
  const { x, y } = await page.locator(".xterm-rows > div", { hasText: /^link/ }).boundingBox();
  await page.mouse.move(x + 10, y + 5);
  for (const keys of [[], ["Control"]]) {
    for (const key of keys) await page.keyboard.down(key);
    await page.mouse.click(x + 10, y + 5);
    for (const key of keys) await page.keyboard.up(key);
  }
  await page.waitForTimeout(300);
  assert.equal(browser.pages().filter((other) => other.url() !== "about:blank").length, 1);
  assert.equal(await page.title(), title);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "mine");
  assert.equal(await page.locator("#files img").count(), 0);
  assert.deepEqual(server.asked.slice(addresses), []);
  assert.deepEqual(tab.errors, []);
});

test("archives whose names lead out are not packed", () => {
  const folder = join(work, "traversal");
  fs.mkdirSync(join(folder, "inside"), { recursive: true });
  fs.writeFileSync(join(folder, "escaped"), "outside\n");
  fs.copyFileSync(busybox, join(folder, "inside/busybox"));
  const archive = join(folder, "root.tar");
  execFileSync("tar", ["-P", "-cf", archive, "-C", join(folder, "inside"), "busybox", "../escaped"]);
  fs.rmSync(join(folder, "escaped"));
  const packed = join(folder, "site");
  const { status, stderr } = tryPack(packed, ["--root", archive, "--entry", "/busybox"]);
  assert.equal(status, 2);
  assert.match(stderr, /\.\.\/escaped/);
  assert.deepEqual(fs.readdirSync(folder).sort(), ["inside", "root.tar"]);
});

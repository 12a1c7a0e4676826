// The page for who uses it by keys, or has it read aloud: axe-core looks for what is known
// to stand in the way, and what it cannot see is tried.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { command, launch, within } from "./browser.mjs";
import { cache, makeSite, serveSite } from "./sites.mjs";

const axe = fs.readFileSync(createRequire(join(cache, "web-build/package.json")).resolve("axe-core/axe.min.js"), "utf8");

const work = fs.mkdtempSync(join(tmpdir(), "rv2wat-web-"));
let browser;
let server;

before(async () => {
  server = await serveSite(makeSite(work));
  browser = await launch(join(work, "profile"));
});
after(async () => {
  await browser?.close();
  server?.close();
  fs.rmSync(work, { recursive: true, force: true });
});

// What axe-core finds wrong.
async function found({ page }) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
}

const PHONE = { width: 390, height: 800 };

for (const [name, options] of [
  ["dark", { colorScheme: "dark" }],
  ["light", { colorScheme: "light" }],
  ["small", { colorScheme: "dark", viewport: PHONE }],
]) {
  test(`nothing is in the way: ${name}`, async (t) => {
    const tab = await within(t, browser, server.url, options);
    await tab.shows(/\$ *$/m);
    assert.deepEqual(await found(tab), []);
    await tab.button("Files").click();
    await tab.page.locator("#files tr", { hasText: "hello.txt" }).waitFor();
    await tab.button("Screen reader").click();
    assert.deepEqual(await found(tab), []);
    const failed = await within(t, browser, command(server.url, "guest", "fault"), options);
    assert.equal(await failed.ended(), "139");
    assert.deepEqual(await found(failed), []);
    // All of it fits.
    const { scroll, width } = await failed.page.evaluate(() => ({
      scroll: document.documentElement.scrollWidth,
      width: innerWidth,
    }));
    assert.ok(scroll <= width, `${scroll} > ${width}`);
  });
}

test("files are reached, opened and deleted by keys alone", async (t) => {
  const tab = await within(t, browser, server.url);
  const { page } = tab;
  await tab.shows(/\$ *$/m);
  const focused = () => page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.textContent);
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press("F6");
  assert.equal(await focused(), "Restart");
  await press("Tab", "Tab");
  assert.equal(await focused(), "Files");
  await press("Enter");
  await page.locator("#files tr", { hasText: "hello.txt" }).waitFor();
  assert.equal(await focused(), "The directory /root");
  await press("F6", "F6", "F6");
  assert.equal(await focused(), "The directory /root");
  const until = async (label) => {
    for (let left = 40; (await focused()) !== label; left--) {
      assert.ok(left > 0, `${label} is not reached`);
      await press("Tab");
    }
  };
  await until("Open books");
  await press("Enter");
  await page.locator("#files tr", { hasText: "one.txt" }).waitFor();
  assert.equal(await focused(), "The directory /root/books");
  page.on("dialog", (dialog) => dialog.accept());
  await until("Delete one.txt");
  await press("Enter");
  await page.locator("#files tr", { hasText: "one.txt" }).waitFor({ state: "detached" });
  assert.equal(await focused(), "The directory /root/books");
  // A button that can no more be pressed gives the keys on.
  await tab.button("Stop").focus();
  await press("Enter");
  await page.locator("#status", { hasText: "Stopped" }).waitFor();
  assert.equal(await focused(), "Restart");
  await press("Enter");
  await tab.shows(/\$ *$/m);
  await page.keyboard.type("exit 5\n");
  assert.equal(await tab.ended(), "5");
});

test("what a program prints is read aloud to who wants it", async (t) => {
  const tab = await within(t, browser, server.url);
  await tab.shows(/\$ *$/m);
  await tab.button("Screen reader").click();
  await tab.type("echo $((6*7)) books\n");
  await tab.page.locator(".xterm-accessibility .live-region", { hasText: "42 books" }).waitFor({ state: "attached" });
});

// The panel of a program's files in Chromium: files of an image are shown, put in, given
// out and deleted, and fetched when somebody reads them.
import assert from "node:assert/strict";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { command, launch, within } from "./browser.mjs";
import { makeSite, serveSite } from "./sites.mjs";

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

// What a user does with the panel.
const panel = ({ page }) => ({
  open: () => page.getByRole("button", { name: "Files", exact: true }).click(),
  row: (name) => page.locator("#files tr", { hasText: name }),
  press: (label) => page.getByRole("button", { name: label, exact: true }).click(),
  names: () => page.locator("#files tbody tr td:first-child").allInnerTexts(),
  message: () => page.locator("#files .message").innerText(),
  // What is downloaded when a button is pressed.
  async saved(name) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: `Download ${name}`, exact: true }).click(),
    ]);
    assert.equal(download.suggestedFilename(), name);
    return fs.readFileSync(await download.path(), "utf8");
  },
  async drop(name, size, where = "#files") {
    const data = await page.evaluateHandle(
      ([name, size]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(size).fill(65)], name));
        return data;
      },
      [name, size],
    );
    await page.dispatchEvent(where, "drop", { dataTransfer: data });
  },
});

for (const isolated of [true, false]) {
  describe(isolated ? "isolated" : "not isolated", () => {
    let server;
    const open = (t, ...args) => within(t, browser, args.length > 0 ? command(server.url, ...args) : server.url);

    before(async () => {
      server = await serveSite(site, { isolated, counts: true });
    });
    after(() => server.close());

    test("files are put in, given out and deleted, while the program runs and after its end", async (t) => {
      const tab = await open(t, "guest", "wait", "/root/new.txt", "from outside\n");
      const { page } = tab;
      const { row, press, saved, drop, ...files } = panel(tab);
      await files.open();
      await row("hello.txt").waitFor();
      assert.equal(await page.locator(".rv2wat-terminal").getAttribute("data-exit-code"), null);
      assert.equal(await saved("hello.txt"), "hello there\n");
      const content = { name: "new.txt", mimeType: "text/plain", buffer: Buffer.from("from outside\n") };
      const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByText("Upload").click()]);
      await chooser.setFiles(content);
      await row("new.txt").waitFor();
      await tab.shows(/there it is/);
      assert.equal(await tab.ended(), "0");
      // The program has ended; its files are there.
      assert.equal(await saved("new.txt"), "from outside\n");
      page.once("dialog", (dialog) => dialog.dismiss());
      await press("Delete new.txt");
      page.once("dialog", (dialog) => dialog.accept());
      await press("Delete new.txt");
      await row("new.txt").waitFor({ state: "detached" });
      await drop("large.bin", 3_000_000);
      await row("large.bin").waitFor();
      assert.match(await row("large.bin").innerText(), /3\.0 MB/);
      assert.equal((await saved("large.bin")).length, 3_000_000);
      // Whoever drops a file on the terminal means the same.
      await files.open();
      assert.ok(!(await page.locator("#files").isVisible()));
      await drop("beside.txt", 5, ".xterm-screen");
      await row("beside.txt").waitFor();
      assert.deepEqual(tab.errors, []);
    });

    test("files of an image are browsed, through its links as well, and no way leads out", async (t) => {
      const tab = await open(t);
      const { row, press, saved, names, message, ...files } = panel(tab);
      await tab.shows(/\$ *$/m);
      await files.open();
      await row("hello.txt").waitFor();
      assert.deepEqual(await names(), ["above →", "books →", "hello.txt", "lost →"]);
      await press("Open books");
      await row("one.txt").waitFor();
      assert.deepEqual(await names(), ["one.txt", "two.txt"]);
      assert.equal(await saved("two.txt"), "the second book\n");
      await press("The root directory");
      await row("usr").waitFor();
      const all = ["bin/", "dev/", "etc/", "proc/", "root/", "srv/", "tmp/", "usr/"];
      assert.deepEqual((await names()).filter((name) => all.includes(name)), all);
      await press("Open srv");
      await tab.page.locator("#files .message", { hasText: /^0 entries/ }).waitFor();
      await press("The root directory");
      await press("Open root");
      await row("above").waitFor();
      // Above the root is the root.
      assert.equal(await saved("above"), "welcome\n");
      await press("Open lost");
      await tab.page.locator("#files .message.bad", { hasText: /no such file/i }).waitFor();
      assert.deepEqual(tab.errors, []);
    });

    test("what is in use cannot be deleted, and the page says why", async (t) => {
      const tab = await open(t);
      const { row, press, ...files } = panel(tab);
      await tab.shows(/\$ *$/m);
      await files.open();
      await press("The root directory");
      await row("usr").waitFor();
      tab.page.on("dialog", (dialog) => dialog.accept());
      await press("Delete usr");
      await tab.page.locator("#files .message.bad", { hasText: /not empty/ }).waitFor();
      assert.ok((await row("usr").count()) > 0);
    });

    test("content is fetched when somebody reads it, and not again", async (t) => {
      const from = server.asked.length;
      const asked = () => new Set(server.asked.slice(from).filter((path) => path.startsWith("/content/")));
      const tab = await open(t);
      await tab.shows(/\$ *$/m);
      const before = asked().size;
      // The program alone.
      assert.ok(before <= 1, [...asked()].join("\n"));
      await tab.type("echo /usr/share/books/*\n");
      await tab.shows(/books\/one\.txt .*books\/two\.txt$/m);
      assert.equal(asked().size, before);
      await tab.type("read line < books/one.txt; echo $line; read line < /usr/share/latest/one.txt; echo $line\n");
      await tab.shows(/^the first book\nthe first book$/m);
      // Tests before this one may have left it in the browser's cache.
      const once = server.asked.slice(from).filter((path) => path.startsWith("/content/"));
      assert.equal(once.length, new Set(once).size, once.join("\n"));
      assert.ok(asked().size <= before + 1);
    });
  });
}

// Chromium for tests and for the benchmark, driven by playwright-core, which scripts/web
// has fetched.
import * as fs from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cache } from "./sites.mjs";

const require = createRequire(join(cache, "web-build/package.json"));
const { chromium } = require("playwright-core");

const options = {
  executablePath: process.env.RV2WAT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
};

// A browser; `profile` is a folder for what it keeps.
export function launch(profile = "") {
  return chromium.launchPersistentContext(profile, { ...options, viewport: { width: 1000, height: 640 } });
}

// A browser that keeps nothing: each of its contexts is as a window of its own for
// somebody who was never there before.
export const browse = () => chromium.launch({ ...options, timeout: 60_000 });

// The browser's processes that this one has started: `memory` in bytes, what several
// share in parts; `ticks` is processor time, in hundredths of a second.
export function processes() {
  const all = new Map();
  for (const id of fs.readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const state = fs.readFileSync(`/proc/${id}/stat`, "utf8");
      const end = state.lastIndexOf(")");
      const words = state.slice(end + 2).split(" ").map(Number);
      all.set(Number(id), {
        name: state.slice(state.indexOf("(") + 1, end),
        parent: words[1],
        ticks: words[11] + words[12],
      });
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOurs = (id) => id === process.pid || (all.has(id) && isOurs(all.get(id).parent));
  return [...all].filter(([id, { name }]) => /chrom/.test(name) && isOurs(id)).map(([id, { ticks }]) => {
    try {
      const pages = fs.readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
      return { ticks, memory: 1024 * Number(/^Pss:\s+(\d+)/m.exec(pages)?.[1] ?? 0) };
    } catch {
      return { ticks, memory: 0 };
    }
  });
}

// How much memory they take in all, in bytes.
export const memory = () => processes().reduce((sum, { memory }) => sum + memory, 0);

// The address of a command of a site.
export const command = (url, ...args) => `${url}?${args.map((arg) => `arg=${encodeURIComponent(arg)}`).join("&")}`;

// A page of an address, closed when the test is over.
export async function within(t, browser, address, options) {
  const tab = await Tab.open(browser, address, options);
  t.after(() => tab.close());
  return tab;
}

// A page of a site, and what one does with it.
export class Tab {
  static async open(browser, url, options = {}) {
    const page = await browser.newPage();
    const tab = new Tab(page);
    page.on("console", (message) => {
      if (message.type() === "error") tab.errors.push(message.text());
    });
    page.on("pageerror", (error) => tab.errors.push(String(error)));
    if (options.viewport) await page.setViewportSize(options.viewport);
    if (options.colorScheme) await page.emulateMedia({ colorScheme: options.colorScheme });
    await page.goto(url);
    return tab;
  }
  constructor(page) {
    this.page = page;
    this.errors = [];
  }
  // All lines of the terminal.
  text() {
    return this.page.locator(".xterm-rows").first().innerText();
  }
  // Waits until the terminal shows something.
  async shows(pattern, timeout = 30000) {
    const until = Date.now() + timeout;
    for (;;) {
      const text = (await this.text()).replaceAll("\u00a0", " ");
      if (pattern.test(text)) return text;
      if (Date.now() > until) {
        const status = await this.status();
        throw new Error(`${pattern} is not shown, but\n${text.trimEnd()}\nstatus: ${status}\n${this.errors.join("\n")}`);
      }
      await new Promise((go) => setTimeout(go, 50));
    }
  }
  async type(text) {
    await this.page.locator(".xterm-helper-textarea").first().focus();
    await this.page.keyboard.type(text);
  }
  async press(key) {
    await this.page.locator(".xterm-helper-textarea").first().focus();
    await this.page.keyboard.press(key);
  }
  // Waits until the program ends; its status.
  async ended(timeout = 30000) {
    const element = this.page.locator(".rv2wat-terminal[data-exit-code]").first();
    await element.waitFor({ timeout, state: "attached" }).catch(async (error) => {
      throw new Error(`${error.message}\n${await this.text()}\n${await this.status()}\n${this.errors.join("\n")}`);
    });
    return element.getAttribute("data-exit-code");
  }
  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }
  async status() {
    const status = this.page.locator("#status");
    return (await status.count()) > 0 ? status.innerText() : "";
  }
  close() {
    return this.page.close();
  }
}

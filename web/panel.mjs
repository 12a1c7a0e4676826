// The panel of a program's files: shows a directory at a time, takes files in, gives
// them out, removes them, while the program runs and after it has ended.
//
// Must never know a terminal or how a program runs.

/** @typedef {import("./types.d.ts").GuestFiles} GuestFiles */
/** @typedef {import("./types.d.ts").NamedFile} NamedFile */

// How many names of a directory are shown.
const SHOWN = 1000;

/**
 * An element.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} [properties]
 * @param {(Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[T]}
 */
function element(tag, properties = {}, children = []) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** @param {string} text @param {string} label @param {() => void} act */
function button(text, label, act) {
  const made = element("button", { type: "button", textContent: text, onclick: act });
  made.setAttribute("aria-label", label);
  made.title = label;
  return made;
}

/** @param {number} size bytes */
function sizeText(size) {
  const units = ["B", "kB", "MB", "GB"];
  let at = 0;
  while (size >= 1000 && at < units.length - 1) {
    size /= 1000;
    at++;
  }
  return `${at === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[at]}`;
}

/** @param {string} directory @param {string} name */
const below = (directory, name) => `${directory === "/" ? "" : directory}/${name}`;

export class Panel {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    // Nothing has been shown yet.
    this.path = "";
    /** @type {GuestFiles | undefined} */
    this.files = undefined;
    this.way = element("nav");
    this.way.setAttribute("aria-label", "Directory");
    this.picker = element("input", { type: "file", multiple: true, hidden: true, ariaLabel: "Files to put in" });
    this.picker.onchange = () => {
      void this.put([...(this.picker.files ?? [])]);
      this.picker.value = "";
    };
    const buttons = element("div", { className: "buttons" }, [
      button("Upload", "Upload files of this device into the directory", () => this.picker.click()),
      button("Refresh", "Refresh what is shown of the directory", () => void this.show()),
      this.picker,
    ]);
    this.message = element("p", { className: "message" });
    this.message.setAttribute("role", "status");
    this.rows = element("tbody");
    const head = element("tr", {}, [
      element("th", { scope: "col", textContent: "Name" }),
      element("th", { scope: "col", textContent: "Size", className: "size" }),
      element("td"),
    ]);
    const table = element("table", {}, [element("thead", {}, [head]), this.rows]);
    table.setAttribute("aria-label", "Files of the directory");
    root.append(this.way, buttons, this.message, element("div", { className: "list" }, [table]));
    root.addEventListener("dragover", (event) => {
      event.preventDefault();
      root.classList.add("dropping");
    });
    root.addEventListener("dragleave", () => root.classList.remove("dropping"));
    root.addEventListener("drop", (event) => {
      event.preventDefault();
      root.classList.remove("dropping");
      void this.put([...(event.dataTransfer?.files ?? [])]);
    });
  }

  // Shows the files of a program; of none, that there is none.
  /** @param {GuestFiles | undefined} files @param {string} [path] */
  use(files, path = this.path) {
    this.files = files;
    this.path = path;
    if (!this.root.hidden) void this.show();
  }

  // Takes the keys.
  focus() {
    const first = this.way.lastElementChild ?? this.root.querySelector("button");
    /** @type {HTMLElement | null} */ (first)?.focus();
  }

  /** @param {string} text @param {boolean} [bad] */
  #say(text, bad = false) {
    this.message.textContent = text;
    this.message.classList.toggle("bad", bad);
  }

  // Does something with the files, and says what went wrong.
  /** @param {string} what @param {(files: GuestFiles) => Promise<void>} act */
  async #try(what, act) {
    if (this.files === undefined) return this.#say("There is no program.", true);
    try {
      await act(this.files);
    } catch (error) {
      this.#say(`${what}: ${/** @type {Error} */ (error).message}`, true);
    }
  }

  // Shows a directory.
  /** @param {string} [path] */
  async show(path = this.path) {
    await this.#try(path, async (files) => {
      const list = await files.list(path);
      this.path = path;
      const { activeElement } = document;
      const lost = this.rows.contains(activeElement) || this.way.contains(activeElement);
      this.#showWay();
      const more = list.length > SHOWN ? `, of which ${SHOWN} are shown` : "";
      this.#say(`${list.length} ${list.length === 1 ? "entry" : "entries"}${more}. Drop files here to put them in.`);
      list.sort((a, b) => Number(b.kind === "directory") - Number(a.kind === "directory"));
      this.rows.replaceChildren(...list.slice(0, SHOWN).map((file) => this.#row(file)));
      // Who was at something that is no more goes on from the directory's name.
      if (lost) this.focus();
    });
  }

  #showWay() {
    const names = this.path.split("/").filter((name) => name !== "");
    const steps = [button("/", "The root directory", () => void this.show("/"))];
    names.forEach((name, at) => {
      const path = `/${names.slice(0, at + 1).join("/")}`;
      steps.push(button(`${name}/`, `The directory ${path}`, () => void this.show(path)));
    });
    steps.at(-1)?.setAttribute("aria-current", "page");
    this.way.replaceChildren(...steps);
  }

  /** @param {NamedFile} file */
  #row({ name, kind, size }) {
    const path = below(this.path, name);
    const label = element("td");
    const actions = element("td", { className: "actions" });
    if (kind === "directory" || kind === "link") {
      const open = button(kind === "link" ? `${name} →` : `${name}/`, `Open ${name}`, () => void this.#open(path));
      open.className = "name";
      label.append(open);
    } else {
      label.append(name);
    }
    if (kind === "file" || kind === "link") {
      actions.append(button("↓", `Download ${name}`, () => void this.#get(path, name)), " ");
    }
    actions.append(button("✕", `Delete ${name}`, () => void this.#remove(path, name)));
    const length = element("td", { className: "size", textContent: kind === "file" ? sizeText(size) : "" });
    return element("tr", {}, [label, length, actions]);
  }

  // Shows a directory, or what a link leads to.
  /** @param {string} path */
  async #open(path) {
    await this.#try(path, async (files) => {
      const { kind } = await files.stat(path);
      if (kind === "directory") await this.show(path);
      else this.#say(`${path} leads to no directory.`);
    });
  }

  /** @param {string} path @param {string} name */
  async #get(path, name) {
    await this.#try(path, async (files) => {
      const content = await files.read(path);
      const url = URL.createObjectURL(new Blob([new Uint8Array(content)], { type: "application/octet-stream" }));
      element("a", { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      this.#say(`${name} was downloaded.`);
    });
  }

  /** @param {string} path @param {string} name */
  async #remove(path, name) {
    if (!confirm(`Delete ${path}?`)) return;
    await this.#try(path, async (files) => {
      await files.remove(path);
      await this.show();
      this.#say(`${name} was deleted.`);
    });
  }

  // Puts files of this device into the directory that is shown.
  /** @param {File[]} chosen */
  async put(chosen) {
    const directory = this.path;
    let done = 0;
    for (const file of chosen) {
      await this.#try(file.name, async (files) => {
        this.#say(`Putting in ${file.name}`);
        await files.write(below(directory, file.name), new Uint8Array(await file.arrayBuffer()));
        done++;
      });
    }
    if (done !== chosen.length || done === 0) return;
    await this.show();
    this.#say(`${done === 1 ? chosen[0].name : `${done} files`} put into ${directory}.`);
  }
}

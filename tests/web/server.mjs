// Servers that `rv2wat serve` is not: of pages that are no site, and one before another
// that counts what it is asked for.
import * as fs from "node:fs";
import { createServer, request as ask } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

const ISOLATING = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

async function listening(server) {
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

// Serves a folder as many servers do, with the headers that isolate pages or without.
// `asked` has the paths that were asked for.
export async function serveFolder(folder, { isolated = true } = {}) {
  const asked = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    asked.push(path);
    const file = join(folder, path);
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Length": fs.statSync(file).size,
      ...(isolated ? ISOLATING : {}),
    });
    fs.createReadStream(file).pipe(response);
  });
  return { ...(await listening(server)), asked };
}

// Asks another server for all that it is asked for. `rate` is how many bytes of a file it
// gives in a second, at most.
export async function counted(url, rate = Infinity) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    const from = ask(new URL(request.url, url), { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.on("data", (part) => {
        response.write(part);
        if (rate === Infinity) return;
        answer.pause();
        setTimeout(() => answer.resume(), (1000 * part.length) / rate);
      });
      answer.on("end", () => response.end());
    });
    from.on("error", () => response.destroy());
    response.on("close", () => from.destroy());
    request.pipe(from);
  });
  return { ...(await listening(server)), asked };
}

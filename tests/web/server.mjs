// A server of static files for tests, with the headers that a packed site asks for, or
// without those that isolate it. RV2WAT_SERVE names a command to use in its place, such
// as `rv2wat serve`.
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

export const ISOLATING = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; " +
  "worker-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";

// Serves a folder, with `own` by no command: one that is no site. Its member `asked` has the paths that were asked for, if it knows.
export async function serve(folder, { isolated = true, own = false } = {}) {
  if (process.env.RV2WAT_SERVE !== undefined && !own) return serveByCommand(folder, isolated);
  const asked = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://x").pathname));
    asked.push(path);
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    if (!fs.existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    const fixed = /^\/(content|modules)\//.test(path);
    const { size, mtimeMs } = fs.statSync(file);
    const tag = `"${size}-${mtimeMs}"`;
    const headers = {
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Cache-Control": fixed ? "public, max-age=31536000, immutable" : "no-cache",
      ETag: tag,
      "Content-Security-Policy": POLICY,
      "X-Content-Type-Options": "nosniff",
      ...(isolated ? ISOLATING : {}),
    };
    if (request.headers["if-none-match"] === tag) {
      response.writeHead(304, headers).end();
    } else {
      response.writeHead(200, { ...headers, "Content-Length": size });
      fs.createReadStream(file).pipe(response);
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, asked, close };
}

async function serveByCommand(folder, isolated) {
  const port = 20000 + Math.floor(Math.random() * 20000);
  const [program, ...words] = process.env.RV2WAT_SERVE.split(" ");
  const options = ["--port", String(port), ...(isolated ? [] : ["--no-isolation"])];
  const child = spawn(program, [...words, ...options, folder], { stdio: ["ignore", "ignore", "inherit"] });
  const url = `http://127.0.0.1:${port}/`;
  for (let left = 100; ; left--) {
    try {
      await fetch(url);
      break;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((go) => setTimeout(go, 100));
    }
  }
  return { url, asked: undefined, close: () => child.kill() };
}

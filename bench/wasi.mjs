// Runs a module for WASI under Node: `node wasi.mjs MODULE ARGS…`.
import { readFile } from 'node:fs/promises';
import { argv, exit } from 'node:process';
import { WASI } from 'node:wasi';

const [path, ...args] = argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [path, ...args], env: {}, returnOnExit: true });
const module = await WebAssembly.compile(await readFile(path));
exit(wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject())));

// node node.mjs WEB.wasm MODULE.wasm:ENTRY:BIAS...: runs translated modules and writes what
// each writes to standard output into MODULE.wasm.out. A module that has to be
// interpreted, or that does not end with status 0, is an error.
import { readFileSync, writeFileSync } from "node:fs";

const SYSCALL = 4; // the status with which the program's end leaves
const ENOSYS = 38n;
const STACK = 16; // pages of 64 KiB

const [web, ...modules] = process.argv.slice(2);
// Arithmetic asks for nothing; the rest of the module is not used.
const none = new Proxy({}, { get: () => () => { throw new Error("only arithmetic is wanted"); } });
const arithmetic = (await WebAssembly.instantiate(readFileSync(web), { host: none })).instance.exports;

for (const module of modules) {
  const [path, entry, bias] = module.split(":");
  const output = [];
  let ended;

  const ecall = (mailbox) => {
    const view = new DataView(guest.memory.buffer);
    const slot = (n) => view.getBigUint64(mailbox + 8 * n, true);
    let result = -ENOSYS;
    switch (slot(7)) {
      case 64n: {
        const from = Number(slot(1) - BigInt(bias));
        output.push(new Uint8Array(guest.memory.buffer, from, Number(slot(2))).slice());
        result = slot(2);
        break;
      }
      case 93n:
        ended = slot(0);
        return SYSCALL;
    }
    view.setBigInt64(mailbox, BigInt.asIntN(64, result), true);
    return 0;
  };

  const imports = { rv: { ecall, soft: arithmetic.soft, flags: arithmetic.flags } };
  const guest = (await WebAssembly.instantiate(readFileSync(path), imports)).instance.exports;
  const top = BigInt(guest.memory.grow(STACK) + STACK) * 0x10000n + BigInt(bias);
  guest.sp.value = top - 64n;
  guest.pc.value = BigInt(entry);
  while (ended === undefined) {
    const at = guest.find(guest.pc.value);
    if (at < 0) throw new Error(`${path}: nothing to enter at 0x${guest.pc.value.toString(16)}`);
    const status = guest.enter(at);
    if (status === 5) throw new Error(`${path}: a trap at 0x${guest.pc.value.toString(16)}`);
  }
  if (ended !== 0n) throw new Error(`${path}: ended with ${ended}`);
  writeFileSync(`${path}.out`, Buffer.concat(output));
}

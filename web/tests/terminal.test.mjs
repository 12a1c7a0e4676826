// What the line discipline gives to a program and shows, key by key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Discipline, FRESH } from "../terminal.mjs";

// A discipline that writes down what it calls.
function recorded() {
  const guest = /** @type {string[]} */ ([]);
  const signals = /** @type {number[]} */ ([]);
  let screen = "";
  const discipline = new Discipline({
    toGuest: (bytes) => guest.push(new TextDecoder().decode(bytes)),
    toScreen: (text) => (screen += text),
    signal: (number) => signals.push(number),
  });
  return { discipline, guest, signals, screen: () => screen };
}

test("a line is given as a whole, with its end", () => {
  const { discipline, guest, screen } = recorded();
  discipline.type("ls -l");
  assert.deepEqual(guest, []);
  discipline.type("\rcd\r");
  assert.deepEqual(guest, ["ls -l\n", "cd\n"]);
  assert.equal(screen(), "ls -l\r\ncd\r\n");
});

test("characters, words and lines are erased", () => {
  const { discipline, guest, screen } = recorded();
  discipline.type("ab\x7fc\bd\r");
  discipline.type("one two  \x17three\r");
  discipline.type("gone\x15here\r");
  discipline.type("\x7f\x17\x15x\r");
  assert.deepEqual(guest, ["ad\n", "one three\n", "here\n", "x\n"]);
  assert.ok(screen().startsWith("ab\b \bc\b \bd\r\n"));
});

test("what is erased takes the columns that it had", () => {
  const { discipline, guest, screen } = recorded();
  discipline.type("日\x7f\x16\x01\x7f\t\x7fe\u0301\x7f\x7f\r");
  const back = "\b \b";
  assert.equal(screen(), `日${back.repeat(2)}^A${back.repeat(2)}${" ".repeat(8)}${back.repeat(8)}e\u0301${back}\r\n`);
  assert.deepEqual(guest, ["\n"]);
});

test("the end of input is a read of nothing, or the rest of a line", () => {
  const { discipline, guest } = recorded();
  discipline.type("\x04ab\x04\x04\r");
  assert.deepEqual(guest, ["", "ab", "", "\n"]);
});

test("signals forget the line", () => {
  const { discipline, guest, signals, screen } = recorded();
  discipline.type("rm -r\x03ls\r\x1c\x1a");
  assert.deepEqual(signals, [2, 3]);
  assert.deepEqual(guest, ["ls\n"]);
  assert.equal(screen(), "rm -r^Cls\r\n^\\^Z");
});

test("modes change what is done", () => {
  const { discipline, guest, signals, screen } = recorded();
  discipline.type("left");
  discipline.setMode({ ...FRESH, canonical: false, echo: false });
  assert.deepEqual(guest, ["left"]);
  discipline.type("a\x7f\r\x03b");
  assert.deepEqual(guest.slice(1), ["b"]);
  assert.deepEqual(signals, [2]);
  discipline.setMode({ canonical: false, echo: true, signals: false, carriageReturn: false, output: false });
  discipline.type("\x03\r\x04");
  assert.deepEqual(guest.slice(2), ["\x03\r\x04"]);
  assert.equal(screen(), "left^C^M^D");
});

test("long lines end somewhere", () => {
  const { discipline, guest, screen } = recorded();
  discipline.type(`${"é".repeat(3000)}\r`);
  assert.equal(guest[0].length, 4095 / 2 - 0.5 + 1);
  assert.ok(screen().endsWith("\x07\r\n"));
});

test("a newline is printed as carriage return and newline, if at all", () => {
  const { discipline } = recorded();
  const printed = () => new TextDecoder().decode(discipline.print(new TextEncoder().encode("a\n\nb")));
  assert.equal(printed(), "a\r\n\r\nb");
  discipline.setMode({ ...FRESH, output: false });
  assert.equal(printed(), "a\n\nb");
});

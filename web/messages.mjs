// What channel.mjs does, for pages that may not share memory: by messages. The
// worker gets them only while its guest waits for a promise, so the guest waits now
// and then even if there is nothing to wait for.
//
// What is bounded: output that nobody has taken and input that the guest has not
// read, to about OUTPUT and INPUT bytes.
//
// Must never know what the bytes mean.

import { ENDING, Inside, Outside, turn } from "./channel.mjs";

/** @typedef {import("./channel.mjs").Emit} Emit */
/** @typedef {import("./channel.mjs").Waiting} Waiting */

const INPUT = 1 << 16;
const OUTPUT = 1 << 18;

// How many bytes the other end gives away in one go before its thread does other things.
const TURN = 1 << 16;

// How often the guest lets messages in, in milliseconds.
const OFTEN = 50;

// The longest time that timers take, in milliseconds.
const LONGEST = 2 ** 31 - 1;

// The worker's end. What may wait returns a promise only if it does.
export class MessageInside extends Inside {
  /** @param {(message: import("./types.d.ts").Told) => void} post @param {number[]} window */
  constructor(post, window) {
    super();
    this.post = post;
    this.window = window;
    /** @type {Uint8Array[]} */
    this.chunks = [];
    this.closed = false;
    this.waits = 0;
    this.unread = 0;
    /** @type {Uint8Array} */
    this.asked = new Uint8Array(0);
    /** @type {(() => void) | undefined} */
    this.wake = undefined;
    this.last = 0;
  }
  // A message that is for this end.
  /** @param {import("./types.d.ts").Asked} message */
  asks(message) {
    switch (message.type) {
      case "input":
        this.chunks.push(message.bytes);
        break;
      case "close":
        this.closed = true;
        break;
      case "signal":
        this.waits |= 1 << message.number;
        break;
      case "resize":
        this.window = message.window;
        break;
      case "request":
        this.asked = message.bytes;
        this.waits |= 1;
        break;
      case "taken":
        this.unread -= message.count;
        break;
    }
    this.wake?.();
  }
  /** @param {Waiting} waiting @override */
  wait(waiting) {
    const first = waiting.next();
    return first.done ? first.value : this.#rest(waiting, first.value);
  }
  /** @param {Waiting} waiting @param {number} milliseconds */
  async #rest(waiting, milliseconds) {
    for (;;) {
      await new Promise((resolve) => {
        const timer =
          milliseconds === Infinity ? undefined : setTimeout(resolve, Math.min(milliseconds, LONGEST), undefined);
        this.wake = () => {
          clearTimeout(timer);
          resolve(undefined);
        };
      });
      this.wake = undefined;
      this.last = performance.now();
      const next = waiting.next();
      if (next.done) return next.value;
      milliseconds = next.value;
    }
  }
  /** @param {Uint8Array} to @override */
  take(to) {
    const [first] = this.chunks;
    if (first === undefined) return this.closed ? 0 : undefined;
    const count = Math.min(first.length, to.length);
    to.set(first.subarray(0, count));
    if (count < first.length) {
      this.chunks[0] = first.subarray(count);
    } else {
      this.chunks.shift();
    }
    this.post({ type: "read", count });
    return count;
  }
  /** @override */
  ready() {
    return this.closed || this.chunks.length > 0;
  }
  /** @override */
  pending() {
    return this.waits;
  }
  /** @param {number} bits @override */
  took(bits) {
    this.waits &= ~bits;
    this.post({ type: "took", bits });
  }
  /** @param {number} kind @param {Uint8Array} from @override */
  put(kind, from) {
    if (this.unread >= OUTPUT) return undefined;
    this.emit(kind, from);
    return from.length;
  }
  /** @param {number} kind @param {Uint8Array} from */
  emit(kind, from) {
    this.unread += from.length;
    this.post({ type: "emitted", kind, bytes: from.slice() });
  }
  windowSize() {
    return this.window;
  }
  /** @param {number} bits */
  signalsEnd(bits) {
    this.post({ type: "ending", bits });
  }
  takeRequest() {
    this.waits &= ~1;
    return this.asked;
  }
  /** @override */
  attention() {
    const now = super.attention();
    if (now !== 0 || performance.now() < this.last + OFTEN) return now;
    return turn().then(() => {
      this.last = performance.now();
      return super.attention();
    });
  }
}

// The other end.
export class MessageOutside extends Outside {
  /** @param {(message: import("./types.d.ts").Asked) => void} post @param {Emit} emit */
  constructor(post, emit) {
    super(post, emit);
    this.ending = ENDING;
    this.waits = 0;
    this.unread = 0;
    /** @type {(() => void)[]} */
    this.writers = [];
    this.size = [0, 0, 0, 0];
    // Output that nobody has taken.
    /** @type {{ kind: number, bytes: Uint8Array }[]} */
    this.emitted = [];
    this.emitting = false;
  }
  /** @param {Uint8Array} bytes @returns {Promise<void>} */
  async write(bytes) {
    this.unread += bytes.length;
    this.post({ type: "input", bytes });
    if (this.unread > INPUT) await new Promise((done) => this.writers.push(() => done(undefined)));
  }
  closeInput() {
    this.post({ type: "close" });
  }
  /** @param {import("./types.d.ts").Told} message */
  told(message) {
    switch (message.type) {
      case "read":
        this.unread -= message.count;
        if (this.unread <= INPUT) this.writers.splice(0).forEach((go) => go());
        break;
      case "took":
        this.waits &= ~message.bits;
        break;
      case "ending":
        this.ending = message.bits;
        break;
      case "emitted":
        this.emitted.push(message);
        void this.#drain();
        break;
    }
  }
  async #drain() {
    if (this.emitting) return;
    this.emitting = true;
    while (this.emitted.length > 0) {
      const [{ kind }] = this.emitted;
      // Many small pieces are given as one.
      let [count, length] = [0, 0];
      while (this.emitted[count]?.kind === kind && length < TURN) length += this.emitted[count++].bytes.length;
      const part = new Uint8Array(length);
      this.emitted.splice(0, count).reduce((at, { bytes }) => (part.set(bytes, at), at + bytes.length), 0);
      await this.given(kind, part);
      this.post({ type: "taken", count: length });
    }
    this.emitting = false;
  }
  /** @returns {Promise<void>} */
  async drained() {
    while (this.emitting && this.closed === undefined) await turn();
  }
  /** @param {number} number @override */
  raise(number) {
    this.waits |= 1 << number;
    this.post({ type: "signal", number });
  }
  /** @override */
  signals() {
    return { waiting: this.waits, ending: this.ending };
  }
  /** @param {number[]} size */
  resize(size) {
    this.size = size;
    this.post({ type: "resize", window: size });
  }
  /** @param {Uint8Array} request @override */
  ask(request) {
    this.post({ type: "request", bytes: request });
  }
  handle() {
    return undefined;
  }
}

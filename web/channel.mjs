// How a guest's worker and the thread that started it talk while the guest runs: by
// shared memory, since a worker that blocks gets no messages. `Inside` is the
// worker's end and `Outside` the other; messages.mjs has both for pages without
// shared memory.
//
// What is bounded: input that the guest has not read (INPUT bytes), output that
// nobody has taken (OUTPUT bytes), one request at a time (REQUEST bytes).
//
// Must never know what the bytes mean.

const INPUT = 1 << 16;
const OUTPUT = 1 << 18;
const REQUEST = 1 << 17;

// How many bytes one write puts out at most, so that the rest can be taken meanwhile.
const PART = 1 << 15;

// How many bytes the other end takes in one go before its thread does other things.
const TURN = 1 << 16;

// How long a signal that would end the guest may wait, in milliseconds. A guest that
// makes system calls takes it at once.
const PATIENCE = 500;

// Linux's number of "interrupted".
const EINTR = -4;

const MILLISECOND = 1e6;

// What each word of the shared memory is.
const WORD = {
  // Counts what may matter to a worker that waits.
  events: 0,
  // Bit 0: a request waits. Bit n: signal n waits.
  pending: 1,
  // Bit n-1: signal n would end the program.
  ending: 2,
  inputHead: 3,
  inputTail: 4,
  // The program gets no more input when it has read what there is.
  inputClosed: 5,
  // The other end wants to be told when there is room for input.
  inputWanted: 6,
  outputHead: 7,
  outputTail: 8,
  // The other end is going to look for output without being told.
  outputAwake: 9,
  requestLength: 10,
  // Rows, columns, and pixels across and down.
  window: 11,
};
const WORDS = 16;

// SIGHUP, SIGINT, SIGQUIT and SIGTERM end a program that has said nothing else.
export const ENDING = [1, 2, 3, 15].reduce((bits, signal) => bits | (1 << (signal - 1)), 0);

// What output is.
export const KIND = { output: 1, error: 2, report: 3, mode: 4 };

// A queue of records between two threads, each a length, a kind and bytes. One thread
// puts, the other takes.
class Ring {
  /** @param {Int32Array} words @param {number} head @param {number} tail @param {Uint8Array} bytes */
  constructor(words, head, tail, bytes) {
    this.words = words;
    this.head = head;
    this.tail = tail;
    this.bytes = bytes;
    // What is left of the record that is being taken; undefined between two records.
    /** @type {number | undefined} */
    this.left = undefined;
    this.kind = 0;
  }
  used() {
    return (Atomics.load(this.words, this.tail) - Atomics.load(this.words, this.head)) >>> 0;
  }
  // Copies bytes in at a position, around the end.
  /** @param {number} at @param {Uint8Array} from */
  #copyIn(at, from) {
    const start = (at >>> 0) % this.bytes.length;
    const first = Math.min(from.length, this.bytes.length - start);
    this.bytes.set(from.subarray(0, first), start);
    this.bytes.set(from.subarray(first), 0);
  }
  /** @param {number} at @param {Uint8Array} to */
  #copyOut(at, to) {
    const start = (at >>> 0) % this.bytes.length;
    const first = Math.min(to.length, this.bytes.length - start);
    to.set(this.bytes.subarray(start, start + first));
    to.set(this.bytes.subarray(0, to.length - first), first);
  }
  // Puts a record of as many of the bytes as there is room for, and says how many;
  // undefined if there is no room for any.
  /** @param {number} kind @param {Uint8Array} from */
  put(kind, from) {
    const room = this.bytes.length - this.used() - 4;
    if (room < Math.min(from.length, 1)) return undefined;
    const count = Math.min(from.length, room);
    const tail = Atomics.load(this.words, this.tail);
    this.#copyIn(tail, new Uint8Array([count, count >> 8, count >> 16, kind]));
    this.#copyIn(tail + 4, from.subarray(0, count));
    Atomics.store(this.words, this.tail, (tail + 4 + count) | 0);
    return count;
  }
  // How much is left of the first record; undefined if there is none.
  peek() {
    if (this.left === undefined && this.used() > 0) {
      const header = new Uint8Array(4);
      const head = Atomics.load(this.words, this.head);
      this.#copyOut(head, header);
      Atomics.store(this.words, this.head, (head + 4) | 0);
      this.left = header[0] | (header[1] << 8) | (header[2] << 16);
      this.kind = header[3];
    }
    return this.left;
  }
  // Takes of the first record, which must be there, and says how much. A record
  // without bytes counts as taken as well.
  /** @param {Uint8Array} to */
  take(to) {
    const left = this.left ?? 0;
    const count = Math.min(left, to.length);
    const head = Atomics.load(this.words, this.head);
    this.#copyOut(head, to.subarray(0, count));
    Atomics.store(this.words, this.head, (head + count) | 0);
    this.left = count < left ? left - count : undefined;
    return count;
  }
}

/** @param {SharedArrayBuffer} buffer */
function parts(buffer) {
  const words = new Int32Array(buffer, 0, WORDS);
  const at = 4 * WORDS;
  return {
    words,
    input: new Ring(words, WORD.inputHead, WORD.inputTail, new Uint8Array(buffer, at, INPUT)),
    output: new Ring(words, WORD.outputHead, WORD.outputTail, new Uint8Array(buffer, at + INPUT, OUTPUT)),
    request: new Uint8Array(buffer, at + INPUT + OUTPUT, REQUEST),
  };
}


// How the ends of a channel wait: generators that yield how many milliseconds they
// would wait for an event. A worker that can block and one that cannot run the same.

/** @param {Inside} end @param {Uint8Array} to */
function* reading(end, to) {
  for (;;) {
    const count = end.take(to);
    if (count !== undefined) return count;
    if (end.pending() !== 0) return EINTR;
    yield Infinity;
  }
}

/** @param {Inside} end @param {number} nanoseconds */
function* polling(end, nanoseconds) {
  const until = nanoseconds < 0 ? Infinity : performance.now() + nanoseconds / MILLISECOND;
  for (;;) {
    if (end.ready()) return 1;
    const left = until - performance.now();
    if (left <= 0) return 0;
    if (end.pending() !== 0) return EINTR;
    yield left;
  }
}

/** @param {Inside} end @param {number} nanoseconds */
function* sleeping(end, nanoseconds) {
  const until = performance.now() + nanoseconds / MILLISECOND;
  for (;;) {
    const left = until - performance.now();
    if (left <= 0) return 0;
    if (end.pending() !== 0) return EINTR;
    yield left;
  }
}

// As much as there is room for.
/** @param {Inside} end @param {number} kind @param {Uint8Array} from */
function* writing(end, kind, from) {
  for (;;) {
    const count = end.put(kind, from.subarray(0, PART));
    if (count !== undefined) return count;
    yield Infinity;
  }
}

/** @typedef {Generator<number, number, void>} Waiting */

// The worker's end. What it has for the guest are the methods of `World` in
// types.d.ts; the rest is for the two kinds of ends.
export class Inside {
  // Runs what waits.
  /** @param {Waiting} waiting @returns {number | Promise<number>} */
  wait(waiting) {
    throw new Error(`no way to wait for ${waiting}`);
  }
  // Takes input: how much, 0 at its end, undefined if there is none yet.
  /** @param {Uint8Array} to @returns {number | undefined} */
  take(to) {
    throw new Error(`no input for ${to.length} bytes`);
  }
  // Whether `take` would give something.
  ready() {
    return false;
  }
  // What waits, as the word `pending` has it.
  pending() {
    return 0;
  }
  // Puts output: how much, undefined if there is no room.
  /** @param {number} kind @param {Uint8Array} from @returns {number | undefined} */
  put(kind, from) {
    throw new Error(`no output for ${from.length} bytes of kind ${kind}`);
  }

  /** @param {Uint8Array} to */
  read(to) {
    return this.wait(reading(this, to));
  }
  /** @param {number} nanoseconds */
  poll(nanoseconds) {
    return this.wait(polling(this, nanoseconds));
  }
  /** @param {number} nanoseconds */
  sleep(nanoseconds) {
    return this.wait(sleeping(this, nanoseconds));
  }
  /** @param {number} which @param {Uint8Array} from */
  write(which, from) {
    return from.length === 0 ? 0 : this.wait(writing(this, which, from));
  }
  // The first signal that waits, -1 for a request, 0 for nothing.
  /** @returns {number | Promise<number>} */
  attention() {
    const waits = this.pending();
    if (waits === 0) return 0;
    const signals = waits & ~1;
    if (signals === 0) return -1;
    const signal = 31 - Math.clz32(signals & -signals);
    this.took(1 << signal);
    return signal;
  }
  // These bits of `pending` wait no more.
  /** @param {number} bits */
  took(bits) {
    throw new Error(`nothing waits for ${bits}`);
  }
}

// The worker's end of shared memory.
export class SharedInside extends Inside {
  // post  tells the other end something: messages of `Told` in types.d.ts
  /** @param {SharedArrayBuffer} buffer @param {(message: import("./types.d.ts").Told) => void} post */
  constructor(buffer, post) {
    super();
    const { words, input, output, request } = parts(buffer);
    this.words = words;
    this.input = input;
    this.output = output;
    this.area = request;
    this.post = post;
  }
  /** @param {Waiting} waiting @override */
  wait(waiting) {
    for (;;) {
      const seen = Atomics.load(this.words, WORD.events);
      const { done, value } = waiting.next();
      if (done) return value;
      Atomics.wait(this.words, WORD.events, seen, value);
    }
  }
  /** @param {Uint8Array} to @override */
  take(to) {
    // What was put before it was closed is there once it is seen to be closed.
    const closed = Atomics.load(this.words, WORD.inputClosed) !== 0;
    if (this.input.peek() === undefined) return closed ? 0 : undefined;
    const count = this.input.take(to);
    if (Atomics.exchange(this.words, WORD.inputWanted, 0) !== 0) this.post({ type: "room" });
    return count;
  }
  /** @override */
  ready() {
    return Atomics.load(this.words, WORD.inputClosed) !== 0 || this.input.peek() !== undefined;
  }
  /** @override */
  pending() {
    return Atomics.load(this.words, WORD.pending);
  }
  /** @param {number} bits @override */
  took(bits) {
    Atomics.and(this.words, WORD.pending, ~bits);
  }
  /** @param {number} kind @param {Uint8Array} from @override */
  put(kind, from) {
    const count = this.output.put(kind, from);
    if (count !== undefined && Atomics.exchange(this.words, WORD.outputAwake, 1) === 0) {
      this.post({ type: "output" });
    }
    return count;
  }
  // Puts all of it, whatever the guest wants meanwhile.
  /** @param {number} kind @param {Uint8Array} from */
  emit(kind, from) {
    for (let at = 0; at < from.length; ) at += this.wait(writing(this, kind, from.subarray(at)));
  }
  windowSize() {
    return Array.from(this.words.subarray(WORD.window, WORD.window + 4));
  }
  /** @param {number} bits */
  signalsEnd(bits) {
    Atomics.store(this.words, WORD.ending, bits);
  }
  takeRequest() {
    const request = this.area.slice(0, Atomics.load(this.words, WORD.requestLength));
    this.took(1);
    return request;
  }
}

/** @typedef {(kind: number, bytes: Uint8Array) => void | Promise<void>} Emit */

// What both kinds of other ends have: requests one after the other, and output that
// is given to whoever wants it no faster than it is taken.
export class Outside {
  // post  sends a message of `Asked` in types.d.ts to the worker
  // emit  takes output: bytes of a kind; nothing more comes before its promise, if
  //       it returns one, is kept
  /** @param {(message: import("./types.d.ts").Asked) => void} post @param {Emit} emit */
  constructor(post, emit) {
    this.post = post;
    this.emit = emit;
    /** @type {Promise<unknown>} */
    this.requests = Promise.resolve();
    /** @type {{ resolve: (bytes: Uint8Array) => void, reject: (why: Error) => void } | undefined} */
    this.waiting = undefined;
    /** @type {Error | undefined} */
    this.closed = undefined;
  }
  // Sends a request when those before are answered.
  /** @param {Uint8Array} request @returns {Promise<Uint8Array>} */
  request(request) {
    const answer = this.requests.then(
      () =>
        new Promise((resolve, reject) => {
          if (this.closed !== undefined) return reject(this.closed);
          this.waiting = { resolve, reject };
          this.ask(request);
        }),
    );
    this.requests = answer.catch(() => {});
    return answer;
  }
  /** @param {Uint8Array} request */
  ask(request) {
    throw new Error(`no way to ask for ${request.length} bytes`);
  }
  /** @param {Uint8Array} bytes */
  answered(bytes) {
    this.waiting?.resolve(bytes);
    this.waiting = undefined;
  }
  // There is no worker any more.
  /** @param {Error} why */
  close(why) {
    this.closed = why;
    this.waiting?.reject(why);
    this.waiting = undefined;
  }
  /** @param {number} number */
  raise(number) {
    throw new Error(`no way to raise ${number}`);
  }
  // The signals that the guest has not taken, and those that would end it: bits.
  signals() {
    return { waiting: 0, ending: 0 };
  }
  // Raises a signal. Where the guest does not take it, because it makes no system calls,
  // calls `late`, with whether the guest would be ended by it.
  /** @param {number} number @param {(ends: boolean) => void} late */
  signal(number, late) {
    this.raise(number);
    setTimeout(() => {
      const { waiting, ending } = this.signals();
      if (this.closed !== undefined || ((waiting >>> number) & 1) === 0) return;
      late(((ending >>> (number - 1)) & 1) !== 0);
    }, PATIENCE);
  }
  // Gives output away, and lets the thread do other things before the next.
  /** @param {number} kind @param {Uint8Array} bytes */
  async given(kind, bytes) {
    const taken = this.emit(kind, bytes);
    if (taken === undefined) await turn();
    else await taken;
  }
}

// Lets the thread do what else there is. Timers would wait longer each time.
export function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(undefined);
  });
}

// The other end of shared memory.
export class SharedOutside extends Outside {
  /** @param {(message: import("./types.d.ts").Asked) => void} post @param {Emit} emit */
  constructor(post, emit) {
    super(post, emit);
    this.buffer = new SharedArrayBuffer(4 * WORDS + INPUT + OUTPUT + REQUEST);
    const { words, input, output, request } = parts(this.buffer);
    this.words = words;
    this.input = input;
    this.output = output;
    this.area = request;
    Atomics.store(words, WORD.ending, ENDING);
    /** @type {{ bytes: Uint8Array, done: () => void }[]} */
    this.queue = [];
    this.closing = false;
  }
  #event() {
    Atomics.add(this.words, WORD.events, 1);
    Atomics.notify(this.words, WORD.events);
  }
  // Gives the guest input, or an end of input by no bytes. The promise is kept when
  // the last byte has found room.
  /** @param {Uint8Array} bytes @returns {Promise<void>} */
  write(bytes) {
    return new Promise((done) => {
      this.queue.push({ bytes, done });
      this.#pump();
    });
  }
  // No more input comes, ever.
  closeInput() {
    this.closing = true;
    this.#pump();
  }
  #pump() {
    while (this.queue.length > 0) {
      const [first] = this.queue;
      const count = this.input.put(0, first.bytes);
      if (count === undefined) {
        // The worker may have made room just before it could see that this is wanted.
        const before = this.input.used();
        Atomics.store(this.words, WORD.inputWanted, 1);
        if (this.input.used() === before) break;
        continue;
      }
      first.bytes = first.bytes.subarray(count);
      if (first.bytes.length === 0) {
        this.queue.shift();
        first.done();
      }
    }
    if (this.closing && this.queue.length === 0) Atomics.store(this.words, WORD.inputClosed, 1);
    this.#event();
  }
  // A message that is for this end.
  /** @param {import("./types.d.ts").Told} message */
  told(message) {
    if (message.type === "room") this.#pump();
    else if (message.type === "output") this.#drain();
  }
  async #drain() {
    const part = new Uint8Array(TURN);
    for (;;) {
      let length = 0;
      let kind = 0;
      while (length < TURN && this.output.peek() !== undefined) {
        if (length > 0 && this.output.kind !== kind) break;
        kind = this.output.kind;
        length += this.output.take(part.subarray(length));
      }
      if (length > 0) {
        this.#event();
        await this.given(kind, part.slice(0, length));
        continue;
      }
      Atomics.store(this.words, WORD.outputAwake, 0);
      const more = this.output.used() > 0;
      // Either this goes on, or the worker has seen the 0 and tells again.
      if (!more || Atomics.exchange(this.words, WORD.outputAwake, 1) !== 0) return;
    }
  }
  // Whether all output has been given away.
  /** @returns {Promise<void>} */
  async drained() {
    while (Atomics.load(this.words, WORD.outputAwake) !== 0 && this.closed === undefined) await turn();
  }
  /** @param {number} number @override */
  raise(number) {
    Atomics.or(this.words, WORD.pending, 1 << number);
    this.#event();
  }
  /** @override */
  signals() {
    const [waiting, ending] = [WORD.pending, WORD.ending].map((word) => Atomics.load(this.words, word));
    return { waiting, ending };
  }
  /** @param {number[]} size rows, columns, and pixels across and down */
  resize(size) {
    size.forEach((words, at) => Atomics.store(this.words, WORD.window + at, words));
  }
  /** @param {Uint8Array} request @override */
  ask(request) {
    if (request.length > REQUEST) throw new RangeError(`a request of ${request.length} bytes`);
    this.area.set(request);
    Atomics.store(this.words, WORD.requestLength, request.length);
    Atomics.or(this.words, WORD.pending, 1);
    this.#event();
    // For a worker whose guest has ended: it blocks no more.
    this.post({ type: "look" });
  }
  // What the worker gets to make its end of.
  handle() {
    return this.buffer;
  }
}

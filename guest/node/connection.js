'use strict';
/*
 * HTTP/1.1 as far as the Runtime API needs it: one keep-alive connection, one request at a time,
 * answers framed by Content-Length or by chunks. A request whose answer tells nothing can be
 * deferred: it is sent together with the next one.
 *
 *     idle --request()--> waiting --answer complete--> idle
 *
 * The connection holds the event loop only while it waits, so that a function whose own work is
 * done can be told from one that still has timers or sockets open.
 */
const net = require('net');

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');
const MAXIMUM_HEAD_BYTES = 256 * 1024;

class Connection {
  /** Connects to `host:port`. Requests may be made at once; they are sent once connected. */
  static open(address) {
    const colon = address.lastIndexOf(':');
    const host = address.slice(0, colon);
    return new Connection(net.connect(Number(address.slice(colon + 1)), host), address);
  }

  constructor(socket, host) {
    this.socket = socket;
    this.hostHeader = `Host: ${host}\r\n`;
    this.input = new Input();
    this.reading = null;
    this.settle = null;
    this.deferred = '';
    this.ignored = 0;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.receive(bytes));
    socket.on('error', () => {});
    socket.on('close', () => this.lost());
  }

  /** Resolves once the connection is there. */
  connected() {
    return new Promise((resolve) => this.socket.once('connect', resolve));
  }

  /** Sends a request with a whole body (a string, or nothing) and gives the answer. */
  request(method, path, headers, body) {
    const text = this.deferred + this.text(method, path, headers, body);
    this.deferred = '';
    this.socket.write(text);
    return this.answer();
  }

  /** Keeps a request until the next one is made, whose answer will be the one that counts. */
  defer(method, path, headers, body) {
    this.deferred += this.text(method, path, headers, body);
    this.ignored++;
  }

  text(method, path, headers, body) {
    const length = body === undefined ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
    return this.head(method, path, headers + length) + (body ?? '');
  }

  /** Sends the head of a request whose body follows as chunks; see `answer` for its end. */
  begin(method, path, headers) {
    this.socket.write(this.head(method, path, headers));
  }

  head(method, path, headers) {
    return `${method} ${path} HTTP/1.1\r\n${this.hostHeader}${headers}\r\n`;
  }

  /** The answer to the request that was sent: `{status, headers, body}`. */
  answer() {
    this.socket.ref();
    this.reading = readLastAnswer(this.input, this.ignored);
    this.ignored = 0;
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.advance();
    });
  }

  receive(bytes) {
    this.input.append(bytes);
    if (this.reading !== null) this.advance();
  }

  advance() {
    const { resolve, reject } = this.settle;
    try {
      const step = this.reading.next();
      if (step.done) {
        this.rest();
        resolve(step.value);
      }
    } catch (error) {
      this.rest();
      reject(error);
    }
  }

  rest() {
    this.reading = null;
    this.settle = null;
    this.socket.unref();
  }

  /** Lets go of it, without any consequence. */
  close() {
    this.socket.removeAllListeners('close').destroy();
  }

  /** Without the Runtime API there is nothing left to do: the platform has let go of us. */
  lost() {
    process.exit(1);
  }
}

/** Received bytes that are not yet used up. Generators yield when they need more. */
class Input {
  constructor() {
    this.pieces = [];
    this.length = 0;
  }

  append(bytes) {
    this.pieces.push(bytes);
    this.length += bytes.length;
  }

  /** Takes everything before the mark, and the mark. */
  *before(mark, limit) {
    for (;;) {
      const bytes = this.joined();
      const at = bytes.indexOf(mark);
      if (at >= 0) return this.take(at + mark.length).subarray(0, at);
      if (bytes.length > limit) throw new Error(`The Runtime API sent a head over ${limit} bytes`);
      yield;
    }
  }

  *bytes(count) {
    while (this.length < count) yield;
    return this.take(count);
  }

  take(count) {
    const bytes = this.joined();
    this.length -= count;
    this.pieces = this.length === 0 ? [] : [bytes.subarray(count)];
    return bytes.subarray(0, count);
  }

  joined() {
    if (this.pieces.length !== 1) this.pieces = [Buffer.concat(this.pieces, this.length)];
    return this.pieces[0];
  }
}

function* readLastAnswer(input, ignored) {
  while (ignored-- > 0) yield* readAnswer(input);
  return yield* readAnswer(input);
}

function* readAnswer(input) {
  const { status, headers } = parseHead((yield* input.before(HEAD_END, MAXIMUM_HEAD_BYTES)).utf8Slice());
  return { status, headers, body: yield* readBody(input, headers) };
}

function* readBody(input, headers) {
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return yield* readChunks(input);
  return yield* input.bytes(Number.parseInt(headers['content-length'] ?? '0', 10));
}

function* readChunks(input) {
  const chunks = [];
  for (;;) {
    const size = Number.parseInt((yield* input.before(LINE_END, MAXIMUM_HEAD_BYTES)).latin1Slice(), 16);
    if (Number.isNaN(size)) throw new Error('The Runtime API sent a chunk without a size');
    if (size === 0) break;
    chunks.push(yield* input.bytes(size));
    yield* input.bytes(LINE_END.length);
  }
  while ((yield* input.before(LINE_END, MAXIMUM_HEAD_BYTES)).length > 0); // trailers
  return Buffer.concat(chunks);
}

function parseHead(text) {
  const lines = text.split('\r\n');
  const headers = {};
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(':');
    headers[lines[i].slice(0, colon).toLowerCase()] = lines[i].slice(colon + 1).trim();
  }
  return { status: Number.parseInt(lines[0].slice(9, 12), 10), headers };
}

module.exports = { Connection };

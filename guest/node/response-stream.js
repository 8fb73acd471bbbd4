'use strict';
/*
 * The stream that a streaming handler writes to. Its bytes go to the Runtime API as chunks of one
 * POST; back-pressure reaches the handler through the socket.
 *
 *     new --first write--> begun --end()------> answered
 *      |                     |---fail()-------> answered, the error in the trailers
 *      |                     `---answer early-> destroyed (too large, or past the deadline)
 *      `--end()--> begun, then answered
 */
const { Writable } = require('stream');
const { runtimeError, formatForHeader } = require('./errors.js');
const { flushOutput } = require('./console.js');

const HEADERS =
  'Lambda-Runtime-Function-Response-Mode: streaming\r\n' +
  'Transfer-Encoding: chunked\r\n' +
  'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n';

class ResponseStream extends Writable {
  constructor(client, highWaterMark) {
    super({ decodeStrings: true, highWaterMark });
    this.client = client;
    this.contentType = 'application/octet-stream';
    this.begun = false;
    this.answered = false;
    /** Set by HttpResponseStream.from: gets a function that writes ahead of everything else. */
    this._onBeforeFirstWrite = undefined;
  }

  setContentType(contentType) {
    if (this.begun) {
      throw runtimeError('InvalidStreamingOperation', 'Cannot set content-type, too late.');
    }
    this.contentType = contentType;
  }

  /** Values that are neither text nor bytes are written as JSON. */
  write(chunk, encoding, callback) {
    const plain = typeof chunk === 'string' || chunk instanceof Uint8Array;
    return super.write(plain ? chunk : JSON.stringify(chunk), encoding, callback);
  }

  _write(chunk, _encoding, callback) {
    this.begin();
    this.send(chunk, callback);
  }

  _writev(chunks, callback) {
    this._write(Buffer.concat(chunks.map(({ chunk }) => chunk)), 'buffer', callback);
  }

  async _final(callback) {
    try {
      this.begin();
      await flushOutput();
      await this.finish('');
      callback();
    } catch (error) {
      callback(error);
    }
  }

  /** Ends what was begun with an error. */
  async fail(description) {
    const body = Buffer.from(JSON.stringify(description)).toString('base64');
    await this.finish(
      `Lambda-Runtime-Function-Error-Type: ${formatForHeader(description.errorType)}\r\n` +
        `Lambda-Runtime-Function-Error-Body: ${body}\r\n`
    );
    this.destroy();
  }

  begin() {
    if (this.begun) return;
    this.begun = true;
    this.client.answering = true;
    const type = `Content-Type: ${formatForHeader(this.contentType)}\r\n`;
    this.client.connection.begin('POST', this.client.responsePath(), HEADERS + type);
    this.answer = this.client.connection.answer().then((answer) => this.receive(answer));
    this.answer.catch(() => {});
    this.client.connection.socket.unref();
    this._onBeforeFirstWrite?.((chunk) => this.send(Buffer.from(chunk)));
  }

  send(chunk, callback) {
    if (chunk.length === 0) return callback?.();
    const { socket } = this.client.connection;
    socket.cork();
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    socket.write('\r\n', callback);
    socket.uncork();
  }

  finish(trailers) {
    const { socket } = this.client.connection;
    socket.ref();
    if (!this.ended) socket.write(`0\r\n${trailers}\r\n`);
    this.ended = true;
    return this.answer;
  }

  /** An answer before the end is a refusal; the request is ended so that the connection goes on. */
  receive({ status, body }) {
    this.answered = true;
    if (this.ended) return;
    this.finish('');
    this.destroy(new Error(`The response stream was refused with status ${status}: ${body}`));
  }
}

module.exports = { ResponseStream };

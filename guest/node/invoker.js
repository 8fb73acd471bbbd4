'use strict';
/*
 * Works on invocations, one at a time for each connection.
 *
 * A handler may finish in three ways: by the promise it returned, by its callback, or by calling
 * the context's done, succeed or fail. The first one counts. A callback's success is answered only
 * when the event loop is empty, unless callbackWaitsForEmptyEventLoop was set to false; a promise's
 * at once. When the event loop empties without any of them, the handler forgot to answer.
 *
 *     running --promise settled, or failure---------------------> answered
 *        |----callback(null, x)--> waiting --event loop empty---> answered
 *        `----event loop empty----------------------------------> answered (null or NodeJsExit)
 */
const { createContext } = require('./context.js');
const { describe, runtimeError, neverSettled } = require('./errors.js');
const { withRequestId, flushOutput, logError } = require('./console.js');
const { isStreaming, highWaterMarkOf } = require('./streaming.js');

/** What to do when nothing is left to run; one connection only, as others keep the loop alive. */
let whenIdle = null;

process.on('beforeExit', () => {
  const action = whenIdle;
  whenIdle = null;
  action?.();
});

class Invoker {
  constructor(client, handler, severalAtOnce) {
    this.client = client;
    this.handler = handler;
    this.severalAtOnce = severalAtOnce;
    this.streaming = isStreaming(handler);
  }

  async run() {
    for (;;) {
      const invocation = await this.client.next();
      this.setTrace(invocation.headers['lambda-runtime-trace-id']);
      await withRequestId(invocation.requestId, () =>
        this.streaming ? this.stream(invocation) : this.invoke(invocation)
      );
      whenIdle = null;
    }
  }

  setTrace(trace) {
    if (this.severalAtOnce) return; // the environment is shared: the context has it
    if (trace) process.env._X_AMZN_TRACE_ID = trace;
    else delete process.env._X_AMZN_TRACE_ID;
  }

  async invoke(invocation) {
    let body;
    try {
      body = serialise(await this.call(invocation));
    } catch (error) {
      return this.fail(error);
    }
    await flushOutput();
    this.client.postResponse(body);
  }

  async fail(error) {
    logError('Invoke Error', error);
    await flushOutput();
    await this.client.postError(describe(error));
  }

  /** Calls the handler and gives what it finished with. */
  call(invocation) {
    return new Promise((resolve, reject) => {
      let waitForEmptyEventLoop = true;
      const finish = (error, value) => {
        if (error !== undefined && error !== null) reject(error);
        else resolve(value);
      };
      const callback = (error, value) => {
        const failed = error !== undefined && error !== null;
        if (failed || !waitForEmptyEventLoop || this.severalAtOnce) finish(error, value);
        else whenIdle = () => setImmediate(resolve, value);
      };
      const context = createContext(invocation.headers, {
        get callbackWaitsForEmptyEventLoop() {
          return waitForEmptyEventLoop;
        },
        set callbackWaitsForEmptyEventLoop(wait) {
          waitForEmptyEventLoop = wait;
        },
        done: callback,
        succeed: (value) => callback(null, value),
        fail: (error) => callback(error ?? 'handled'),
      });
      const event = JSON.parse(invocation.body.utf8Slice());
      whenIdle = () => resolve(null);
      const result = this.handler(event, context, callback);
      if (typeof result?.then === 'function') {
        whenIdle = () => reject(neverSettled());
        result.then(resolve, reject);
      }
    });
  }

  async stream(invocation) {
    const { ResponseStream } = require('./response-stream.js');
    const stream = new ResponseStream(this.client, highWaterMarkOf(this.handler));
    try {
      await this.callStreaming(invocation, stream);
    } catch (error) {
      if (stream.answered) return logError('Invoke Error', error);
      if (!stream.begun) return this.fail(error);
      logError('Invoke Error', error);
      await flushOutput();
      await stream.fail(describe(error));
    }
  }

  callStreaming(invocation, stream) {
    return new Promise((resolve, reject) => {
      stream.once('error', reject);
      const event = JSON.parse(invocation.body.utf8Slice());
      whenIdle = () => reject(runtimeError('StreamingError', 'Response stream is not finished.'));
      const result = this.handler(event, stream, createContext(invocation.headers, {}));
      if (typeof result?.then !== 'function') {
        throw new Error('Streaming does not support non-async handlers.');
      }
      result.then((value) => {
        if (value !== undefined) console.warn('Streaming handlers ignore return values.');
        if (stream.writableFinished) resolve();
        else stream.once('finish', resolve);
      }, reject);
    });
  }
}

function serialise(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch {
    throw runtimeError('JSONStringifyError', 'Unable to stringify response body');
  }
}

module.exports = { Invoker };

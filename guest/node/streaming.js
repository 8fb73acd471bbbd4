'use strict';
/* The global `awslambda`, by which a handler says that it streams its response. */
const { runtimeError } = require('./errors.js');

const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');
const HIGH_WATER_MARK = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const HTTP_RESPONSE_TYPE = 'application/vnd.awslambda.http-integration-response';

/** Eight NUL bytes part the metadata from the body. */
const PRELUDE_END = Buffer.alloc(8);

class HttpResponseStream {
  /** Makes the stream begin with the response's status, headers and cookies. */
  static from(stream, metadata) {
    stream.setContentType(HTTP_RESPONSE_TYPE);
    stream._onBeforeFirstWrite = (write) => {
      write(JSON.stringify(metadata));
      write(PRELUDE_END);
    };
    return stream;
  }
}

function streamifyResponse(handler, options) {
  handler[STREAMING] = 'response';
  if (typeof options?.highWaterMark === 'number') handler[HIGH_WATER_MARK] = options.highWaterMark;
  return handler;
}

function installStreamingGlobals() {
  globalThis.awslambda = { ...globalThis.awslambda, streamifyResponse, HttpResponseStream };
}

function isStreaming(handler) {
  const kind = handler[STREAMING];
  if (kind && kind !== 'response') {
    throw runtimeError('MalformedStreamingHandler', 'Only response streaming is supported.');
  }
  return Boolean(kind);
}

/** How many bytes the stream holds before it tells the handler to wait; undefined: Node's own. */
function highWaterMarkOf(handler) {
  return handler[HIGH_WATER_MARK];
}

module.exports = { installStreamingGlobals, isStreaming, highWaterMarkOf };

'use strict';
/*
 * console.* in Lambda's format: time, request ID, level and message with tabs between them, one
 * line for each call. Line breaks inside a message become carriage returns, so that a record stays
 * one record.
 */
const { format } = require('util');
const { describe, isError } = require('./errors.js');

/** The request that works now; with several at once, each asynchronous context has its own. */
let currentRequestId = '-';
let contexts = null;

/** Standard streams that were used, and so may hold unwritten output. */
const opened = new Set();

function patchConsole(severalAtOnce) {
  if (severalAtOnce) contexts = new (require('async_hooks').AsyncLocalStorage)();
  trackOpening('stdout');
  trackOpening('stderr');
  console.trace = writer('TRACE');
  console.debug = writer('DEBUG');
  console.info = writer('INFO');
  console.log = console.info;
  console.warn = writer('WARN');
  console.error = writer('ERROR');
  console.fatal = writer('FATAL');
}

function writer(level) {
  return (...message) => {
    const record = `${new Date().toISOString()}\t${requestId()}\t${level}\t${format(...message)}`;
    process.stdout.write(record.replaceAll('\n', '\r') + '\n');
  };
}

function requestId() {
  return contexts?.getStore() ?? currentRequestId;
}

/** Runs the action so that what it logs carries the request ID. */
function withRequestId(id, action) {
  if (contexts !== null) return contexts.run(id, action);
  currentRequestId = id;
  return action();
}

/** The streams open on first use, which takes a millisecond: functions that print nothing save it. */
function trackOpening(name) {
  const original = Object.getOwnPropertyDescriptor(process, name);
  Object.defineProperty(process, name, {
    ...original,
    get() {
      const stream = original.get.call(process);
      opened.add(stream);
      return stream;
    },
  });
}

/** Resolves when all that was printed has reached the platform. A full pipe makes Node wait. */
async function flushOutput() {
  for (const stream of opened) {
    if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve));
  }
}

/** Logs an error with its properties as JSON, as Lambda does for failed invocations. */
function logError(title, error) {
  console.error(`${title} `, `\t${toJson(error)}`);
}

function toJson(error) {
  try {
    return JSON.stringify(error, (_key, value) => (isError(value) ? properties(value) : value));
  } catch {
    return JSON.stringify(describe(error));
  }
}

function properties(error) {
  return {
    errorType: error.name,
    errorMessage: error.message,
    code: error.code,
    ...error,
    stack: String(error.stack ?? '').split('\n'),
  };
}

module.exports = { patchConsole, withRequestId, flushOutput, logError };

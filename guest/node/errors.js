'use strict';
/* Errors in the form that Lambda gives them. */

/** An error that the runtime itself finds, named `Runtime.<kind>`. */
function runtimeError(kind, message, stack) {
  const error = new Error(message);
  error.name = `Runtime.${kind}`;
  if (stack !== undefined) error.stack = stack;
  return error;
}

function unhandledRejection(reason) {
  const error = runtimeError('UnhandledPromiseRejection', String(reason?.stack ? `${reason}` : reason));
  error.reason = reason;
  return error;
}

function neverSettled() {
  return runtimeError(
    'NodeJsExit',
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly ' +
      'caused by a Promise that was never settled. For more information, see ' +
      'https://nodejs.org/docs/latest/api/process.html#exit-codes'
  );
}

/** `{errorType, errorMessage, trace}` of whatever was thrown. */
function describe(error) {
  try {
    if (isError(error)) {
      return {
        errorType: String(error.name),
        errorMessage: String(error.message),
        trace: String(error.stack ?? '').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: 'handled',
      errorMessage:
        'callback called with Error argument, but there was a problem while retrieving one or ' +
        'more of its message, name, and stack',
      trace: [],
    };
  }
}

/** Also true for errors of other realms and for look-alikes, as with Lambda. */
function isError(value) {
  return (
    value instanceof Error ||
    (typeof value === 'object' && value !== null && 'name' in value && 'message' in value && 'stack' in value)
  );
}

/** Header values are visible ASCII. */
function formatForHeader(text) {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 1024);
}

module.exports = { runtimeError, unhandledRejection, neverSettled, describe, isError, formatForHeader };

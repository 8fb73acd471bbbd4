'use strict';
/*
 * Waits for a function: a start that began before anybody knew for which one.
 *
 * The server has started this process without `_HANDLER`. Once it has a function for it, and the
 * function's code is in its place, it writes the function's environment to standard input: an
 * argument that Node.js does not need, then each variable as NAME=value, all ended by a zero byte.
 */
const fs = require('fs');
const { practise } = require('./practice.js');

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;

async function waitForFunction(client) {
  await client.connection.connected();
  await practise();
  adopt(Object.entries({ ...process.env, GLIS_PRACTICE: '1' }).map((variable) => variable.join('=')));
  delete process.env.GLIS_PRACTICE;
  fs.writeSync(STANDARD_OUTPUT, 'glis: waiting\n');
  const message = fs.readFileSync(STANDARD_INPUT).utf8Slice();
  adopt(message.split('\0').slice(1, -1));
  forgetInput();
  await nextTurn();
  fs.writeSync(STANDARD_OUTPUT, 'glis: beginning\n');
}

/** From here on the environment is what it would have been from the start. */
function adopt(variables) {
  const environment = new Map(variables.map(nameAndValue));
  for (const name of Object.keys(process.env)) {
    if (!environment.has(name)) delete process.env[name];
  }
  for (const [name, value] of environment) {
    if (process.env[name] !== value) process.env[name] = value;
  }
}

function nameAndValue(variable) {
  const equals = variable.indexOf('=');
  return [variable.slice(0, equals), variable.slice(equals + 1)];
}

/** Standard input is empty, as for every function. */
function forgetInput() {
  fs.closeSync(STANDARD_INPUT);
  fs.openSync('/dev/null'); // gets the number that has just become free
}

/** The event loop's clock has stood still while this process waited. */
function nextTurn() {
  return new Promise((resolve) => setImmediate(resolve));
}

module.exports = { waitForFunction };

'use strict';
/*
 * Runs a Node.js function: loads the handler, then takes one invocation after the other from the
 * Runtime API (2018-06-01) and answers it.
 *
 * A cold start pays for every module loaded here, so the common path needs only `net`, `path`,
 * `fs` and `util`, which Node's own start-up snapshot holds anyway; everything else is loaded when
 * first used. Each connection serves one invocation at a time. An instance that may work on N
 * invocations at once (AWS_LAMBDA_MAX_CONCURRENCY) opens N connections on the same event loop.
 */
const { Connection } = require('./connection.js');
const { patchConsole, logError, flushOutput } = require('./console.js');
const { describe } = require('./errors.js');
const { installStreamingGlobals } = require('./streaming.js');
const { loadHandler } = require('./handler.js');
const { RuntimeClient } = require('./client.js');
const { Invoker } = require('./invoker.js');

async function main() {
  const clients = [openClient()];
  if (process.env._HANDLER === undefined) {
    await require('./stem.js').waitForFunction(clients[0]);
  }
  const concurrency = Number.parseInt(process.env.AWS_LAMBDA_MAX_CONCURRENCY ?? '1', 10) || 1;
  patchConsole(concurrency > 1);
  installStreamingGlobals();
  exitOnUncaughtErrors(clients);
  const handler = await initialise(clients[0]);
  while (clients.length < concurrency) {
    clients.push(openClient());
  }
  clients.forEach((client) => new Invoker(client, handler, concurrency > 1).run());
}

function openClient() {
  return new RuntimeClient(Connection.open(process.env.AWS_LAMBDA_RUNTIME_API));
}

async function initialise(client) {
  try {
    if (hasPrepared()) require('./prepared.js').usePrepared();
    return await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    await failInitialisation(client, error);
  }
}

/** Whether the server has prepared compiled code for this function. */
function hasPrepared() {
  return require('fs').existsSync('/var/prepared/cache');
}

async function failInitialisation(client, error) {
  logError('Uncaught Exception', error);
  await flushOutput();
  await client.postInitialisationError(describe(error));
  process.exit(1);
}

/** What nobody caught ends the instance, after the invocation at work has got its error. */
function exitOnUncaughtErrors(clients) {
  let ending = false;
  const end = async (title, error, status) => {
    if (ending) return;
    ending = true;
    logError(title, error);
    await flushOutput();
    const busy = clients.filter((client) => client.requestId !== undefined);
    if (!clients[0].initialised) {
      await clients[0].postInitialisationError(describe(error));
    } else {
      await Promise.all(busy.map((client) => client.postErrorOutOfTurn(describe(error))));
    }
    process.exit(status);
  };
  process.on('uncaughtException', (error) => end('Uncaught Exception', error, 129));
  process.on('unhandledRejection', (reason) => {
    const { unhandledRejection } = require('./errors.js');
    end('Unhandled Promise Rejection', unhandledRejection(reason), 128);
  });
}

main();

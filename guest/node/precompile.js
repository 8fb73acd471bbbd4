'use strict';
/*
 * Loads a function once and writes what V8 compiled into one file, which later starts use: see
 * `prepared.js`. Runs in a sandbox of the function's, without a network, so that its initialisation
 * may fail or wait for ever; what was compiled until then is of use all the same.
 */
const fs = require('fs');
const { keepCompiled } = require('./prepared.js');
const { loadHandler } = require('./handler.js');
const { installStreamingGlobals } = require('./streaming.js');

const [product = '/var/product', ...folders] = process.argv.slice(2);
const PATIENCE_MS = 10_000;

async function main() {
  const content = folders.length ? keepCompiled(folders) : keepCompiled();
  installStreamingGlobals();
  process.on('uncaughtException', () => {});
  process.on('unhandledRejection', () => {});
  await Promise.race([load(), patience()]);
  const compiled = content();
  if (compiled === undefined) {
    console.log('it loads no CommonJS modules');
    process.exit(1);
  }
  fs.writeFileSync(product, compiled);
  process.exit(0);
}

async function load() {
  try {
    await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch {
    // the start itself will tell
  }
}

function patience() {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
}

main();

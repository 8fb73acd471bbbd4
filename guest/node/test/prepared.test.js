'use strict';
/* Compiles functions ahead in one process, and loads them from that in another. */
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');

const GUEST = path.join(__dirname, '..');

/** A function's folder, and what was compiled of it. */
function prepare(files, root = fs.mkdtempSync(path.join(os.tmpdir(), 'prepared-'))) {
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  }
  const product = `${root}.cache`;
  const made = spawnSync(process.execPath, [path.join(GUEST, 'precompile.js'), product, root], {
    env: { LAMBDA_TASK_ROOT: root, _HANDLER: 'index.handler' },
    encoding: 'utf8',
  });
  return { root, product, made };
}

/** What the handler returns, from compiled code, and how many modules V8 took as they were. */
function callPrepared({ root, product }) {
  const script = `
    const vm = require('vm');
    const Script = vm.Script;
    let taken = 0;
    vm.Script = class extends Script {
      constructor(source, options) {
        super(source, options);
        taken += this.cachedDataRejected === false;
      }
    };
    require(${JSON.stringify(path.join(GUEST, 'prepared.js'))}).usePrepared(${JSON.stringify(product)});
    Promise.resolve(require(${JSON.stringify(path.join(root, 'index.js'))}).handler())
      .then((result) => console.log(JSON.stringify({ result, taken })));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.strictEqual(stderr, '');
  return JSON.parse(stdout);
}

const handler = (body) => `exports.handler = async () => { ${body} };`;

test('modules are taken as they were compiled', () => {
  const prepared = prepare({
    'index.js': `const { greet } = require('./lib/greet'); ${handler("return greet('you')")}`,
    'lib/greet.js': "exports.greet = (name) => `hello ${name}`;",
  });
  assert.deepStrictEqual(callPrepared(prepared), { result: 'hello you', taken: 2 });
});

test('what is not compiled ahead is compiled as ever', () => {
  const prepared = prepare({ 'index.js': handler("return require('./later.js')") });
  fs.writeFileSync(path.join(prepared.root, 'later.js'), "module.exports = 'later';");
  assert.deepStrictEqual(callPrepared(prepared), { result: 'later', taken: 1 });
});

test('code of another length is not taken for what it was', () => {
  const prepared = prepare({ 'index.js': handler('return 1') });
  fs.writeFileSync(path.join(prepared.root, 'index.js'), handler('return 22'));
  assert.deepStrictEqual(callPrepared(prepared), { result: 22, taken: 0 });
});

test('modules find what Node.js gives them', () => {
  const seen = `[
    __filename === module.filename, __dirname === require('path').dirname(__filename),
    self === exports, require.resolve('./data.json').endsWith('data.json'),
    require.resolve.paths('x').length > 0, require.cache[__filename] === module,
    '.js' in require.extensions, require.main === process.mainModule,
    require('./data.json').answer, module.children.length]`;
  const prepared = prepare({
    'index.js': `#!/usr/bin/env node\nconst self = this; ${handler(`return ${seen}`)}`,
    'data.json': '{"answer":42}',
  });
  const yes = Array(8).fill(true);
  assert.deepStrictEqual(callPrepared(prepared).result, [...yes, 42, 1]);
});

test('modules that import others meanwhile are compiled as ever', () => {
  const prepared = prepare({
    'index.js': `require('./other'); ${handler("return (await import('./module.mjs')).default")}`,
    'other.js': 'exports.other = true;',
    'module.mjs': "export default 'imported';",
  });
  assert.deepStrictEqual(callPrepared(prepared), { result: 'imported', taken: 1 });
});

test('errors tell lines and columns of the source', () => {
  const prepared = prepare({ 'index.js': 'exports.handler = async () => new Error("x").stack.split("\\n")[1];' });
  assert.match(callPrepared(prepared).result, /index\.js:1:31\)?$/);
});

test('an initialisation that fails keeps what was compiled until then', () => {
  const prepared = prepare({
    'index.js': "require('./good.js'); if (!process.env.HOME) throw new Error(); exports.handler = async () => 'fine';",
    'good.js': 'exports.good = true;',
  });
  assert.strictEqual(callPrepared(prepared).taken, 2);
});

test('without CommonJS modules there is nothing to keep, and that is said', () => {
  const { made, product } = prepare({ 'index.mjs': 'export const handler = async () => 1;' });
  assert.strictEqual(made.status, 1);
  assert.match(made.stdout, /no CommonJS modules/);
  assert.ok(!fs.existsSync(product));
});

test('without a file nothing changes', () => {
  const { root } = prepare({ 'index.js': handler("return 'plain'") });
  assert.deepStrictEqual(callPrepared({ root, product: '/none' }), { result: 'plain', taken: 0 });
});

'use strict';
/* Runs the bootstrap as a process, with the Node.js that runs this test. */
const assert = require('node:assert');
const { test } = require('node:test');
const { run, REQUEST_ID } = require('./scripted-api.js');

const ECHO = { 'index.js': 'exports.handler = async (event) => event;' };
const answer = (result, number = 0) => JSON.parse(result.posts[number].body);

async function failure(code, { handler = 'index.handler', event = '{}', path = 'error' } = {}) {
  const result = await run({ 'index.js': code }, handler, [event]);
  const [post] = result.posts;
  assert.ok(post.path.endsWith(path), post.path);
  const error = JSON.parse(post.body);
  assert.strictEqual(post.headers['lambda-runtime-function-error-type'], error.errorType);
  return { error, result };
}

test('answers one event after the other', async () => {
  const result = await run(ECHO, 'index.handler', ['1', '{"a":"ü"}']);
  assert.deepStrictEqual([answer(result), answer(result, 1)], [1, { a: 'ü' }]);
  assert.strictEqual(result.posts[0].path, `/2018-06-01/runtime/invocation/${REQUEST_ID}/response`);
});

test('a runtime that waited has practised, and has the environment of its function alone', async () => {
  const code = `exports.handler = async (event) => ({
    event, names: Object.keys(process.env), loaded: Object.keys(require.cache),
    busy: process.getActiveResourcesInfo(),
  });`;
  const settings = { waits: true, environment: { OWN: 'value' } };
  const waited = await run({ 'index.js': code }, 'index.handler', ['1'], settings);
  const plain = await run({ 'index.js': code }, 'index.handler', ['1'], { environment: { OWN: 'value' } });

  const [now, usual] = [answer(waited), answer(plain)];
  assert.ok(now.loaded.some((file) => file.endsWith('/practised.js')), waited.output);
  assert.deepStrictEqual([now.event, now.names.sort(), now.busy], [1, usual.names.sort(), usual.busy]);
  assert.strictEqual(waited.output, 'glis: waiting\nglis: beginning\n');
});

test('reads chunked events', async () => {
  assert.strictEqual(answer(await run(ECHO, 'index.handler', ['"abcdef"'], { chunked: true })), 'abcdef');
});

test('moves six megabytes both ways', async () => {
  const event = JSON.stringify('y'.repeat(6_000_000));
  const result = await run(ECHO, 'index.handler', [event]);
  assert.strictEqual(result.posts[0].body.toString(), event);
});

test('handlers are found in every kind of module', async () => {
  const kinds = [
    [{ 'index.mjs': 'export const handler = async () => 1;' }, 'index.handler'],
    [{ 'index.cjs': 'exports.handler = async () => 1;' }, 'index.handler'],
    [{ 'index.mjs': 'await null; export default { a: { b: async () => 1 } };' }, 'index.a.b'],
    [{ 'src/app.js': 'exports.a = { b: async () => 1 };' }, 'src/app.a.b'],
    [
      { 'package.json': '{"type":"module"}', 'index.js': 'export const handler = async () => 1;' },
      'index.handler',
    ],
    [{ 'node_modules/lib/index.js': 'exports.handler = async () => 1;' }, 'lib.handler'],
  ];
  for (const [files, name] of kinds) {
    assert.strictEqual(answer(await run(files, name, ['{}'])), 1, name);
  }
});

test('callbacks wait for the event loop to empty, unless told otherwise', async () => {
  const code = `exports.handler = (event, context, callback) => {
    context.callbackWaitsForEmptyEventLoop = event.wait;
    setTimeout(() => console.log('later'), 100);
    callback(null, 'called');
  };`;
  const waited = await run({ 'index.js': code }, 'index.handler', ['{"wait":true}']);
  assert.strictEqual(answer(waited), 'called');
  assert.match(waited.output, /later/);
  const hurried = await run({ 'index.js': code }, 'index.handler', ['{"wait":false}']);
  assert.strictEqual(answer(hurried), 'called');
  assert.doesNotMatch(hurried.output, /later/);
});

test('context.succeed, fail and done answer too', async () => {
  const code = 'exports.handler = (event, context) => { context[event.how](event.a, event.b); };';
  const events = ['{"how":"succeed","a":1}', '{"how":"fail","a":"no"}', '{"how":"done","b":2}'];
  const { posts } = await run({ 'index.js': code }, 'index.handler', events);
  assert.deepStrictEqual(
    posts.map((post) => JSON.parse(post.body)),
    [1, { errorType: 'string', errorMessage: 'no', trace: [] }, 2]
  );
});

test('a handler that forgets to answer gives null; a promise that never settles, an error', async () => {
  assert.strictEqual(answer(await run({ 'index.js': 'exports.handler = () => {};' }, 'index.handler', ['1'])), null);
  const { error } = await failure('exports.handler = () => new Promise(() => {});');
  assert.strictEqual(error.errorType, 'Runtime.NodeJsExit');
});

test('undefined becomes null', async () => {
  assert.strictEqual(answer(await run({ 'index.js': 'exports.handler = async () => {};' }, 'index.handler', ['1'])), null);
});

test('the context has Lambda\'s members', async () => {
  const code = `exports.handler = async (event, context) =>
    ({ ...context, left: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID });`;
  const headers = [
    'Lambda-Runtime-Client-Context: {"custom":{"k":"v"}}',
    'Lambda-Runtime-Cognito-Identity: {"cognitoIdentityId":"i"}',
    'Lambda-Runtime-Trace-Id: Root=1',
  ];
  const context = answer(await run({ 'index.js': code }, 'index.handler', ['{}'], { headers }));
  assert.ok(context.left > 50_000 && context.left <= 60_000);
  assert.strictEqual(context.awsRequestId, REQUEST_ID);
  assert.strictEqual(context.functionName, 'shop');
  assert.strictEqual(context.functionVersion, '$LATEST');
  assert.strictEqual(context.memoryLimitInMB, '128');
  assert.strictEqual(context.logGroupName, '/aws/lambda/shop');
  assert.strictEqual(context.logStreamName, 'stream');
  assert.match(context.invokedFunctionArn, /:function:shop$/);
  assert.deepStrictEqual(context.clientContext, { custom: { k: 'v' } });
  assert.deepStrictEqual(context.identity, { cognitoIdentityId: 'i' });
  assert.strictEqual(context.trace, 'Root=1');
});

test('console lines have Lambda\'s format', async () => {
  const code = 'exports.handler = async () => { console.log("a\\nb", { c: 1 }); console.warn("d"); };';
  const { output } = await run({ 'index.js': code }, 'index.handler', ['1']);
  const [first, second] = output.split('\n');
  assert.match(first, new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\t${REQUEST_ID}\\tINFO\\ta\\rb { c: 1 }$`));
  assert.match(second, /\tWARN\td$/);
});

test('all output is written before the answer', async () => {
  const code = 'exports.handler = async () => { process.stdout.write("x".repeat(1000000)); return 1; };';
  const { output } = await run({ 'index.js': code }, 'index.handler', ['1', '2']);
  assert.strictEqual(output.length, 2_000_000);
});

test('errors carry type, message and trace', async () => {
  const { error, result } = await failure('exports.handler = async () => { throw new TypeError("bad"); };');
  assert.strictEqual(error.errorType, 'TypeError');
  assert.strictEqual(error.errorMessage, 'bad');
  assert.strictEqual(error.trace[0], 'TypeError: bad');
  assert.match(result.output, /\tERROR\tInvoke Error  ?\t?\s*\{"errorType":"TypeError"/);
});

test('what cannot be started is told in Lambda\'s words', async () => {
  const cases = [
    ['', 'index.nope', 'Runtime.HandlerNotFound', 'index.nope is undefined or not exported'],
    ['exports.handler = 1;', 'index.handler', 'Runtime.HandlerNotFound', 'index.handler is not a function'],
    ['', 'index', 'Runtime.MalformedHandlerName', 'Bad handler'],
    ['', 'nofile.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'nofile'"],
    ["require('nolib');", 'index.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'nolib'"],
    ['exports.handler = ;', 'index.handler', 'Runtime.UserCodeSyntaxError', 'SyntaxError: '],
    ['throw new RangeError("early");', 'index.handler', 'RangeError', 'early'],
  ];
  for (const [code, handler, type, message] of cases) {
    const { error, result } = await failure(code, { handler, path: '/runtime/init/error' });
    assert.strictEqual(error.errorType, type);
    assert.ok(error.errorMessage.startsWith(message), error.errorMessage);
    assert.strictEqual(result.status, 1);
  }
});

test('a result that is not JSON is an error', async () => {
  const { error } = await failure('exports.handler = async () => { const a = {}; a.a = a; return a; };');
  assert.strictEqual(error.errorMessage, 'Unable to stringify response body');
});

test('nobody\'s rejections and exceptions end the instance with an error', async () => {
  const rejected = await failure('exports.handler = () => { Promise.reject(new Error("lost")); return new Promise((r) => setTimeout(r, 5000)); };');
  assert.strictEqual(rejected.error.errorType, 'Runtime.UnhandledPromiseRejection');
  assert.strictEqual(rejected.error.errorMessage, 'Error: lost');
  assert.strictEqual(rejected.result.status, 128);
  const thrown = await failure('exports.handler = () => { setTimeout(() => { throw new Error("lost"); }, 1); return new Promise((r) => setTimeout(r, 5000)); };');
  assert.strictEqual(thrown.error.errorMessage, 'lost');
  assert.strictEqual(thrown.result.status, 129);
});

test('process.exit is left to the platform', async () => {
  const { posts, status } = await run({ 'index.js': 'exports.handler = async () => process.exit(3);' }, 'index.handler', ['1']);
  assert.deepStrictEqual([posts, status], [[], 3]);
});

test('responses are streamed, with metadata ahead', async () => {
  const code = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 });
    stream.write('one');
    stream.write({ two: 2 });
    stream.end();
  });`;
  const { posts } = await run({ 'index.js': code }, 'index.handler', ['{}', '{}']);
  assert.strictEqual(posts.length, 2);
  assert.strictEqual(posts[0].body.toString(), '{"statusCode":201}\0\0\0\0\0\0\0\0one{"two":2}');
  assert.strictEqual(posts[0].headers['lambda-runtime-function-response-mode'], 'streaming');
  assert.strictEqual(posts[0].headers['content-type'], 'application/vnd.awslambda.http-integration-response');
});

test('large streams keep to back-pressure', async () => {
  const code = `const { pipeline } = require('stream/promises');
  exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    stream.setContentType('text/plain');
    await pipeline(function* () { for (let i = 0; i < 200; i++) yield Buffer.alloc(50000, 97); }, stream);
  });`;
  const { posts } = await run({ 'index.js': code }, 'index.handler', ['{}']);
  assert.strictEqual(posts[0].body.length, 10_000_000);
  assert.strictEqual(posts[0].headers['content-type'], 'text/plain');
});

test('a stream that fails tells it in its trailers, or as an error when nothing was sent', async () => {
  const code = `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
    if (event.begin) { stream.write('x'); await new Promise((r) => setTimeout(r, 20)); }
    throw new RangeError('midway');
  });`;
  const { posts } = await run({ 'index.js': code }, 'index.handler', ['{"begin":true}', '{}']);
  assert.match(posts[0].trailers[0], /^Lambda-Runtime-Function-Error-Type: RangeError$/);
  const body = JSON.parse(Buffer.from(posts[0].trailers[1].split(': ')[1], 'base64').toString());
  assert.strictEqual(body.errorMessage, 'midway');
  assert.match(posts[1].path, /\/error$/);
});

test('several invocations at once keep their request IDs and do not wait for each other', async () => {
  const code = `let waiting = [];
  exports.handler = (event, context) => new Promise((resolve) => {
    waiting.push(() => resolve(event));
    if (waiting.length === 3) waiting.forEach((go) => go());
  });`;
  const { posts } = await run({ 'index.js': code }, 'index.handler', ['1', '2', '3'], {
    environment: { AWS_LAMBDA_MAX_CONCURRENCY: '3' },
  });
  assert.deepStrictEqual(posts.map((post) => JSON.parse(post.body)).sort(), [1, 2, 3]);
});

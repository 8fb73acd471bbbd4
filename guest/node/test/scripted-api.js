'use strict';
/* A Runtime API that gives out scripted events and remembers what it was told. */
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');
const { spawn } = require('child_process');

const REQUEST_ID = '8476a536-e9f4-11e8-9739-2dfe598c3fcd';
const BOOTSTRAP = path.join(__dirname, '..', 'bootstrap.js');

/** Runs the bootstrap on a function made of `files` until all events are answered. */
async function run(files, handler, events, { chunked = false, headers = [], environment = {}, waits = false } = {}) {
  const task = fs.mkdtempSync(path.join(os.tmpdir(), 'guest-'));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(task, name)), { recursive: true });
    fs.writeFileSync(path.join(task, name), text);
  }
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const variables = variablesOf(task, handler, server.address().port, environment);
  const guest = waits ? startWaiting(variables) : start(variables);
  const posts = [];
  const script = { pending: [...events], expected: events.length, posts, chunked, headers };
  server.on('connection', (socket) => serve(socket, guest, script));
  let output = '';
  guest.stdout.on('data', (text) => (output += text));
  if (waits) guest.stdout.once('data', () => guest.stdin.end(message(variables)));
  guest.stderr.on('data', (text) => (output += text));
  const status = await new Promise((resolve) => guest.on('close', resolve));
  server.close();
  fs.rmSync(task, { recursive: true });
  return { posts, output, status };
}

function variablesOf(task, handler, port, environment) {
  return {
    PATH: '/usr/bin:/bin',
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    AWS_LAMBDA_FUNCTION_NAME: 'shop',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/shop',
    AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
    LAMBDA_TASK_ROOT: task,
    _HANDLER: handler,
    ...environment,
  };
}

function start(env) {
  return spawn(process.execPath, [BOOTSTRAP], { env });
}

/** Before it is known for which function. */
function startWaiting({ PATH, AWS_LAMBDA_RUNTIME_API }) {
  return start({ PATH, AWS_LAMBDA_RUNTIME_API, OF_NOBODY: '1' });
}

/** What tells a guest that waits its function. */
function message(variables) {
  const parts = ['', ...Object.entries(variables).map((variable) => variable.join('='))];
  return parts.map((part) => part + '\0').join('');
}

/** One connection: requests in, answers out, until every event was answered, on whichever one. */
function serve(socket, guest, script) {
  let input = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (bytes) => {
    input = Buffer.concat([input, bytes]);
    for (let request; (request = parse(input)) !== undefined; ) {
      input = request.rest;
      if (request.method === 'POST') {
        script.posts.push(request);
        const status = '{"status":"OK"}';
        socket.write(`HTTP/1.1 202 Accepted\r\nContent-Length: ${status.length}\r\n\r\n${status}`);
      } else if (script.pending.length > 0) {
        give(socket, Buffer.from(script.pending.shift()), script);
      } else if (script.posts.length >= script.expected) {
        guest.kill();
      }
    }
  });
}

function give(socket, event, { chunked, headers }) {
  const head = [
    'HTTP/1.1 200 OK',
    `Lambda-Runtime-Aws-Request-Id: ${REQUEST_ID}`,
    `Lambda-Runtime-Deadline-Ms: ${Date.now() + 60000}`,
    'Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:123456789012:function:shop',
    ...headers,
  ];
  if (!chunked) {
    socket.write([...head, `Content-Length: ${event.length}`, '', ''].join('\r\n'));
    socket.write(event);
    return;
  }
  socket.write([...head, 'Transfer-Encoding: chunked', '', ''].join('\r\n'));
  const middle = event.length >> 1;
  for (const part of [event.subarray(0, middle), event.subarray(middle)]) {
    socket.write(`${part.length.toString(16)}\r\n`);
    socket.write(part);
    socket.write('\r\n');
  }
  socket.write('0\r\n\r\n');
}

function parse(input) {
  const headEnd = input.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first, ...lines] = input.toString('latin1', 0, headEnd).split('\r\n');
  const [method, target] = first.split(' ');
  const headers = Object.fromEntries(
    lines.map((line) => [line.split(':', 1)[0].toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
  );
  const rest = input.subarray(headEnd + 4);
  if (headers['transfer-encoding'] === 'chunked') return parseChunks(method, target, headers, rest);
  const length = Number(headers['content-length'] ?? 0);
  if (rest.length < length) return undefined;
  return { method, path: target, headers, body: rest.subarray(0, length), trailers: [], rest: rest.subarray(length) };
}

function parseChunks(method, target, headers, input) {
  const parts = [];
  for (;;) {
    const end = input.indexOf('\r\n');
    if (end < 0) return undefined;
    const size = Number.parseInt(input.toString('latin1', 0, end), 16);
    if (size === 0) break;
    if (input.length < end + 2 + size + 2) return undefined;
    parts.push(input.subarray(end + 2, end + 2 + size));
    input = input.subarray(end + 2 + size + 2);
  }
  const tail = input.indexOf('\r\n\r\n');
  if (tail < 0) return undefined;
  const trailers = input.toString('latin1', 0, tail).split('\r\n').slice(1);
  return { method, path: target, headers, body: Buffer.concat(parts), trailers, rest: input.subarray(tail + 4) };
}

module.exports = { run, REQUEST_ID };

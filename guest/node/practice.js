'use strict';
/*
 * An invocation of a handler of our own, before there is a function. What runs for the first time
 * must be compiled, and each thing that it meets be found; a runtime that waits has the time for
 * that. It goes the way of real invocations, over a connection, but to a listener of our own on the
 * sandbox's own loopback interface. One is enough: each further one takes memory in every cell.
 */
const net = require('net');
const { Connection } = require('./connection.js');
const { RuntimeClient } = require('./client.js');
const { Invoker } = require('./invoker.js');
const { loadHandler } = require('./handler.js');

const HANDLER = 'practised.handler';
const EVENT = '{"text":"t","number":1,"list":[true,null,1.5,{}]}';
const INVOCATION = [
  'HTTP/1.1 200 OK',
  'content-type: application/json',
  'lambda-runtime-aws-request-id: 1',
  'lambda-runtime-deadline-ms: 1',
  'lambda-runtime-invoked-function-arn: arn:aws:lambda',
  `content-length: ${EVENT.length}`,
  '',
  EVENT,
].join('\r\n');
const RECEIPT = 'HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n';

/** Lets the handler have one invocation, and ends when it has been answered. */
async function practise() {
  const handler = await loadHandler(__dirname, HANDLER);
  const server = net.createServer({ noDelay: true });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const answered = new Promise((resolve) => server.on('connection', (peer) => serve(peer, resolve)));
  const connection = Connection.open(`127.0.0.1:${server.address().port}`);
  new Invoker(new RuntimeClient(connection), handler, false).run();
  const peer = await answered;
  withoutStandardError(() => {
    connection.close();
    peer.destroy();
  });
  await new Promise((resolve) => server.close(resolve));
}

/** Node.js opens that stream when it closes a socket, and the function would find it open. */
function withoutStandardError(action) {
  const original = Object.getOwnPropertyDescriptor(process, 'stderr');
  Object.defineProperty(process, 'stderr', { value: undefined, configurable: true });
  try {
    action();
  } finally {
    Object.defineProperty(process, 'stderr', original);
  }
}

function serve(peer, answered) {
  peer.on('error', () => {});
  peer.once('data', () => {
    peer.once('data', () => {
      peer.write(RECEIPT, () => answered(peer));
    });
    peer.write(INVOCATION);
  });
}

module.exports = { practise };

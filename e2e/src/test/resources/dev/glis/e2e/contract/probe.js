// Does what the first word of its event says; any other event is its own answer.
const fs = require('fs');

class Own extends Error {
  constructor(message) {
    super(message);
    this.name = 'Own';
  }
}

if (process.env.FAIL_AT_START) throw new Own('no start');

let calls = 0;
const waiting = [];
const held = [];

const meet = (number) =>
  new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length >= number) waiting.forEach((each) => each('met'));
  });

const canWrite = (file) => {
  try {
    fs.writeFileSync(file, 'new');
    return 'yes';
  } catch (error) {
    return error.code;
  }
};

const actions = {
  calls: () => calls,
  fail: () => {
    throw new Own('my fault');
  },
  exit: (number) => process.exit(number),
  loop: () => {
    for (;;);
  },
  sleep: (number) => new Promise((resolve) => setTimeout(resolve, number, 'slept')),
  fill: (number) => {
    for (let i = 0; i < number; i++) held.push(Buffer.alloc(1 << 20, 1));
    return 'filled';
  },
  big: (number) => 'x'.repeat(number << 10),
  log: (number) => {
    for (let i = 0; i < number; i++) process.stdout.write(`line ${i}\n`);
    process.stderr.write('Fehler: grüße\n');
    process.stdout.write('no break');
    return 'logged';
  },
  environment: () =>
    Object.entries(process.env)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  context: (_number, context) => ({
    request: context.awsRequestId,
    arn: context.invokedFunctionArn,
    trace: process.env._X_AMZN_TRACE_ID,
    client: JSON.stringify(context.clientContext),
    leftMs: context.getRemainingTimeInMillis(),
  }),
  files: () => ({ temporary: canWrite('/tmp/new'), code: canWrite('new') }),
  meet,
};

exports.handler = async (event, context) => {
  calls++;
  const [word, number] = typeof event === 'string' ? event.split(' ') : [];
  return Object.hasOwn(actions, word) ? actions[word](Number(number), context) : event;
};

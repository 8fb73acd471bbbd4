"""Does what the first word of its event says; any other event is its own answer."""
import errno
import os
import sys
import time


class Own(Exception):
    pass


if os.environ.get('FAIL_AT_START'):
    raise Own('no start')

calls = 0
held = []


def fail(number, context):
    raise Own('my fault')


def loop(number, context):
    while True:
        pass


def sleep(number, context):
    time.sleep(number / 1000)
    return 'slept'


def fill(number, context):
    held.append(b'x' * (number << 20))
    return 'filled'


def log(number, context):
    for i in range(number):
        print('line', i)
    print('Fehler: grüße', file=sys.stderr)
    print('no break', end='')
    return 'logged'


def environment(number, context):
    return ''.join(f'{name}={value}\n' for name, value in os.environ.items())


def describe(number, context):
    client = context.client_context
    return {
        'request': context.aws_request_id,
        'arn': context.invoked_function_arn,
        'trace': os.environ['_X_AMZN_TRACE_ID'],
        'client': client and str(client.custom),
        'leftMs': context.get_remaining_time_in_millis(),
    }


def can_write(file):
    try:
        with open(file, 'w'):
            return 'yes'
    except OSError as error:
        return errno.errorcode[error.errno]


def files(number, context):
    return {'temporary': can_write('/tmp/new'), 'code': can_write('new')}


ACTIONS = {
    'calls': lambda number, context: calls,
    'fail': fail,
    'exit': lambda number, context: os._exit(number),
    'loop': loop,
    'sleep': sleep,
    'fill': fill,
    'big': lambda number, context: 'x' * (number << 10),
    'log': log,
    'environment': environment,
    'context': describe,
    'files': files,
}


def handler(event, context):
    global calls
    calls += 1
    words = event.split(' ') if isinstance(event, str) else ['']
    if words[0] not in ACTIONS:
        return event
    return ACTIONS[words[0]](int(words[1]) if len(words) > 1 else 0, context)

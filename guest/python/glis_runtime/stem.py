"""Waits for a function: a start that began before anybody knew for which one.

The server has started this process without `_HANDLER`. Once it has a function for it, and the
function's code is in its place, it writes the function's environment to standard input: an argument
that Python does not need, then each variable as NAME=value, all ended by a zero byte.
"""

import os

from . import codec

_READ_BYTES = 65536


def wait():
    _warm_up()
    os.write(1, b"glis: waiting\n")
    message = _read_all()
    _adopt(message.split(b"\0")[1:-1])
    _forget_input()
    os.write(1, b"glis: beginning\n")


def _warm_up():
    """What is used by every invocation has been used once."""
    codec.decode(codec.encode({"a": ["b", 1, 1.5, None, True]}))


def _read_all():
    message = bytearray()
    while True:
        part = os.read(0, _READ_BYTES)
        if not part:
            return bytes(message)
        message += part


def _adopt(variables):
    """From here on the environment is what it would have been from the start."""
    os.environ.clear()
    for variable in variables:
        name, _, value = variable.partition(b"=")
        os.environb[name] = value


def _forget_input():
    """Standard input is empty, as for every function."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)

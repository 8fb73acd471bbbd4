"""JSON through the interpreter's own C scanner and encoder.

The `json` package wraps these two in pure Python and imports `re` for it, which costs a cold start
several milliseconds. Plain documents go straight to the C parts; whatever they cannot do, error
messages included, is left to the package. An interpreter without the C parts uses the package for
everything.
"""

import sys

try:
    from _json import encode_basestring, encode_basestring_ascii, make_encoder, make_scanner
except ImportError:
    make_encoder = make_scanner = None

_WHITESPACE = " \t\r\n"

# As Lambda's own runtimes do: from 3.12 on, text is written as UTF-8 instead of \u escapes.
_ENSURE_ASCII = sys.version_info < (3, 12)


class _ScannerSettings:
    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}.get


def decode(body):
    text = body.decode("utf-8")
    if make_scanner is not None:
        stripped = text.strip(_WHITESPACE)
        try:
            value, end = _scan(stripped, 0)
            if end == len(stripped):
                return value
        except Exception:
            pass  # the package tells what is wrong, and where
    import json

    return json.loads(text)


def encode(value):
    if make_encoder is not None and "json" not in sys.modules:
        return "".join(_encode(value)).encode("utf-8")
    import json

    return json.dumps(value, ensure_ascii=_ENSURE_ASCII).encode("utf-8")


def _refuse(value):
    raise TypeError(f"Object of type {value.__class__.__name__} is not JSON serializable")


def _encode(value):
    write_text = encode_basestring_ascii if _ENSURE_ASCII else encode_basestring
    encoder = make_encoder({}, _refuse, write_text, None, ": ", ", ", False, False, True)
    return encoder(value, 0)


_scan = make_scanner(_ScannerSettings) if make_scanner is not None else None

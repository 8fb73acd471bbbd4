"""Compiles the sources of a function and its layers, and writes the byte code into one file.

Runs in a sandbox of the function's, before its starts; `glis_runtime.prepared` reads the file. None
of the function's code is executed.
"""

import marshal
import os
import sys

_FOLDERS = ("/var/task", "/opt/python")
_PRODUCT = "/var/product"
_MOST_BYTES = 64 * 1024 * 1024


def precompile(folders, product):
    """The file: the offset of its index in 8 bytes, each module's code, the index."""
    index = {}
    with open(product, "wb") as out:
        out.write(bytes(8))
        for path in _sources(folders):
            code = _compiled(path)
            if code and out.tell() + len(code) < _MOST_BYTES:
                index[path] = (out.tell(), len(code))
                out.write(code)
        end = out.tell()
        out.write(marshal.dumps(index))
        out.seek(0)
        out.write(end.to_bytes(8, "little"))


def _sources(folders):
    for folder in folders:
        for parent, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                if name.endswith(".py"):
                    yield parent + "/" + name


def _compiled(path):
    """As the import system would; None for what it could not compile either."""
    try:
        with open(path, "rb") as source:
            return marshal.dumps(compile(source.read(), path, "exec", dont_inherit=True))
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


if __name__ == "__main__":
    import warnings

    warnings.simplefilter("ignore")  # they come again when the function is imported
    precompile(_FOLDERS, _PRODUCT)
    sys.exit(0)

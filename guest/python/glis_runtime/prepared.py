"""Byte code that was prepared before this start: see `precompile.py`.

The code's folder cannot be written, so without this each start compiles all that it imports.
"""

import marshal
import posix
import sys

from _frozen_importlib_external import (
    FileFinder,
    SourceFileLoader,
    _get_supported_file_loaders,
)

_FILE = "/var/prepared/cache"
_FOLDERS = ("/var/task", "/opt/python")
_PIECE = 1 << 20


def install(file=_FILE, folders=_FOLDERS):
    """Lets imports from these folders use the file, if there is one."""
    try:
        descriptor = posix.open(file, posix.O_RDONLY | posix.O_CLOEXEC)
    except OSError:
        return
    index = _index(descriptor)
    details = [
        (_loader(index, descriptor) if loader is SourceFileLoader else loader, suffixes)
        for loader, suffixes in _get_supported_file_loaders()
    ]
    finder = FileFinder.path_hook(*details)

    def hook(path):
        if not path.startswith(folders):
            raise ImportError("not prepared", path=path)
        return finder(path)

    sys.path_hooks.insert(0, hook)


def _index(descriptor):
    offset = int.from_bytes(posix.pread(descriptor, 8, 0), "little")
    content = bytearray()
    while piece := posix.pread(descriptor, _PIECE, offset + len(content)):
        content += piece
    return marshal.loads(content)


def _loader(index, descriptor):
    class PreparedLoader(SourceFileLoader):
        def get_code(self, fullname):
            entry = index.get(self.path)
            if entry is None:
                return super().get_code(fullname)
            offset, size = entry
            return marshal.loads(posix.pread(descriptor, size, offset))

    return PreparedLoader
